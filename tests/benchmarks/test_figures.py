"""From measurements to figures and plots."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.load.drift import Drift, drift_of
from benchmarks.load.result import FLOORS_MS, LoadResult, loss, percentile_ms, summarize
from benchmarks.load.run import Measurement, Plan, Sample
from benchmarks.load.streams import Profile
from benchmarks.peers.comparison import OURS, judge
from benchmarks.process import ProcessSample, sample_process
from benchmarks.report.page import page
from benchmarks.report.plots import Series, bar_plot, line_plot, number_text, ticks

PLAN = Plan(rooms=2, participants=4, profile=Profile.CAMERA, seconds=2.0, churn=False)


def histogram(values_ms: list[float]) -> np.ndarray[tuple[int], np.dtype[np.uint64]]:
    buckets = np.searchsorted(FLOORS_MS, np.array(values_ms), side="right") - 1
    return np.bincount(buckets, minlength=len(FLOORS_MS)).astype(np.uint64)


@given(st.lists(st.floats(0.001, 10_000), min_size=1, max_size=200), st.floats(1, 99))
def test_percentiles_of_buckets_are_within_a_bucket_of_the_true_ones(
    values: list[float], percent: float
) -> None:
    estimate = percentile_ms(histogram(values), percent)
    ordered = np.sort(np.array(values))
    true = ordered[max(0, int(np.ceil(len(ordered) * percent / 100 - 1e-9)) - 1)]
    assert true * (1 - 1 / 32) - 0.0011 <= estimate <= true * (1 + 1 / 32) + 0.0011


def test_nothing_measured_has_no_latency() -> None:
    assert percentile_ms(histogram([]), 99) == 0


def sample(
    at_s: float, received: int, cpu_s: float, memory_kb: int, latencies: list[float], joins: int = 3
) -> Sample:
    counters = {"received": received, "expected": 2000, "measured": 1998, "key_frames_wanted": 3}
    counters |= {"packets_wanted": 0, "refused": 0}
    process = ProcessSample(cpu_s, memory_kb, 20)
    return Sample(
        at_s, joins, counters, histogram(latencies), histogram([0.1] * len(latencies)), cpu_s / 10, process
    )


def measurement() -> Measurement:
    samples = [
        sample(10.0, 1000, 4.0, 50_000, [1.0] * 5),
        sample(12.0, 3000, 4.02, 58_000, [1.0] * 5 + [7.0] * 9),
    ]
    return Measurement(
        PLAN, ProcessSample(1.0, 50_000, 20), [30.0, 50.0, 40.0], 0, samples, samples[-1].counters
    )


def test_a_measurement_is_reduced_to_rates_per_packet_and_participant() -> None:
    result = summarize(measurement())
    assert result.packets_out_per_s == 1000
    assert result.loss == pytest.approx(0.001)
    assert result.server_cpu_us_per_packet == pytest.approx(10.0)
    assert result.memory_kb_per_participant == 1000
    assert result.join_ms_p50 == 40
    assert result.latency_ms_p50 == pytest.approx(
        7, rel=1 / 32
    )  # What came before the window does not count.


def test_nothing_expected_is_nothing_lost() -> None:
    assert loss({"expected": 0, "measured": 0}) == 0


def soak(memory_kb: Callable[[int], int]) -> Drift:
    """The drift of 120 samples, 10 s and 40 joins apart, of a server with that memory at each."""
    drift = drift_of([sample(n * 10.0, n, n, memory_kb(n), [], joins=n * 40) for n in range(121)])
    assert drift is not None
    return drift


def test_a_server_that_stops_growing_is_flat() -> None:
    drift = soak(lambda n: 50_000 + min(n, 60) * 200 + n % 2 * 300)
    assert (drift.seconds, drift.joins, drift.flat) == (600.0, 2400, True)
    assert abs(drift.memory_kb) < 30


def test_what_is_lost_at_each_join_is_no_flat_server() -> None:
    drift = soak(lambda n: 200_000 + n * 40 * 2)
    assert drift.memory_kb_per_join == pytest.approx(2.0)
    assert drift.memory_share < 0.03
    assert not drift.flat


def test_without_the_servers_process_there_is_no_drift() -> None:
    elsewhere = [replace(item, server=None) for item in measurement().samples]
    assert drift_of(elsewhere) is None


def turn(cost: float) -> LoadResult:
    result = summarize(measurement())
    fields = {name: getattr(result, name) for name in result.__struct_fields__}
    return LoadResult(**{**fields, "server_cpu_us_per_packet": cost})


def test_a_peer_is_judged_by_the_median_of_its_turns() -> None:
    result = judge({OURS: [turn(5.0), turn(6.0), turn(90.0)], "peer": [turn(18.0), turn(1.0), turn(19.0)]})
    assert result.ratios == {"peer": 3.0}


def test_every_stream_is_heard_by_all_others_of_its_room() -> None:
    assert PLAN.hearings == 2 * 8 * 3
    screens = Plan(rooms=1, participants=3, profile=Profile.SCREEN, seconds=1, churn=False)
    assert screens.hearings == 7 * 2


def test_a_process_is_charged_for_its_work_and_its_files() -> None:
    before = sample_process(os.getpid())
    while sample_process(os.getpid()).cpu_s == before.cpu_s:
        sum(range(10_000))
    read_end, write_end = os.pipe()
    after = sample_process(os.getpid())
    os.close(read_end)
    os.close(write_end)
    assert after.handles == before.handles + 2
    assert after.memory_kb > 1_000


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6))
def test_ticks_cover_the_range_in_few_equal_steps(low: float, extent: float) -> None:
    found = ticks(low, low + extent)
    steps = np.diff(found)
    assert found[0] <= low + extent * 1e-6
    assert found[-1] >= low + extent * (1 - 1e-6)
    assert 2 <= len(found) <= 8
    assert steps == pytest.approx(steps[0])


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (1234567, "1,234,567"), (12.345, "12.3"), (0.0012345, "0.00123"), (2.5, "2.5")],
)
def test_numbers_are_written_with_three_digits(value: float, text: str) -> None:
    assert number_text(value) == text


def test_plots_are_well_formed_and_names_cannot_break_them() -> None:
    lines = [Series("<a & b>", [(0.0, 1.0), (1.0, 3.0)]), Series("c", [])]
    for plot in (
        line_plot("<Title>", "x", "y", lines),
        bar_plot("<Title>", "µs", [("<a>", 1.0), ("b", 0.0)]),
    ):
        figure = ElementTree.fromstring(plot)
        assert figure.findtext("figcaption") == "<Title>"
    drawn = ElementTree.fromstring(line_plot("Title", "x", "y", lines)).findall("svg/polyline")
    assert [len((line.get("points") or "").split()) for line in drawn] == [2, 0]


def test_a_page_needs_nothing_from_elsewhere() -> None:
    text = page("Load", "intro", {"loss": "0"}, [bar_plot("Title", "µs", [("a", 1.0)])])
    assert "<th>loss</th><td>0</td>" in text
    assert "http" not in text
    assert "src=" not in text
