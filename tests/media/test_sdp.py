"""Reading offers, planning their m-lines and writing answers."""

from __future__ import annotations

import itertools
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from media.sfu.ice import IceCredentials
from media.sfu.negotiation import Negotiated, ServerIdentity, negotiate
from media.sfu.sdp.fragment import build_fragment, parse_fragment
from media.sfu.sdp.offer import Direction, Fingerprint, SdpError, parse_offer
from media.sfu.sdp.plan import TrackKind
from tests.media.offers import CHROMIUM, FINGERPRINT, FIREFOX

SERVER = ServerIdentity(
    IceCredentials("serverufrag", "serverpassword-of-22-chars"),
    Fingerprint("sha-256", FINGERPRINT),
    (("203.0.113.5", 5000),),
)


def answer(offer: str, *, audio_only: bool = False) -> Negotiated:
    ssrcs = itertools.count(1000)
    return negotiate(offer, SERVER, audio_only=audio_only, new_ssrc=lambda: next(ssrcs))


def sections(sdp: str) -> list[str]:
    return re.split(r"(?m)^(?=m=)", sdp)[1:]


def test_chromiums_m_lines_get_their_meaning_from_kind_direction_and_order() -> None:
    negotiated = answer(CHROMIUM)
    assert {track: source.mid for track, [source] in negotiated.sources.items()} == {
        TrackKind.MICROPHONE: "0",
        TrackKind.CAMERA: "1",
        TrackKind.SCREEN: "2",
    }
    assert [(slot.mid, slot.track, slot.place) for slot in negotiated.slots] == [
        ("3", TrackKind.MICROPHONE, 0),
        ("4", TrackKind.MICROPHONE, 1),
        ("5", TrackKind.MICROPHONE, 2),
        ("6", TrackKind.CAMERA, 0),
        ("7", TrackKind.CAMERA, 1),
        ("8", TrackKind.CAMERA, 2),
        ("9", TrackKind.SCREEN, None),
    ]


def test_chromiums_streams_and_payload_types_are_found() -> None:
    [camera] = answer(CHROMIUM).sources[TrackKind.CAMERA]
    assert (camera.payload_type, camera.rtx_payload_type) == (96, 97)
    assert (camera.ssrc, camera.rtx_ssrc) == (1541129723, 1236625863)


def test_redundant_audio_is_taken_before_plain_opus_where_it_is_offered() -> None:
    negotiated = answer(CHROMIUM)
    [microphone] = negotiated.sources[TrackKind.MICROPHONE]
    assert (microphone.payload_type, microphone.red_payload_type) == (111, 63)
    assert {slot.spec.red_payload_type for slot in negotiated.slots[:3]} == {63}
    lines = sections(negotiated.answer)[0].splitlines()
    assert lines[0] == "m=audio 5000 UDP/TLS/RTP/SAVPF 63 111"
    assert {"a=rtpmap:63 red/48000/2", "a=fmtp:63 111/111"} <= set(lines)


@pytest.mark.parametrize(
    "offer",
    [
        FIREFOX,
        CHROMIUM.replace("a=fmtp:63 111/111", "a=fmtp:63 111/9"),
        CHROMIUM.replace("a=fmtp:63 111/111", "a=fmtp:63"),
        CHROMIUM.replace("red/48000/2", "red/8000"),
    ],
    ids=["Firefox", "of two codecs", "of no codec", "at another rate"],
)
def test_other_redundancy_is_not_answered(offer: str) -> None:
    negotiated = answer(offer)
    [microphone] = negotiated.sources[TrackKind.MICROPHONE]
    assert microphone.red_payload_type is None
    assert {slot.spec.red_payload_type for slot in negotiated.slots} == {None}
    assert "red/" not in negotiated.answer


def test_firefoxs_order_and_session_level_lines_are_understood() -> None:
    offer = parse_offer(FIREFOX)
    assert offer.fingerprints == (Fingerprint("sha-256", FINGERPRINT),)
    assert [section.direction for section in offer.sections] == [
        Direction.SENDONLY,
        Direction.SENDONLY,
        Direction.RECVONLY,
        Direction.RECVONLY,
    ]
    camera = offer.sections[1]
    assert (camera.codec.payload_type, camera.codec.rtx_payload_type) == (120, 124)
    assert camera.ssrc is None, "with several encodings only the first packet tells the SSRC"
    assert camera.extensions["urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id"] == 9
    assert "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay" not in camera.extensions


