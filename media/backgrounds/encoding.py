"""Pictures to VP8 in RTP, with an encoder whose bit rate changes while it runs."""

from __future__ import annotations

from media.backgrounds.native._native import Vp8Encoder
from media.backgrounds.pictures import Picture
from media.backgrounds.rtcp import ClockReading, write_sender_report
from media.backgrounds.rtp import RtpPacket, ticks_between
from media.backgrounds.streams import OutgoingStream
from media.backgrounds.vp8 import packetize

SPEED = 12
"""libvpx's cpu-used: the fastest at which faces stay within 0.3 dB of slower ones."""

MIN_BITRATE_BPS = 50_000
MAX_BITRATE_BPS = 4_000_000

_FRAME_TICKS = 3000  # 1/30 s, for the frame that has none before it.
_LONGEST_TICKS = 90_000


class RtpEncoder:
    """Encodes pictures of any size into one layer and packs them into RTP; at a rate of 0 it is paused."""

    def __init__(self, stream: OutgoingStream, bitrate_bps: int) -> None:
        self._stream = stream
        self._bitrate_bps = _bounded(bitrate_bps)
        self._wants_key_frame = True
        self._encoder: Vp8Encoder | None = None
        self._timestamp: int | None = None
        self._time = 0

    @property
    def ssrc(self) -> int:
        """That of the layer."""
        return self._stream.ssrc

    @property
    def is_paused(self) -> bool:
        """Whether nothing is to be encoded."""
        return self._bitrate_bps == 0

    def allow(self, bitrate_bps: int) -> None:
        """Send at most so much from the next picture on; after a pause that is a key frame."""
        self._bitrate_bps = _bounded(bitrate_bps)
        if self.is_paused:
            self._encoder = self._timestamp = None
            self._wants_key_frame = True
        elif self._encoder is not None:
            self._encoder.set_bitrate(self._bitrate_bps)

    def want_key_frame(self) -> None:
        """Make the next picture a key frame."""
        self._wants_key_frame = True

    def is_behind(self, timestamp: int, least_ticks: int) -> bool:
        """Tell whether a picture is not at least so much later than the last, or far away from it."""
        if self._timestamp is None:
            return False
        return -_LONGEST_TICKS < ticks_between(self._timestamp, timestamp) < least_ticks

    def encode(self, picture: Picture, timestamp: int) -> list[bytes]:
        """Encode the next picture; none or several packets."""
        encoder = self._encoder_for(picture)
        elapsed = self._elapsed(timestamp)
        self._time += elapsed
        frame = encoder.encode(*picture, time=self._time, duration=elapsed, key_frame=self._wants_key_frame)
        if frame is None:
            return []
        self._wants_key_frame = False
        return self._packets(frame, timestamp)

    def report(self, clock: ClockReading) -> bytes:
        """Write a sender report; pictures keep their timestamps, so the camera's clock holds."""
        stream = self._stream
        return write_sender_report(stream.ssrc, clock, stream.packets, stream.octets)

    def _encoder_for(self, picture: Picture) -> Vp8Encoder:
        encoder = self._encoder
        if encoder is None or (encoder.width, encoder.height) != (picture.width, picture.height):
            encoder = Vp8Encoder(picture.width, picture.height, bitrate_bps=self._bitrate_bps, speed=SPEED)
            self._encoder = encoder
        return encoder

    def _elapsed(self, timestamp: int) -> int:
        """The time since the last picture; the encoder's own time goes on evenly where a camera's jumps."""
        ticks = _FRAME_TICKS if self._timestamp is None else ticks_between(self._timestamp, timestamp)
        self._timestamp = timestamp
        return ticks if 0 < ticks <= _LONGEST_TICKS else _FRAME_TICKS

    def _packets(self, frame: bytes, timestamp: int) -> list[bytes]:
        stream = self._stream
        payloads = list(packetize(frame, stream.picture_id))
        stream.picture_id = (stream.picture_id + 1) & 0x7FFF
        packets = []
        for payload in payloads:
            packet = RtpPacket(
                payload_type=stream.payload_type,
                sequence=stream.sequence,
                timestamp=timestamp,
                ssrc=stream.ssrc,
                marker=payload is payloads[-1],
                payload=payload,
                extensions=stream.extensions,
            )
            stream.packets += 1
            stream.octets += len(payload)
            packets.append(packet.to_bytes())
            stream.sequence = (stream.sequence + 1) & 0xFFFF
        return packets


def _bounded(bitrate_bps: int) -> int:
    return min(max(bitrate_bps, MIN_BITRATE_BPS), MAX_BITRATE_BPS) if bitrate_bps else 0
