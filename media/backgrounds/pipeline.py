"""One operator's camera: RTP in, RTP out in two sizes, another room behind the person.

Fed with datagrams and drained of them; it knows no socket and no clock. It fails closed: what is encoded is
either a picture to which the effect was applied, or the still.

Every frame is decoded, because the next ones build on it, but only the newest is worked on: late pictures are
worth nothing. Pictures go out with the timestamps that they came with, so that the camera's sender reports
hold for them too and keep lips and voice together.
"""

from __future__ import annotations

from dataclasses import dataclass

from media.backgrounds import opencv
from media.backgrounds.assembly import Frame, FrameAssembler
from media.backgrounds.composition import Compositor
from media.backgrounds.decoding import Undecodable, Vp8Decoder
from media.backgrounds.effects import NO_EFFECT, Effect
from media.backgrounds.layers import SMALL_HEIGHT, SMALL_WIDTH, Layers
from media.backgrounds.masks import MaskFinder
from media.backgrounds.pictures import Picture
from media.backgrounds.placeholder import Still
from media.backgrounds.quality import HALF_RATE_TICKS, Quality
from media.backgrounds.rtcp import ClockReading, KeyFrameWanted, parse_rtcp, write_key_frame_request
from media.backgrounds.rtp import Malformed, RtpPacket, is_rtcp
from media.backgrounds.segmentation import Segmenter
from media.backgrounds.streams import Counts, OutgoingStream, StreamSettings

KEY_FRAME_INTERVAL_S = 0.3
"""The least time between two requests for a key frame."""


@dataclass(frozen=True, slots=True)
class Drained:
    """Datagrams to send; `arrived` is when the picture among them came in, None if there is none."""

    datagrams: list[bytes]
    arrived: float | None


class Pipeline:
    """Processes one stream. Times are seconds of any steady clock."""

    def __init__(
        self,
        settings: StreamSettings,
        outgoing: tuple[OutgoingStream, OutgoingStream],
        segmenter: Segmenter,
    ) -> None:
        self.counts = Counts()
        self._settings = settings
        self._effect = settings.effect
        self._assembler = FrameAssembler()
        self._decoder = Vp8Decoder()
        self._masks = MaskFinder(segmenter)
        self._keeps_mask = False
        self._compositor: Compositor | None = None
        self._size = (0, 0)
        self._layers = Layers(outgoing, settings.rates_bps)
        self._still = Still(settings.person)
        self._reports: list[bytes] = []
        self._ssrc: int | None = None
        self._asked = float("-inf")

    @property
    def shows_still(self) -> bool:
        """Whether the still is what was sent last."""
        return self._still.is_shown

    def set_effect(self, effect: Effect) -> None:
        """Apply another effect from the next picture on."""
        self._effect = effect
        self._compositor = None

    def set_rates(self, rates_bps: tuple[int, int]) -> None:
        """Send at most so much of the full and the small layer from the next picture on; 0 pauses one."""
        if self._layers.set_rates(rates_bps):
            self._still.hurry()

    def receive(self, datagram: bytes, now: float) -> None:
        """Take in what the camera or a receiver sent; what is malformed is counted and dropped."""
        try:
            if is_rtcp(datagram):
                self._obey(datagram)
            else:
                self._take_packet(RtpPacket.parse(datagram), now)
        except Malformed:
            self.counts.malformed += 1

    def drain(self, quality: Quality, now: float) -> Drained:
        """Work on what came in; gives what is to be sent."""
        reports, self._reports = self._reports, []
        if quality is Quality.STILL:
            self._assembler.give_up()  # Not even decoding is affordable.
            return Drained(self._send_still() + reports, None)
        frame, picture = self._decode(self._assembler.take(now))
        datagrams: list[bytes] = []
        if frame is not None and picture is not None:
            datagrams = self._work_on(frame, picture, quality)
        arrived = frame.arrived if frame is not None and datagrams else None
        return Drained(datagrams + self._send_still() + reports + self._ask_for_key_frame(now), arrived)

    def _obey(self, datagram: bytes) -> None:
        for message in parse_rtcp(datagram):
            match message:
                case KeyFrameWanted(ssrc):
                    if self._layers.want_key_frame(ssrc):
                        self._still.hurry()
                case ClockReading():
                    self._reports += self._layers.report(message)

    def _take_packet(self, packet: RtpPacket, now: float) -> None:
        if packet.ssrc != self._ssrc:
            self._ssrc = packet.ssrc
            self._assembler = FrameAssembler()
            self._still.begin(packet.timestamp)
        self._still.hear(packet.timestamp)
        if packet.payload_type == self._settings.payload_type:
            self._assembler.receive(packet, now)

    def _decode(self, frames: list[Frame]) -> tuple[Frame | None, Picture | None]:
        """Decode all, give the newest."""
        picture = None
        for frame in frames:
            self.counts.frames += 1
            self.counts.overtaken += picture is not None
            try:
                picture = self._decoder.decode(frame.data)
            except Undecodable:
                self.counts.undecodable += 1
                self._assembler.give_up()
                return None, None
        return (frames[-1], picture) if frames else (None, None)

    def _work_on(self, frame: Frame, picture: Picture, quality: Quality) -> list[bytes]:
        """Apply the effect and encode; nothing if the frame is left out."""
        least_ticks = HALF_RATE_TICKS if quality >= Quality.HALF_RATE else 1
        if self._layers.are_paused or self._layers.are_behind(frame.timestamp, least_ticks):
            return []
        try:
            composed = self._compose(self._prepare(frame, picture, quality), quality)
            datagrams = self._layers.encode(composed, frame.timestamp)
        except (ValueError, RuntimeError, opencv.Error):  # What images, OpenCV, the model and libvpx raise.
            self.counts.failed += 1
            return []
        self.counts.processed += 1
        self._still.replaced_at(frame.timestamp)
        return datagrams

    def _prepare(self, frame: Frame, picture: Picture, quality: Quality) -> Picture:
        """Bring the picture upright, and to the size at which it is worked on."""
        turned = picture.turned(self._quarters(frame))
        if quality < Quality.SMALL and self._layers.need_large_pictures:
            return turned
        return turned.fitting(SMALL_WIDTH, SMALL_HEIGHT)

    def _quarters(self, frame: Frame) -> int:
        """By how many quarters the picture must be turned clockwise."""
        orientation = dict(frame.extensions).get(self._settings.orientation_extension or -1)
        return orientation[0] & 3 if orientation else 0

    def _compose(self, picture: Picture, quality: Quality) -> Picture:
        if self._effect == NO_EFFECT:
            return picture
        size = (picture.width, picture.height)
        if self._compositor is None or self._size != size:
            self._compositor, self._size = Compositor(self._effect, *size), size
            self._masks.forget()
        self._keeps_mask = quality >= Quality.EVERY_SECOND_MASK and not self._keeps_mask
        return self._compositor.compose(picture, self._masks, keep_mask=self._keeps_mask)

    def _send_still(self) -> list[bytes]:
        timestamp = None if self._layers.are_paused else self._still.take_due()
        if timestamp is None:
            return []
        self.counts.stills += 1
        return self._layers.encode(self._still.picture, timestamp)

    def _ask_for_key_frame(self, now: float) -> list[bytes]:
        if self._ssrc is None or not self._assembler.needs_key_frame:
            return []
        if now - self._asked < KEY_FRAME_INTERVAL_S:
            return []
        self._asked = now
        return [write_key_frame_request(self._ssrc)]
