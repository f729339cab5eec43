"""Operators' cameras in rooms, by way of the workers."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from media.backgrounds.effects import NO_EFFECT, Effect, Virtual
from media.backgrounds.supervisor import Supervisor
from media.sfu.sfu import Sfu
from sportello.backgrounds import OperatorBackgrounds, initials
from tests.media.backgrounds.files import jpeg, plain
from tests.media.peers import ALL_OFF, ALL_ON, VISITOR, operator, peers, running_sfu, until

GREY_ROOM = Effect(Virtual(jpeg(plain(64, 64, (100, 100, 100)))))
GREY = 102  # In studio range.
SELF = 4


@asynccontextmanager
async def sfu_with(effect: Effect, *, workers: int = 1) -> AsyncIterator[Sfu]:
    supervisor = Supervisor(workers)
    supervisor.start()
    backgrounds = OperatorBackgrounds(supervisor, effect)
    async with running_sfu(processor_of=backgrounds.processor_of) as (sfu, _):
        yield sfu
    await supervisor.stop()


async def test_visitors_see_operators_processed_and_operators_see_visitors_as_they_are() -> None:
    async with sfu_with(GREY_ROOM) as sfu, peers(sfu.create_room("r"), operator(), VISITOR) as (a, b):
        await a.join(brightness=200)
        await b.join(brightness=60)
        await asyncio.gather(b.sees(GREY), a.sees(60), b.hears())


async def test_an_operator_in_the_lobby_sees_himself_as_the_others_will() -> None:
    async with sfu_with(GREY_ROOM) as sfu, peers(sfu.create_room("r"), operator()) as (a,):
        await a.join(brightness=200, lobby=True)
        sfu.room("r").set_mirror(a.session_id, on=True)
        await a.sees(GREY, place=SELF)


async def test_a_camera_that_was_off_comes_back_processed() -> None:
    async with sfu_with(GREY_ROOM) as sfu, peers(sfu.create_room("r"), operator(), VISITOR) as (a, b):
        await a.join(brightness=200)
        await b.join(brightness=60)
        await b.sees(GREY)
        room = sfu.room("r")
        room.set_media(a.session_id, ALL_OFF)
        room.set_media(a.session_id, ALL_ON)
        await b.sees(GREY)


async def test_without_workers_nothing_of_the_camera_is_seen() -> None:
    async with (
        sfu_with(GREY_ROOM, workers=0) as sfu,
        peers(sfu.create_room("r"), operator(), VISITOR) as (a, b),
    ):
        await a.join(brightness=200)
        await b.join(brightness=60)
        await asyncio.gather(b.hears(), a.sees(60))
        await until(lambda: a.statistics().packets_in > 100)
        assert b.pictures_received() == 0


async def test_without_an_effect_cameras_are_forwarded_as_they_are() -> None:
    async with (
        sfu_with(NO_EFFECT, workers=0) as sfu,
        peers(sfu.create_room("r"), operator(), VISITOR) as (a, b),
    ):
        await a.join(brightness=200)
        await b.join(brightness=60)
        await b.sees(200)


def test_initials_are_those_of_the_first_and_the_last_name() -> None:
    assert [initials(name) for name in ("Giulia Maria Rossi", "sara", "", "Anna Anna")] == [
        "GR",
        "S",
        "",
        "A",
    ]
