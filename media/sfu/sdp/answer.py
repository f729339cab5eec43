"""Writing the SDP answer from a template that Chromium and Firefox accept.

Only what the offer has is answered: Firefox refuses an answer with a header extension it did not offer.
Redundant audio comes before plain Opus, because browsers send the first codec of the answer.
Transport-wide feedback is accepted where an m-line offers both its header extension and its RTCP.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from media.sfu.ice import IceCredentials
from media.sfu.sdp.offer import TRANSPORT_CC_EXTENSION, Fingerprint, MediaKind, MediaSection
from media.sfu.sdp.plan import PlannedSection, TrackKind
from media.sfu.sdp.simulcast import answer_lines
from media.sfu.stun import Address

ACCEPTED_EXTENSIONS = (
    TRANSPORT_CC_EXTENSION,
    "urn:ietf:params:rtp-hdrext:ssrc-audio-level",
    "urn:ietf:params:rtp-hdrext:sdes:mid",
    "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id",
    "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id",
    "urn:3gpp:video-orientation",
    "http://www.webrtc.org/experiments/rtp-hdrext/video-content-type",
    "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay",
    "http://www.webrtc.org/experiments/rtp-hdrext/color-space",
)
_VIDEO_FEEDBACK = ("goog-remb", "ccm fir", "nack", "nack pli")
_TRANSPORT_FEEDBACK = "transport-cc"
_HOST_PREFERENCE = 126 << 24
_HOST_OVER_TCP_PREFERENCE = 90 << 24
_PASSIVE_PREFERENCE = 4 << 13
CNAME = "sportello"


@dataclass(frozen=True, slots=True)
class SlotStreams:
    """The SSRCs of one slot; `rtx_ssrc` is None where nothing is retransmitted."""

    ssrc: int
    rtx_ssrc: int | None


@dataclass(frozen=True, slots=True)
class AnswerParameters:
    """The server's side of the session. `streams` gives each slot's SSRCs by mid."""

    session_number: int
    credentials: IceCredentials
    fingerprint: Fingerprint
    addresses: Sequence[Address]
    streams: dict[str, SlotStreams] = field(default_factory=dict)


def build_answer(planned: Sequence[PlannedSection], parameters: AnswerParameters) -> str:
    """Return the text of the answer, lines ended by CR LF."""
    lines = [
        "v=0",
        f"o=- {parameters.session_number} 1 IN IP4 127.0.0.1",
        "s=-",
        "t=0 0",
        "a=group:BUNDLE " + " ".join(item.section.mid for item in planned),
        "a=ice-lite",
        "a=extmap-allow-mixed",
        "a=msid-semantic: WMS *",
    ]
    for index, item in enumerate(planned):
        lines += _transport_lines(item, parameters, first=index == 0)
        lines += _media_lines(item)
        if item.receives:
            lines += _stream_lines(item, parameters.streams[item.section.mid])
    return "\r\n".join(lines) + "\r\n"


def _transport_lines(item: PlannedSection, parameters: AnswerParameters, *, first: bool) -> list[str]:
    section = item.section
    address, port = parameters.addresses[0] if first else ("0.0.0.0", 9)
    lines = [
        f"m={section.kind} {port} UDP/TLS/RTP/SAVPF {_payload_types(section)}",
        f"c=IN {'IP6' if ':' in address else 'IP4'} {address}",
    ]
    if first:
        lines += candidate_lines(parameters.addresses)
    return [
        *lines,
        f"a=ice-ufrag:{parameters.credentials.ufrag}",
        f"a=ice-pwd:{parameters.credentials.password}",
        f"a=fingerprint:{parameters.fingerprint.algorithm} {parameters.fingerprint.value}",
        "a=setup:passive",
        f"a=mid:{section.mid}",
    ]


def candidate_lines(addresses: Sequence[Address]) -> list[str]:
    """Return the host candidates (RFC 8839 section 5.1, RFC 6544 section 4.5), the first address preferred.

    TCP comes after UDP: it is the way of those whose network lets nothing else through.
    """
    lines = []
    for index, (address, port) in enumerate(addresses):
        priority = _HOST_PREFERENCE | (0xFFFF - index) << 8 | 0xFF
        lines.append(f"a=candidate:{index + 1} 1 udp {priority} {address} {port} typ host")
    for index, (address, port) in enumerate(addresses):
        priority = _HOST_OVER_TCP_PREFERENCE | (_PASSIVE_PREFERENCE | 0x1FFF - index) << 8 | 0xFF
        foundation = len(addresses) + index + 1
        lines.append(f"a=candidate:{foundation} 1 tcp {priority} {address} {port} typ host tcptype passive")
    return [*lines, "a=end-of-candidates"]


def _payload_types(section: MediaSection) -> str:
    codec = section.codec
    numbers = (codec.red_payload_type, codec.payload_type, codec.rtx_payload_type)
    return " ".join(str(number) for number in numbers if number is not None)


def _media_lines(item: PlannedSection) -> list[str]:
    section = item.section
    lines = [f"a=extmap:{identifier} {uri}" for uri, identifier in accepted_extensions(section).items()]
    direction = "recvonly" if item.sends else "sendonly" if item.receives else "inactive"
    lines += [f"a={direction}", "a=rtcp-mux"]
    if section.reduced_size_rtcp:
        lines.append("a=rtcp-rsize")
    lines += _opus_lines(section) if section.kind is MediaKind.AUDIO else _vp8_lines(section)
    return lines + answer_lines(item.rids)


def accepted_extensions(section: MediaSection) -> dict[str, int]:
    """Return the identifiers by URI of the header extensions that an m-line's answer accepts."""
    accepted = {uri: section.extensions[uri] for uri in ACCEPTED_EXTENSIONS if uri in section.extensions}
    if section.transport_cc_id is None:
        accepted.pop(TRANSPORT_CC_EXTENSION, None)
    return accepted


