"""Who may enter a room and show what, and what the others are told."""

from __future__ import annotations

from collections.abc import AsyncIterator

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from media.sfu.errors import AudioOnly, RoomFull, ScreenTaken, SessionNotFound
from media.sfu.holds import MAX_PEOPLE, Holds
from media.sfu.messages import (
    Closed,
    CloseReason,
    LayersWanted,
    Levels,
    MediaState,
    PicturesPaused,
    Role,
    RoomMessage,
    RoomState,
    SlotKind,
)
from media.sfu.quality import rate_connection
from media.sfu.sdp.offer import SdpError
from media.sfu.sfu import Sfu
from media.sfu.speaker import SpeakerDetector, loudness
from media.sfu.watch import RoomWatch
from tests.media.offers import CHROMIUM, FIREFOX
from tests.media.peers import ALL_OFF, ALL_ON, VISITOR, next_state, operator, running_sfu

SCREEN = MediaState(microphone=True, camera=False, screen=True)
MUTED = MediaState(microphone=False, camera=True, screen=False)
OTHER_VISITOR = msgspec.structs.replace(VISITOR, id="visitor:2")


@pytest.fixture
async def sfu() -> AsyncIterator[Sfu]:
    async with running_sfu() as (sfu, _):
        yield sfu


async def test_a_fourth_operator_and_a_second_visitor_are_refused_by_name(sfu: Sfu) -> None:
    room = sfu.create_room("r")
    for number in range(3):
        await room.join(operator(number), CHROMIUM, ALL_ON)
    await room.join(VISITOR, CHROMIUM, ALL_ON)
    with pytest.raises(RoomFull, match="3 operators") as fifth:
        await room.join(operator(9), CHROMIUM, ALL_ON)
    with pytest.raises(RoomFull, match="1 visitor") as second:
        await room.join(OTHER_VISITOR, CHROMIUM, ALL_ON)
    assert (fifth.value.code, fifth.value.role) == ("room_full", Role.OPERATOR)
    assert (second.value.code, second.value.role) == ("visitor_present", Role.VISITOR)
    assert (await room.join(VISITOR, FIREFOX, ALL_ON)).session_id


async def test_a_second_screen_is_refused_naming_who_shares(sfu: Sfu) -> None:
    room = sfu.create_room("r")
    first = await room.join(operator(1), CHROMIUM, SCREEN)
    second = await room.join(VISITOR, CHROMIUM, ALL_ON)
    with pytest.raises(ScreenTaken) as taken:
        room.set_media(second.session_id, SCREEN)
    assert taken.value.by == operator(1)
    with pytest.raises(ScreenTaken):
        await room.join(operator(2), CHROMIUM, SCREEN)
    room.set_media(first.session_id, ALL_OFF)
    room.set_media(second.session_id, SCREEN)
    state = await next_state(room.watch(first.session_id), lambda _: True)
    assert state.slots["9"].session_id == second.session_id


async def test_who_shared_and_left_frees_the_screen(sfu: Sfu) -> None:
    room = sfu.create_room("r")
    first = await room.join(operator(1), CHROMIUM, SCREEN)
    second = await room.join(VISITOR, CHROMIUM, ALL_ON)
    await room.leave(first.session_id)
    room.set_media(second.session_id, SCREEN)
    with pytest.raises(SessionNotFound):
        await room.leave(first.session_id)


async def test_an_audio_only_room_refuses_cameras_but_takes_a_screen(sfu: Sfu) -> None:
    room = sfu.create_room("r", audio_only=True)
    with pytest.raises(AudioOnly):
        await room.join(VISITOR, CHROMIUM, ALL_ON)
    joined = await room.join(VISITOR, CHROMIUM, SCREEN)
    with pytest.raises(AudioOnly):
        room.set_media(joined.session_id, ALL_ON)


async def test_a_bad_offer_leaves_the_persons_earlier_session_alone(sfu: Sfu) -> None:
    room = sfu.create_room("r")
    joined = await room.join(VISITOR, CHROMIUM, ALL_ON)
    with pytest.raises(SdpError):
        await room.join(VISITOR, "nonsense", ALL_ON)
    room.set_media(joined.session_id, ALL_OFF)


async def test_a_track_that_was_not_offered_stays_off(sfu: Sfu) -> None:
    room = sfu.create_room("r")
    joined = await room.join(VISITOR, FIREFOX, SCREEN)
    state = await next_state(room.watch(joined.session_id), lambda _: True)
    assert (state.participants[0].microphone, state.participants[0].screen) == (True, False)


async def test_who_left_muted_comes_back_muted_until_he_lifts_it_himself(sfu: Sfu) -> None:
    room = sfu.create_room("r")
    first = await room.join(VISITOR, CHROMIUM, ALL_ON)
    room.set_media(first.session_id, MUTED)
    await room.leave(first.session_id)
    again = await room.join(VISITOR, CHROMIUM, ALL_ON)
    watch = room.watch(again.session_id)
    assert await _own_switches(watch) == (MUTED, [SlotKind.MICROPHONE])
    room.set_media(again.session_id, ALL_ON)
    assert await _own_switches(watch) == (MUTED, [SlotKind.MICROPHONE])
    room.set_media(again.session_id, ALL_ON, [SlotKind.MICROPHONE])
    assert await _own_switches(watch) == (ALL_ON, [])


async def test_a_second_join_of_a_muted_person_is_muted_too(sfu: Sfu) -> None:
    room = sfu.create_room("r")
    await room.join(VISITOR, CHROMIUM, ALL_OFF)
    for _ in range(3):
        again = await room.join(VISITOR, CHROMIUM, ALL_ON)
    held = [SlotKind.CAMERA, SlotKind.MICROPHONE]
    assert await _own_switches(room.watch(again.session_id)) == (ALL_OFF, held)


