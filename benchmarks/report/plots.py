"""Plots as SVG, drawn in the colours of the page's style sheet."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

_WIDTH, _HEIGHT = 560, 260
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 16, 12, 44
_BAR_HEIGHT, _BAR_GAP, _BAR_LABEL = 26, 12, 130
_TICKS = 5


@dataclass(frozen=True, slots=True)
class Series:
    """A line: its name in the legend, and its points."""

    name: str
    points: Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Axis:
    """One axis: what it counts, and the range of the numbers on it."""

    label: str
    low: float
    high: float

    def share(self, value: float) -> float:
        """Where a value stands between the ends, 0 to 1."""
        return (value - self.low) / (self.high - self.low)


def line_plot(title: str, x_label: str, y_label: str, series: Sequence[Series]) -> str:
    """Draw lines over a common axis; the upward one begins at 0."""
    xs = [x for item in series for x, _ in item.points]
    ys = [y for item in series for _, y in item.points]
    x_axis = Axis(x_label, min(xs, default=0.0), _above(min(xs, default=0.0), max(xs, default=1.0)))
    y_axis = Axis(y_label, 0.0, _above(0.0, ticks(0.0, max(ys, default=1.0))[-1]))
    parts = [*_grid(x_axis, y_axis), *(_line(item, n, x_axis, y_axis) for n, item in enumerate(series))]
    return _figure(title, _HEIGHT, parts, [item.name for item in series] if len(series) > 1 else [])


def bar_plot(title: str, unit: str, bars: Sequence[tuple[str, float]]) -> str:
    """Draw horizontal bars, each with its value; they begin at 0."""
    longest = max((value for _, value in bars), default=0.0) or 1.0
    room = _WIDTH - _BAR_LABEL - 90
    parts = []
    for number, (label, value) in enumerate(bars):
        top = number * (_BAR_HEIGHT + _BAR_GAP)
        middle = top + _BAR_HEIGHT / 2 + 4
        width = max(1.0, value / longest * room)
        shape = f'x="{_BAR_LABEL}" y="{top}" width="{width:.1f}" height="{_BAR_HEIGHT}"'
        parts += [
            _text(label, _BAR_LABEL - 10, middle, anchor="end"),
            f'<rect class="bar" {shape} rx="3"/>',
            _text(f"{number_text(value)} {unit}", _BAR_LABEL + width + 8, middle),
        ]
    return _figure(title, len(bars) * (_BAR_HEIGHT + _BAR_GAP), parts, [])


def ticks(low: float, high: float) -> list[float]:
    """Round numbers that cover a range: steps of 1, 2 or 5 times a power of ten."""
    high = _above(low, high)
    rough = (high - low) / _TICKS
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough * (1 - 1e-9))
    first, last = math.floor(low / step), math.ceil(high / step - 1e-9)
    return [number * step for number in range(first, last + 1)]


def number_text(value: float) -> str:
    """A number with three significant digits, or all those before the point, in groups of three."""
    if value == 0:
        return "0"
    digits = max(0, 2 - math.floor(math.log10(abs(value))))
    text = f"{value:,.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _above(low: float, high: float) -> float:
    """An upper end that is above the lower one, so that there is a range."""
    return high if high > low else low + 1.0


def _x(axis: Axis, value: float) -> float:
    return _LEFT + axis.share(value) * (_WIDTH - _LEFT - _RIGHT)


def _y(axis: Axis, value: float) -> float:
    return _HEIGHT - _BOTTOM - axis.share(value) * (_HEIGHT - _TOP - _BOTTOM)


def _text(text: str, x: float, y: float, *, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _grid(x_axis: Axis, y_axis: Axis) -> list[str]:
    parts = []
    for value in ticks(y_axis.low, y_axis.high):
        y = _y(y_axis, value)
        parts.append(f'<line class="grid" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>')
        parts.append(_text(number_text(value), _LEFT - 8, y + 4, anchor="end"))
    parts += [
        _text(number_text(value), _x(x_axis, value), _HEIGHT - _BOTTOM + 18, anchor="middle")
        for value in ticks(x_axis.low, x_axis.high)
        if x_axis.low <= value <= x_axis.high
    ]
    middle = (_TOP + _HEIGHT - _BOTTOM) / 2
    upright = (
        f'<g transform="translate(14 {middle}) rotate(-90)">{_text(y_axis.label, 0, 0, anchor="middle")}</g>'
    )
    return [*parts, _text(x_axis.label, _WIDTH - _RIGHT, _HEIGHT - 6, anchor="end"), upright]


def _line(series: Series, number: int, x_axis: Axis, y_axis: Axis) -> str:
    points = " ".join(f"{_x(x_axis, x):.1f},{_y(y_axis, y):.1f}" for x, y in series.points)
    return f'<polyline class="line series-{number}" points="{points}"/>'


def _figure(title: str, height: float, parts: Sequence[str], names: Sequence[str]) -> str:
    legend = "".join(
        f'<span><i class="key series-{number}"></i>{escape(name)}</span>' for number, name in enumerate(names)
    )
    caption = f"<figcaption>{escape(title)}</figcaption>" + (
        f'<p class="legend">{legend}</p>' if legend else ""
    )
    head = f'<svg viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="{escape(title)}">'
    return f"<figure>{caption}{head}{''.join(parts)}</svg></figure>"
