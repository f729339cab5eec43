"""What forwarding costs: `python -m benchmarks.forwarding [--seconds 3] [--rounds 3] [--json]`.

Each forwarder runs in a process pinned to one core, the clients on another one; the forwarders take turns,
and the median of the rounds counts. Reported is processor time (user and system, all threads) per outgoing
packet, in µs: at full load with packets of 1200 bytes from one to three others, and at the rates of 1, 8 and
16 rooms of four, where each participant sends 150 video packets of 1150 bytes and 50 audio packets of 100 a
second. Latencies are those of the native path, from sending to the kernel's time of arrival.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import msgspec

from benchmarks.forwarding.comparison import ForwardingResult, Plan, compare
from benchmarks.forwarding.report import write_report
from benchmarks.process import Cores
from benchmarks.progress import progress_bar

ROOMS = (1, 8, 16)


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.forwarding",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--seconds", type=float, default=3.0, help="how long each run takes (3)")
    parser.add_argument("--rounds", type=int, default=3, help="how often each forwarder has its turn (3)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--report", type=Path, help="write a page with plots to this file")
    options = parser.parse_args()
    plan = Plan(options.seconds, options.rounds, ROOMS)
    try:
        with progress_bar() as progress:
            result = compare(plan, Cores.choose(), progress)
    except RuntimeError as error:
        parser.exit(1, f"{parser.prog}: {error}\n")
    if options.report:
        write_report(options.report, plan, result)
    print(msgspec.json.encode(result).decode() if options.json else _table(result))


def _table(result: ForwardingResult) -> str:
    lines = ["µs of processor time per outgoing packet"]
    lines.append(
        f"full load     native {result.native_us:6.2f}   bare C {result.bare_c_us:6.2f}"
        f"   ratio {result.ratio:.2f}   aiortc {result.aiortc_us:6.2f}"
    )
    for rooms, rate in result.rates.items():
        lines.append(
            f"{rooms:>2} rooms      native {rate.native_us:6.2f}   bare C {rate.bare_c_us:6.2f}"
            f"   latency p50 {rate.latency_us_p50:.0f} µs, p99 {rate.latency_us_p99:.0f} µs"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    main()
