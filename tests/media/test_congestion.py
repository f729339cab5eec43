"""What the path measures of the way to a client, over a modelled link with a clock moved by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from benchmarks.network.impairment import Impairment
from media.sfu.packet_path import DelayState
from tests.media.linked_call import NOTHING_KNOWN, Call
from tests.media.wire import PATHS, Client, MakePath, Wire, vp8_payload


@pytest.fixture(params=list(PATHS.values()), ids=list(PATHS))
def make_path(request: pytest.FixtureRequest) -> MakePath:
    """Every behaviour holds for the native path and for its specification."""
    maker: MakePath = request.param
    return maker


def test_before_the_first_feedback_nothing_is_known(make_path: MakePath) -> None:
    wire = Wire(make_path)
    for client in (wire.client(), wire.client(transport_cc=True)):
        assert wire.path.congestion(client.transport) == NOTHING_KNOWN


def test_a_line_that_carries_what_is_sent_is_calm(make_path: MakePath) -> None:
    call = Call(make_path, Impairment(rate_bps=4_000_000, delay_ms=30))
    report = call.run(5, 1_000_000)
    assert report.acked_bps == pytest.approx(1_000_000, rel=0.06)
    assert report.sent_bps == pytest.approx(1_000_000, rel=0.06)
    assert (report.overuses, report.packets_lost, report.delay_state) == (0, 0, DelayState.NORMAL)
    assert report.queue_s == pytest.approx(0, abs=0.002)
    assert report.round_trip_s == pytest.approx(0.032, abs=0.01)
    assert report.packets_acked > 600
    assert 0 < report.in_flight_bytes < 10_000
    assert call.wire.path.congestion(call.receiver.transport) == report, "reading changes nothing"


def test_a_line_that_does_not_is_overused_at_once_and_its_queue_is_measured(make_path: MakePath) -> None:
    call = Call(make_path, Impairment(rate_bps=1_000_000, delay_ms=30, queue_ms=10_000))
    call.run(3, 800_000)
    assert call.run(0.7, 1_500_000).overuses > 0
    report = call.run(1.3, 1_500_000)
    assert report.acked_bps == pytest.approx(1_000_000, rel=0.06)
    assert report.sent_bps == pytest.approx(1_500_000, rel=0.06)
    waited = 2 * (1.5 - 1) / 1.5  # what arrives after two seconds was sent so long ago
    assert report.queue_s == pytest.approx(waited, abs=0.06)
    assert report.round_trip_s == pytest.approx(waited + 0.03, abs=0.06)
    assert report.in_flight_bytes == pytest.approx((waited + 0.03) * 1_500_000 / 8, rel=0.1)
    call.run(2, 300_000)
    assert DelayState.UNDERUSING in {report.delay_state for report in call.reports[-40:]}
    assert call.run(3, 300_000).queue_s == pytest.approx(0, abs=0.01)


def test_loss_is_counted(make_path: MakePath) -> None:
    call = Call(make_path, Impairment(delay_ms=30, loss=0.1))
    report = call.run(10, 2_000_000)
    total = report.packets_acked + report.packets_lost
    assert total > 2400
    assert report.packets_lost / total == pytest.approx(0.1, abs=0.03)


def test_who_stops_to_answer_leaves_what_was_sent_in_flight(make_path: MakePath) -> None:
    call = Call(make_path, Impairment(delay_ms=30))
    answered = call.run(1, 1_000_000)
    call.run(1, 1_000_000)
    silent: Client = call.receiver
    for number in range(100):
        call.wire.now += 0.01
        call.sender.send_video(1000 + number, vp8_payload(1000 + number, key_frame=False, body=bytes(950)))
    report = call.wire.path.congestion(silent.transport)
    assert report.in_flight_bytes > 90_000
    assert report.feedback_at is not None
    assert answered.feedback_at is not None
    assert report.feedback_at == pytest.approx(answered.feedback_at + 1, abs=0.06)


@pytest.mark.parametrize("seed", range(4))
def test_both_paths_report_the_same(seed: int) -> None:
    impairment = Impairment(
        rate_bps=1_200_000, delay_ms=20, jitter_ms=15, loss=0.05, reorder=0.02, reorder_ms=30
    )
    native, plain = (Call(make_path, impairment, seed) for make_path in PATHS.values())
    for bps in (600_000, 1_800_000, 500_000, 1_200_000):
        for call in (native, plain):
            call.run(1.5, bps)
            call.wire.path.probe(call.receiver.transport, 2_000_000, 20)
    assert any(report.overuses for report in native.reports)
    for one, other in zip(native.reports, plain.reports, strict=True):
        assert one.trend == pytest.approx(other.trend, abs=1e-6)
        assert replace(one, trend=0.0) == replace(other, trend=0.0)
