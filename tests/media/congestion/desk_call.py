"""A receiver of several cameras and voices over a modelled link, with all decisions made as in a call."""

from __future__ import annotations

from dataclasses import dataclass

from media.sfu.congestion.estimate import SendEstimate
from media.sfu.congestion.ladder import Demand, Layer
from media.sfu.congestion.policy import Decision, DownlinkPolicy
from media.sfu.packet_path import SlotId, SourceId
from media.sfu.sdp.plan import TrackKind
from tests.media.congestion.simulation import OVERHEAD, TICK_US, Path

HEIGHTS = (180, 360, 720)
RATES = (150_000, 500_000, 1_500_000)
AUDIO_BPS = 50_000
_FRAME_US = 35_000
_FRAMES_PER_S = 1e6 / _FRAME_US
_TEMPORAL = (0, 2, 1, 2)
_FRAME_SHARE = (0.4 * 4, 0.2 * 4, 0.4 * 2)
_CUMULATIVE = (0.4, 0.6, 1.0)
_WIRE = 1.05
_KEY_FRAME = 4
_KEY_FRAME_WAIT_US = 150_000
_UNPACED_BPS = 1_000_000_000


@dataclass(slots=True)
class Camera:
    """A simulcast camera as its forwarder sees it: what is sent, and what comes at the next key frame."""

    slot: int
    shown: int
    layer: int | None = None
    temporal: int = 0
    pending: int | None = None
    ready_at: int = 0
    frame: int = 0

    def demand(self) -> Demand:
        """What could be sent."""
        layers = tuple(
            Layer(
                SourceId(self.slot * 10 + index),
                HEIGHTS[index],
                tuple(round(RATES[index] * _WIRE * share) for share in _CUMULATIVE),
                arriving=True,
            )
            for index in range(len(RATES))
        )
        return Demand(SlotId(self.slot), TrackKind.CAMERA, layers, self.shown)

    def select(self, layer: int | None, temporal: int, now: int) -> None:
        """Cut at once, change layers at a key frame, change the frame rate at once."""
        self.temporal = temporal
        if layer is None:
            self.layer = self.pending = None
        elif layer == self.layer:
            self.pending = None
        elif layer != self.pending:
            self.pending, self.ready_at = layer, now + _KEY_FRAME_WAIT_US

    def next_frame(self, now: int) -> int:
        """The bytes of the next frame that is forwarded, 0 for none."""
        self.frame += 1
        key = self.pending is not None and now >= self.ready_at
        if key:
            self.layer, self.pending = self.pending, None
        temporal = _TEMPORAL[self.frame % len(_TEMPORAL)]
        if self.layer is None or (temporal > self.temporal and not key):
            return 0
        size = RATES[self.layer] / _FRAMES_PER_S / 8
        return round(size * (_KEY_FRAME if key else _FRAME_SHARE[temporal]))


class DeskCall:
    """Records what the receiver saw: `layers` are (s, slot, layer) for each change."""

    def __init__(self, path: Path, shown: tuple[int, ...]) -> None:
        self.path = path
        self.cameras = [Camera(slot, height) for slot, height in enumerate(shown, 1)]
        self.layers: list[tuple[float, int, int | None]] = []
        self.decisions: list[tuple[float, Decision]] = []
        self.queues: list[tuple[float, float]] = []
        self._policy = DownlinkPolicy(SendEstimate(0.0))
        self._voices = [
            Demand(
                SlotId(100 + camera.slot),
                TrackKind.MICROPHONE,
                (Layer(SourceId(1000 + camera.slot), 0, (AUDIO_BPS,), arriving=True),),
                0,
            )
            for camera in self.cameras
        ]

    def run(self, seconds: float) -> None:
        """Let time pass."""
        end = self.path.now + round(seconds * 1e6)
        while self.path.now < end:
            self.path.step()
            self._produce()
            if self.path.now % TICK_US == 0:
                self._decide()

    def sent_bps(self, stream: str, start: float, end: float) -> float:
        """The rate at which a stream arrived, headers included."""
        arrived = (
            packet.size + OVERHEAD
            for at, packet in self.path.receiver.arrived
            if start <= at / 1e6 < end and packet.stream == stream
        )
        return sum(arrived) * 8 / (end - start)

    def _produce(self) -> None:
        if self.path.now % 20_000 == 0:
            for camera in self.cameras:
                self.path.send(f"audio {camera.slot}", AUDIO_BPS // 400 - OVERHEAD, paced=False)
        if self.path.now % _FRAME_US == 0:
            for camera in self.cameras:
                self._forward(camera)

    def _forward(self, camera: Camera) -> None:
        before = camera.layer
        size = camera.next_frame(self.path.now)
        if camera.layer != before:
            self.layers.append((self.path.now / 1e6, camera.slot, camera.layer))
        while size > 0:
            self.path.send(f"video {camera.slot}", min(size, 1200))
            size -= 1200

    def _demands(self) -> list[Demand]:
        return [*self._voices, *(camera.demand() for camera in self.cameras)]

    def _decide(self) -> None:
        now = self.path.now / 1e6
        report = self.path.meter.report(self.path.now)
        decision = self._policy.decide(report, self._demands, now)
        self.path.pacing_bps = decision.pacing_bps or _UNPACED_BPS
        if decision.probe_bps is not None:
            self.path.probe(decision.probe_bps)
        for camera in self.cameras:
            choice = decision.allocation.choices[SlotId(camera.slot)]
            layer = choice.source % 10 if choice.source is not None else None
            if layer is None and camera.layer is not None:
                self.layers.append((now, camera.slot, None))
            camera.select(layer, choice.temporal, self.path.now)
        self.decisions.append((now, decision))
        self.queues.append((now, report.queue_s or 0.0))
