"""The native path against its specification: the same packets, commands and clock, the same outcome."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from media.sfu.packet_path import SlotSpec, SourceSpec, SrtpKeys, SrtpProfile, TransportId, TransportSpec
from media.sfu.sdp.offer import (
    MID_EXTENSION,
    REPAIRED_RID_EXTENSION,
    RID_EXTENSION,
    TRANSPORT_CC_EXTENSION,
    MediaKind,
)
from media.sfu.stun import Address
from tests.media.reports import likely_rtcp, receiver_report, transport_feedback
from tests.media.specification import rtcp
from tests.media.specification.path import PathSpecification
from tests.media.specification.rtcp import is_rtcp
from tests.media.specification.rtp import build_rtp_header, parse_rtp
from tests.media.specification.srtp import SrtpError, SrtpSession
from tests.media.specification.transport import AUDIO_LEVEL_EXTENSION
from tests.media.streams import (
    CLIENTS,
    RED_TYPES,
    REPAIRED_RID_ID,
    RID_ID,
    TRANSPORT_CC_IDS,
    Sender,
    redundant_audio,
)
from tests.media.wire import (
    OPUS_TYPE,
    ORIENTATION_EXTENSION,
    RTX_TYPE,
    VIDEO_FEEDBACK,
    VP8_TYPE,
    Driven,
    DrivenNative,
)

RIDS = ("q", "h")
IDENTIFIERS = 3 + len(RIDS) + 3
"""How many each client takes: its transport, two sources and the layers of a camera, and three slots."""
SIZES = {SrtpProfile.AEAD_AES_128_GCM: 28, SrtpProfile.AES128_CM_SHA1_80: 30}
CALM = ("media",) * 40
CHOICES = (
    *CALM,
    *("lose", "late", "retransmission", "probe", "padding", "junk", "bad_rtcp", "report", "sender_report"),
    *("nack", "nack", "key_frame_request", "wait", "wait", "wait", "outage", "route", "mute", "move", "leap"),
    *("replay", "restart", "select", "select", "select", "transport_feedback", "transport_feedback"),
    *("pace", "ask", "step", "step", "step"),
    *("check", "hello", "flood", "stranger"),
)


def transport_of(client: int) -> int:
    return 1 + client * IDENTIFIERS


@dataclass
class Ports:
    """What one path sent, opened by its receivers, by address; those to one address in order."""

    sessions: dict[Address, SrtpSession]
    sent: dict[Address, list[bytes]] = field(default_factory=dict)

    def take(self, datagram: bytes, address: Address) -> None:
        session = self.sessions[address]
        opened = session.unprotect_rtcp if is_rtcp(datagram) else session.unprotect
        self.sent.setdefault(address, []).append(opened(datagram))


class Twins:
    """Both paths, and clients whose deeds are drawn from a seeded generator."""

    def __init__(self, seed: int, profile: SrtpProfile) -> None:
        self.dice = random.Random(seed)
        self.now = 5_000_000_000
        self.packets = 0
        self._profile = profile
        self._ports = 40_000
        self.newest: dict[int, int] = {}
        """The sequence number last sent, by SSRC."""
        self.newest_of_transport: dict[Address, int] = {}
        self.taken = [Ports({}), Ports({})]
        self.paths: list[Driven] = [
            DrivenNative(clock=lambda: self.now, send=self.taken[0].take, uplink_bps=4_000_000),
            PathSpecification(clock=lambda: self.now, send=self.taken[1].take, uplink_bps=4_000_000),
        ]
        self.senders = [sender for number in range(CLIENTS) for sender in self._client(number)]
        self.deeds: dict[str, Callable[[Sender], None]] = {name: getattr(self, name) for name in set(CHOICES)}

    def both(self, command: Callable[[Driven], object]) -> None:
        results = [command(path) for path in self.paths]
        assert results[0] == results[1]

    def _client(self, number: int) -> list[Sender]:
        shift = 3 * number if number < CLIENTS - 1 else 20  # the last one needs two-byte extensions
        extensions = {
            MID_EXTENSION: 1,
            RID_EXTENSION: RID_ID,
            REPAIRED_RID_EXTENSION: REPAIRED_RID_ID,
            AUDIO_LEVEL_EXTENSION: 2 + shift,
            ORIENTATION_EXTENSION: 3 + shift,
        }
        if number in TRANSPORT_CC_IDS:
            extensions[TRANSPORT_CC_EXTENSION] = TRANSPORT_CC_IDS[number]
        spec = TransportSpec(ssrc=900 + number, extensions=extensions, reduced_size_rtcp=number != 1)
        transports = [path.add_transport(spec) for path in self.paths]
        assert transports[0] == transports[1]
        ssrc = 1000 * (number + 1)
        known = number != 2
        feedback = VIDEO_FEEDBACK if number != 1 else VIDEO_FEEDBACK - {"nack pli"}
        for source in (
            SourceSpec(
                MediaKind.VIDEO,
                "v",
                None,
                VP8_TYPE,
                RTX_TYPE,
                ssrc if known else None,
                ssrc + 1 if known else None,
                feedback,
            ),
            SourceSpec(
                MediaKind.AUDIO,
                "a",
                None,
                OPUS_TYPE,
                None,
                ssrc + 2,
                None,
                frozenset(),
                RED_TYPES.get(number),
            ),
            *(
                SourceSpec(MediaKind.VIDEO, "c", rid, VP8_TYPE, RTX_TYPE, None, None, feedback)
                for rid in RIDS
            ),
        ):
            self.both(lambda path, source=source: path.add_source(transports[0], source))  # type: ignore[misc]
        for slot in (
            SlotSpec(MediaKind.VIDEO, VP8_TYPE, RTX_TYPE, ssrc + 10, ssrc + 11, TRANSPORT_CC_IDS.get(number)),
            SlotSpec(MediaKind.VIDEO, VP8_TYPE, None, ssrc + 20, None),
            SlotSpec(
                MediaKind.AUDIO,
                OPUS_TYPE + number,
                None,
                ssrc + 30,
                None,
                TRANSPORT_CC_IDS.get(number),
                RED_TYPES.get(number),
            ),
        ):
            self.both(lambda path, slot=slot: path.add_slot(transports[0], slot))  # type: ignore[misc]
        return self._connect(number, ssrc)

    def _connect(self, number: int, ssrc: int) -> list[Sender]:
        size = SIZES[self._profile]
        up, down = bytes((number * 2 + 1,)) * size, bytes((number * 2 + 2,)) * size
        address = self._address()
        for ports in self.taken:
            ports.sessions[address] = SrtpSession(SrtpKeys(self._profile, receive=down, send=up))
        transport = transport_of(number)
        self.both(lambda path: path.set_address(transport, address))  # type: ignore[arg-type]
        keys = SrtpKeys(self._profile, receive=up, send=down)
        self.both(lambda path: path.set_keys(transport, keys))  # type: ignore[arg-type]
        session = SrtpSession(SrtpKeys(self._profile, receive=down, send=up))
        streams = ((ssrc, b"v", b""), *((ssrc + 107 + 100 * i, b"c", r.encode()) for i, r in enumerate(RIDS)))
        return [
            Sender(number, session, address, stream, mid, rid, number=65_500 + number)
            for stream, mid, rid in streams
        ]

    def _address(self) -> Address:
        self._ports += 1
        return ("192.0.2.1" if self._ports % 2 else "2001:db8::1", self._ports)

    @staticmethod
    def seal(sender: Sender, packet: bytes, *, report: bool = False) -> bytes:
        try:
            return (sender.session.protect_rtcp if report else sender.session.protect)(packet)
        except SrtpError:  # libsrtp protects no impossible header, nor what is out of its window
            return packet

    def send(self, sender: Sender, packet: bytes, *, report: bool = False) -> None:
        self.packets += 1
        self.deliver(sender, self.seal(sender, packet, report=report))

    def deliver(self, sender: Sender, datagram: bytes) -> None:
        self.both(lambda path: path.receive(datagram, sender.address))

    def run(self, steps: int) -> None:
        for _ in range(steps):
            sender = self.dice.choice(self.senders)
            self.deeds[self.dice.choice(CHOICES)](sender)
            self.now += self.dice.choice((0, 300, 7000))
            self.compare()

    def compare(self) -> None:
        assert self.taken[0].sent == self.taken[1].sent
        for packet in (packet for sent in self.taken[0].sent.values() for packet in sent):
            self.newest[int.from_bytes(packet[8:12], "big")] = int.from_bytes(packet[2:4], "big")
        for address, sent in self.taken[0].sent.items():
            self._note_numbers(address, [packet for packet in sent if not is_rtcp(packet)])
        for ports in self.taken:
            ports.sent.clear()

    def _note_numbers(self, address: Address, packets: list[bytes]) -> None:
        for packet in map(parse_rtp, packets):
            for identifier in TRANSPORT_CC_IDS.values():
                number = packet.extension(identifier)
                if number is not None:
                    self.newest_of_transport[address] = int.from_bytes(number, "big")

    def finish(self) -> None:
        native, plain = (path.counters() for path in self.paths)
        assert {name: value for name, value in native.items() if value} == {
            name: value for name, value in plain.items() if value
        }
        for number in range(CLIENTS):
            self.both(lambda path, number=number: path.statistics(transport_of(number)))  # type: ignore[misc]
            self.both(lambda path, number=number: path.congestion(transport_of(number)))  # type: ignore[misc]
        self.both(lambda path: path.take_audio_levels())
        self.both(lambda path: path.layers())

    def _video(self, sender: Sender, payload: bytes, *, padding: int = 0) -> bytes:
        sender.number += 1
        header = bytearray(
            build_rtp_header(
                VP8_TYPE,
                sender.number & 0xFFFF,
                sender.timestamp & 0xFFFFFFFF,
                sender.ssrc,
                marker=self.dice.random() < 0.3,
                extensions=sender.extensions(self.dice, sender.mid),
            )
        )
        tail = b""
        if padding:
            header[0] |= 0x20
            tail = bytes(padding - 1) + bytes((padding,))
        packet = bytes(header) + payload + tail
        sender.sent = [*sender.sent[-700:], packet]
        return packet

    def media(self, sender: Sender) -> None:
        if self.dice.random() < 0.2:
            self._audio(sender)
        else:
            self.send(sender, self._video(sender, sender.payload(self.dice)))

    def _audio(self, sender: Sender) -> None:
        payload_type, payload = OPUS_TYPE, b"voice"
        if self.dice.random() < 0.5:
            payload_type, payload = RED_TYPES.get(sender.client, 63), redundant_audio(self.dice, OPUS_TYPE)
        header = build_rtp_header(
            payload_type,
            (sender.number * 7 + self.packets) & 0xFFFF,
            self.packets,
            sender.ssrc - sender.ssrc % 1000 + 2,
            extensions=sender.extensions(self.dice, b"a"),
        )
        self.send(sender, header + payload)

    def lose(self, sender: Sender) -> None:
        for _ in range(self.dice.choice((1, 1, 2, 5, 30))):
            self._video(sender, sender.payload(self.dice))

    def late(self, sender: Sender) -> None:
        if sender.sent:
            self.send(sender, self.dice.choice(sender.sent[-40:]))

    def retransmission(self, sender: Sender) -> None:
        for _ in range(self.dice.randrange(6)):
            if sender.sent:
                original = self.dice.choice(sender.sent[-300:])
                sender.rtx_number += 1
                header = build_rtp_header(
                    RTX_TYPE,
                    sender.rtx_number & 0xFFFF,
                    self.dice.randrange(1 << 32),
                    sender.ssrc + 1,
                    extensions=[(1, sender.mid), (REPAIRED_RID_ID, sender.rid or b"x")],
                )
                self.send(sender, header + original[2:4] + original[12:])

    def probe(self, sender: Sender) -> None:
        sender.rtx_number += 1
        header = bytearray(build_rtp_header(RTX_TYPE, sender.rtx_number & 0xFFFF, 0, sender.ssrc + 1))
        header[0] |= 0x20
        self.send(sender, bytes(header) + bytes(9) + b"\x0a")

    def padding(self, sender: Sender) -> None:
        for _ in range(self.dice.choice((1, 1, 3, 150))):
            self.send(sender, self._video(sender, b"", padding=self.dice.randrange(1, 256)))

    def junk(self, sender: Sender) -> None:
        sender.number += 1
        first = self.dice.choice((0x80, 0x90, 0xB0, 0x84, 0x40))
        body = self.dice.randbytes(self.dice.randrange(60))
        number = (sender.number & 0xFFFF).to_bytes(2, "big")
        ssrc = self.dice.choice((sender.ssrc, sender.ssrc, 77)).to_bytes(4, "big")
        packet = (
            bytes((first, self.dice.choice((VP8_TYPE, VP8_TYPE | 0x80, 5)))) + number + bytes(4) + ssrc + body
        )
        self.send(sender, packet)

    def bad_rtcp(self, sender: Sender) -> None:
        self.send(sender, likely_rtcp(self.dice), report=True)

    def sender_report(self, sender: Sender) -> None:
        report = rtcp.SenderReport(sender.ssrc, self.now * 4295, sender.timestamp & 0xFFFFFFFF, 1, 1)
        self.send(sender, rtcp.build_sender_report(report), report=True)

    def report(self, sender: Sender) -> None:
        self.send(sender, receiver_report(self.dice, sender.ssrc - sender.ssrc % 1000 + 10), report=True)

    def nack(self, sender: Sender) -> None:
        base = sender.ssrc - sender.ssrc % 1000
        around = self.newest.get(base + 10, 0) - self.dice.choice((10, 40, 300))
        numbers = [(around + step) & 0xFFFF for step in sorted(self.dice.sample(range(40), 9))]
        self.send(sender, rtcp.build_nack(5, base + 10, numbers * self.dice.choice((1, 2))), report=True)

    def transport_feedback(self, sender: Sender) -> None:
        newest = self.newest_of_transport.get(sender.address, 0)
        self.send(sender, transport_feedback(self.dice, newest), report=True)

    def pace(self, sender: Sender) -> None:
        bps = self.dice.choice((0, 30_000, 100_000, 2_000_000))
        self.both(lambda path: path.set_pacing(TransportId(transport_of(sender.client)), bps))

    def ask(self, sender: Sender) -> None:
        """Probe the way to the client."""
        bps, duration_ms = self.dice.choice((100_000, 600_000, 5_000_000)), self.dice.choice((1, 20, 100))
        self.both(lambda path: path.probe(TransportId(transport_of(sender.client)), bps, duration_ms))

    def check(self, sender: Sender) -> None:
        """STUN from the client's own address."""
        for _ in range(self.dice.choice((1, 5, 250))):
            self.deliver(sender, bytes((self.dice.randrange(4),)) + bytes(19))

    def hello(self, sender: Sender) -> None:
        """DTLS, or what is no protocol at all."""
        self.deliver(sender, bytes((self.dice.choice((20, 22, 63, 64, 127, 192)),)) + bytes(20))

    def flood(self, sender: Sender) -> None:
        """More than a client may send, or nearly."""
        packet = b"\x80" + bytes((VP8_TYPE,)) + bytes(6) + sender.ssrc.to_bytes(4, "big")
        datagram = packet + bytes(self.dice.choice((20, 1400, 1461)))
        for _ in range(self.dice.choice((300, 1200))):
            self.deliver(sender, datagram)

    def stranger(self, sender: Sender) -> None:
        """STUN, DTLS and forgeries from an address that is nobody's."""
        host = self.dice.choice(("198.51.100.9", "127.0.0.1", "2001:db8:9::1", "2001:db8:9::2", "::1"))
        address = (host, self.dice.choice((50_000, 50_001)))
        forgery = b"\x80" + bytes((VP8_TYPE,)) + bytes(6) + sender.ssrc.to_bytes(4, "big") + bytes(20)
        datagram = self.dice.choice((b"\0\1" + bytes(18), b"\x16" + bytes(20), forgery))
        for _ in range(self.dice.choice((1, 60, 250))):
            self.both(lambda path: path.receive(datagram, address))

    def step(self, _sender: Sender) -> None:
        for _ in range(self.dice.randrange(1, 12)):
            self.now += self.dice.choice((300, 2_000, 2_500))
            self.both(lambda path: path.poll())

    def key_frame_request(self, sender: Sender) -> None:
        base = sender.ssrc - sender.ssrc % 1000
        ssrc = base + self.dice.choice((10, 20, 30))
        requests = (rtcp.build_picture_loss(5, ssrc), rtcp.build_full_intra(5, ssrc, 3))
        self.send(sender, self.dice.choice(requests), report=True)

    def wait(self, _sender: Sender) -> None:
        for _ in range(self.dice.randrange(1, 12)):
            self.now += 20_000
            self.both(lambda path: path.poll())

    def outage(self, _sender: Sender) -> None:
        self.now += self.dice.randrange(3_000_000)

    def route(self, sender: Sender) -> None:
        origin = self.dice.randrange(CLIENTS)
        video = self.dice.random() < 0.7
        slot = transport_of(sender.client) + (self.dice.choice((5, 6)) if video else 7)
        source = transport_of(origin) + (self.dice.choice((1, 3, 4)) if video else 2)
        self.both(lambda path: path.route(slot, source))  # type: ignore[arg-type]

    def select(self, sender: Sender) -> None:
        video = self.dice.random() < 0.9
        slot = transport_of(sender.client) + (self.dice.choice((5, 6)) if video else 7)
        origin = self.dice.randrange(CLIENTS)
        source = transport_of(origin) + (self.dice.choice((1, 3, 4)) if video else 2)
        max_temporal = self.dice.choice((0, 1, 2, 3, 3))
        self.both(lambda path: path.select(slot, source, max_temporal))  # type: ignore[arg-type]

    def mute(self, sender: Sender) -> None:
        self.both(lambda path: path.route(transport_of(sender.client) + 5, None))  # type: ignore[arg-type]

    def move(self, sender: Sender) -> None:
        if self.dice.random() < 0.2:
            before, sender.address = sender.address, self._address()
            for ports in self.taken:
                ports.sessions[sender.address] = ports.sessions[before]
        self.send(sender, self._video(sender, sender.payload(self.dice)))

    def leap(self, sender: Sender) -> None:
        if self.dice.random() < 0.1:
            sender.number += self.dice.choice((400, 600, 20_000))

    def replay(self, sender: Sender) -> None:
        sealed = self.seal(sender, self._video(sender, sender.payload(self.dice)))
        self.packets += 2
        self.deliver(sender, sealed)
        self.deliver(sender, sealed)

    def restart(self, sender: Sender) -> None:
        """Another SSRC, with its mid, takes the place of the former: as after a reload."""
        if self.dice.random() < 0.02 and sender.ssrc % 1000 < 800:
            sender.ssrc += 40
            extensions = [(1, sender.mid), (RID_ID, sender.rid or b"x")]
            header = build_rtp_header(VP8_TYPE, 5, 0, sender.ssrc, extensions=extensions)
            sender.number = 5
            self.send(sender, header + sender.payload(self.dice))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 1 << 32), st.sampled_from(SrtpProfile))
def test_both_paths_send_the_same(seed: int, profile: SrtpProfile) -> None:
    twins = Twins(seed, profile)
    twins.run(120)
    twins.finish()


@pytest.mark.long
@pytest.mark.timeout(3000)
def test_both_paths_send_the_same_over_a_million_packets() -> None:
    packets, seed = 0, 0
    while packets < 1_000_000:
        twins = Twins(seed, SrtpProfile.AEAD_AES_128_GCM if seed % 4 else SrtpProfile.AES128_CM_SHA1_80)
        twins.run(20_000)
        twins.finish()
        packets += twins.packets
        seed += 1