@pytest.mark.parametrize("offer", [CHROMIUM, FIREFOX])
def test_an_answer_has_only_what_was_offered(offer: str) -> None:
    text = answer(offer).answer
    assert len(sections(text)) == len(sections(offer))
    for offered, answered in zip(sections(offer), sections(text), strict=True):
        extmaps = set(re.findall(r"a=extmap:(\d+)(?:/\w+)? (\S+)", offered))
        assert set(re.findall(r"a=extmap:(\d+) (\S+)", answered)) <= extmaps
        feedback = {line for line in answered.splitlines() if line.startswith("a=rtcp-fb:")}
        assert feedback <= set(offered.splitlines())
        assert re.search(r"a=mid:(\S+)", offered)[1] == re.search(r"a=mid:(\S+)", answered)[1]  # type: ignore[index]
    assert ("a=simulcast:recv q;f" in text) == ("a=simulcast:send q;f" in offer)


@pytest.mark.parametrize("offer", [CHROMIUM, FIREFOX])
def test_transport_wide_feedback_is_accepted_where_an_m_line_offers_extension_and_rtcp(offer: str) -> None:
    for offered, answered in zip(sections(offer), sections(answer(offer).answer), strict=True):
        expected = "transport-wide-cc-extensions" in offered
        assert ("transport-wide-cc-extensions" in answered) == expected
        assert len(re.findall(r"a=rtcp-fb:\d+ transport-cc", answered)) == expected


def test_only_streams_that_negotiated_transport_wide_numbers_get_them() -> None:
    assert {slot.spec.transport_cc_id for slot in answer(CHROMIUM).slots} == {3}
    microphone, camera = answer(FIREFOX).slots
    assert (microphone.spec.transport_cc_id, camera.spec.transport_cc_id) == (None, 7)
    without_rtcp = answer(CHROMIUM.replace(" transport-cc", " other")).answer
    assert "transport-wide-cc-extensions" not in without_rtcp


def test_the_layers_of_a_camera_are_taken_in_the_order_of_the_offer() -> None:
    offer = FIREFOX.replace("a=rid:f send", "a=rid:h send max-width=640\r\na=rid:f send").replace(
        "a=simulcast:send q;f", "a=simulcast:send f,x;~h;q;unknown"
    )
    negotiated = answer(offer)
    layers = negotiated.sources[TrackKind.CAMERA]
    assert [(layer.rid, layer.mid, layer.ssrc) for layer in layers] == [
        ("f", "1", None),
        ("h", "1", None),
        ("q", "1", None),
    ]
    camera = sections(negotiated.answer)[1]
    assert [line for line in camera.splitlines() if "rid:" in line or "simulcast" in line] == [
        "a=rid:f recv",
        "a=rid:h recv",
        "a=rid:q recv",
        "a=simulcast:recv f;h;q",
    ]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a=simulcast:send q;f", "a=simulcast:recv q;f"),
        ("a=simulcast:send q;f", "a=simulcast:send q;q"),
        ("a=simulcast:send q;f", "a=simulcast:send"),
        ("a=rid:q send", "a=rid:q recv"),
        ("sdes:rtp-stream-id", "sdes:other"),
    ],
)
def test_what_is_no_simulcast_is_answered_as_one_stream(before: str, after: str) -> None:
    negotiated = answer(FIREFOX.replace(before, after))
    assert [layer.rid for layer in negotiated.sources[TrackKind.CAMERA]] == [None]
    assert "a=rid" not in negotiated.answer


def test_more_layers_than_three_are_not_answered() -> None:
    rids = "abcd"
    described = "".join(f"a=rid:{rid} send\r\n" for rid in rids)
    offer = FIREFOX.replace("a=rid:q send\r\n", described).replace(
        "a=simulcast:send q;f", f"a=simulcast:send {';'.join(rids)}"
    )
    assert [layer.rid for layer in answer(offer).sources[TrackKind.CAMERA]] == ["a", "b", "c"]


def test_voices_are_to_come_with_error_correction_and_without_their_pauses() -> None:
    microphone = sections(answer(CHROMIUM).answer)[0]
    assert "a=fmtp:111 minptime=10;useinbandfec=1;usedtx=1\r\n" in microphone


def test_an_answer_says_where_and_as_whom_to_connect() -> None:
    text = answer(CHROMIUM).answer
    assert text.count("a=candidate:1 1 udp 2130706431 203.0.113.5 5000 typ host\r\n") == 1
    assert text.count("a=setup:passive\r\n") == text.count("a=ice-ufrag:serverufrag\r\n") == 10
    assert "a=group:BUNDLE 0 1 2 3 4 5 6 7 8 9\r\n" in text
    assert [re.search(r"a=(sendonly|recvonly|inactive)", s)[1] for s in sections(text)] == (  # type: ignore[index]
        ["recvonly"] * 3 + ["sendonly"] * 7
    )


