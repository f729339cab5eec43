"""What participants send, by profile."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Stream:
    """One stream: evenly spaced packets, some of which make up a frame; `payload_size` in bytes."""

    is_video: bool
    packets_per_s: int
    packets_per_frame: int
    payload_size: int


MICROPHONE = Stream(is_video=False, packets_per_s=50, packets_per_frame=1, payload_size=100)
CAMERA = Stream(is_video=True, packets_per_s=150, packets_per_frame=5, payload_size=1150)
SCREEN = Stream(is_video=True, packets_per_s=200, packets_per_frame=40, payload_size=1150)


class Profile(StrEnum):
    """Who sends what: all their microphones; cameras too; and in each room one shares his screen."""

    AUDIO = "audio"
    CAMERA = "camera"
    SCREEN = "screen"


def streams_of(profile: Profile, member: int) -> tuple[Stream, ...]:
    """What the member with this number (from 0) in a room sends."""
    if profile is Profile.AUDIO:
        return (MICROPHONE,)
    if profile is Profile.SCREEN and member == 0:
        return (MICROPHONE, CAMERA, SCREEN)
    return (MICROPHONE, CAMERA)
