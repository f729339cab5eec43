"""A packet path between clients made of keys and lists: no sockets, and a clock moved by hand."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from media.sfu.addresses import pack_ip, unpack_ip
from media.sfu.native import PathCore
from media.sfu.native_path import NativePath
from media.sfu.packet_path import (
    PacketPath,
    SlotId,
    SlotSpec,
    SourceId,
    SourceSpec,
    SrtpKeys,
    SrtpProfile,
    TransportId,
    TransportSpec,
)
from media.sfu.sdp.offer import (
    MID_EXTENSION,
    REPAIRED_RID_EXTENSION,
    RID_EXTENSION,
    TRANSPORT_CC_EXTENSION,
    MediaKind,
)
from media.sfu.stun import Address
from tests.media.specification.path import PathSpecification
from tests.media.specification.rtcp import RtcpPacket, is_rtcp, parse_rtcp
from tests.media.specification.rtp import Extension, RtpPacket, build_rtp_header, parse_rtp
from tests.media.specification.srtp import SrtpSession
from tests.media.specification.transport import AUDIO_LEVEL_EXTENSION

ORIENTATION_EXTENSION = "urn:3gpp:video-orientation"
VIDEO_FEEDBACK = frozenset({"nack", "nack pli", "ccm fir", "goog-remb"})
VP8_TYPE, RTX_TYPE, OPUS_TYPE, RED_TYPE = 96, 97, 111, 63


def vp8_payload(
    picture_id: int,
    *,
    key_frame: bool,
    start: bool = True,
    temporal_id: int = 0,
    layer_sync: bool = True,
    body: bytes = b"picture",
) -> bytes:
    """Return a payload with all fields of the descriptor; the other numbers follow from the picture id."""
    head = bytes((0x80 | (0x10 if start else 0), 0xF0))
    layer = temporal_id << 6 | layer_sync << 5
    fields = (0x8000 | picture_id & 0x7FFF).to_bytes(2, "big") + bytes(
        (picture_id & 0xFF, layer | picture_id & 31)
    )
    return head + fields + bytes((0 if key_frame else 1,)) + body


def key_frame_body(width: int, height: int) -> bytes:
    """Return what follows the first byte of a key frame of this size (RFC 6386 section 9.1)."""
    return b"\0\0\x9d\x01\x2a" + width.to_bytes(2, "little") + height.to_bytes(2, "little") + b"picture"


LAYER_SSRCS = {"f": 51, "h": 53, "q": 55}
"""By rid; each layer's retransmissions have the next number."""


@dataclass
class Client:
    """One client: what it receives is collected, decrypted, in `rtp` and `rtcp`; `sizes` are those of the
    datagrams with RTP.
    """

    wire: Wire
    transport: TransportId
    address: Address
    srtp: SrtpSession
    extensions: dict[str, int]
    rtp: list[RtpPacket] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    rtcp: list[RtcpPacket] = field(default_factory=list)

    def video_source(self, *, ssrc: int | None = 11, rtx_ssrc: int | None = 12) -> SourceId:
        spec = SourceSpec(MediaKind.VIDEO, "1", None, VP8_TYPE, RTX_TYPE, ssrc, rtx_ssrc, VIDEO_FEEDBACK)
        return self.wire.path.add_source(self.transport, spec)

    def camera(self) -> dict[str, SourceId]:
        """Expect a camera with three layers; return their sources by rid."""
        specs = {
            rid: SourceSpec(MediaKind.VIDEO, "2", rid, VP8_TYPE, RTX_TYPE, None, None, VIDEO_FEEDBACK)
            for rid in LAYER_SSRCS
        }
        return {rid: self.wire.path.add_source(self.transport, spec) for rid, spec in specs.items()}

    def layer_names(self, rid: str, *, repaired: bool = False) -> list[Extension]:
        """Return the header extensions that say of which layer a packet is."""
        uri = REPAIRED_RID_EXTENSION if repaired else RID_EXTENSION
        return [(self.extensions[MID_EXTENSION], b"2"), (self.extensions[uri], rid.encode())]

    def send_layer(self, rid: str, number: int, payload: bytes, *, timestamp: int = 0) -> None:
        names = self.layer_names(rid)
        self.send_video(number, payload, timestamp=timestamp, ssrc=LAYER_SSRCS[rid], extensions=names)

    def audio_source(self, *, red_type: int | None = None) -> SourceId:
        spec = SourceSpec(MediaKind.AUDIO, "0", None, OPUS_TYPE, None, 21, None, frozenset(), red_type)
        return self.wire.path.add_source(self.transport, spec)

    def video_slot(self) -> SlotId:
        spec = SlotSpec(MediaKind.VIDEO, VP8_TYPE, RTX_TYPE, 31, 32, self.transport_cc_id)
        return self.wire.path.add_slot(self.transport, spec)

    def audio_slot(self, *, payload_type: int = OPUS_TYPE, red_type: int | None = None) -> SlotId:
        spec = SlotSpec(MediaKind.AUDIO, payload_type, None, 41, None, self.transport_cc_id, red_type)
        return self.wire.path.add_slot(self.transport, spec)

    @property
    def transport_cc_id(self) -> int | None:
        return self.extensions.get(TRANSPORT_CC_EXTENSION)

    def send_video(
        self,
        number: int,
        payload: bytes,
        *,
        timestamp: int = 0,
        ssrc: int = 11,
        payload_type: int = VP8_TYPE,
        extensions: list[Extension] | None = None,
        padding: int = 0,
    ) -> None:
        header = bytearray(
            build_rtp_header(payload_type, number & 0xFFFF, timestamp, ssrc, extensions=extensions or [])
        )
        if padding:
            header[0] |= 0x20
            payload += bytes(padding - 1) + bytes((padding,))
        self.send_rtp(bytes(header) + payload)

    def send_rtp(self, packet: bytes, address: Address | None = None) -> None:
        self.wire.path.receive(self.srtp.protect(packet), address or self.address)

    def send_rtcp(self, packet: bytes) -> None:
        self.wire.path.receive(self.srtp.protect_rtcp(packet), self.address)

    def media(self, ssrc: int) -> list[RtpPacket]:
        return [packet for packet in self.rtp if packet.ssrc == ssrc]


