"""What participants send, by profile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Stream:
    """One stream: evenly spaced packets, some of which make up a frame; `payload_size` in bytes.

    A stream with a `rid` is one of the sizes in which a camera is sent; `height` is that of the picture.
    """

    is_video: bool
    packets_per_s: int
    packets_per_frame: int
    payload_size: int
    height: int = 360
    rid: str = ""


MICROPHONE = Stream(is_video=False, packets_per_s=50, packets_per_frame=1, payload_size=100)
CAMERA = Stream(is_video=True, packets_per_s=150, packets_per_frame=5, payload_size=1150)
SCREEN = Stream(is_video=True, packets_per_s=200, packets_per_frame=40, payload_size=1150)
LAYERS = (
    Stream(is_video=True, packets_per_s=150, packets_per_frame=5, payload_size=1150, height=720, rid="f"),
    Stream(is_video=True, packets_per_s=60, packets_per_frame=2, payload_size=1000, height=360, rid="h"),
    Stream(is_video=True, packets_per_s=30, packets_per_frame=1, payload_size=600, height=180, rid="q"),
)
"""A camera in three sizes; the largest is as large as `CAMERA`."""


class Profile(StrEnum):
    """Who sends what: microphones; cameras too, in one size or three; and in each room one his screen."""

    AUDIO = "audio"
    CAMERA = "camera"
    SIMULCAST = "simulcast"
    SCREEN = "screen"


def streams_of(profile: Profile, member: int) -> tuple[Stream, ...]:
    """What the member with this number (from 0) in a room sends."""
    if profile is Profile.AUDIO:
        return (MICROPHONE,)
    if profile is Profile.SIMULCAST:
        return (MICROPHONE, *LAYERS)
    if profile is Profile.SCREEN and member == 0:
        return (MICROPHONE, CAMERA, SCREEN)
    return (MICROPHONE, CAMERA)


def tracks_of(streams: Sequence[Stream]) -> list[tuple[Stream, ...]]:
    """Group streams by what they show: the sizes of one camera are one track."""
    layers = tuple(stream for stream in streams if stream.rid)
    return [(stream,) for stream in streams if not stream.rid] + ([layers] if layers else [])
