"""A bad network before a server: `python -m benchmarks.network.emulate --to 127.0.0.1:8081 --profile loss-5`.

A relay for UDP: clients send to `--listen`, the server sees each of them at a port of its own, and between
the two lies a link of the profile, the same for every client but with its own dice. Start the server with
`--announce` and the address of `--listen`. At the end (Ctrl-C) it prints what happened to the packets.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
import time
from collections.abc import Sequence
from contextlib import closing

import msgspec
import uvloop

from benchmarks.network.link import Fates
from benchmarks.network.profiles import PROFILES
from benchmarks.network.relay import Address, Relay


class Totals(msgspec.Struct, frozen=True):
    """What happened to all packets: `up` is towards the server."""

    seconds: float
    up: Fates
    down: Fates


async def emulate(listen: Address, to: Address, profile: str, seed: int) -> Totals:
    """Relay until the process is asked to stop. Raises OSError if the address cannot be bound."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    started = time.monotonic()
    with closing(Relay(listen, PROFILES[profile], seed)) as relay:
        relay.serve(to)
        print(f"relaying {_text(relay.address)} to {_text(to)} through {profile}, seed {seed}", flush=True)
        await stop.wait()
        up, down = relay.totals()
    return Totals(round(time.monotonic() - started, 1), up, down)


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the command line, relay, print."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.network.emulate",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--listen", type=_address, default=("127.0.0.1", 0), metavar="IP:PORT", help="where clients send to"
    )
    parser.add_argument(
        "--to", type=_address, required=True, metavar="IP:PORT", help="the server's media port"
    )
    parser.add_argument("--profile", choices=PROFILES, default="control", help="the link (default control)")
    parser.add_argument("--seed", type=int, default=1, help="the same seed, the same dice (default 1)")
    options = parser.parse_args(arguments)
    try:
        totals = uvloop.run(emulate(options.listen, options.to, options.profile, options.seed))
    except OSError as error:
        parser.exit(1, f"{parser.prog}: {error}\n")
    print(msgspec.json.encode(totals).decode())


def _address(text: str) -> Address:
    host, _, port = text.rpartition(":")
    return host.strip("[]"), int(port)


def _text(address: Address) -> str:
    host, port = address
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


if __name__ == "__main__":
    main()
