"""Put a load on a server: `python -m benchmarks.load --serve --rooms 16 [--json]`, or `--url … --key …`.

Rooms full of participants, who join through the public API and send and receive real SRTP. With `--serve`
the server is one of our own, on one core or on several; the participants are on another.
"""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

import msgspec

from benchmarks.load.desk_load import load_desk, load_own_server
from benchmarks.load.report import write_report
from benchmarks.load.result import LoadResult, summarize
from benchmarks.load.run import MAX_PARTICIPANTS, Measurement, Plan
from benchmarks.load.service import FAILURES
from benchmarks.load.streams import Profile
from benchmarks.process import Cores


def main() -> None:
    """Read the command line, measure, print."""
    parser = _parser()
    options = parser.parse_args()
    if options.serve == bool(options.url or options.key) or bool(options.url) != bool(options.key):
        parser.error("give either --serve, or --url and --key")
    plan = Plan(options.rooms, options.participants, Profile(options.profile), options.seconds, options.churn)
    try:
        measurement = asyncio.run(_measure(options, plan))
    except (*FAILURES, RuntimeError) as error:
        parser.exit(1, f"{parser.prog}: {str(error) or type(error).__name__}\n")
    result = summarize(measurement)
    if options.report:
        write_report(options.report, measurement, result)
    print(msgspec.json.encode(result).decode() if options.json else _table(result))


async def _measure(options: argparse.Namespace, plan: Plan) -> Measurement:
    if not options.serve:
        return await load_desk(options.url, options.key, plan, [])
    cores = Cores.choose(options.media_threads)
    cores.pin_client()
    return await load_own_server(plan, cores, options.media_threads)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.load",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--serve", action="store_true", help="start a server for this")
    parser.add_argument(
        "--media-threads",
        type=int,
        default=1,
        metavar="N",
        help="threads, and cores, of that server (default 1)",
    )
    parser.add_argument("--url", help="the address of a running server")
    parser.add_argument("--key", help="an API key of that server")
    parser.add_argument("--rooms", type=int, default=4, help="how many rooms (default 4)")
    parser.add_argument(
        "--participants",
        type=int,
        default=MAX_PARTICIPANTS,
        choices=range(1, MAX_PARTICIPANTS + 1),
        help="how many in each (default 4)",
    )
    parser.add_argument(
        "--profile", default="camera", choices=list(Profile), help="what they send (default camera)"
    )
    parser.add_argument("--seconds", type=float, default=10.0, help="how long to measure (default 10)")
    parser.add_argument("--churn", action="store_true", help="let them leave and rejoin all the time")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--report", type=Path, help="write a page with plots to this file")
    return parser


def _table(result: LoadResult) -> str:
    return "\n".join(f"  {name:<28} {value}" for name, value in msgspec.structs.asdict(result).items())


if __name__ == "__main__":
    main()
