"""What a stream is told, goes on with and tells. Plain values: who only handles them loads no codec."""

from __future__ import annotations

import msgspec
from msgspec.structs import astuple

from media.backgrounds.effects import Effect


class Person(msgspec.Struct, frozen=True):
    """Who is shown: a photo (JPEG or PNG) if there is one, else initials."""

    initials: str
    photo: bytes | None = None


class StreamSettings(msgspec.Struct, frozen=True):
    """What is to be done with one camera's stream.

    What goes out is the picture in two layers, the full one and a small one. Each names its m-line by its mid
    in `mids` (RFC 9143 section 15), and `rates_bps` is the most that is sent of each; 0 pauses it.
    `payload_type` is VP8's, both ways. `orientation_extension` is the id of the header extension in which
    phones say how they are held (3GPP TS 26.114 section 6.2.3); pictures go out upright.
    """

    payload_type: int
    effect: Effect
    person: Person
    mids: tuple[str, str] = ("0", "1")
    mid_extension: int = 1
    rates_bps: tuple[int, int] = (1_500_000, 0)
    orientation_extension: int | None = None


class Counts(msgspec.Struct):
    """What became of datagrams and frames."""

    not_authentic: int = 0
    malformed: int = 0
    frames: int = 0
    processed: int = 0
    overtaken: int = 0
    """Decoded, but a newer one was there already."""
    undecodable: int = 0
    failed: int = 0
    """An effect could not be applied."""
    stills: int = 0
    unsent: int = 0
    """Datagrams that nobody took."""

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(a + b for a, b in zip(astuple(self), astuple(other), strict=True)))


class OutgoingStream(msgspec.Struct):
    """The numbers of one layer, which go on for as long as the stream does; `extensions` are on each of its
    packets."""

    payload_type: int
    ssrc: int
    sequence: int
    picture_id: int
    extensions: tuple[tuple[int, bytes], ...] = ()
    packets: int = 0
    octets: int = 0
