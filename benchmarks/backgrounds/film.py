"""What a browser's camera sends: the scene, encoded by libvpx as browsers do, in RTP packets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import av

from benchmarks.backgrounds.scene import FRAMES_PER_SECOND, shots
from media.backgrounds.rtp import RtpPacket
from media.backgrounds.vp8 import packetize

PAYLOAD_TYPE = 96
FRAME_TICKS = 90_000 // FRAMES_PER_SECOND

_BITRATE_BPS = 2_000_000


@dataclass(frozen=True, slots=True)
class Film:
    """Encoded frames of which the first is a key frame; it can be played over and over."""

    width: int
    height: int
    frames: Sequence[bytes]

    @classmethod
    def shoot(cls, width: int, height: int, count: int) -> Film:
        """Film the scene."""
        encoder = av.CodecContext.create("libvpx", "w")
        encoder.width, encoder.height, encoder.pix_fmt = width, height, "yuv420p"
        encoder.bit_rate = _BITRATE_BPS * width * height // (1280 * 720)
        encoder.gop_size = count + 1
        encoder.options = {"deadline": "realtime", "cpu-used": "-6", "lag-in-frames": "0"}
        encoder.thread_count = 1
        frames: list[bytes] = []
        for number, shot in enumerate(shots(width, height, count)):
            frame = av.VideoFrame.from_ndarray(shot.rgb, format="rgb24").reformat(format="yuv420p")
            frame.pts = number
            frames += [bytes(packet) for packet in encoder.encode(frame)]
        return cls(width, height, frames)

    def packets(self, count: int) -> Iterator[list[bytes]]:
        """The packets of each of the next `count` frames."""
        sequence = 0
        for number in range(count):
            payloads = list(packetize(self.frames[number % len(self.frames)], number & 0x7FFF))
            packets = []
            for payload in payloads:
                marker = payload is payloads[-1]
                packet = RtpPacket(PAYLOAD_TYPE, sequence, number * FRAME_TICKS, 1, marker, payload)
                packets.append(packet.to_bytes())
                sequence = (sequence + 1) & 0xFFFF
            yield packets