class Driven(PacketPath, Protocol):
    """A path whose packets and clock are moved by hand."""

    def receive(self, datagram: bytes, address: Address) -> bool: ...

    def poll(self) -> None: ...


class DrivenNative(NativePath):
    """The native path without its thread."""

    def __init__(
        self, clock: Callable[[], int], send: Callable[[bytes, Address], None], uplink_bps: int
    ) -> None:
        self._driven = PathCore(uplink_bps)
        self._now = clock
        self._send = send
        super().__init__(self._driven, clock)

    def receive(self, datagram: bytes, address: Address) -> bool:
        handed_over = self._driven.receive(datagram, pack_ip(address[0]), address[1], self._now())
        self.deliver()
        return handed_over

    def poll(self) -> None:
        self._driven.poll(self._now())
        self.deliver()

    def set_address(self, transport: TransportId, address: Address) -> None:
        super().set_address(transport, address)
        self.deliver()

    def set_keys(self, transport: TransportId, keys: SrtpKeys) -> None:
        super().set_keys(transport, keys)
        self.deliver()

    def route(self, slot: SlotId, source: SourceId | None) -> None:
        super().route(slot, source)
        self.deliver()

    def select(self, slot: SlotId, source: SourceId, max_temporal: int) -> None:
        super().select(slot, source, max_temporal)
        self.deliver()

    def request_key_frame(self, source: SourceId) -> None:
        super().request_key_frame(source)
        self.deliver()

    def set_pacing(self, transport: TransportId, pacing_bps: int) -> None:
        super().set_pacing(transport, pacing_bps)
        self.deliver()

    def probe(self, transport: TransportId, bps: int, duration_ms: int) -> int:
        number = super().probe(transport, bps, duration_ms)
        self.deliver()
        return number

    def deliver(self) -> None:
        """Take what the path has sent to its receivers."""
        for datagram, ip, port in self._driven.take_outgoing():
            self._send(datagram, (unpack_ip(ip), port))


class MakePath(Protocol):
    """Makes one of the paths under test."""

    def __call__(
        self, *, clock: Callable[[], int], send: Callable[[bytes, Address], None], uplink_bps: int
    ) -> Driven: ...


PATHS: dict[str, MakePath] = {"native": DrivenNative, "specification": PathSpecification}


class Wire:
    """The path under test and its clients. `now` is in seconds."""

    def __init__(self, make_path: MakePath) -> None:
        self.now = 1000.0
        self._ports = itertools.count(5000)
        self._clients: dict[Address, Client] = {}
        self.path = make_path(clock=lambda: round(self.now * 1e6), send=self._deliver, uplink_bps=1_000_000)

    @property
    def counters(self) -> Counter[str]:
        return Counter(self.path.counters())

    def client(
        self,
        *,
        keyed: bool = True,
        profile: SrtpProfile = SrtpProfile.AEAD_AES_128_GCM,
        shift: int = 0,
        transport_cc: bool = False,
    ) -> Client:
        """Add a client; `shift` makes its header-extension identifiers differ from others'."""
        extensions = {
            MID_EXTENSION: 4 + shift,
            AUDIO_LEVEL_EXTENSION: 1 + shift,
            ORIENTATION_EXTENSION: 7 + shift,
            RID_EXTENSION: 10 + shift,
            REPAIRED_RID_EXTENSION: 12 + shift,
        }
        if transport_cc:
            extensions[TRANSPORT_CC_EXTENSION] = 3 + shift
        transport = self.path.add_transport(
            TransportSpec(ssrc=99, extensions=extensions, reduced_size_rtcp=True)
        )
        address = ("192.0.2.1", next(self._ports))
        size = 28 if profile is SrtpProfile.AEAD_AES_128_GCM else 30
        key, other = bytes(range(size)), bytes(range(30, 30 + size))
        client = Client(
            self, transport, address, SrtpSession(SrtpKeys(profile, receive=other, send=key)), extensions
        )
        self._clients[address] = client
        self.path.set_address(transport, address)
        self._keys = SrtpKeys(profile, receive=key, send=other)
        if keyed:
            self.connect(client)
        return client

    def connect(self, client: Client) -> None:
        """Give a client's transport its keys, as a finished handshake does."""
        self.path.set_keys(client.transport, self._keys)

    def move(self, client: Client, address: Address) -> None:
        """Let what is sent to another address arrive at this client."""
        self._clients[address] = client

    def run(self, seconds: float) -> None:
        """Let time pass, polling as the rim does."""
        for _ in range(round(seconds / 0.02)):
            self.now += 0.02
            self.path.poll()

    def _deliver(self, datagram: bytes, address: Address) -> None:
        client = self._clients[address]
        if is_rtcp(datagram):
            client.rtcp += parse_rtcp(client.srtp.unprotect_rtcp(datagram))
        else:
            client.rtp.append(parse_rtp(client.srtp.unprotect(datagram)))
            client.sizes.append(len(datagram))
