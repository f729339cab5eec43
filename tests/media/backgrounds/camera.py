"""A browser's camera and a browser's screen, as far as RTP shows them; both are aiortc's codecs, not ours."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import av
import numpy as np
from aiortc.codecs import vpx
from aiortc.jitterbuffer import JitterFrame
from aiortc.mediastreams import VIDEO_TIME_BASE
from numpy.typing import NDArray

from media.backgrounds.rtp import RtpPacket

PAYLOAD_TYPE = 96
TICKS = 3000

Rgb = NDArray[np.uint8]


class Camera:
    """Encodes pictures into packets, 30 a second."""

    def __init__(
        self, ssrc: int = 7, first_sequence: int = 65_500, first_timestamp: int = 2**32 - 9000
    ) -> None:
        self._encoder = vpx.Vp8Encoder()
        self._encoder.target_bitrate = 1_500_000
        self.ssrc = ssrc
        self._sequence = first_sequence
        self._timestamp = first_timestamp
        self._count = 0

    def film(
        self, rgb: Rgb, *, key_frame: bool = False, extension: tuple[int, int] | None = None
    ) -> list[bytes]:
        """One frame; `extension` is an id and a byte."""
        frame = av.VideoFrame.from_ndarray(rgb, format="rgb24").reformat(format="yuv420p")
        frame.pts, frame.time_base = self._count * TICKS, VIDEO_TIME_BASE
        payloads, _ = self._encoder.encode(frame, force_keyframe=key_frame)
        timestamp = (self._timestamp + self._count * TICKS) & 0xFFFFFFFF
        self._count += 1
        return [self._packet(payload, timestamp, payload is payloads[-1], extension) for payload in payloads]

    def _packet(
        self, payload: bytes, timestamp: int, marker: bool, extension: tuple[int, int] | None
    ) -> bytes:
        plain = RtpPacket(PAYLOAD_TYPE, self._sequence, timestamp, self.ssrc, marker, payload).to_bytes()
        self._sequence = (self._sequence + 1) & 0xFFFF
        if extension is None:
            return plain
        number, value = extension
        return bytes([0x90]) + plain[1:12] + bytes([0xBE, 0xDE, 0, 1, number << 4, value, 0, 0]) + plain[12:]


@dataclass
class Screen:
    """Decodes what is received; fails if a packet is missing or out of order."""

    pictures: list[Rgb] = field(default_factory=list)
    timestamps: list[int] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    """Of the frames, in bytes."""
    requests: int = 0
    """How often the camera was asked for a key frame."""
    reports: list[bytes] = field(default_factory=list)
    """Sender reports."""

    def __post_init__(self) -> None:
        self._decoder = vpx.Vp8Decoder()
        self._sequence: int | None = None
        self._frame = b""

    def show(self, datagrams: Iterable[bytes]) -> None:
        for datagram in datagrams:
            if datagram[1] == 206:
                self.requests += 1
            elif datagram[1] == 200:
                self.reports.append(datagram)
            else:
                self._take(RtpPacket.parse(datagram))

    def _take(self, packet: RtpPacket) -> None:
        assert self._sequence in (None, packet.sequence), "a hole in the sequence"
        self._sequence = (packet.sequence + 1) & 0xFFFF
        self._frame += vpx.vp8_depayload(packet.payload)
        if packet.marker:
            (picture,) = self._decoder.decode(JitterFrame(self._frame, packet.timestamp))
            assert isinstance(picture, av.VideoFrame)
            self.pictures.append(np.asarray(picture.to_ndarray(format="rgb24"), np.uint8))
            self.timestamps.append(packet.timestamp)
            self.sizes.append(len(self._frame))
            self._frame = b""
