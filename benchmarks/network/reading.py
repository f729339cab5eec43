"""What was seen and heard, and what the links carried, during one profile; times in s since it began."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Frame:
    """A picture on the screen: its height in pixels, and how many were shown since the one before."""

    at_s: float
    height: int
    passed: int = 1


@dataclass(frozen=True, slots=True)
class Sound:
    """From now on something is heard, or nothing."""

    at_s: float
    heard: bool


@dataclass(frozen=True, slots=True)
class View:
    """What one participant saw and heard of another, from the control's begin on."""

    frames: tuple[Frame, ...]
    sounds: tuple[Sound, ...]


@dataclass(frozen=True, slots=True)
class Traffic:
    """What one client's link had been given and had taken, in bytes since its begin."""

    at_s: float
    up_sent: int
    up_carried: int
    down_sent: int
    down_carried: int


@dataclass(frozen=True, slots=True)
class Reading:
    """All of a run: each view of one participant by another, and each link over time.

    The control was from `-control_s` to 0. `concealed` is the share of the sound that the browsers made up.
    """

    control_s: float
    views: tuple[View, ...]
    links: tuple[tuple[Traffic, ...], ...]
    concealed: float
