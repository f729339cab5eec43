"""What layers cost and whether they arrive, from the path's totals."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

import pytest

from media.sfu.congestion.ladder import Layer
from media.sfu.layers import LayerMeter
from media.sfu.packet_path import LayerReport, SourceId

_SOURCES = (SourceId(3), SourceId(2), SourceId(1))
"""In the order of the offer, the largest first."""

_TICK_S = 0.2
_KILOBYTE_PER_TICK = 8_000 / _TICK_S * 1.05


def _smallest(meter: LayerMeter) -> Layer:
    return meter.layers(_SOURCES)[0]


def _feed(meter: LayerMeter, ticks: Sequence[tuple[float, ...]], start: float = 0.0) -> float:
    """Let kilobytes come to the smallest layer, by temporal layer; return the time after the last tick."""
    now = start
    for total in accumulate(ticks, lambda one, other: tuple(a + b for a, b in zip(one, other, strict=True))):
        count = [round(kilobytes * 1000) for kilobytes in (*total, 0, 0, 0, 0)[:4]]
        report = LayerReport(320, 180, (count[0], count[1], count[2], count[3]), now)
        meter.update({SourceId(1): report}, now)
        now += _TICK_S
    return now


def test_layers_that_never_came_are_reckoned_from_the_smallest_up() -> None:
    layers = LayerMeter().layers(_SOURCES)
    assert [layer.source for layer in layers] == [1, 2, 3]
    assert [layer.height for layer in layers] == [180, 360, 720]
    assert [layer.bps for layer in layers] == [(150_000,), (450_000,), (1_350_000,)]
    assert not any(layer.arriving for layer in layers)


def test_a_layer_costs_what_comes_by_temporal_layer_with_all_headers() -> None:
    meter = LayerMeter()
    _feed(meter, [(1, 0.5, 1)] * 20)
    expected = (_KILOBYTE_PER_TICK, 1.5 * _KILOBYTE_PER_TICK, 2.5 * _KILOBYTE_PER_TICK)
    assert _smallest(meter).bps == pytest.approx(expected, rel=0.01)
    assert _smallest(meter).arriving


def test_a_peak_counts_for_some_seconds() -> None:
    meter = LayerMeter()
    now = _feed(meter, [(1,)] * 10 + [(10,)] * 5 + [(1,)] * 15)
    assert 2 * _KILOBYTE_PER_TICK < _smallest(meter).bps[0] < 8 * _KILOBYTE_PER_TICK
    _feed(meter, [(71,), *[(1,)] * 150], now)
    assert _smallest(meter).bps[0] == pytest.approx(_KILOBYTE_PER_TICK, rel=0.1)


def test_the_first_key_frame_alone_is_no_measure() -> None:
    meter = LayerMeter()
    _feed(meter, [(0,), (20,), (1,)])
    assert _smallest(meter).bps == (150_000,)


def test_a_layer_that_stopped_no_longer_arrives_but_is_still_known() -> None:
    meter = LayerMeter()
    _feed(meter, [(1,)] * 10)
    before = _smallest(meter)
    meter.update({SourceId(1): LayerReport(320, 180, (10_000, 0, 0, 0), 1.8)}, 2.6)
    assert _smallest(meter) == Layer(before.source, before.height, before.bps, arriving=False)


def test_the_only_layer_of_a_track_always_arrives() -> None:
    (layer,) = LayerMeter().layers((SourceId(5),))
    assert layer.arriving
