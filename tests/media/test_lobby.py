"""The lobby: connected and alone, with the own picture as the others would see it; then inside at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from media.sfu.errors import RoomFull, ScreenTaken
from media.sfu.messages import CloseReason, Levels, MediaState, SlotAssignment, SlotKind
from media.sfu.room import LOBBY_LIMIT_S, Room
from media.sfu.sfu import Sfu
from tests.media.offers import CHROMIUM
from tests.media.peers import (
    ALL_OFF,
    ALL_ON,
    VISITOR,
    Peer,
    closing,
    next_state,
    operator,
    peers,
    running_sfu,
    until,
)

SCREEN = MediaState(microphone=False, camera=False, screen=True)
SELF = 4
"""Where a test peer counts its own picture: after three places and the screen."""


@pytest.fixture
async def sfu() -> AsyncIterator[Sfu]:
    async with running_sfu() as (sfu, _):
        yield sfu


async def test_nothing_passes_between_the_lobby_and_the_room_until_he_enters() -> None:
    async with running_sfu() as (sfu, listener), peers(sfu.create_room("r"), operator(), VISITOR) as (a, b):
        room = sfu.room("r")
        await b.join(brightness=60)
        await a.join(brightness=200, lobby=True)
        await until(lambda: a.statistics().packets_in > 40 and b.statistics().packets_in > 40)
        assert max(a.statistics().packets_out, b.statistics().packets_out) <= 8, "only reports"
        assert listener.connected == [b.session_id]
        room.enter(a.session_id)
        await asyncio.gather(a.sees(60), b.sees(200), a.hears(), b.hears())
        assert listener.connected == [b.session_id, a.session_id]


async def test_who_waits_in_the_lobby_sees_himself_only_while_he_looks() -> None:
    async with running_sfu() as (sfu, _), peers(sfu.create_room("r"), operator()) as (a,):
        room = sfu.room("r")
        await a.join(brightness=200, lobby=True)
        await until(lambda: a.statistics().packets_in > 40)
        assert a.statistics().packets_out <= 8, "only reports"
        room.set_mirror(a.session_id, on=True)
        await a.sees(200, place=SELF)
        room.set_media(a.session_id, ALL_OFF)
        await _nothing_arrives(a)
        room.set_media(a.session_id, ALL_ON)
        await a.sees(200, place=SELF)
        room.set_mirror(a.session_id, on=False)
        await _nothing_arrives(a)


async def test_the_self_slot_goes_on_inside_without_another_negotiation() -> None:
    async with running_sfu() as (sfu, _), peers(sfu.create_room("r"), operator(), VISITOR) as (a, b):
        room = sfu.room("r")
        await b.join(brightness=60)
        await a.join(brightness=200, lobby=True)
        room.set_mirror(a.session_id, on=True)
        await a.sees(200, place=SELF)
        room.enter(a.session_id)
        await asyncio.gather(a.sees(200, place=SELF), a.sees(60), b.sees(200))


async def test_who_waits_in_the_lobby_is_not_listed_and_sees_nobody(sfu: Sfu) -> None:
    room = sfu.create_room("r")
    inside = await room.join(VISITOR, CHROMIUM, ALL_ON)
    waiting = await room.join(operator(), CHROMIUM, ALL_ON, lobby=True)
    assert await _names_seen(room, inside.session_id) == ["Visitor"]
    assert await _names_seen(room, waiting.session_id) == ["Operator 1"]
    state = await next_state(room.watch(waiting.session_id), lambda _: True)
    assert (state.lobby, state.slots) == (True, {})
    room.enter(waiting.session_id)
    assert await _names_seen(room, inside.session_id) == ["Visitor", "Operator 1"]


async def test_the_own_session_stands_in_the_self_slot(sfu: Sfu) -> None:
    async with peers(sfu.create_room("r"), operator()) as (a,):
        await a.join(lobby=True)
        sfu.room("r").set_mirror(a.session_id, on=True)
        state = await next_state(sfu.room("r").watch(a.session_id), lambda _: True)
        assert list(state.slots.values()) == [SlotAssignment(a.session_id, SlotKind.CAMERA)]


async def test_the_lobby_takes_no_place_in_the_room_but_entering_needs_one(sfu: Sfu) -> None:
    room = sfu.create_room("r")
    waiting = await room.join(operator(9), CHROMIUM, ALL_ON, lobby=True)
    for number in range(3):
        joined = await room.join(operator(number), CHROMIUM, ALL_ON)
    with pytest.raises(RoomFull):
        room.enter(waiting.session_id)
    await room.leave(joined.session_id)
    room.enter(waiting.session_id)


async def test_the_lobby_has_a_limit_of_its_own(sfu: Sfu) -> None:
    room = sfu.create_room("r")
    for number in range(3):
        await room.join(operator(number), CHROMIUM, ALL_ON, lobby=True)
    with pytest.raises(RoomFull):
        await room.join(operator(9), CHROMIUM, ALL_ON, lobby=True)


async def test_who_enters_with_a_screen_while_another_shares_is_refused(sfu: Sfu) -> None:
    room = sfu.create_room("r")
    waiting = await room.join(operator(), CHROMIUM, SCREEN, lobby=True)
    sharing = await room.join(VISITOR, CHROMIUM, SCREEN)
    with pytest.raises(ScreenTaken):
        room.enter(waiting.session_id)
    room.set_media(sharing.session_id, ALL_OFF)
    room.enter(waiting.session_id)


async def test_a_preview_in_a_second_window_replaces_the_first_only_when_he_enters(sfu: Sfu) -> None:
    room = sfu.create_room("r")
    inside = await room.join(operator(), CHROMIUM, ALL_ON)
    watch = room.watch(inside.session_id)
    waiting = await room.join(operator(), CHROMIUM, ALL_ON, lobby=True)
    assert await _names_seen(room, inside.session_id) == ["Operator 1"]
    room.enter(waiting.session_id)
    assert await closing(watch) is CloseReason.REPLACED


async def test_a_lobby_that_was_only_looked_into_mutes_nobody_later(sfu: Sfu) -> None:
    room = sfu.create_room("r")
    await room.leave((await room.join(operator(), CHROMIUM, ALL_OFF, lobby=True)).session_id)
    joined = await room.join(operator(), CHROMIUM, ALL_ON)
    assert (await next_state(room.watch(joined.session_id), lambda _: True)).held == []


async def test_the_stay_in_the_lobby_is_limited_and_the_stay_inside_is_not() -> None:
    async with running_sfu(consent_timeout_s=10 * LOBBY_LIMIT_S) as (sfu, listener):
        room = sfu.create_room("r")
        inside = await room.join(VISITOR, CHROMIUM, ALL_ON)
        waiting = await room.join(operator(), CHROMIUM, ALL_ON, lobby=True)
        watch = room.watch(waiting.session_id)
        now = room.plane.clock()
        room.check(now + LOBBY_LIMIT_S - 1)
        assert listener.left == []
        room.check(now + LOBBY_LIMIT_S + 1)
        assert await closing(watch) is CloseReason.LOBBY_OVER
        assert (listener.left, listener.entered) == (
            [(waiting.session_id, CloseReason.LOBBY_OVER)],
            {waiting.session_id: False},
        )
        await room.leave(inside.session_id)
        assert listener.entered[inside.session_id]


async def test_who_speaks_is_not_told_in_the_lobby(sfu: Sfu) -> None:
    room = sfu.create_room("r")
    await room.join(VISITOR, CHROMIUM, ALL_ON)
    waiting = await room.join(operator(), CHROMIUM, ALL_ON, lobby=True)
    watch = room.watch(waiting.session_id)
    room.publish_levels({}, room.plane.clock())
    room.close(CloseReason.ENDED)
    assert not [message async for message in watch if isinstance(message, Levels)]


async def _names_seen(room: Room, session_id: str) -> list[str]:
    state = await next_state(room.watch(session_id), lambda _: True)
    return [one.name for one in state.participants]


async def _nothing_arrives(peer: Peer) -> None:
    """Wait until the server took much from a peer and sent it next to nothing back."""
    sent, received = peer.statistics().packets_out, peer.statistics().packets_in
    await until(lambda: peer.statistics().packets_in > received + 40)
    assert peer.statistics().packets_out - sent <= 3, "only reports may still come"
