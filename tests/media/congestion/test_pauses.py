"""When a picture that there is no room for counts as paused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.sfu.congestion.pauses import PATIENCE_S, Pauses
from media.sfu.packet_path import SlotId

ONE, OTHER = SlotId(1), SlotId(2)


def test_a_picture_is_paused_after_a_second_without_room_and_no_longer_once_it_has_some() -> None:
    pauses = Pauses()
    ticks = [(0.0, {ONE}), (0.8, {ONE}), (1.0, {ONE}), (9.0, {ONE}), (9.2, set()), (9.4, {ONE})]
    assert [bool(pauses.update(slots, now)) for now, slots in ticks] == [
        *(False, False, True, True),
        *(False, False),
    ]


def test_what_has_room_now_and_then_is_never_paused() -> None:
    pauses = Pauses()
    for tick in range(50):
        assert not pauses.update({ONE} if tick % 5 else set(), tick * 0.2)


@pytest.mark.parametrize("later", [0.25, 0.5])
def test_each_slot_has_a_patience_of_its_own(later: float) -> None:
    pauses = Pauses()
    pauses.update({ONE}, 0.0)
    pauses.update({ONE, OTHER}, later)
    assert pauses.update({ONE, OTHER}, PATIENCE_S) == {ONE}
    assert pauses.update({ONE, OTHER}, later + PATIENCE_S) == {ONE, OTHER}


@given(st.lists(st.tuples(st.frozensets(st.sampled_from([ONE, OTHER])), st.floats(0.0, 2.0))))
def test_only_what_is_without_room_is_paused_and_stays_so_until_it_has_some(
    ticks: list[tuple[frozenset[SlotId], float]],
) -> None:
    pauses, now, before = Pauses(), 0.0, frozenset[SlotId]()
    for without_room, passed in ticks:
        now += passed
        paused = pauses.update(without_room, now)
        assert before & without_room <= paused <= without_room
        before = paused
