"""What forwarding costs, measured for a moment with the real forwarders."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.forwarding.comparison import ForwardingResult, Plan, compare
from benchmarks.forwarding.process import Forwarder
from benchmarks.forwarding.report import write_report
from benchmarks.process import Cores

ANYWHERE = Cores(server=(), client=None)
PLAN = Plan(seconds=0.1, rounds=1, rooms=(1,))


@pytest.fixture(scope="module")
def doings() -> list[str]:
    """What was done, in order."""
    return []


@pytest.fixture(scope="module")
def result(doings: list[str]) -> ForwardingResult:
    """A measurement too short for its figures to mean much."""
    return compare(PLAN, ANYWHERE, lambda doing, _: doings.append(doing))


def test_all_forwarders_are_measured_at_full_load_and_at_the_rate_of_rooms(
    result: ForwardingResult, doings: list[str]
) -> None:
    assert 0 < result.bare_c_us < result.aiortc_us
    assert 0 < result.native_us < result.aiortc_us
    assert result.ratio == pytest.approx(result.native_us / result.bare_c_us, abs=0.001)
    assert result.native_packets_per_s > 1_000
    assert result.native_loss < 0.01
    assert result.rates["1"].native_us > result.native_us
    assert 0 < result.rates["1"].latency_us_p50 <= result.rates["1"].latency_us_p99
    assert doings == ["Full load", "At the rate of 1"]


def test_the_report_shows_every_forwarder(result: ForwardingResult, tmp_path: Path) -> None:
    report = tmp_path / "report.html"
    write_report(report, PLAN, result)
    text = report.read_text()
    assert all(f">{name}</" in text for name in ("native", "bare C", "aiortc"))
    assert "Latency of the native path" in text


def test_a_forwarder_that_does_not_run_is_no_measurement() -> None:
    with pytest.raises(RuntimeError, match="nonsense ended: exit status"):
        Forwarder("nonsense", 1, ANYWHERE)
