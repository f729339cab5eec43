"""One session in a room: who it is, what it sends and receives, and who watches it."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from media.sfu.congestion.estimate import NoEstimate, SendEstimate
from media.sfu.connection import Connection
from media.sfu.downlink import Downlink
from media.sfu.layers import LayerMeter
from media.sfu.messages import (
    Identity,
    LayersWanted,
    Line,
    MediaState,
    ParticipantState,
    ParticipantStatistics,
    PicturesPaused,
    Processing,
    RoomMessage,
    SlotAssignment,
    SlotKind,
)
from media.sfu.negotiation import Negotiated, NegotiatedSlot
from media.sfu.packet_path import PacketPath, SlotId, SourceId
from media.sfu.quality import rate_connection
from media.sfu.sdp.plan import PLACES, TrackKind
from media.sfu.shown_camera import ShownCamera
from media.sfu.uplink import Uplink
from media.sfu.watch import RoomWatch


class Participant:
    """The media state of one session.

    The others in the room each have a *place* here for their stay: a pair of audio and camera slot.
    `lobby_since` (s) is when he began to wait in the lobby, None once he is inside. `mirror` says whether he
    looks at himself in the self slot, `speaks_twice` whether his microphone comes with redundancy (RED).
    """

    def __init__(
        self,
        session_id: str,
        identity: Identity,
        connection: Connection,
        negotiated: Negotiated,
        path: PacketPath,
        meter: LayerMeter,
        now: float,
        *,
        lobby: bool,
    ) -> None:
        self.session_id = session_id
        self.identity = identity
        self.connection = connection
        self.media = MediaState(microphone=False, camera=False, screen=False)
        self.held: frozenset[SlotKind] = frozenset()
        self.lobby_since = now if lobby else None
        self.mirror = False
        self.line = Line()
        self.connected = False
        self.quality: int | None = None
        self.processing: Processing | None = None
        self.places: dict[str, int] = {}
        self.watches: list[RoomWatch] = []
        self._path = path
        transport = connection.transport
        self.sources: dict[TrackKind, tuple[SourceId, ...]] = {
            track: tuple(path.add_source(transport, layer) for layer in layers)
            for track, layers in negotiated.sources.items()
        }
        self.speaks_twice = any(
            spec.red_payload_type is not None for spec in negotiated.sources.get(TrackKind.MICROPHONE, ())
        )
        self.slots: list[tuple[NegotiatedSlot, SlotId]] = [
            (slot, path.add_slot(transport, slot.spec)) for slot in negotiated.slots
        ]
        self.camera = ShownCamera(self.sources.get(TrackKind.CAMERA, ()))
        feedback = any(slot.spec.transport_cc_id is not None for slot in negotiated.slots)
        self.downlink = Downlink(path, transport, meter, SendEstimate(now) if feedback else NoEstimate())
        self.uplink = Uplink(self._camera_rids(negotiated), meter)

    @property
    def in_lobby(self) -> bool:
        """Whether he is connected but has not entered."""
        return self.lobby_since is not None

    def give_place(self, session_id: str) -> None:
        """Give another participant the first free place."""
        taken = set(self.places.values())
        self.places[session_id] = next(place for place in range(PLACES) if place not in taken)

    def free_place(self, session_id: str) -> None:
        """Take the place of one who left."""
        self.places.pop(session_id, None)

    def switch(self, media: MediaState, lifted: Collection[SlotKind] = ()) -> None:
        """Turn tracks on and off; held ones stay off unless lifted, and so do those not negotiated."""
        self.held -= set(lifted)
        self.media = MediaState(**{kind: getattr(media, kind) and self._may_send(kind) for kind in SlotKind})

    def _may_send(self, kind: SlotKind) -> bool:
        return kind not in self.held and TrackKind(kind) in self.sources

    def close(self) -> None:
        """End the connection, and what the camera went through."""
        self.connection.close()
        self.camera.close()

    def shows(self, track: TrackKind) -> bool:
        """Whether this participant has turned a track on and his line carries it."""
        return bool(getattr(self.media, track)) and self.carries(track)

    def carries(self, track: TrackKind) -> bool:
        """Whether the line carries such a track, either way."""
        return track is TrackKind.MICROPHONE or not self.line.audio_only

    def _camera_rids(self, negotiated: Negotiated) -> dict[SourceId, str]:
        layers = zip(
            self.sources.get(TrackKind.CAMERA, ()), negotiated.sources.get(TrackKind.CAMERA, ()), strict=True
        )
        return {source: spec.rid for source, spec in layers if spec.rid is not None}

    def show(self, heights: Mapping[str, int]) -> None:
        """Take note of how high (pixels) each slot is shown, by mid; 0 is hidden."""
        self.downlink.show(
            {slot_id: heights[slot.mid] for slot, slot_id in self.slots if slot.mid in heights}
        )

    def layers_wanted(self) -> LayersWanted:
        """Say what is to be sent."""
        return LayersWanted(list(self.uplink.wanted), self.uplink.screen_bps)

    def pictures_paused(self) -> PicturesPaused:
        """Say which pictures there is no room for on the way to him."""
        return PicturesPaused([slot.mid for slot, slot_id in self.slots if slot_id in self.downlink.paused])

    def assignment(self, track: TrackKind) -> SlotAssignment:
        """Name this participant as the one whose track a slot carries."""
        return SlotAssignment(self.session_id, SlotKind(track))

    def update_quality(self) -> bool:
        """Rate the connection and the camera's processing anew; return whether either changed."""
        statistics = self._path.statistics(self.connection.transport)
        losses = [loss for loss in (statistics.uplink_loss, statistics.downlink_loss) if loss is not None]
        rated = rate_connection(max(losses, default=None), statistics.round_trip_s)
        before = (self.quality, self.processing)
        self.quality, self.processing = rated, self.camera.processing
        return before != (self.quality, self.processing)

    def notify(self, message: RoomMessage) -> None:
        """Offer a message to all watches."""
        for watch in self.watches:
            watch.put(message)

    def state(self) -> ParticipantState:
        """Return what all others see of this participant."""
        return ParticipantState(
            session_id=self.session_id,
            identity_id=self.identity.id,
            name=self.identity.name,
            role=self.identity.role,
            microphone=self.media.microphone,
            camera=self.media.camera,
            screen=self.media.screen,
            connected=self.connected,
            quality=self.quality,
            path=self.line.path,
            audio_only=self.line.audio_only,
            processing=self.processing,
        )

    def statistics(self) -> ParticipantStatistics:
        """Return the traffic of this session."""
        totals = self._path.statistics(self.connection.transport)
        round_trip = totals.round_trip_s
        return ParticipantStatistics(
            session_id=self.session_id,
            identity_id=self.identity.id,
            role=self.identity.role,
            lobby=self.in_lobby,
            connected=self.connected,
            packets_in=totals.packets_in,
            bytes_in=totals.bytes_in,
            packets_out=totals.packets_out,
            bytes_out=totals.bytes_out,
            uplink_loss=totals.uplink_loss,
            downlink_loss=totals.downlink_loss,
            round_trip_ms=round_trip * 1000 if round_trip is not None else None,
        )
