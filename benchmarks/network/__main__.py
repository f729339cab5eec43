"""Calls over bad networks: `python -m benchmarks.network [--profiles loss-5,step] [--json] [--report FILE]`.

Four participants in real Chromium, our server, and the emulator between them; one call for each profile. A
profile's figures count only if pictures froze for at most 0.3 s on a perfect line just before.
"""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Sequence
from pathlib import Path

import msgspec
from playwright.async_api import Error

from benchmarks.network.profiles import PROFILES, Profile
from benchmarks.network.report import write_report
from benchmarks.network.result import ProfileResult, judge
from benchmarks.network.run import run_profiles
from benchmarks.progress import progress_bar


class NetworkResult(msgspec.Struct, frozen=True):
    """The figures by profile."""

    seed: int
    profiles: dict[str, ProfileResult]


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the command line, measure, print."""
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        with progress_bar() as progress:
            readings = asyncio.run(run_profiles(options.profiles, options.seed, progress))
    except (FileNotFoundError, RuntimeError, Error) as error:
        parser.exit(1, f"{parser.prog}: {error}\n")
    results = {name: judge(PROFILES[name], reading) for name, reading in readings.items()}
    if options.report:
        write_report(options.report, readings, results)
    if options.json:
        print(msgspec.json.encode(NetworkResult(options.seed, results)).decode())
    else:
        print("\n".join(_table(name, result) for name, result in results.items()))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.network",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--profiles",
        type=_profiles,
        default=list(PROFILES.values()),
        metavar="NAME[,NAME]",
        help=f"which (default all: {', '.join(PROFILES)})",
    )
    parser.add_argument("--seed", type=int, default=1, help="the same seed, the same dice (default 1)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--report", type=Path, help="write a page with plots to this file")
    return parser


def _profiles(text: str) -> list[Profile]:
    unknown = set(text.split(",")) - set(PROFILES)
    if unknown:
        raise argparse.ArgumentTypeError(f"there is no profile {', '.join(sorted(unknown))}")
    return [PROFILES[name] for name in text.split(",")]


def _table(name: str, result: ProfileResult) -> str:
    lines = [
        f"  {key:<28} {value}" for key, value in msgspec.structs.asdict(result).items() if value is not None
    ]
    return "\n".join([name, *lines])


if __name__ == "__main__":
    main()
