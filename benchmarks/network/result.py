"""From what was seen, heard and carried to the figures of a profile."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf, isinf

import msgspec

from benchmarks.network.profiles import Profile
from benchmarks.network.reading import Frame, Reading, Sound, Traffic

CONTROL_FREEZE_S = 0.3
"""A machine on which a perfect line freezes for longer is too busy to measure on."""

_SETTLED_S = 10.0
_STEADY_S = 1.0
_STEADY_FREEZE_S = 0.5
_STEADY_GAP_S = 0.2
_UNUSED_BPS = 20_000
_FOLLOW_S = 2.0
_MARGIN_S = 1.0
_FITS = 1.05
_REGAINED = 0.8

Counter = Callable[[Traffic], int]
Link = Sequence[Traffic]


class ProfileResult(msgspec.Struct, frozen=True):
    """The figures of a profile, each the worst of all participants, unless it says otherwise.

    `counts` is whether the control before it froze for at most 0.3 s. `recover_s` and `audio_recover_s` run
    from the end of the impairment until pictures and voices flow again. `audio_gap_s` is silence where a
    voice was sent; `concealed` the share of sound that the browsers made up. `bitrate_bps` is what a link
    carried on average while it was narrowest, `capacity_bps` what it could; `follow_down_s` and `follow_up_s`
    how long the server took to send no more than that, and at least 80 % of what it sent before, where it was
    the way from the server that was narrow.
    `layer_changes_per_minute` leaves the first 10 s out, and 10 s after each change of the link.
    """

    counts: bool
    control_freeze_s: float
    longest_freeze_s: float
    recover_s: float | None
    audio_gap_s: float
    audio_recover_s: float | None
    concealed: float
    bitrate_bps: int
    capacity_bps: int | None
    follow_down_s: float | None
    follow_up_s: float | None
    layer_changes_per_minute: float


def judge(profile: Profile, reading: Reading) -> ProfileResult:
    """Reduce a run to its figures."""
    end_s = float(profile.duration_s)
    views, changes_s = reading.views, _changes_s(profile)
    control_freeze_s = max(freeze_s(view.frames, -reading.control_s, 0) for view in views)
    narrow = _narrowest(profile)
    return ProfileResult(
        counts=control_freeze_s <= CONTROL_FREEZE_S,
        control_freeze_s=round(control_freeze_s, 3),
        longest_freeze_s=round(max(freeze_s(view.frames, 0, end_s) for view in views), 3),
        recover_s=_worst(video_back_s(view.frames, changes_s[-1], end_s) for view in views)
        if changes_s
        else None,
        audio_gap_s=round(max(gap_s(view.sounds, 0, end_s) for view in views), 3),
        audio_recover_s=_worst(audio_back_s(view.sounds, changes_s[-1], end_s) for view in views)
        if changes_s
        else None,
        concealed=round(reading.concealed, 4),
        bitrate_bps=round(_bitrate_bps(reading.links, narrow, end_s)),
        capacity_bps=narrow.rate_bps if narrow else None,
        follow_down_s=_worst(_followed_down_s(link, step) for link, step in _steps(reading.links, narrow)),
        follow_up_s=_worst(_followed_up_s(link, step) for link, step in _steps(reading.links, narrow)),
        layer_changes_per_minute=round(
            max(layer_changes_per_minute(view.frames, changes_s, end_s) for view in views), 2
        ),
    )


def freeze_s(frames: Sequence[Frame], start_s: float, end_s: float) -> float:
    """The longest time without a new picture between two moments.

    Where a busy page noted only some of the pictures that were shown, they count as evenly spread.
    """
    begin = Frame(-inf, 0)
    end = Frame(inf, 0)
    return max(
        (min(after.at_s, end_s) - max(before.at_s, start_s)) / max(1, after.passed)
        for before, after in pairwise([begin, *frames, end])
    )


def gap_s(sounds: Sequence[Sound], start_s: float, end_s: float) -> float:
    """The longest time in which nothing was heard between two moments."""
    return max(
        0.0,
        *(
            min(after.at_s, end_s) - max(before.at_s, start_s)
            for before, after in pairwise([Sound(-inf, heard=False), *sounds, Sound(inf, heard=True)])
            if not before.heard
        ),
    )


def video_back_s(frames: Sequence[Frame], over_s: float, end_s: float) -> float:
    """How long after `over_s` pictures flow again, for a second at least; if never, until the end."""
    for frame in frames:
        at_s = frame.at_s
        if at_s >= over_s and freeze_s(frames, at_s, at_s + _STEADY_S) <= _STEADY_FREEZE_S:
            return at_s - over_s
    return end_s - over_s


def audio_back_s(sounds: Sequence[Sound], over_s: float, end_s: float) -> float:
    """How long after `over_s` a voice is heard again, for a second at least; if never, until the end."""
    moments = [over_s, *(sound.at_s for sound in sounds if sound.heard and sound.at_s > over_s)]
    for at_s in moments:
        if gap_s(sounds, at_s, at_s + _STEADY_S) <= _STEADY_GAP_S:
            return at_s - over_s
    return end_s - over_s


def layer_changes_per_minute(frames: Sequence[Frame], changes_s: Sequence[float], end_s: float) -> float:
    """How often the picture's size changed where the link had been the same for a while."""
    changes = minutes = 0.0
    for start_s, until_s in pairwise([0.0, *changes_s, end_s]):
        settled = [frame.height for frame in frames if start_s + _SETTLED_S <= frame.at_s < until_s]
        changes += sum(before != after for before, after in pairwise(settled))
        minutes += max(0.0, until_s - start_s - _SETTLED_S) / 60
    return changes / minutes if minutes else 0.0


