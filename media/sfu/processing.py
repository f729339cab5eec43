"""Cameras whose pictures are changed on the way, for example by another background.

Who changes them is one more client of the packet path, on this machine: the camera is routed to it like to
any receiver, and what it sends is a source like any camera. Nobody else is routed to the camera itself, so
while nothing comes back, nothing is seen.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from math import inf
from typing import Protocol

import structlog

from media.sfu.congestion.estimate import NoEstimate
from media.sfu.downlink import Downlink
from media.sfu.encodings import FULL, SMALL
from media.sfu.layers import LayerMeter
from media.sfu.messages import Identity, Processing
from media.sfu.native_path import ORIENTATION_EXTENSION
from media.sfu.packet_path import (
    PacketPath,
    SlotSpec,
    SourceId,
    SourceSpec,
    SrtpKeys,
    SrtpProfile,
    TransportSpec,
)
from media.sfu.sdp.offer import MID_EXTENSION, MediaKind
from media.sfu.sdp.plan import TrackKind
from media.sfu.stun import Address

_PAYLOAD_TYPE = 96
_MIDS = ("0", "1")
_MID_ID, _ORIENTATION_ID = 1, 2

_ANY_HEIGHT = 1 << 16

_PATIENCE_S = 1.0
"""A layer is paused when nobody needed it for so long: who changes to another must have got that first."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class ProcessorLink:
    """What a processor is told of the path, at `address`.

    VP8 has `payload_type` both ways. The processor sends a full layer and a small one, and names them by the
    mids in each packet; the header extensions have the identifiers given. `on_keys` takes the keys with which
    the *path* receives and sends (AEAD_AES_128_GCM, master key and salt), at the beginning and whenever the
    processor begins anew.
    """

    address: Address
    payload_type: int
    mids: tuple[str, str]
    mid_extension: int
    orientation_extension: int
    on_keys: Callable[[bytes, bytes], None]


class ProcessorStream(Protocol):
    """One camera's stream through a processor."""

    @property
    def address(self) -> Address:
        """Where it receives, and from where it sends."""
        ...

    @property
    def state(self) -> Processing:
        """How it fares."""
        ...

    def encode_at(self, rates_bps: tuple[int, int]) -> None:
        """Send at most so much of the full and the small layer from now on; 0: nothing."""
        ...

    def close(self) -> None:
        """End it."""
        ...


OpenStream = Callable[[ProcessorLink], ProcessorStream]
"""Begins to process a camera, of which nothing is sent until the rates are told. Raises OSError."""


class CameraProcessors(Protocol):
    """Say whose cameras are processed in which rooms, and how."""

    def processor_of(self, room_id: str, identity: Identity) -> OpenStream | None:
        """Give what processes a person's camera in a room; None: it is shown as it is."""
        ...

    def room_closed(self, room_id: str) -> None:
        """Forget a room."""
        ...


class NoProcessors:
    """Leave all cameras as they are."""

    def processor_of(self, room_id: str, identity: Identity) -> OpenStream | None:
        """See `CameraProcessors`."""
        del room_id, identity
        return None

    def room_closed(self, room_id: str) -> None:
        """See `CameraProcessors`."""


class ProcessedCamera:
    """A camera on its way through a processor, to whom the path is at `address`. `ssrcs` are two fresh ones.

    If no stream can be opened its source stays silent.
    """

    def __init__(
        self,
        path: PacketPath,
        meter: LayerMeter,
        open_stream: OpenStream,
        address: Address,
        ssrcs: tuple[int, int],
    ) -> None:
        self._path = path
        self._rates_bps = (0, 0)
        self._needed_at = [-inf, -inf]
        extensions = {MID_EXTENSION: _MID_ID, ORIENTATION_EXTENSION: _ORIENTATION_ID}
        self._transport = path.add_transport(TransportSpec(ssrcs[0], extensions, reduced_size_rtcp=True))
        self._slot = path.add_slot(
            self._transport, SlotSpec(MediaKind.VIDEO, _PAYLOAD_TYPE, None, ssrcs[1], None)
        )
        feedback = frozenset({"nack pli"})
        self.sources: tuple[SourceId, ...] = tuple(
            path.add_source(
                self._transport,
                SourceSpec(MediaKind.VIDEO, mid, None, _PAYLOAD_TYPE, None, None, None, feedback),
            )
            for mid in _MIDS
        )
        """What the others are shown: the full layer or the small one."""
        self.downlink = Downlink(path, self._transport, meter, NoEstimate())
        """What the processor receives."""
        self._stream = self._open(open_stream, address)

    @property
    def state(self) -> Processing:
        """How it fares."""
        return self._stream.state if self._stream is not None else Processing.STILL

    def encode(self, needed: Collection[SourceId], rates: Mapping[SourceId, int], now: float) -> None:
        """Have the layers sent that are needed, each so that all who are shown it can take it.

        `rates` is the least that they can (bit/s). One that is needed and shown to nobody yet, or nobody any
        more, stays as it is.
        """
        full, small = (
            self._rate(at, needed, rates.get(source), now) for at, source in enumerate(self.sources)
        )
        if (full, small) == self._rates_bps:
            return
        self._rates_bps = (full, small)
        self.downlink.show({self._slot: _ANY_HEIGHT if full else SMALL.height})
        if self._stream is not None:
            self._stream.encode_at(self._rates_bps)

    def carry(self, layers: tuple[SourceId, ...]) -> None:
        """Process this camera, or nothing without layers."""
        self.downlink.carry(self._slot, TrackKind.CAMERA, layers)

    def close(self) -> None:
        """End it."""
        self._path.remove_transport(self._transport)
        if self._stream is not None:
            self._stream.close()

    def _rate(self, at: int, needed: Collection[SourceId], bps: int | None, now: float) -> int:
        if self.sources[at] in needed:
            self._needed_at[at] = now
        elif now - self._needed_at[at] >= _PATIENCE_S:
            return 0
        return bps or self._rates_bps[at] or (FULL, SMALL)[at].steps_bps[0]

    def _open(self, open_stream: OpenStream, address: Address) -> ProcessorStream | None:
        link = ProcessorLink(address, _PAYLOAD_TYPE, _MIDS, _MID_ID, _ORIENTATION_ID, self._set_keys)
        try:
            stream = open_stream(link)
        except OSError as error:
            _log.error("camera_not_processed", reason=str(error))
            return None
        self._path.set_address(self._transport, stream.address)
        return stream

    def _set_keys(self, receive: bytes, send: bytes) -> None:
        self._path.set_keys(self._transport, SrtpKeys(SrtpProfile.AEAD_AES_128_GCM, receive, send))
