"""The estimate over modelled links: it finds the capacity, follows it, and does not mistake loss for it."""

from __future__ import annotations

from statistics import fmean

import pytest

from benchmarks.network.impairment import BurstLoss, Impairment, Schedule
from benchmarks.network.profiles import PROFILES
from media.sfu.congestion.estimate import LOWEST_BPS, START_BPS, SendEstimate
from media.sfu.packet_path import CongestionReport, DelayState
from tests.media.congestion.simulation import EncoderCall, Path

_S = 1_000_000


def _call(impairment: Impairment, seed: int = 1) -> EncoderCall:
    return EncoderCall(Path(Schedule.constant(impairment), seed=seed))


def _mean(call: EncoderCall, start: float, end: float) -> float:
    return fmean(target for at, target in call.targets if start <= at < end)


@pytest.mark.parametrize("rate", [150_000, 300_000, 1_000_000, 3_000_000])
def test_it_converges_to_the_capacity_within_four_seconds_and_stays(rate: int) -> None:
    call = _call(Impairment(rate_bps=rate, delay_ms=20))
    call.run(30)
    for start in (4, 10, 20):
        share = 0.82 if rate >= 300_000 else 0.75
        assert share * rate < _mean(call, start, start + 6) < rate
    late = [queue for at, queue in call.queues if at > 5]
    assert max(late) < 0.3
    assert fmean(late) < 0.06


def test_it_follows_a_step_down_within_three_seconds_and_up_within_ten() -> None:
    call = EncoderCall(Path(PROFILES["step"].down))
    call.run(66)
    assert _mean(call, 10, 20) > 0.8 * 2_000_000
    assert 0.6 * 300_000 < _mean(call, 22, 24) < 300_000
    assert 0.75 * 300_000 < _mean(call, 26, 50) < 300_000
    assert max(queue for at, queue in call.queues if 23 < at < 50) < 0.2
    assert _mean(call, 60, 66) > 0.8 * 2_000_000


@pytest.mark.parametrize(("loss", "share"), [(0.05, 0.8), (0.1, 0.8), (0.2, 0.7)])
@pytest.mark.parametrize("seed", [1, 2])
def test_random_loss_costs_less_than_a_fifth_of_the_capacity(loss: float, share: float, seed: int) -> None:
    call = _call(Impairment(rate_bps=1_000_000, delay_ms=20, loss=loss), seed)
    call.run(40)
    assert _mean(call, 5, 40) > share * 1_000_000


def test_bursts_of_loss_do_not_starve() -> None:
    burst = BurstLoss(enter=0.005, leave=0.1, loss=0.8)
    for seed in (1, 2, 3):
        call = _call(Impairment(rate_bps=1_000_000, delay_ms=20, burst=burst), seed)
        call.run(40)
        assert _mean(call, 5, 40) > 0.7 * 1_000_000


def test_loss_without_delay_is_congestion_when_it_falls_with_the_rate() -> None:
    """A policer with a short bucket: nothing is to be seen of it but loss."""
    call = _call(Impairment(rate_bps=1_000_000, delay_ms=20, queue_ms=15))
    call.run(40)
    assert 0.6 * 1_000_000 < _mean(call, 10, 40) < 1_000_000
    assert call.estimate.loss < 0.2


def test_jitter_is_not_taken_for_congestion() -> None:
    call = EncoderCall(Path(PROFILES["jitter"].down), most_bps=2_000_000)
    call.run(30)
    assert _mean(call, 5, 30) > 0.9 * 2_000_000


def test_a_starved_line_is_used_again_within_four_seconds() -> None:
    wide = Impairment(rate_bps=2 * _S, delay_ms=20)
    starved = Impairment(rate_bps=15_000, delay_ms=20)
    call = EncoderCall(Path(Schedule(((0, wide), (10 * _S, starved), (30 * _S, wide)))))
    call.run(40)
    assert _mean(call, 20, 30) < 50_000
    assert _mean(call, 34, 40) > 0.7 * 2_000_000


def test_a_late_feedback_is_not_taken_for_congestion() -> None:
    """The receiver's uplink is starved, so its feedback waits in a queue; the downlink is well."""
    starved = Impairment(rate_bps=30_000, delay_ms=20, queue_ms=3000)
    up = Schedule(((0, Impairment(delay_ms=20)), (10 * _S, starved), (20 * _S, Impairment(delay_ms=20))))
    call = EncoderCall(Path(Schedule.constant(Impairment(delay_ms=20)), up), most_bps=2_000_000)
    call.run(25)
    assert _mean(call, 12, 25) > 0.8 * 2_000_000


