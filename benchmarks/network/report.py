"""The report of a network run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise
from pathlib import Path

import msgspec

from benchmarks.network.reading import Reading, Traffic
from benchmarks.network.result import ProfileResult
from benchmarks.report.page import page
from benchmarks.report.plots import Series, bar_plot, line_plot, number_text

_INTRO = (
    "Four participants in real browsers, through each profile after ten seconds on a perfect line. "
    "The worst of all participants counts."
)
_EVERY = 5  # Samples, for a rate over a second.
_BARS = {
    "longest_freeze_s": ("Longest freeze of a picture", "s"),
    "recover_s": ("Until pictures flow again", "s"),
    "audio_gap_s": ("Longest gap in a voice", "s"),
    "layer_changes_per_minute": ("Layer changes", "per minute"),
}


def write_report(path: Path, readings: Mapping[str, Reading], results: Mapping[str, ProfileResult]) -> None:
    """Write the figures of all profiles, and the bitrate over time in each, to a file."""
    plots = [
        bar_plot(title, unit, [(name, value) for name, value in _values(results, key) if value is not None])
        for key, (title, unit) in _BARS.items()
    ]
    plots += [_bitrates(name, reading) for name, reading in readings.items()]
    path.write_text(page("Bad networks", _INTRO, _figures(results), plots), encoding="utf-8")


def _values(results: Mapping[str, ProfileResult], key: str) -> list[tuple[str, float | None]]:
    return [(name, getattr(result, key)) for name, result in results.items()]


def _figures(results: Mapping[str, ProfileResult]) -> dict[str, str]:
    return {
        name: ", ".join(
            f"{key} {number_text(value) if not isinstance(value, bool) else value}"
            for key, value in msgspec.structs.asdict(result).items()
            if value is not None
        )
        for name, result in results.items()
    }


def _bitrates(name: str, reading: Reading) -> str:
    """What the links carried on average, over time."""
    links = [link[::_EVERY] for link in reading.links]
    moments = [samples for samples in zip(*links, strict=False) if len(samples) > 1]
    series = [
        Series("from the server", _means(moments, lambda traffic: traffic.down_carried)),
        Series("towards it", _means(moments, lambda traffic: traffic.up_carried)),
    ]
    return line_plot(f"{name}: what one link carried on average", "s", "kbit/s", series)


def _means(moments: list[tuple[Traffic, ...]], count: Callable[[Traffic], int]) -> list[tuple[float, float]]:
    totals = [(samples[0].at_s, sum(map(count, samples)) / len(samples)) for samples in moments]
    return [
        (at_s, (total - before) * 8e-3 / (at_s - before_s))
        for (before_s, before), (at_s, total) in pairwise(totals)
    ]
