"""What a room tells its participants and its owner; encoded as JSON these are the room socket's frames."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Role(StrEnum):
    """Who a participant is to the desk."""

    OPERATOR = "operator"
    VISITOR = "visitor"


class CloseReason(StrEnum):
    """Why a session in a room is over."""

    ENDED = "ended"
    REPLACED = "replaced"
    LEFT = "left"
    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    LOBBY_OVER = "lobby_over"
    SHUTDOWN = "shutdown"


class SlotKind(StrEnum):
    """What a slot carries."""

    MICROPHONE = "microphone"
    CAMERA = "camera"
    SCREEN = "screen"


class Identity(msgspec.Struct, frozen=True):
    """A person who may join; `id` is unique within the room."""

    id: str
    name: str
    role: Role


class MediaState(msgspec.Struct, frozen=True):
    """Which of its tracks a participant has turned on; what is off is never forwarded."""

    microphone: bool
    camera: bool
    screen: bool


class LinePath(StrEnum):
    """How a participant's media travel, as his client sees it."""

    UDP = "udp"
    TCP = "tcp"
    RELAY = "relay"


class Line(msgspec.Struct, frozen=True):
    """What a participant's network allows: a path, and over it pictures too or sound alone."""

    path: LinePath = LinePath.UDP
    audio_only: bool = False


class Joined(msgspec.Struct, frozen=True):
    """The result of a join: the new session and the SDP answer."""

    session_id: str
    answer: str


class Processing(StrEnum):
    """How the pictures of a camera fare on their way through a processor."""

    FULL = "full"
    REDUCED = "reduced"
    """The server is busy: smaller or fewer pictures."""
    STILL = "still"
    """None can be made: a still in their place, or nothing."""


class ParticipantState(msgspec.Struct, frozen=True, omit_defaults=True):
    """One participant as all see it.

    `quality` rates the connection from 0 (unusable) to 4 (good), None while unknown. While his line is
    `audio_only`, no picture goes to him or comes from him, whatever his switches say. `processing` is None
    while his camera is shown as it is.
    """

    session_id: str
    identity_id: str
    name: str
    role: Role
    microphone: bool
    camera: bool
    screen: bool
    connected: bool
    quality: int | None = None
    path: LinePath = LinePath.UDP
    audio_only: bool = False
    processing: Processing | None = None


class SlotAssignment(msgspec.Struct, frozen=True):
    """Whose track a slot carries, also while the track is off."""

    session_id: str
    kind: SlotKind


class RoomState(msgspec.Struct, frozen=True, tag_field="type", tag="room_state"):
    """The whole room as one participant sees it; `slots` goes by the mid of the receiver's own m-lines.

    In the `lobby` he is the only participant, and the others do not know of him. A slot that carries his own
    camera is his self slot. `held` are his switches that were off when he was last inside: they stay off
    until he lifts them himself.
    """

    session_id: str
    lobby: bool
    participants: list[ParticipantState]
    slots: dict[str, SlotAssignment]
    held: list[SlotKind]


class Levels(msgspec.Struct, frozen=True, tag_field="type", tag="levels"):
    """How loud each session is, 0 (60 dB below full scale, or silent) to 1 (full scale), and who speaks."""

    levels: dict[str, float]
    speaker: str | None


class LayersWanted(msgspec.Struct, frozen=True, tag_field="type", tag="layers_wanted"):
    """What the participant is asked to send.

    `rids` are the encodings of his camera that somebody needs; the others are best paused. Empty without
    simulcast. `screen_bps` is what his screen may take at most, so that all who look at it can.
    """

    rids: list[str]
    screen_bps: int


class PicturesPaused(msgspec.Struct, frozen=True, tag_field="type", tag="pictures_paused"):
    """The slots whose picture the participant shows and does not get: his line has no room for it.

    By the mid of his own m-lines; empty when all come. Slots that are hidden, or whose track is off, are not
    among them, nor any while his line is `audio_only`.
    """

    slots: list[str]


class Closed(msgspec.Struct, frozen=True, tag_field="type", tag="closed"):
    """The session is over; nothing follows."""

    reason: CloseReason


RoomMessage = RoomState | Levels | LayersWanted | PicturesPaused | Closed


class ParticipantStatistics(msgspec.Struct, frozen=True):
    """One participant's traffic.

    Losses are shares from 0 to 1 in the last interval, None while unknown; `uplink` is what the
    participant sent. One in the `lobby` takes no part in the room yet.
    """

    session_id: str
    identity_id: str
    role: Role
    lobby: bool
    connected: bool
    packets_in: int
    bytes_in: int
    packets_out: int
    bytes_out: int
    uplink_loss: float | None
    downlink_loss: float | None
    round_trip_ms: float | None


class RoomStatistics(msgspec.Struct, frozen=True):
    """A room's traffic, by participant; of those in its lobby too."""

    room_id: str
    participants: list[ParticipantStatistics]
