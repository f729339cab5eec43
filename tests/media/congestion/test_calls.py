"""What a receiver gets over modelled links: it follows, it is steady, voices go first."""

from __future__ import annotations

from itertools import groupby, pairwise
from statistics import fmean

import pytest

from benchmarks.network.impairment import Impairment, Schedule
from benchmarks.network.profiles import PROFILES
from tests.media.congestion.desk_call import AUDIO_BPS, DeskCall
from tests.media.congestion.simulation import Path

_S = 1_000_000
_LONG = pytest.mark.long
_OTHERS = ("control", "loss-1", "burst", "jitter", "reorder", "duplicate", "delay-150")
_WIDE = Impairment(rate_bps=2 * _S, delay_ms=20)


def _changes(call: DeskCall, start: float, end: float) -> int:
    return sum(start <= at < end for at, _, _ in call.layers)


def _steady(call: DeskCall, start: float, end: float, most: int = 3) -> bool:
    """Whether no minute of the interval sees more than so many changes of layers."""
    times = [at for at, _, _ in call.layers if start <= at < end]
    return all(_changes(call, at, at + 60) <= most for at in times)


def _longest_gap(call: DeskCall, stream: str, start: float, end: float) -> float:
    arrived = [at / 1e6 for at, packet in call.path.receiver.arrived if packet.stream == stream]
    times = [start, *(at for at in arrived if start < at < end), end]
    return max(later - earlier for earlier, later in pairwise(times))


def test_a_step_is_followed_down_within_three_seconds_and_up_within_ten() -> None:
    call = DeskCall(Path(PROFILES["step"].down), (720,))
    call.run(110)
    assert [layer for at, _, layer in call.layers if at < 20][-1] == 2
    assert [layer for at, _, layer in call.layers if at < 23][-1] == 0
    assert [layer for at, _, layer in call.layers if at < 60][-1] == 2
    assert max(queue for at, queue in call.queues if 23 < at < 50) < 0.1
    assert _steady(call, 23, 50)
    assert _changes(call, 60, 110) == 0
    assert _longest_gap(call, "audio 1", 1, 109) < 0.4


@pytest.mark.parametrize(
    "rate",
    [300_000, 1_100_000, *(pytest.param(rate, marks=_LONG) for rate in range(400_000, 4_000_000, 300_000))],
)
def test_layers_do_not_oscillate_whatever_the_capacity(rate: int) -> None:
    call = DeskCall(Path(Schedule.constant(Impairment(rate_bps=rate, delay_ms=20))), (720, 360, 360))
    call.run(90)
    assert _steady(call, 12, 90)
    assert fmean(queue for at, queue in call.queues if at > 5) < 0.05
    shares = [decision.allocation.bps / rate for at, decision in call.decisions if at > 15]
    assert 0.4 < fmean(shares) < 1


@pytest.mark.parametrize(
    "name",
    ["loss-5", "loss-10", *(pytest.param(name, marks=_LONG) for name in _OTHERS)],
)
def test_a_path_with_room_for_all_shows_all(name: str) -> None:
    call = DeskCall(Path(PROFILES[name].down), (720, 360, 360))
    call.run(30)
    assert _changes(call, 6, 30) == 0
    assert sorted((slot, layer) for _, slot, layer in call.layers if layer) == [(1, 2), (2, 1), (3, 1)]


def test_after_starving_voices_are_back_within_two_seconds_and_pictures_within_five() -> None:
    starved = Impairment(rate_bps=15_000, delay_ms=20)
    call = DeskCall(Path(Schedule(((0, _WIDE), (10 * _S, starved), (30 * _S, _WIDE)))), (720,))
    call.run(45)
    assert call.sent_bps("video 1", 15, 30) == 0
    assert call.sent_bps("audio 1", 31, 32) > 0.95 * AUDIO_BPS
    back = next(at for at, _, layer in call.layers if at > 30 and layer is not None)
    assert back < 35
    assert _changes(call, 35, 45) <= 1


def test_voices_are_whole_when_nothing_else_fits() -> None:
    call = DeskCall(Path(Schedule.constant(Impairment(rate_bps=240_000, delay_ms=20))), (720, 360, 360))
    call.run(30)
    for slot in (1, 2, 3):
        assert call.sent_bps(f"audio {slot}", 5, 30) > 0.97 * AUDIO_BPS


def test_who_has_room_for_voices_alone_is_told_once_that_his_pictures_are_paused() -> None:
    call = DeskCall(Path(Schedule.constant(Impairment(rate_bps=170_000, delay_ms=20))), (720, 360, 0))
    call.run(60)
    told = [paused for paused, _ in groupby(decision.paused for _, decision in call.decisions)]
    assert told == [frozenset(), {1, 2}]


def test_equal_cameras_get_equal_shares() -> None:
    call = DeskCall(Path(Schedule.constant(Impairment(rate_bps=900_000, delay_ms=20))), (360, 360, 360))
    call.run(40)
    rates = [call.sent_bps(f"video {slot}", 10, 40) for slot in (1, 2, 3)]
    assert min(rates) > 0.25 * max(rates)
