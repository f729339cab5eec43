"""Frames from the client on a room socket (`GET {session}/socket`), and the server's answers to them.

What the server sends unasked (who is inside, in which slot, who speaks, the end) is in `media.sfu.messages`.
"""

from typing import Annotated

import msgspec

from media.sfu.messages import LinePath, SlotKind


class RoomHello(msgspec.Struct, frozen=True, tag="hello"):
    """First frame: the join token with which the session was opened, also when it has expired since."""

    token: str


class SetMedia(msgspec.Struct, frozen=True, tag="set_media"):
    """What the participant sends from now on. Answered by `RoomDone`, or `Refused` with `screen_taken`.

    What the room state names as `held` stays off, unless `lifted` says that the person has turned it on by
    his own hand since he came in.
    """

    rid: int
    microphone: bool
    camera: bool
    screen: bool
    lifted: list[SlotKind] = []


class Enter(msgspec.Struct, frozen=True, tag="enter"):
    """Go in from the lobby. Answered by `RoomDone`, or `Refused` with `room_full` or `screen_taken`."""

    rid: int


class SetMirror(msgspec.Struct, frozen=True, tag="set_mirror"):
    """Look at the own camera in the self slot, as the others see it, or no longer."""

    rid: int
    on: bool


class SetLine(msgspec.Struct, frozen=True, tag="set_line"):
    """What the participant's network allows: how media travel, and whether pictures pass, either way."""

    rid: int
    path: LinePath
    audio_only: bool


class SetHeights(msgspec.Struct, frozen=True, tag="set_heights"):
    """How high the participant shows each of his slots that carry pictures, in device pixels, by mid.

    A slot with 0 is hidden and gets nothing; those left out get the smallest picture. Until this is told
    once, all get the best there is.
    """

    rid: int
    heights: dict[str, Annotated[int, msgspec.Meta(ge=0, le=65535)]]


RoomCommand = SetMedia | Enter | SetMirror | SetLine | SetHeights


class RoomDone(msgspec.Struct, frozen=True, tag="done"):
    """The command of the same `rid` was carried out."""

    rid: int