def test_slots_have_ssrcs_of_their_own_and_voice_and_picture_of_a_place_share_a_stream() -> None:
    text = answer(CHROMIUM).answer
    ssrcs = re.findall(r"a=ssrc:(\d+) ", text)
    assert len(ssrcs) == len(set(ssrcs)) == 3 + 2 * 4
    streams = re.findall(r"a=msid:(\S+) ", text)
    assert streams == ["place-0", "place-1", "place-2", "place-0", "place-1", "place-2", "screen"]


def test_a_fifth_received_video_is_the_self_slot_and_a_sixth_is_answered_inactive() -> None:
    ninth = sections(CHROMIUM)[9]
    more = [ninth.replace("a=mid:9", f"a=mid:{mid}") for mid in (10, 11)]
    negotiated = answer((CHROMIUM + "".join(more)).replace("6 7 8 9", "6 7 8 9 10 11"))
    assert [slot.mid for slot in negotiated.slots if slot.is_self] == ["10"]
    assert "a=msid:self self-camera" in sections(negotiated.answer)[10]
    assert "a=inactive" in sections(negotiated.answer)[11]
    assert len(negotiated.slots) == 8


def test_an_audio_only_room_has_no_cameras_but_a_screen() -> None:
    negotiated = answer(CHROMIUM, audio_only=True)
    assert set(negotiated.sources) == {TrackKind.MICROPHONE, TrackKind.SCREEN}
    assert [slot.mid for slot in negotiated.slots] == ["3", "4", "5", "9"]
    inactive = ["a=inactive" in section for section in sections(negotiated.answer)]
    assert inactive == [False, True, False, False, False, False, True, True, True, False]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda s: s[: s.index("m=")], "no audio or video"),
        (lambda s: s.replace("a=group:BUNDLE 0", "a=group:BUNDLE"), "BUNDLE"),
        (lambda s: s.replace("a=rtcp-mux\r\n", "", 1), "rtcp-mux"),
        (lambda s: s.replace("VP8/90000", "VP7/90000"), "VP8"),
        (lambda s: s.replace("opus/48000/2", "opus/48000"), "Opus"),
        (lambda s: s.replace("a=sendonly", "a=sendrecv", 1), "neither sendonly"),
        (lambda s: s + s[s.index("m=") :], "m-lines"),
        (lambda s: s + "a=x\r\n" * 40_000, "larger"),
        (lambda s: re.sub("a=ice-ufrag.*\r\n", "", s), "ice-ufrag"),
        (lambda s: re.sub("a=ice-pwd.*\r\n", "a=ice-pwd:short\r\n", s), "ice-pwd"),
        (lambda s: re.sub("a=fingerprint.*\r\n", "", s), "fingerprint"),
        (lambda s: s.replace("sdes:mid", "sdes:mit"), "mid"),
        (lambda s: s.replace("a=setup:actpass", "a=setup:passive"), "DTLS client"),
        (lambda s: s.replace("a=mid:1", "a=mid:0"), "same mid"),
        (lambda s: s.replace("m=video", "m=application", 1), "neither audio nor video"),
        (lambda s: s[1:], "v=0"),
    ],
)
def test_an_offer_that_cannot_be_answered_is_refused_with_its_reason(change, reason: str) -> None:  # type: ignore[no-untyped-def]
    text = change(CHROMIUM.replace("\r\n", "\n").replace("\n", "\r\n"))
    with pytest.raises(SdpError, match=reason):
        parse_offer(text)


@given(st.text(max_size=300))
def test_arbitrary_text_raises_nothing_but_sdp_error(text: str) -> None:
    for attempt in (text, "v=0\n" + text, "v=0\nm=audio 9 UDP/TLS/RTP/SAVPF 0\n" + text):
        with pytest.raises(SdpError):
            parse_offer(attempt)


@settings(max_examples=60)
@given(st.data())
def test_a_damaged_offer_raises_nothing_but_sdp_error(data: st.DataObject) -> None:
    lines = data.draw(st.sampled_from([CHROMIUM, FIREFOX])).splitlines()
    for _ in range(data.draw(st.integers(1, 4))):
        index = data.draw(st.integers(0, len(lines) - 1))
        cut = data.draw(st.integers(0, len(lines[index])))
        lines[index] = lines[index][:cut] + data.draw(st.text(max_size=5))
    try:
        answer("\r\n".join(lines))
    except SdpError:
        return


def test_fragments_carry_credentials() -> None:
    credentials = IceCredentials("ufrag", "0123456789012345678901")
    assert parse_fragment(build_fragment(credentials)) == credentials
    with pytest.raises(SdpError):
        parse_fragment("a=ice-ufrag:ufrag\r\n")
    with pytest.raises(SdpError):
        parse_fragment("a=x\r\n" * 10_000)