def _feedback_lines(section: MediaSection, kinds: Sequence[str]) -> list[str]:
    codec = section.codec
    lines = [f"a=rtcp-fb:{codec.payload_type} {kind}" for kind in kinds if kind in codec.feedback]
    if section.transport_cc_id is not None:
        lines.append(f"a=rtcp-fb:{codec.payload_type} {_TRANSPORT_FEEDBACK}")
    return lines


def _opus_lines(section: MediaSection) -> list[str]:
    payload_type, red = section.codec.payload_type, section.codec.red_payload_type
    lines = [
        f"a=rtpmap:{payload_type} opus/48000/2",
        *_feedback_lines(section, ()),
        f"a=fmtp:{payload_type} minptime=10;useinbandfec=1;usedtx=1",
    ]
    if red is not None:
        lines += [f"a=rtpmap:{red} red/48000/2", f"a=fmtp:{red} {payload_type}/{payload_type}"]
    return lines


def _vp8_lines(section: MediaSection) -> list[str]:
    codec = section.codec
    lines = [f"a=rtpmap:{codec.payload_type} VP8/90000"]
    lines += _feedback_lines(section, _VIDEO_FEEDBACK)
    if codec.rtx_payload_type is not None:
        lines.append(f"a=rtpmap:{codec.rtx_payload_type} rtx/90000")
        lines.append(f"a=fmtp:{codec.rtx_payload_type} apt={codec.payload_type}")
    return lines


def _stream_lines(item: PlannedSection, streams: SlotStreams) -> list[str]:
    """Announce a slot's SSRCs.

    The audio and the camera slot of a place share a stream id, so that browsers keep lips and voice together.
    """
    alone = "screen" if item.track is TrackKind.SCREEN else "self"
    stream_id = alone if item.place is None else f"place-{item.place}"
    lines = [f"a=msid:{stream_id} {stream_id}-{item.track}"]
    if streams.rtx_ssrc is not None:
        lines.append(f"a=ssrc-group:FID {streams.ssrc} {streams.rtx_ssrc}")
    lines.append(f"a=ssrc:{streams.ssrc} cname:{CNAME}")
    if streams.rtx_ssrc is not None:
        lines.append(f"a=ssrc:{streams.rtx_ssrc} cname:{CNAME}")
    return lines