def _report(
    at: float | None, overuses: int = 0, queue_s: float = 0.0, sent_bps: int = 1_000_000
) -> CongestionReport:
    return CongestionReport(
        feedback_at=at,
        acked_bps=1_000_000,
        sent_bps=sent_bps,
        packets_acked=round((at or 0) * 100),
        packets_lost=0,
        delay_state=DelayState.NORMAL,
        overuses=overuses,
        trend=0.0,
        queue_s=queue_s,
        round_trip_s=0.05,
        in_flight_bytes=10_000,
        probe=None,
    )


def test_overuse_without_a_queue_is_a_false_alarm() -> None:
    alarmed, quiet = SendEstimate(0.0), SendEstimate(0.0)
    for tick in range(1, 60):
        alarmed.update(_report(tick * 0.2, overuses=tick, queue_s=0.005), tick * 0.2)
        quiet.update(_report(tick * 0.2), tick * 0.2)
    assert alarmed.target_bps == quiet.target_bps > 1_000_000


def test_the_longer_the_queue_the_deeper_the_decrease() -> None:
    targets = []
    for queue_s in (0.03, 0.4, 2.0):
        estimate = SendEstimate(0.0)
        for tick in range(1, 40):
            estimate.update(_report(tick * 0.2), tick * 0.2)
        estimate.update(_report(8.0, overuses=1, queue_s=queue_s), 8.0)
        targets.append(estimate.target_bps)
    assert targets == [850_000, 600_000, 500_000]


def test_after_a_deep_fall_it_probes_as_soon_as_the_path_is_calm() -> None:
    """Probes had failed before, so the next one would have waited for eight seconds."""
    estimate = SendEstimate(0.0)
    for tick in range(1, 60):
        estimate.update(_report(tick * 0.2), tick * 0.2)
        estimate.next_probe(5_000_000, tick * 0.2)
    probes = []
    for tick in range(60, 100):
        now = tick * 0.2
        overuses, queue_s = (tick, 0.6) if tick < 70 else (69, 0.0)
        estimate.update(_report(now, overuses, queue_s), now)
        if estimate.next_probe(5_000_000, now) is not None:
            probes.append(now)
    assert 14 < probes[0] < 15.2


def test_without_feedback_it_stays_a_while_then_decays_to_the_floor() -> None:
    estimate = SendEstimate(0.0)
    estimate.update(_report(0.0), 0.0)
    start = estimate.target_bps
    targets = []
    for tick in range(1, 100):
        estimate.update(_report(0.0), tick * 0.2)
        targets.append(estimate.target_bps)
        assert estimate.next_probe(5_000_000, tick * 0.2) is None or tick <= 10
    assert targets[8] == start
    assert targets[24] < 0.5 * start
    assert targets[-1] == LOWEST_BPS


def test_after_silence_the_target_is_what_it_was_unless_there_is_a_queue() -> None:
    after = []
    for queue_s in (0.0, 0.5):
        estimate = SendEstimate(0.0)
        estimate.update(_report(0.0), 0.0)
        start = estimate.target_bps
        for tick in range(1, 20):
            estimate.update(_report(0.0), tick * 0.2)
        overuses = 1 if queue_s else 0
        estimate.update(_report(4.0, overuses=overuses, queue_s=queue_s), 4.0)
        after.append(estimate.target_bps >= start)
    assert after == [True, False]


def test_a_full_queue_counts_once_it_has_stood_for_a_moment() -> None:
    estimate = SendEstimate(0.0)
    congested = []
    for tick in range(5):
        full = _report(tick * 0.2, queue_s=0.2 if tick else 0.0, sent_bps=1_300_000)
        estimate.update(full, tick * 0.2)
        congested.append(estimate.congested_within(0.1, tick * 0.2))
    assert congested == [False, False, True, True, True]


def test_silence_is_no_bad_sign_when_little_was_sent() -> None:
    estimate = SendEstimate(0.0)
    for tick in range(100):
        estimate.update(_report(0.0, sent_bps=50_000), tick * 0.2)
    assert estimate.target_bps >= START_BPS


def test_a_path_on_which_nothing_is_sent_any_more_is_asked_though_it_was_congested() -> None:
    estimate = SendEstimate(0.0)
    probes = []
    for tick in range(1, 100):
        now, full = tick * 0.2, min(tick * 0.2, 2.0)
        report = _report(full, overuses=round(full / 0.2), queue_s=0.6, sent_bps=0 if now > 2 else 1_000_000)
        estimate.update(report, now)
        if estimate.next_probe(5_000_000, now) is not None:
            probes.append(now)
    assert 4 < probes[0] < 4.5
    assert len(probes) < 6, "now and then, as long as none is answered"


def test_nothing_is_probed_while_the_estimate_satisfies_all_slots() -> None:
    estimate = SendEstimate(0.0)
    estimate.update(_report(0.1), 0.1)
    assert estimate.next_probe(400_000, 0.2) is None
    assert estimate.next_probe(900_000, 0.2) == 900_000
