"""Operators' cameras in rooms, by way of the workers."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from prometheus_client import CollectorRegistry

from media.backgrounds.effects import NO_EFFECT, Effect, Virtual
from media.backgrounds.quality import Quality
from media.backgrounds.supervisor import Supervisor
from media.sfu.messages import Processing, RoomState
from media.sfu.sfu import Sfu
from sportello.background_metrics import BackgroundCollector
from sportello.backgrounds import OperatorBackgrounds, initials
from tests.media.backgrounds.files import jpeg, plain
from tests.media.peers import ALL_OFF, ALL_ON, VISITOR, next_state, operator, peers, running_sfu, until


def room_of(brightness: int) -> Effect:
    return Effect(Virtual(jpeg(plain(64, 64, (brightness, brightness, brightness)))))


GREY_ROOM, DARK_ROOM = room_of(100), room_of(20)
GREY, DARK = 102, 33  # In studio range.
CAMERA = 200
SELF = 4
WORKING = {Processing.FULL, Processing.REDUCED}  # As busy as the machine is.


@dataclass(frozen=True)
class Desk:
    """An SFU with background workers."""

    supervisor: Supervisor
    sfu: Sfu
    backgrounds: OperatorBackgrounds


@asynccontextmanager
async def desk(effect: Effect = NO_EFFECT, *, workers: int = 1) -> AsyncIterator[Desk]:
    supervisor = Supervisor(workers)
    supervisor.start()
    backgrounds = OperatorBackgrounds(supervisor, effect)
    async with running_sfu(processors=backgrounds) as (sfu, _):
        yield Desk(supervisor, sfu, backgrounds)
    await supervisor.stop()


async def test_visitors_see_operators_processed_and_operators_see_visitors_as_they_are() -> None:
    async with desk(GREY_ROOM) as there, peers(there.sfu.create_room("r"), operator(), VISITOR) as (a, b):
        await a.join(brightness=CAMERA)
        await b.join(brightness=60)
        await asyncio.gather(b.sees(GREY), a.sees(60), b.hears())


async def test_an_operator_in_the_lobby_sees_himself_as_the_others_will() -> None:
    async with desk(GREY_ROOM) as there, peers(there.sfu.create_room("r"), operator()) as (a,):
        await a.join(brightness=CAMERA, lobby=True)
        there.sfu.room("r").set_mirror(a.session_id, on=True)
        await a.sees(GREY, place=SELF)


async def test_large_and_small_tiles_show_the_processed_camera_and_so_do_those_that_change() -> None:
    async with (
        desk(GREY_ROOM) as there,
        peers(there.sfu.create_room("r"), operator(), VISITOR, operator(2)) as (a, b, c),
    ):
        for peer in (a, b, c):
            await peer.join(brightness=CAMERA)
        for large, small in ((b, c), (c, b)):
            large.shows(720)
            small.shows(100)
            await asyncio.gather(large.sees(GREY), small.sees(GREY))
            await a.sends_more()
            await asyncio.gather(large.sees(GREY), small.sees(GREY))
        assert all(abs(one - GREY) < 12 for one in b.has_seen() + c.has_seen())


async def test_a_small_picture_of_oneself_shows_the_layer_that_the_others_see() -> None:
    async with desk(GREY_ROOM) as there, peers(there.sfu.create_room("r"), operator(), VISITOR) as (a, b):
        room = there.sfu.room("r")
        await a.join(brightness=CAMERA)
        await b.join(brightness=60)
        room.set_mirror(a.session_id, on=True)
        a.shows(100, place=SELF)
        for height in (720, 100, 720):
            b.shows(height)
            for _ in range(3):  # What is not needed any more goes on for a second.
                await a.sends_more()
            await asyncio.gather(a.sees(GREY, place=SELF), b.sees(GREY))


async def test_a_camera_that_was_off_comes_back_processed() -> None:
    async with desk(GREY_ROOM) as there, peers(there.sfu.create_room("r"), operator(), VISITOR) as (a, b):
        await a.join(brightness=CAMERA)
        await b.join(brightness=60)
        await b.sees(GREY)
        room = there.sfu.room("r")
        room.set_media(a.session_id, ALL_OFF)
        room.set_media(a.session_id, ALL_ON)
        await b.sees(GREY)


async def test_without_workers_nothing_of_the_camera_is_seen() -> None:
    async with (
        desk(GREY_ROOM, workers=0) as there,
        peers(there.sfu.create_room("r"), operator(), VISITOR) as (a, b),
    ):
        await a.join(brightness=CAMERA)
        await b.join(brightness=60)
        await asyncio.gather(b.hears(), a.sees(60))
        await until(lambda: a.statistics().packets_in > 100)
        assert b.pictures_received() == 0


async def test_without_an_effect_cameras_are_forwarded_as_they_are() -> None:
    async with (
        desk(workers=0) as there,
        peers(there.sfu.create_room("r"), operator(), VISITOR) as (a, b),
    ):
        await a.join(brightness=CAMERA)
        await b.join(brightness=60)
        await b.sees(CAMERA)


async def test_the_background_changes_in_a_call_and_nothing_else_is_seen_meanwhile() -> None:
    async with desk() as there, peers(there.sfu.create_room("r"), operator(), VISITOR) as (a, b):
        await a.join(brightness=CAMERA)
        await b.join(brightness=60)
        await b.sees(CAMERA)
        present = CAMERA
        for effect, brightness in (
            (GREY_ROOM, GREY),
            (DARK_ROOM, DARK),
            (NO_EFFECT, CAMERA),
            (DARK_ROOM, DARK),
            (GREY_ROOM, GREY),
        ):
            before = len(b.has_seen())
            there.backgrounds.set_effect(there.sfu.room("r"), effect)
            await b.sees(brightness)
            await b.sees(brightness)
            assert changes_once(b.has_seen()[before:], present, brightness)
            present = brightness


def changes_once(seen: list[int], before: int, after: int) -> bool:
    """Whether pictures are of one brightness and then of another."""
    is_after = [abs(one - after) < 12 for one in seen]
    first = is_after.index(True)
    return all(is_after[first:]) and all(abs(one - before) < 12 for one in seen[:first])


async def test_the_background_changes_for_who_looks_at_himself_and_for_who_comes_later() -> None:
    async with desk() as there, peers(there.sfu.create_room("r"), operator(), VISITOR) as (a, b):
        room = there.sfu.room("r")
        await a.join(brightness=CAMERA)
        room.set_mirror(a.session_id, on=True)
        await a.sees(CAMERA, place=SELF)
        there.backgrounds.set_effect(room, GREY_ROOM)
        await b.join(brightness=60)
        await asyncio.gather(a.sees(GREY, place=SELF), b.sees(GREY))
        assert all(abs(one - GREY) < 12 for one in b.has_seen())


async def test_a_camera_that_cannot_be_processed_is_cut_in_a_call_too() -> None:
    async with (
        desk(workers=0) as there,
        peers(there.sfu.create_room("r"), operator(), VISITOR) as (a, b),
    ):
        room = there.sfu.room("r")
        await a.join(brightness=CAMERA)
        await b.join(brightness=60)
        await b.sees(CAMERA)
        began = time.monotonic()
        there.backgrounds.set_effect(room, GREY_ROOM)
        while (seen := len(b.has_seen())) and time.monotonic() - began < 1:
            await a.sends_more()
        await a.sends_more()
        assert len(b.has_seen()) == seen
        there.backgrounds.set_effect(room, NO_EFFECT)
        await b.sees(CAMERA)


async def test_how_the_processing_fares_is_told_and_measured() -> None:
    async with desk() as there, peers(there.sfu.create_room("r"), operator(), VISITOR) as (a, b):
        room = there.sfu.room("r")
        await a.join(brightness=CAMERA)
        await b.join(brightness=60)
        watch = room.watch(a.session_id)
        there.backgrounds.set_effect(room, GREY_ROOM)
        await b.sees(GREY)
        await next_state(watch, lambda state: processing_of(state).get(a.session_id) in WORKING)
        await until(lambda: metric(there, "processed_total") > 0)
        assert metric(there, "workers") == 1
        steps = [quality.name.lower() for quality in Quality]
        assert sum(metric(there, "streams", quality=step) for step in steps) == 1
        (worker,) = there.supervisor.workers
        worker.kill()
        await next_state(watch, lambda state: processing_of(state) == {a.session_id: Processing.STILL})
        await until(lambda: metric(there, "workers_replaced_total") == 1)
        assert metric(there, "processed_total") > 0
        there.backgrounds.set_effect(room, NO_EFFECT)
        await next_state(watch, lambda state: processing_of(state) == {})


def processing_of(state: RoomState) -> dict[str, Processing]:
    return {one.session_id: one.processing for one in state.participants if one.processing is not None}


def metric(there: Desk, name: str, **labels: str) -> float:
    registry = CollectorRegistry()
    registry.register(BackgroundCollector(there.backgrounds.statistics))
    value = registry.get_sample_value(f"sportello_backgrounds_{name}", labels)
    assert value is not None
    return value


def test_initials_are_those_of_the_first_and_the_last_name() -> None:
    assert [initials(name) for name in ("Giulia Maria Rossi", "sara", "", "Anna Anna")] == [
        "GR",
        "S",
        "",
        "A",
    ]
