"""The same load on Janus and on ours, in turn: `python -m benchmarks.peers --rooms 16 [--json]`.

Each server has a core of its own, and starts afresh for each of its turns; only one runs at a time. The ratio
of a peer is its CPU time for each packet over ours, the median of the turns. LiveKit and mediasoup's demo
take their turns too if they run on this machine and their addresses are given.
"""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

import msgspec

from benchmarks.load.run import MAX_PARTICIPANTS, Plan
from benchmarks.load.streams import Profile
from benchmarks.peers.comparison import OURS, STARTED, PeersResult, compare, given_servers
from benchmarks.peers.livekit_api import LiveKitAddress
from benchmarks.peers.report import write_report
from benchmarks.process import Cores


def main() -> None:
    """Read the command line, measure, print."""
    parser = _parser()
    options = parser.parse_args()
    livekit = (options.livekit, options.livekit_key, options.livekit_secret)
    if any(livekit) and not all(livekit):
        parser.error("LiveKit needs --livekit, --livekit-key and --livekit-secret")
    given = given_servers(LiveKitAddress(*livekit) if all(livekit) else None, options.mediasoup)
    cores = Cores.choose()
    cores.pin_client()
    plan = Plan(options.rooms, MAX_PARTICIPANTS, Profile.CAMERA, options.seconds, churn=False)
    try:
        result = asyncio.run(compare(STARTED | given, plan, options.turns, cores))
    except RuntimeError as error:
        parser.exit(1, f"{parser.prog}: {error}\n")
    if options.report:
        write_report(options.report, plan, result)
    print(msgspec.json.encode(result).decode() if options.json else _table(result))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.peers",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--rooms", type=int, default=16, help="how many rooms of four (default 16)")
    parser.add_argument(
        "--seconds", type=float, default=10.0, help="how long each turn measures (default 10)"
    )
    parser.add_argument("--turns", type=int, default=3, help="how many turns each server has (default 3)")
    parser.add_argument("--livekit", metavar="URL", help="a LiveKit server: ws://127.0.0.1:7880")
    parser.add_argument("--livekit-key", metavar="KEY", help="an API key of that server")
    parser.add_argument("--livekit-secret", metavar="SECRET", help="the key's secret")
    parser.add_argument(
        "--mediasoup", metavar="URL", help="a server of mediasoup's demo: wss://127.0.0.1:4443"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--report", type=Path, help="write a page with plots to this file")
    return parser


def _table(result: PeersResult) -> str:
    lines = [
        f"  {name:<12} {cost:8.2f} µs for each packet"
        for name, cost in result.server_cpu_us_per_packet.items()
    ]
    return "\n".join([*lines, *(f"  {name} over {OURS}: {ratio}" for name, ratio in result.ratios.items())])


if __name__ == "__main__":
    main()
