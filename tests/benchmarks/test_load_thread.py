"""The native thread of the load generator, between real sockets."""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from benchmarks.native._load import HISTOGRAM_FLOORS_US, LoadThread
from media.sfu.packet_path import SrtpKeys, SrtpProfile
from tests.media.specification.rtcp import (
    ReceiverReport,
    SenderReport,
    build_picture_loss,
    build_sender_report,
    is_rtcp,
    parse_rtcp,
)
from tests.media.specification.rtp import RtpPacket, build_rtp_header, parse_rtp
from tests.media.specification.srtp import SrtpSession
from tests.media.specification.transport_cc import TransportFeedback
from tests.media.specification.vp8 import parse_descriptor

TIMEOUT_S = 10.0
OPUS, VP8, RTX = 111, 96, 97
TRANSPORT_CC = 3
AUDIO = (False, OPUS, b"\x10\x9e", 1000, 250, 1, 100, 0, 0)
VIDEO = (True, VP8, b"", 2000, 500, 5, 1150, 0, 360)
KEY_SIZES = {True: 28, False: 30}


@pytest.fixture
def thread() -> Iterator[LoadThread]:
    thread = LoadThread()
    yield thread
    thread.close()


@pytest.fixture
def sockets() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Two UDP sockets, connected to each other."""
    pair = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2)]
    for one in pair:
        one.bind(("127.0.0.1", 0))
        one.settimeout(TIMEOUT_S)
    pair[0].connect(pair[1].getsockname())
    pair[1].connect(pair[0].getsockname())
    yield pair[0], pair[1]
    for one in pair:
        one.close()


def keys(gcm: bool) -> tuple[bytes, bytes]:
    size = KEY_SIZES[gcm]
    return bytes(range(size)), bytes(range(100, 100 + size))


def connect(
    thread: LoadThread, transport: int, send: bytes, receive: bytes, media: list[Any], *, gcm: bool = True
) -> None:
    thread.connect(
        transport,
        gcm=gcm,
        send_key=send,
        receive_key=receive,
        ssrc=media[0][3] if media else 77,
        audio_payload_type=OPUS,
        rtx_payload_type=RTX,
        transport_cc_id=TRANSPORT_CC,
        media=media,
    )


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + TIMEOUT_S
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.002)


def counters(thread: LoadThread) -> dict[str, int]:
    return thread.read()[0]


def join_both(thread: LoadThread, sockets: tuple[socket.socket, socket.socket]) -> tuple[int, int]:
    """Two members of a room, who hear each other without a server between them."""
    first, second = keys(gcm=True)
    one = thread.add(sockets[0].fileno(), 5, 0)
    other = thread.add(sockets[1].fileno(), 5, 3)
    connect(thread, one, first, second, [AUDIO, VIDEO])
    connect(thread, other, second, first, [(*AUDIO[:3], 3000, *AUDIO[4:]), (*VIDEO[:3], 4000, *VIDEO[4:])])
    wait_for(lambda: counters(thread)["heard"] == 4)
    return one, other


def test_members_who_hear_each_other_lose_nothing(
    thread: LoadThread, sockets: tuple[socket.socket, socket.socket]
) -> None:
    join_both(thread, sockets)
    assert counters(thread)["expected"] == 0
    thread.begin_window()
    wait_for(lambda: counters(thread)["expected"] > 200)
    thread.end_window()
    wait_for(lambda: counters(thread)["measured"] == counters(thread)["expected"])
    totals, latency, lag = thread.read()
    assert totals["received"] > totals["measured"]
    assert totals["refused"] == totals["not_sent"] == totals["events_dropped"] == 0
    assert np.frombuffer(latency, np.uint64).sum() == totals["measured"]
    assert np.frombuffer(lag, np.uint64).sum() == totals["expected"]


def test_packets_that_do_not_arrive_are_missing(
    thread: LoadThread, sockets: tuple[socket.socket, socket.socket]
) -> None:
    one, other = join_both(thread, sockets)
    thread.begin_window()
    sockets[1].close()  # The kernel refuses what is sent there, as the member himself has not left.
    wait_for(lambda: counters(thread)["not_sent"] > 10)
    thread.end_window()
    totals = counters(thread)
    assert totals["expected"] > totals["measured"]
    for transport in (one, other):
        thread.remove(transport)


def test_a_member_who_leaves_is_no_longer_expected_to_hear(
    thread: LoadThread, sockets: tuple[socket.socket, socket.socket]
) -> None:
    _, other = join_both(thread, sockets)
    thread.remove(other)
    assert counters(thread)["heard"] == 0
    assert counters(thread)["connected"] == 1
    thread.begin_window()
    sent = counters(thread)["sent"]
    wait_for(lambda: counters(thread)["sent"] > sent + 20)
    assert counters(thread)["expected"] == 0


def test_the_first_packet_of_another_is_told_once_with_its_moment(
    thread: LoadThread, sockets: tuple[socket.socket, socket.socket]
) -> None:
    before = time.time_ns()
    transports = join_both(thread, sockets)
    after = time.time_ns()
    events = socket.socket(fileno=thread.events)
    told = [events.recv(4096), events.recv(4096)]
    with pytest.raises(BlockingIOError):
        events.recv(4096)
    events.detach()
    heads = [struct.unpack_from("=IIq", record) for record in told]
    assert sorted(head[0] for head in heads) == sorted(transports)
    assert all(kind == 1 and before <= moment <= after for _, kind, moment in heads)


def test_what_is_no_media_is_handed_out(
    thread: LoadThread, sockets: tuple[socket.socket, socket.socket]
) -> None:
    transport = thread.add(sockets[0].fileno(), 0, 0)
    events = socket.socket(fileno=thread.events)
    sockets[1].send(b"\x16 a DTLS record")
    readable: list[bytes] = []

    def read() -> bool:
        try:
            readable.append(events.recv(4096))
        except BlockingIOError:
            return False
        return True

    wait_for(read)
    events.detach()
    assert readable == [struct.pack("=II", transport, 0) + b"\x16 a DTLS record"]


@dataclass
class Listener:
    """The other end of a transport, which decrypts with libsrtp."""

    socket: socket.socket
    srtp: SrtpSession

    def packets(self, count: int) -> list[RtpPacket]:
        return [parse_rtp(self.srtp.unprotect(next(self._datagrams(rtcp=False)))) for _ in range(count)]

    def reports(self) -> list[object]:
        return list(parse_rtcp(self.srtp.unprotect_rtcp(next(self._datagrams(rtcp=True)))))

    def _datagrams(self, *, rtcp: bool) -> Iterator[bytes]:
        while True:
            datagram = self.socket.recv(2048)
            if is_rtcp(datagram) == rtcp:
                yield datagram


def listen(
    thread: LoadThread, sockets: tuple[socket.socket, socket.socket], media: list[Any], *, gcm: bool = True
) -> Listener:
    first, second = keys(gcm)
    profile = SrtpProfile.AEAD_AES_128_GCM if gcm else SrtpProfile.AES128_CM_SHA1_80
    connect(thread, thread.add(sockets[0].fileno(), 0, 0), first, second, media, gcm=gcm)
    return Listener(sockets[1], SrtpSession(SrtpKeys(profile, receive=first, send=second)))


@pytest.mark.parametrize("gcm", [True, False])
def test_audio_is_an_unbroken_opus_stream_with_levels(
    thread: LoadThread, sockets: tuple[socket.socket, socket.socket], gcm: bool
) -> None:
    packets = listen(thread, sockets, [AUDIO], gcm=gcm).packets(20)
    assert [packet.sequence_number for packet in packets] == list(range(20))
    assert [packet.timestamp for packet in packets] == [48_000 // 250 * n for n in range(20)]
    assert {(packet.payload_type, packet.ssrc, len(packet.payload)) for packet in packets} == {
        (OPUS, 1000, 100)
    }
    assert all(packet.extension(1) == b"\x9e" for packet in packets)


def test_video_is_made_of_frames_with_running_numbers(
    thread: LoadThread, sockets: tuple[socket.socket, socket.socket]
) -> None:
    packets = listen(thread, sockets, [VIDEO]).packets(15)
    descriptors = [parse_descriptor(packet.payload) for packet in packets]
    assert [packet.marker for packet in packets] == ([False] * 4 + [True]) * 3
    assert [packet.timestamp for packet in packets] == [900 * (n // 5) for n in range(15)]
    assert [descriptor.picture_id for descriptor in descriptors] == [n // 5 for n in range(15)]
    assert [descriptor.key_frame_start for descriptor in descriptors] == [True] + [False] * 14


def test_a_picture_loss_is_answered_by_a_key_frame(
    thread: LoadThread, sockets: tuple[socket.socket, socket.socket]
) -> None:
    listener = listen(thread, sockets, [VIDEO])
    assert parse_descriptor(listener.packets(1)[0].payload).key_frame_start
    listener.socket.send(listener.srtp.protect_rtcp(build_picture_loss(9, 2000)))
    wait_for(lambda: parse_descriptor(listener.packets(1)[0].payload).key_frame_start)
    assert counters(thread)["key_frames_wanted"] == 1


def test_reports_tell_what_was_sent_and_received(
    thread: LoadThread, sockets: tuple[socket.socket, socket.socket]
) -> None:
    listener = listen(thread, sockets, [AUDIO])
    header = struct.pack("!BBHII", 0x80, OPUS, 65_000, 0, 4711)
    listener.socket.send(listener.srtp.protect(header + bytes(50)))
    clock = SenderReport(
        ssrc=4711, ntp_time=0x0123_4567_89AB_CDEF, rtp_timestamp=0, packet_count=1, octet_count=50
    )
    listener.socket.send(listener.srtp.protect_rtcp(build_sender_report(clock)))
    sent, received = listener.reports()[:2]
    assert isinstance(sent, SenderReport)
    assert sent.ssrc == 1000
    assert sent.packet_count > 0
    assert isinstance(received, ReceiverReport)
    (block,) = received.blocks
    assert (block.ssrc, block.packets_lost, block.highest_sequence & 0xFFFF) == (4711, 0, 65_000)
    assert block.last_sender_report == 0x4567_89AB
    assert block.delay_since_last < TIMEOUT_S * 65_536


def test_packets_of_all_streams_are_numbered_and_what_comes_numbered_is_answered(
    thread: LoadThread, sockets: tuple[socket.socket, socket.socket]
) -> None:
    listener = listen(thread, sockets, [AUDIO, VIDEO])
    packets = listener.packets(20)
    assert {packet.ssrc for packet in packets} == {1000, 2000}
    assert [packet.extension(TRANSPORT_CC) for packet in packets] == [bytes((0, n)) for n in range(20)]
    for number in (1, 2, 4):
        header = build_rtp_header(OPUS, number, 0, 4711, extensions=[(TRANSPORT_CC, bytes((0, number)))])
        listener.socket.send(listener.srtp.protect(header + bytes(50)))
    reported: dict[int, bool] = {}
    while 4 not in reported:
        for report in listener.reports():
            if isinstance(report, TransportFeedback):
                reported.update((n, delta is not None) for n, delta in enumerate(report.deltas, report.base))
    assert reported == {1: True, 2: True, 3: False, 4: True}


def test_forged_packets_are_refused_and_counted(
    thread: LoadThread, sockets: tuple[socket.socket, socket.socket]
) -> None:
    listen(thread, sockets, [AUDIO])
    sockets[1].send(b"\x80" + bytes(100))
    sockets[1].send(b"\x80\xc8" + bytes(100))
    wait_for(lambda: counters(thread)["refused"] == 2)


def test_wrong_keys_and_media_are_refused(
    thread: LoadThread, sockets: tuple[socket.socket, socket.socket]
) -> None:
    transport = thread.add(sockets[0].fileno(), 0, 0)
    first, second = keys(gcm=True)
    with pytest.raises(ValueError, match="size"):
        connect(thread, transport, first[1:], second[1:], [])
    with pytest.raises(ValueError, match="payload"):
        connect(thread, transport, first, second, [(*AUDIO[:6], 5000, 0, 0)])
    with pytest.raises(ValueError, match="extensions"):
        connect(thread, transport, first, second, [(*AUDIO[:2], bytes(17), *AUDIO[3:])])
    with pytest.raises(ValueError, match="transport"):
        connect(thread, transport + 1, first, second, [])
    with pytest.raises(ValueError, match="seats"):
        thread.add(sockets[1].fileno(), 0, 32)


def test_buckets_grow_by_a_32nd_of_a_doubling() -> None:
    floors = np.array(HISTOGRAM_FLOORS_US)
    widths = np.diff(floors)
    assert list(floors[:65]) == list(range(65))
    assert (widths[64:] / floors[64:-1] <= 1 / 32).all()
    assert (widths > 0).all()
