"""How a participant of the load gets in: descriptions, checks, DTLS records."""

from __future__ import annotations

import struct

from hypothesis import given
from hypothesis import strategies as st

from benchmarks.load.connection import Sending, sendings, sent_lines
from benchmarks.load.dtls import pack_records
from benchmarks.load.ice import Checks
from benchmarks.load.sdp import Line, Local, answer_lines, read_description, write_description
from benchmarks.load.streams import CAMERA, MICROPHONE, Profile, streams_of
from media.sfu.ice import IceAgent, IceCredentials, Verdict
from media.sfu.negotiation import ServerIdentity, negotiate
from media.sfu.sdp.offer import Direction, Fingerprint, MediaKind, parse_offer

ADDRESS = ("192.0.2.1", 4000)
LOCAL = Local("client", "client0password0of022chars", ":".join(["AB"] * 32))
SERVER = IceCredentials("server", "server0password0of022chars")
LINES = [
    *sent_lines([Sending(MICROPHONE, 11, "0"), Sending(CAMERA, 22, "1")]),
    Line.offered("audio", "2"),
    Line.offered("video", "3"),
]


def test_a_camera_in_three_sizes_is_offered_as_layers() -> None:
    lines = sent_lines(sendings(streams_of(Profile.SIMULCAST, 0)))
    offer = parse_offer(write_description(lines, LOCAL, setup="actpass"))
    assert [section.rids for section in offer.sections] == [(), ("f", "h", "q")]


def test_the_server_understands_the_offer() -> None:
    offer = parse_offer(write_description(LINES, LOCAL, setup="actpass"))
    assert (offer.ufrag, offer.password) == (LOCAL.ufrag, LOCAL.password)
    assert [(section.kind, section.direction) for section in offer.sections] == [
        (MediaKind.AUDIO, Direction.SENDONLY),
        (MediaKind.VIDEO, Direction.SENDONLY),
        (MediaKind.AUDIO, Direction.RECVONLY),
        (MediaKind.VIDEO, Direction.RECVONLY),
    ]
    assert [section.ssrc for section in offer.sections] == [11, 22, None, None]
    assert offer.sections[1].codec.feedback >= {"nack", "nack pli", "goog-remb"}


def test_the_answer_of_the_server_is_understood() -> None:
    identity = ServerIdentity(SERVER, Fingerprint("sha-256", LOCAL.fingerprint), (("192.0.2.7", 5000),))
    offer = write_description(LINES, LOCAL, setup="actpass")
    answer = negotiate(offer, identity, audio_only=False, new_ssrc=iter(range(1, 99)).__next__).answer
    remote = read_description(answer)
    assert (remote.host, remote.port) == ("192.0.2.7", 5000)
    assert (remote.ufrag, remote.password) == (SERVER.ufrag, SERVER.password)
    assert remote.fingerprint == LOCAL.fingerprint
    assert [line.mid for line in remote.lines] == ["0", "1", "2", "3"]
    assert (remote.payload_type("opus"), remote.payload_type("vp8"), remote.payload_type("rtx")) == (
        111,
        96,
        97,
    )


def test_an_offer_is_answered_line_by_line_in_its_own_numbers() -> None:
    offer = write_description(LINES[:2], LOCAL, setup="actpass").replace("m=audio 9", "m=audio 5000")
    offer = offer.replace("c=IN IP4 0.0.0.0", "a=candidate:1 1 udp 1 192.0.2.9 5000 typ host")
    offer = offer.replace(" 96", " 120").replace(":96 ", ":120 ").replace("extmap:4 ", "extmap:9 ")
    lines = answer_lines(read_description(offer))
    assert [(line.kind, line.mid, line.direction) for line in lines] == [
        ("audio", "0", "recvonly"),
        ("video", "1", "recvonly"),
    ]
    assert lines[1].payload_type == 120
    assert lines[1].extensions[9] == "urn:ietf:params:rtp-hdrext:sdes:mid"


def checks() -> Checks:
    return Checks(LOCAL.ufrag, LOCAL.password, SERVER.ufrag, SERVER.password)


def test_a_check_is_authentic_to_the_server_and_its_answer_to_the_client() -> None:
    agent = IceAgent()
    agent.register("session", SERVER, LOCAL.ufrag)
    client = checks()
    result = agent.handle(client.request(), ADDRESS)
    assert result.verdict is Verdict.AUTHENTICATED
    assert result.response is not None
    assert not checks().is_answer(result.response)
    assert client.is_answer(result.response)


def test_a_check_of_the_server_is_answered_if_it_is_authentic() -> None:
    server = Checks(SERVER.ufrag, SERVER.password, LOCAL.ufrag, LOCAL.password)
    stranger = Checks(SERVER.ufrag, SERVER.password, LOCAL.ufrag, "a-password-that-is-wrong")
    response = checks().response(server.request(), ADDRESS)
    assert response is not None
    assert server.is_answer(response)
    assert checks().response(stranger.request(), ADDRESS) is None


@given(st.lists(st.integers(0, 1_100), max_size=30))
def test_datagrams_hold_whole_records_in_order(sizes: list[int]) -> None:
    records = [
        struct.pack("!BHHHIH", 22, 0xFEFD, 0, 0, n, size) + bytes(size) for n, size in enumerate(sizes)
    ]
    datagrams = list(pack_records(b"".join(records)))
    assert b"".join(datagrams) == b"".join(records)
    starts = {sum(map(len, datagrams[:n])) for n in range(len(datagrams))}
    assert starts <= {sum(map(len, records[:n])) for n in range(len(records))} | {0}
    assert all(0 < len(datagram) <= 1200 for datagram in datagrams)
