"""Several forwarding threads in one SFU, each on a port of its own."""

from __future__ import annotations

import asyncio
import os
import re
import socket
from pathlib import Path

import pytest

from media.sfu.config import SfuConfig
from media.sfu.room import Room
from media.sfu.sfu import Sfu
from tests.media.offers import CHROMIUM
from tests.media.peers import ALL_ON, VISITOR, Listener, operator, peers, running_sfu, until


async def announced_port(room: Room, number: int = 1) -> int:
    """Let an operator join; return the port in his answer."""
    answer = (await room.join(operator(number), CHROMIUM, ALL_ON)).answer
    found = re.search(r"^a=candidate:1 1 udp \d+ 127\.0\.0\.1 (\d+) typ host\r$", answer, re.MULTILINE)
    assert found is not None
    return int(found[1])


def media_threads_cores() -> list[str]:
    """Where each media thread of this process may run, as the kernel says."""
    return [
        (task / "status").read_text().split("Cpus_allowed_list:")[1].split()[0]
        for task in Path("/proc/self/task").iterdir()
        if (task / "comm").read_text() == "sportello-media\n"
    ]


def free_ports() -> int:
    """Return a port that is free and followed by one that is free too."""
    while True:
        with socket.socket(type=socket.SOCK_DGRAM) as first, socket.socket(type=socket.SOCK_DGRAM) as second:
            first.bind(("127.0.0.1", 0))
            port = int(first.getsockname()[1])
            try:
                second.bind(("127.0.0.1", port + 1))
            except (OSError, OverflowError):
                continue
            return port


async def test_rooms_on_two_threads_forward_at_the_same_time_and_apart() -> None:
    async with running_sfu(threads=2) as (sfu, _):
        one, two = sfu.create_room("one"), sfu.create_room("two")
        async with peers(one, operator(1), VISITOR) as (a, b), peers(two, operator(2), VISITOR) as (c, d):
            for peer, brightness in ((a, 40), (b, 90), (c, 150), (d, 220)):
                await peer.join(brightness=brightness)
            await asyncio.gather(a.sees(90), b.sees(40), c.sees(220), d.sees(150))
            await asyncio.gather(*(peer.hears() for peer in (a, b, c, d)))
        assert sfu.rooms_by_port() == dict.fromkeys(sfu.ports, 1)


async def test_answers_name_the_port_of_the_rooms_thread() -> None:
    async with running_sfu(threads=2) as (sfu, _):
        one, two = sfu.create_room("one"), sfu.create_room("two")
        ports = [await announced_port(room, number) for room in (one, two) for number in (1, 2)]
        assert ports == [sfu.ports[0], sfu.ports[0], sfu.ports[1], sfu.ports[1]]


async def test_the_ports_follow_each_other_from_the_one_that_is_configured() -> None:
    first = free_ports()
    async with running_sfu(threads=2, port=first) as (sfu, _):
        assert sfu.ports == (first, first + 1)


async def test_a_room_goes_where_the_fewest_people_are() -> None:
    async with running_sfu(threads=2) as (sfu, _):
        first, second = sfu.ports
        crowded = sfu.create_room("crowded")
        for number in range(3):
            await announced_port(crowded, number)
        await crowded.join(VISITOR, CHROMIUM, ALL_ON)
        placed = [await announced_port(sfu.create_room(str(number))) for number in range(3)]
        assert placed == [second, second, first], "two rooms that may yet fill weigh as much as a full one"


async def test_a_closed_room_frees_its_thread_for_another() -> None:
    async with running_sfu(threads=2) as (sfu, _):
        for name in ("one", "two"):
            await announced_port(sfu.create_room(name))
        await sfu.close_room("two")
        assert sfu.rooms_by_port() == {sfu.ports[0]: 1, sfu.ports[1]: 0}
        assert await announced_port(sfu.create_room("three")) == sfu.ports[1]


async def test_each_thread_stays_on_the_core_that_it_was_given() -> None:
    cores = sorted(os.sched_getaffinity(0))
    given = (cores[-1], cores[0])
    async with running_sfu(threads=2, cores=given):
        await until(lambda: sorted(media_threads_cores()) == sorted(map(str, given)))


@pytest.mark.parametrize("core", [1023, 100_000])
async def test_a_core_that_is_not_there_is_told(core: int) -> None:
    with pytest.raises(OSError, match=f"on core {core}"):
        await Sfu.start(SfuConfig(host="127.0.0.1", cores=(core,)), Listener())


async def test_when_one_port_is_taken_the_others_are_given_back() -> None:
    first = free_ports()
    with socket.socket(type=socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", first + 1))
        with pytest.raises(OSError, match="in use"):
            await Sfu.start(SfuConfig(host="127.0.0.1", port=first, threads=2), Listener())
    async with running_sfu(threads=2, port=first) as (sfu, _):
        assert sfu.ports == (first, first + 1)