async def test_mutes_of_one_person_do_not_touch_another(sfu: Sfu) -> None:
    room = sfu.create_room("r")
    await room.leave((await room.join(VISITOR, CHROMIUM, ALL_OFF)).session_id)
    joined = await room.join(OTHER_VISITOR, CHROMIUM, ALL_ON)
    assert await _own_switches(room.watch(joined.session_id)) == (ALL_ON, [])


def test_a_room_remembers_the_mutes_of_a_bounded_number_of_people() -> None:
    holds = Holds()
    for number in range(MAX_PEOPLE + 1):
        holds.remember(str(number), MUTED)
    assert holds.of("0") == frozenset()
    assert holds.of("1") == holds.of(str(MAX_PEOPLE)) == {SlotKind.MICROPHONE}


async def _own_switches(watch: RoomWatch) -> tuple[MediaState, list[SlotKind]]:
    """Return what is on of the watch's own participant, and what is held off."""
    state = await next_state(watch, lambda _: True)
    own = next(one for one in state.participants if one.session_id == state.session_id)
    return MediaState(own.microphone, own.camera, own.screen), state.held


@settings(max_examples=25)
@given(st.lists(st.tuples(st.booleans(), st.integers(0, 3)), max_size=20))
async def test_each_keeps_his_place_for_his_stay_and_no_two_share_one(steps: list[tuple[bool, int]]) -> None:
    identities = [operator(0), operator(1), operator(2), VISITOR]
    async with running_sfu() as (sfu, _):
        room = sfu.create_room("r")
        sessions: dict[int, str] = {}
        places: dict[tuple[str, str], str] = {}
        for enters, index in steps:
            if enters:
                sessions[index] = (await room.join(identities[index], CHROMIUM, ALL_ON)).session_id
            elif index in sessions:
                await room.leave(sessions.pop(index))
            for session in sessions.values():
                state = await next_state(room.watch(session), lambda _: True)
                shown = {mid: slot.session_id for mid, slot in state.slots.items() if slot.kind == "camera"}
                assert sorted(shown.values()) == sorted(set(sessions.values()) - {session})
                for mid, other in shown.items():
                    assert places.setdefault((session, other), mid) == mid


async def test_a_slow_reader_gets_the_newest_state_and_the_end() -> None:
    watch = RoomWatch()
    for number in range(1000):
        watch.put(_empty(str(number)))
    watch.put(Closed(CloseReason.ENDED))
    assert [message async for message in watch] == [_empty("999"), Closed(CloseReason.ENDED)]


async def test_a_slow_reader_gets_the_newest_of_each_kind_the_state_first() -> None:
    watch = RoomWatch()
    for number in range(3):
        watch.put(Levels({}, speaker=str(number)))
        watch.put(PicturesPaused([str(number)]))
        watch.put(LayersWanted([], screen_bps=number))
        watch.put(_empty(str(number)))
    newest = [await anext(watch) for _ in range(4)]
    assert newest == [_empty("2"), LayersWanted([], 2), PicturesPaused(["2"]), Levels({}, "2")]


async def test_who_begins_to_watch_learns_which_pictures_there_is_no_room_for(sfu: Sfu) -> None:
    room = sfu.create_room("r")
    joined = await room.join(VISITOR, CHROMIUM, ALL_ON)
    watch = room.watch(joined.session_id)
    first = [await anext(watch) for _ in range(3)]
    assert first[2] == PicturesPaused([])


def _empty(session_id: str) -> RoomState:
    return RoomState(session_id, lobby=False, participants=[], slots={}, held=[])


def test_messages_are_tagged_json() -> None:
    message = Closed(CloseReason.REPLACED)
    assert msgspec.json.encode(message) == b'{"type":"closed","reason":"replaced"}'
    assert msgspec.json.decode(msgspec.json.encode(message), type=RoomMessage) == message


def test_the_speaker_changes_only_after_someone_else_was_clearly_louder_for_a_while() -> None:
    detector = SpeakerDetector()
    assert detector.update({"a": 0.1, "b": 0.1}, 0.0) is None
    assert detector.update({"a": 0.6, "b": 0.1}, 0.2) == "a"
    assert detector.update({"a": 0.1, "b": 0.9}, 0.4) == "a"
    assert detector.update({"a": 0.6, "b": 0.1}, 0.6) == "a"
    speakers = [detector.update({"a": 0.1, "b": 0.9}, 0.8 + step * 0.2) for step in range(4)]
    assert speakers == ["a", "a", "b", "b"]


def test_a_speaker_stays_through_a_pause_and_not_for_ever() -> None:
    detector = SpeakerDetector()
    detector.update({"a": 0.6}, 0.0)
    assert detector.update({"a": 0.0}, 2.0) == "a"
    assert detector.update({"a": 0.0}, 4.0) is None
    detector.update({"a": 0.6}, 5.0)
    assert detector.update({}, 5.2) is None


@given(st.integers(0, 127), st.integers(0, 127))
def test_loudness_follows_the_level_between_zero_and_one(level: int, other: int) -> None:
    assert 0.0 <= loudness(level) <= 1.0
    assert level > other or loudness(level) >= loudness(other)


@pytest.mark.parametrize(
    ("loss", "round_trip_s", "rating"),
    [(None, None, None), (0.0, 0.05, 4), (None, 0.3, 3), (0.05, None, 2), (0.0, 1.0, 1), (0.5, 0.01, 0)],
)
def test_the_worse_of_loss_and_delay_rates_a_connection(
    loss: float | None, round_trip_s: float | None, rating: int | None
) -> None:
    assert rate_connection(loss, round_trip_s) == rating
