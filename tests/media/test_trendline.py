"""The specification of the delay detector, over modelled links."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random

import pytest

from benchmarks.network.impairment import Impairment, Schedule
from benchmarks.network.link import Pipe
from media.sfu.packet_path import DelayState
from tests.media.specification.trendline import ArrivalGroups, Trendline

_SIZE = 1200


def _sent_evenly(bps: int, seconds: float) -> list[int]:
    return list(range(0, round(seconds * 1e6), round(_SIZE * 8e6 / bps)))


def _states(sent: Iterable[int], impairment: Impairment, seed: int = 1) -> list[DelayState]:
    """Send packets over a link and return what the detector says at each complete group."""
    pipe: Pipe[int] = Pipe(Schedule.constant(impairment), seed)
    groups, trendline = ArrivalGroups(), Trendline()
    states = []
    for sent_at in sent:
        pipe.send(sent_at, _SIZE, sent_at)
    while (now := pipe.next_us) is not None:
        for sent_at in pipe.receive(now):
            delta = groups.received(sent_at, now)
            if delta is not None:
                trendline.update(delta.sent / 1000, delta.arrival / 1000, now / 1000)
                states.append(trendline.state)
    return states


@pytest.mark.parametrize("bps", [300_000, 1_000_000, 4_000_000])
def test_a_line_that_carries_the_rate_is_never_overused(bps: int) -> None:
    states = _states(_sent_evenly(bps, 10), Impairment(delay_ms=30, rate_bps=bps * 2))
    assert len(states) > 100
    assert DelayState.OVERUSING not in states


@pytest.mark.parametrize("bps", [300_000, 1_000_000, 4_000_000])
def test_a_line_that_does_not_is_overused_within_half_a_second(bps: int) -> None:
    line = Impairment(delay_ms=30, rate_bps=bps, queue_ms=10_000)
    states = _states(_sent_evenly(round(bps * 1.3), 1.2), line)
    half_a_second = round(0.5 * bps * 1.3 / 8 / _SIZE)
    assert DelayState.OVERUSING in states[: max(25, half_a_second)]


def test_a_queue_that_empties_is_underuse() -> None:
    line = Impairment(delay_ms=30, rate_bps=1_000_000, queue_ms=10_000)
    fast = _sent_evenly(1_500_000, 2)
    slow = [at + 2_000_000 for at in _sent_evenly(300_000, 3)]
    states = _states([*fast, *slow], line)
    after = states[states.index(DelayState.OVERUSING) :]
    assert DelayState.UNDERUSING in after
    assert after[-1] is DelayState.NORMAL


def test_the_threshold_gets_used_to_jitter() -> None:
    """With a threshold that does not, these seeds give 77 of 1803."""
    late: list[DelayState] = []
    for seed in range(4):
        states = _states(_sent_evenly(600_000, 30), Impairment(delay_ms=30, jitter_ms=100), seed)
        late += states[len(states) // 2 :]
    assert late.count(DelayState.OVERUSING) < 60


def test_packets_held_back_and_let_go_at_once_are_one_group() -> None:
    groups = ArrivalGroups()
    assert all(groups.received(sent, 100_000) is None for sent in range(0, 60_000, 10_000))
    assert groups.received(200_000, 300_000) is None
    delta = groups.received(220_000, 320_000)
    assert delta is not None
    assert (delta.sent, delta.arrival) == (150_000, 200_000)


def test_disorder_and_copies_do_no_harm() -> None:
    chance = Random(7)
    groups = ArrivalGroups()
    trendline = Trendline()
    for number in range(2000):
        sent = number * 8_000 + chance.randrange(-30_000, 30_000)
        delta = groups.received(sent, sent + 50_000 + chance.randrange(60_000))
        if delta is not None:
            assert delta.arrival >= 0
            trendline.update(delta.sent / 1000, delta.arrival / 1000, sent / 1000)
