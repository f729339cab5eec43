"""Calls through profiles: real browsers, a real server, and the emulator between them."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, replace
from pathlib import Path

from playwright.async_api import Browser, async_playwright

from benchmarks.network.devices import write_devices
from benchmarks.network.participants import Seen, full_call, launch
from benchmarks.network.profiles import PROFILES, Profile
from benchmarks.network.reading import Frame, Reading, Sound, Traffic, View
from benchmarks.network.relay import Flow, Relay
from benchmarks.server import Addresses, running_server

_SETTLE_S = 10.0
_CONTROL_S = 10.0
_SAMPLE_S = 0.2

Progress = Callable[[str, float], None]


@dataclass(frozen=True, slots=True)
class Bench:
    """What all calls share."""

    browser: Browser
    addresses: Addresses
    relay: Relay


async def run_profiles(profiles: Sequence[Profile], seed: int, progress: Progress) -> dict[str, Reading]:
    """Hold a call of four through each profile, one after the other.

    Raises:
        FileNotFoundError: Chromium is not installed.
        RuntimeError: the server does not start.
        playwright.async_api.Error: a call does not come about.
    """
    readings = {}
    async with _bench(seed) as bench:
        for number, profile in enumerate(profiles):
            part = _part(progress, profile.name, number, len(profiles))
            readings[profile.name] = await _run(bench, profile, part)
    return readings


def _part(progress: Progress, name: str, number: int, count: int) -> Callable[[float], None]:
    """The progress of one of several."""
    return lambda share: progress(name, (number + share) / count)


@asynccontextmanager
async def _bench(seed: int) -> AsyncIterator[Bench]:
    with tempfile.TemporaryDirectory() as directory, closing(_relay(seed)) as relay:
        folder = Path(directory)
        host, port = relay.address
        async with (
            running_server(folder, "--announce", f"{host}:{port}") as server,
            async_playwright() as play,
        ):
            relay.serve((host, server.addresses.media_ports[0]))
            browser = await launch(play, *await asyncio.to_thread(write_devices, folder))
            yield Bench(browser, server.addresses, relay)
            await browser.close()


def _relay(seed: int) -> Relay:
    return Relay(("127.0.0.1", 0), PROFILES["control"], seed)


async def _run(bench: Bench, profile: Profile, progress: Callable[[float], None]) -> Reading:
    """One call: to settle, a control on a perfect line, the profile."""
    samples = _Samples(bench.relay)
    total_s = _SETTLE_S + _CONTROL_S + profile.duration_s
    async with full_call(bench.browser, bench.addresses, f"Through {profile.name}") as people:
        await asyncio.sleep(_SETTLE_S)
        await samples.take(_CONTROL_S, lambda passed_s: progress((_SETTLE_S + passed_s) / total_s))
        bench.relay.change(profile)
        begin_s = time.time()
        await samples.take(
            profile.duration_s, lambda passed_s: progress(1 - (profile.duration_s - passed_s) / total_s)
        )
        seen = await asyncio.gather(*(person.seen() for person in people))
        bench.relay.change(PROFILES["control"])
    return Reading(_CONTROL_S, _views(seen, begin_s), samples.links(begin_s), _concealed(seen))


class _Samples:
    """What the links carried, looked at five times a second; by the time of day, as pages tell it."""

    def __init__(self, relay: Relay) -> None:
        self._relay = relay
        self._links: defaultdict[Flow, list[Traffic]] = defaultdict(list)

    async def take(self, seconds: float, progress: Callable[[float], None]) -> None:
        """Look for a while; `progress` is given the seconds that have passed."""
        start_s = time.time()
        while (passed_s := time.time() - start_s) < seconds:
            progress(passed_s)
            self._look()
            await asyncio.sleep(min(_SAMPLE_S, seconds - passed_s))

    def links(self, begin_s: float) -> tuple[tuple[Traffic, ...], ...]:
        """All samples by link, with times since `begin_s`; links of earlier calls are left out."""
        return tuple(
            tuple(replace(sample, at_s=sample.at_s - begin_s) for sample in samples)
            for samples in self._links.values()
            if samples[-1].up_sent > samples[0].up_sent
        )

    def _look(self) -> None:
        for flow in self._relay.flows():
            up, down = flow.link.up.fates, flow.link.down.fates
            traffic = Traffic(
                time.time(), up.sent_bytes, up.carried_bytes, down.sent_bytes, down.carried_bytes
            )
            self._links[flow].append(traffic)


def _views(seen: Sequence[Seen], begin_s: float) -> tuple[View, ...]:
    """Each person's view of each other; one who was never heard has no sounds."""
    return tuple(
        View(
            tuple(Frame(at_ms / 1000 - begin_s, height, passed) for at_ms, height, passed in frames),
            tuple(Sound(at_ms / 1000 - begin_s, heard) for at_ms, heard in page.voices.get(identity, [])),
        )
        for page in seen
        for identity, frames in page.pictures.items()
    )


def _concealed(seen: Sequence[Seen]) -> float:
    return sum(page.concealed for page in seen) / max(1, sum(page.samples for page in seen))
