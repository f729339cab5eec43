"""What can be wrong around the SFU. `code` is for machines, the text for people."""

from __future__ import annotations

from media.sfu.messages import Identity, Role


class NativePathMissing(ImportError):
    """The packet path, which is written in C, was not built on this machine."""

    def __init__(self) -> None:
        super().__init__("the native packet path is not built; `make build` builds it")


class SfuError(Exception):
    """The base of the SFU's refusals; a malformed offer raises `SdpError` instead."""

    code = "bad_request"


class RoomExists(SfuError):
    """A room with this identifier is open already."""

    code = "taken"


class RoomNotFound(SfuError):
    """There is no such room, or it is closed."""

    code = "not_found"


class SessionNotFound(SfuError):
    """There is no such session in the room."""

    code = "not_found"


class RoomFull(SfuError):
    """There is no place left for a person of this role."""

    def __init__(self, role: Role, limit: int) -> None:
        self.code = "room_full" if role is Role.OPERATOR else "visitor_present"
        self.role = role
        plural = "" if limit == 1 else "s"
        super().__init__(f"the room has {limit} {role}{plural} already, which is the most it takes")


class ScreenTaken(SfuError):
    """Somebody else shares a screen."""

    code = "screen_taken"

    def __init__(self, by: Identity) -> None:
        self.by = by
        super().__init__("another participant is sharing a screen")


class AudioOnly(SfuError):
    """The room has no cameras."""

    code = "audio_only"

    def __init__(self) -> None:
        super().__init__("this call is audio only")
