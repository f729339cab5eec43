"""Sequence arithmetic and the repair of gaps."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.media.specification.gaps import GapTracker
from tests.media.specification.keyframes import KeyFrameRequests
from tests.media.specification.reception import ReceptionStatistics
from tests.media.specification.sequence import SequenceMap, Unwrapper


@given(st.integers(0, 0xFFFF), st.lists(st.integers(-300, 300), max_size=200))
def test_unwrapped_numbers_keep_every_distance(first: int, steps: list[int]) -> None:
    unwrapper = Unwrapper()
    base = unwrapper.unwrap(first)
    true = highest = 0
    for step in steps:
        true = max(true + step, highest - 1000)
        highest = max(highest, true)
        assert unwrapper.unwrap((first + true) & 0xFFFF) - base == true


@given(st.integers(0, 1 << 20), st.integers(0, 1 << 20), st.lists(st.booleans(), max_size=100))
def test_removing_packets_in_order_leaves_no_hole(first: int, out: int, kept: list[bool]) -> None:
    mapping = SequenceMap(first, out)
    mapped: dict[int, int] = {}
    for number, keep in enumerate(kept, first):
        if keep:
            forwarded = mapping.forward(number)
            assert forwarded is not None
            assert forwarded.pictures == sum(not kept[earlier - first] for earlier in range(first, number))
            mapped[number] = forwarded.number
        else:
            assert mapping.remove(number, first_of_picture=True)
    assert list(mapped.values()) == list(range(out, out + len(mapped)))
    for number, outgoing in mapped.items():
        again = mapping.forward(number)
        assert again is not None
        assert again.number == outgoing
        assert mapping.backward(outgoing) == number


@given(st.lists(st.tuples(st.integers(0, 40), st.booleans()), max_size=80, unique_by=lambda item: item[0]))
def test_no_two_packets_get_the_same_number_in_any_order(arrivals: list[tuple[int, bool]]) -> None:
    mapping = SequenceMap(0, 100)
    used: dict[int, int] = {}
    for number, keep in arrivals:
        if not keep and mapping.remove(number, first_of_picture=False):
            assert mapping.forward(number) is None
            continue
        forwarded = mapping.forward(number)
        assert forwarded is not None
        assert forwarded.number not in used
        used[forwarded.number] = number


def test_packets_from_before_the_map_are_not_mapped() -> None:
    mapping = SequenceMap(10, 100)
    assert mapping.forward(9) is None
    assert mapping.backward(99) is None


def test_a_hole_is_asked_for_at_once_and_again_until_it_is_filled() -> None:
    gaps = GapTracker()
    assert gaps.received(1, 0)
    assert gaps.received(4, 0)
    assert gaps.due(0) == [2, 3]
    assert gaps.due(30_000) == []
    assert gaps.received(2, 30_000)
    assert gaps.due(50_000) == [3]
    assert not gaps.received(2, 60_000)
    assert gaps.received(3, 60_000)
    assert gaps.due(10_000_000) == []
    assert not gaps.take_unrecoverable()


def test_a_packet_that_stays_away_is_given_up_within_a_second() -> None:
    gaps = GapTracker()
    gaps.received(1, 0)
    gaps.received(3, 0)
    asked = [time for time in range(0, 1000, 20) if gaps.due(time * 1000)]
    assert len(asked) == 6
    assert gaps.take_unrecoverable()
    assert not gaps.take_unrecoverable()


def test_a_leap_ahead_is_given_up_at_once() -> None:
    gaps = GapTracker()
    gaps.received(1, 0)
    gaps.received(2000, 0)
    assert gaps.due(0) == []
    assert gaps.take_unrecoverable()


def test_holes_before_a_key_frame_are_forgotten() -> None:
    gaps = GapTracker()
    gaps.received(1, 0)
    gaps.received(5, 0)
    gaps.key_frame_received(5)
    assert gaps.due(1_000_000) == []


@given(st.lists(st.tuples(st.integers(1, 700), st.booleans()), max_size=100))
def test_a_packet_is_new_exactly_once(steps: list[tuple[int, bool]]) -> None:
    gaps = GapTracker()
    seen: set[int] = set()
    highest = 0
    for distance, back in steps:
        number = max(0, highest - distance) if back else highest + distance
        highest = max(highest, number)
        new = gaps.received(number, 0)
        assert not (new and number in seen)
        seen.add(number)


def test_wishes_for_key_frames_are_merged_and_throttled() -> None:
    requests = KeyFrameRequests()
    sent = []
    for step in range(100):
        requests.want()
        if requests.due(step * 10_000):
            sent.append(step)
            requests.arrived()
    assert sent == [0, 30, 60, 90]
    requests.want()
    requests.arrived()
    assert not requests.due(10_000_000)


def test_reception_reports_follow_rfc_3550() -> None:
    statistics = ReceptionStatistics(clock_rate=1000)
    assert statistics.report(7, 0, 0) is None
    for number in (100, 101, 103):
        statistics.received(number, number * 20, number * 20_000 + (16_000 if number == 103 else 0))
    block = statistics.report(7, 0xABCD, 500_000)
    assert block is not None
    assert (block.packets_lost, block.highest_sequence, block.fraction_lost) == (1, 103, 64)
    assert (block.jitter, block.last_sender_report, block.delay_since_last) == (1, 0xABCD, 32768)
    second = statistics.report(7, 0, 0)
    assert second is not None
    assert (second.fraction_lost, second.packets_lost) == (0, 1)
