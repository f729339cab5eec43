"""The sizes in which a processed picture is sent: the full one and a small one, each while it is needed.

They show the same pictures with the same timestamps. A picture is composed once, as large as the largest of
the layers that are sent, and reduced once for the small one.
"""

from __future__ import annotations

from media.backgrounds.encoding import RtpEncoder
from media.backgrounds.pictures import Picture
from media.backgrounds.rtcp import ClockReading
from media.backgrounds.streams import OutgoingStream

SMALL_WIDTH = 640
SMALL_HEIGHT = 360
"""What the small layer fits into."""


class Layers:
    """The encoders of the full and the small layer; a rate of 0 pauses one."""

    def __init__(self, outgoing: tuple[OutgoingStream, OutgoingStream], rates_bps: tuple[int, int]) -> None:
        self._full, self._small = (
            RtpEncoder(stream, bps) for stream, bps in zip(outgoing, rates_bps, strict=True)
        )

    @property
    def are_paused(self) -> bool:
        """Whether nothing is to be sent."""
        return self._full.is_paused and self._small.is_paused

    @property
    def need_large_pictures(self) -> bool:
        """Whether more is sent than the small layer."""
        return not self._full.is_paused

    def set_rates(self, rates_bps: tuple[int, int]) -> bool:
        """Send at most so much from the next picture on. Return whether a layer begins."""
        before = self._sent()
        for encoder, bps in zip((self._full, self._small), rates_bps, strict=True):
            encoder.allow(bps)
        return any(encoder not in before for encoder in self._sent())

    def want_key_frame(self, ssrc: int) -> bool:
        """Let the next picture of this layer be a key frame. Return whether it is sent at all."""
        asked = [encoder for encoder in self._sent() if encoder.ssrc == ssrc]
        for encoder in asked:
            encoder.want_key_frame()
        return bool(asked)

    def are_behind(self, timestamp: int, least_ticks: int) -> bool:
        """Tell whether a picture is not at least so much later than the last, or far away from it."""
        return any(encoder.is_behind(timestamp, least_ticks) for encoder in self._sent())

    def encode(self, picture: Picture, timestamp: int) -> list[bytes]:
        """Encode the next picture into the layers that are sent; none or several packets."""
        datagrams: list[bytes] = []
        if not self._small.is_paused:
            datagrams += self._small.encode(picture.fitting(SMALL_WIDTH, SMALL_HEIGHT), timestamp)
        if not self._full.is_paused:
            datagrams += self._full.encode(picture, timestamp)
        return datagrams

    def report(self, clock: ClockReading) -> list[bytes]:
        """Write the sender reports of the layers that are sent."""
        return [encoder.report(clock) for encoder in self._sent()]

    def _sent(self) -> list[RtpEncoder]:
        return [encoder for encoder in (self._full, self._small) if not encoder.is_paused]
