"""The model of a link: each effect is there, in the promised measure, and chance is repeatable."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.network.impairment import BurstLoss, Impairment, Schedule
from benchmarks.network.link import Link, Pipe
from benchmarks.network.profiles import PROFILES

S = 1_000_000
MS = 1_000
SIZE = 1_000


@dataclass(frozen=True, slots=True)
class Arrival:
    number: int
    sent_us: int
    at_us: int

    @property
    def delay_us(self) -> int:
        return self.at_us - self.sent_us


def through(
    schedule: Schedule | Impairment, *, seconds: int = 60, packets_per_s: int = 100, seed: int = 1
) -> list[Arrival]:
    """Send evenly spaced packets of 1000 bytes and let the clock jump to every arrival."""
    if isinstance(schedule, Impairment):
        schedule = Schedule.constant(schedule)
    pipe: Pipe[tuple[int, int]] = Pipe(schedule, seed)
    arrivals: list[Arrival] = []
    for number in range(seconds * packets_per_s):
        now_us = number * S // packets_per_s
        drain(pipe, now_us, arrivals)
        pipe.send((number, now_us), SIZE, now_us)
    drain(pipe, 10 * seconds * S, arrivals)
    return arrivals


def drain(pipe: Pipe[tuple[int, int]], until_us: int, arrivals: list[Arrival]) -> None:
    while (at_us := pipe.next_us) is not None and at_us <= until_us:
        arrivals += [Arrival(number, sent_us, at_us) for number, sent_us in pipe.receive(at_us)]


def numbers(arrivals: list[Arrival]) -> list[int]:
    return [arrival.number for arrival in arrivals]


def test_a_perfect_line_gives_every_packet_at_once_and_in_order() -> None:
    arrivals = through(Impairment())
    assert numbers(arrivals) == list(range(6000))
    assert all(arrival.delay_us == 0 for arrival in arrivals)


@settings(max_examples=20)
@given(st.floats(0.01, 0.9), st.integers(0, 1000))
def test_independent_loss_takes_its_share(loss: float, seed: int) -> None:
    lost = 1 - len(through(Impairment(loss=loss), seed=seed)) / 6000
    assert lost == pytest.approx(loss, abs=0.035)  # Over five standard deviations of 6000 draws.


@pytest.mark.parametrize("seed", range(5))
def test_losses_come_in_bursts_of_the_promised_length(seed: int) -> None:
    burst = BurstLoss(enter=0.01, leave=0.1)
    arrived = numbers(through(Impairment(burst=burst), seconds=600, seed=seed))
    gaps = [after - before - 1 for before, after in pairwise(arrived) if after - before > 1]
    assert sum(gaps) / 60_000 == pytest.approx(burst.average, rel=0.2)
    assert sum(gaps) / len(gaps) == pytest.approx(10, rel=0.2)


def test_delay_is_added_to_every_packet() -> None:
    assert {arrival.delay_us for arrival in through(Impairment(delay_ms=150))} == {150 * MS}


@pytest.mark.parametrize("seed", range(5))
def test_jitter_spreads_the_delay_and_keeps_the_order(seed: int) -> None:
    arrivals = through(Impairment(delay_ms=20, jitter_ms=60), seed=seed, packets_per_s=10)
    delays = sorted(arrival.delay_us / MS for arrival in arrivals)
    assert 20 <= delays[0] < 25
    assert 75 < delays[-1] <= 80
    assert delays[len(delays) // 2] == pytest.approx(50, abs=5)
    dense = through(Impairment(jitter_ms=60), seed=seed, packets_per_s=1000)
    assert numbers(dense) == list(range(60_000))


@pytest.mark.parametrize("seed", range(5))
def test_some_packets_are_overtaken_and_none_is_lost(seed: int) -> None:
    arrived = numbers(through(Impairment(delay_ms=20, reorder=0.05, reorder_ms=35), seed=seed))
    assert sorted(arrived) == list(range(6000))
    overtaken = sum(after < before for before, after in pairwise(arrived))
    assert overtaken / 6000 == pytest.approx(0.05, abs=0.02)
    assert max(place - number for place, number in enumerate(arrived)) <= 3


@pytest.mark.parametrize("seed", range(5))
def test_some_packets_come_twice(seed: int) -> None:
    arrived = numbers(through(Impairment(duplicate=0.1), seed=seed))
    assert sorted(set(arrived)) == list(range(6000))
    assert len(arrived) / 6000 == pytest.approx(1.1, abs=0.02)


@settings(max_examples=30)
@given(st.integers(50_000, 2_000_000), st.integers(20, 400))
def test_a_rate_is_never_exceeded_and_the_queue_is_bounded(rate_bps: int, queue_ms: int) -> None:
    arrivals = through(Impairment(rate_bps=rate_bps, queue_ms=queue_ms), seconds=10)
    carried_bps = len(arrivals) * SIZE * 8 / 10
    packet_us = SIZE * 8 * S / rate_bps
    assert carried_bps <= rate_bps * 1.02 + (queue_ms * MS + packet_us) / 10 / S * rate_bps
    assert carried_bps >= min(800_000, rate_bps) * 0.95 - SIZE * 8 / 10
    assert all(after.at_us - before.at_us >= packet_us - 1 for before, after in pairwise(arrivals))
    assert max(arrival.delay_us for arrival in arrivals) <= queue_ms * MS + packet_us + 1


def test_what_waits_when_the_rate_falls_goes_out_at_the_new_rate() -> None:
    schedule = Schedule(((0, Impairment(rate_bps=80_000)), (S, Impairment(rate_bps=8_000))))
    pipe: Pipe[str] = Pipe(schedule, seed=1)
    pipe.send("half before the change", SIZE, 950 * MS)  # 50 ms at the first rate, 500 ms at the second.
    assert pipe.next_us == 950 * MS + 50 * MS + 500 * MS


def test_what_waits_when_the_limit_ends_goes_out_in_order() -> None:
    schedule = Schedule(((0, Impairment(rate_bps=80_000)), (S, Impairment())))
    arrivals = through(schedule, seconds=2)
    assert numbers(arrivals) == sorted(numbers(arrivals))
    assert all(arrival.delay_us == 0 for arrival in arrivals if arrival.sent_us >= S)


def test_a_schedule_is_followed_in_time() -> None:
    schedule = Schedule(((0, Impairment()), (20 * S, Impairment(loss=1.0)), (40 * S, Impairment())))
    assert numbers(through(schedule)) == [*range(2000), *range(4000, 6000)]
    assert schedule.changes_us() == (20 * S, 40 * S)


def test_a_link_can_go_on_as_another_and_loses_nothing_that_was_under_way() -> None:
    link: Link[int] = Link(PROFILES["delay-150"], seed=1)
    link.down.send(1, SIZE, 0)
    link.up.send(2, SIZE, 0)
    link.change(PROFILES["control"], 50 * MS)
    link.down.send(3, SIZE, 60 * MS)
    assert link.next_us == 150 * MS
    assert list(link.down.receive(149 * MS)) == []
    assert list(link.down.receive(150 * MS)) == [1, 3]
    assert list(link.up.receive(150 * MS)) == [2]


@settings(max_examples=30)
@given(st.sampled_from(sorted(PROFILES)), st.integers(0, 10**9))
def test_the_same_seed_and_packets_have_the_same_outcome(name: str, seed: int) -> None:
    schedule = PROFILES[name].down
    assert through(schedule, seconds=3, seed=seed) == through(schedule, seconds=3, seed=seed)


def test_another_seed_and_the_other_direction_have_another_outcome() -> None:
    schedule = PROFILES["loss-10"].down
    assert through(schedule, seed=1) != through(schedule, seed=2)
    link: Link[int] = Link(PROFILES["loss-10"], seed=1)
    for number in range(1000):
        link.up.send(number, SIZE, 0)
        link.down.send(number, SIZE, 0)
    assert list(link.up.receive(S)) != list(link.down.receive(S))


def test_the_step_lets_300_kbit_through_for_half_a_minute() -> None:
    arrivals = through(PROFILES["step"].down, seconds=110, packets_per_s=400)
    narrow = [arrival for arrival in arrivals if 21 * S <= arrival.at_us < 50 * S]
    wide = [arrival for arrival in arrivals if 51 * S <= arrival.at_us < 110 * S]
    assert len(narrow) * SIZE * 8 / 29 == pytest.approx(300_000, rel=0.01)
    assert len(wide) * SIZE * 8 / 59 == pytest.approx(2_000_000, rel=0.01)


def test_starvation_lets_15_kbit_out_for_20_seconds_and_everything_in() -> None:
    starve = PROFILES["starve"]
    out = through(starve.up, seconds=50)
    starved = [arrival for arrival in out if 11 * S <= arrival.at_us < 30 * S]
    assert len(starved) * SIZE * 8 / 19 == pytest.approx(15_000, rel=0.05)
    assert len(through(starve.down, seconds=50)) == 5000


@pytest.mark.parametrize("phases", [(), ((1, Impairment()),), ((0, Impairment()), (0, Impairment()))])
def test_a_schedule_that_does_not_begin_at_0_or_repeats_itself_is_refused(
    phases: tuple[tuple[int, Impairment], ...],
) -> None:
    with pytest.raises(ValueError, match="phases"):
        Schedule(phases)


def test_a_rate_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="rate"):
        Schedule.constant(Impairment(rate_bps=0))