@dataclass(frozen=True, slots=True)
class _Narrow:
    """When a link was narrowest, in which way, and how narrow; `until_s` may be the end of time."""

    up: bool
    start_s: float
    until_s: float
    rate_bps: int

    def sent(self, traffic: Traffic) -> int:
        """What the link had been given that way."""
        return traffic.up_sent if self.up else traffic.down_sent

    def carried(self, traffic: Traffic) -> int:
        """What it had taken."""
        return traffic.up_carried if self.up else traffic.down_carried


def _changes_s(profile: Profile) -> list[float]:
    return sorted({at_us / 1e6 for way in (profile.up, profile.down) for at_us in way.changes_us()})


def _narrowest(profile: Profile) -> _Narrow | None:
    phases = []
    for up, schedule in ((True, profile.up), (False, profile.down)):
        ends_s = [*(at_us / 1e6 for at_us in schedule.changes_us()), inf]
        for (start_us, phase), until_s in zip(schedule.phases, ends_s, strict=True):
            if phase.rate_bps is not None:
                phases.append(_Narrow(up, start_us / 1e6, until_s, phase.rate_bps))
    return min(phases, key=lambda phase: phase.rate_bps, default=None)


def _steps(links: Sequence[Link], narrow: _Narrow | None) -> list[tuple[Link, _Narrow]]:
    """The links that the server had to follow: those with media, narrow for a while on the way from it."""
    if narrow is None or narrow.up or isinf(narrow.until_s):
        return []
    used = [link for link in links if bitrate_bps(link, narrow.sent, -inf, narrow.start_s) > _UNUSED_BPS]
    return [(link, narrow) for link in used]


def _bitrate_bps(links: Sequence[Link], narrow: _Narrow | None, end_s: float) -> float:
    """What the links carried that were used: on average from the server, or while narrow that way."""
    count = narrow.carried if narrow else lambda traffic: traffic.down_carried
    start_s, until_s = (narrow.start_s, min(narrow.until_s, end_s)) if narrow else (0.0, end_s)
    start_s, until_s = start_s + _MARGIN_S, until_s - _MARGIN_S
    rates = [bitrate_bps(link, count, start_s, until_s) for link in links]
    used = [
        rate
        for link, rate in zip(links, rates, strict=True)
        if bitrate_bps(link, count, -inf, inf) > _UNUSED_BPS
    ]
    return sum(used) / len(used) if used else 0.0


def bitrate_bps(link: Link, count: Counter, start_s: float, until_s: float) -> float:
    """What a counter of a link grew by in a while, per second."""
    samples = [sample for sample in link if start_s <= sample.at_s <= until_s]
    if len(samples) < 2:
        return 0.0
    first, last = samples[0], samples[-1]
    return (count(last) - count(first)) * 8 / (last.at_s - first.at_s)


def _followed_down_s(link: Link, narrow: _Narrow) -> float:
    for sample in link:
        at_s = sample.at_s
        fits = bitrate_bps(link, narrow.sent, at_s, at_s + _FOLLOW_S) <= _FITS * narrow.rate_bps
        if narrow.start_s <= at_s < narrow.until_s - _FOLLOW_S and fits:
            return at_s - narrow.start_s
    return narrow.until_s - narrow.start_s


def _followed_up_s(link: Link, narrow: _Narrow) -> float:
    wanted_bps = _REGAINED * bitrate_bps(link, narrow.carried, narrow.start_s - _SETTLED_S, narrow.start_s)
    for sample in link:
        at_s = sample.at_s
        if at_s >= narrow.until_s and bitrate_bps(link, narrow.carried, at_s, at_s + _FOLLOW_S) >= wanted_bps:
            return at_s - narrow.until_s
    return link[-1].at_s - narrow.until_s


def _worst(times_s: Iterable[float]) -> float | None:
    worst_s = max(times_s, default=None)
    return None if worst_s is None else round(worst_s, 2)
