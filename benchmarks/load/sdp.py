"""The descriptions that a participant sends and reads (RFC 8866, RFC 8829): Opus and VP8, one bundle."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

OPUS_TYPE, VP8_TYPE, RTX_TYPE = 111, 96, 97
AUDIO_LEVEL_ID, TRANSPORT_CC_ID, MID_ID, RID_ID = 1, 3, 4, 10

_MID = "urn:ietf:params:rtp-hdrext:sdes:mid"
_TRANSPORT_CC = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"
_SHARED_EXTENSIONS = {MID_ID: _MID, TRANSPORT_CC_ID: _TRANSPORT_CC}
_EXTENSIONS = {
    "audio": {**_SHARED_EXTENSIONS, AUDIO_LEVEL_ID: "urn:ietf:params:rtp-hdrext:ssrc-audio-level"},
    "video": {
        **_SHARED_EXTENSIONS,
        RID_ID: "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id",
        13: "urn:3gpp:video-orientation",
    },
}
_TRANSPORT_FEEDBACK = "transport-cc"
VIDEO_FEEDBACK = ("goog-remb", _TRANSPORT_FEEDBACK, "ccm fir", "nack", "nack pli")


@dataclass(frozen=True, slots=True)
class Local:
    """What a participant says of itself: ICE credentials and the digest of its certificate."""

    ufrag: str
    password: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Line:
    """One m-line of our own.

    `ssrcs` are those of the stream and, for video, of its retransmissions; empty to receive, and where `rids`
    name several streams. `extensions` are the header extensions' URIs by identifier.
    """

    kind: str
    mid: str
    ssrcs: tuple[int, ...]
    payload_type: int
    rtx_payload_type: int | None
    extensions: Mapping[int, str]
    rids: tuple[str, ...] = ()

    @classmethod
    def offered(cls, kind: str, mid: str, ssrcs: tuple[int, ...] = (), rids: tuple[str, ...] = ()) -> Line:
        """A line with the payload types and extensions that we choose."""
        if kind == "audio":
            return cls(kind, mid, ssrcs, OPUS_TYPE, None, _EXTENSIONS[kind])
        return cls(kind, mid, ssrcs, VP8_TYPE, RTX_TYPE, _EXTENSIONS[kind], rids)

    @property
    def direction(self) -> str:
        """Our own direction."""
        return "sendonly" if self.ssrcs or self.rids else "recvonly"

    @property
    def track(self) -> str:
        """The name of the track that is sent on it (RFC 8830)."""
        return f"load-{self.mid}"


@dataclass(frozen=True, slots=True)
class RemoteLine:
    """One m-line of the other side: the payload types by codec name, the extensions' URIs by identifier."""

    kind: str
    mid: str
    payload_types: dict[str, int]
    extensions: dict[int, str]


@dataclass(frozen=True, slots=True)
class Remote:
    """What the other side's description says; `ice_lite` means that it sends no checks of its own."""

    host: str
    port: int
    ufrag: str
    password: str
    fingerprint: str
    ice_lite: bool
    lines: tuple[RemoteLine, ...]

    def payload_type(self, codec: str) -> int | None:
        """The payload type of a codec (`opus`, `vp8`, `rtx`), or None if it is nowhere used."""
        numbers = (line.payload_types.get(codec) for line in self.lines)
        return next((number for number in numbers if number is not None), None)

    @property
    def transport_cc_id(self) -> int | None:
        """The identifier of transport-wide numbers (one in a bundle), or None if they are not used."""
        pairs = (pair for line in self.lines for pair in line.extensions.items())
        return next((identifier for identifier, uri in pairs if uri == _TRANSPORT_CC), None)


def answer_lines(remote: Remote) -> list[Line]:
    """The lines with which to receive all that an offer sends."""
    return [_answer_line(line) for line in remote.lines]


def _answer_line(line: RemoteLine) -> Line:
    known = set(_EXTENSIONS[line.kind].values())
    return Line(
        kind=line.kind,
        mid=line.mid,
        ssrcs=(),
        payload_type=line.payload_types["opus" if line.kind == "audio" else "vp8"],
        rtx_payload_type=line.payload_types.get("rtx"),
        extensions={identifier: uri for identifier, uri in line.extensions.items() if uri in known},
    )


def write_description(lines: Sequence[Line], local: Local, *, setup: str) -> str:
    """Return an offer (`setup` is actpass) or an answer (active)."""
    text = [
        "v=0",
        "o=- 1 1 IN IP4 127.0.0.1",
        "s=-",
        "t=0 0",
        "a=group:BUNDLE " + " ".join(line.mid for line in lines),
        "a=extmap-allow-mixed",
        "a=msid-semantic: WMS *",
    ]
    for line in lines:
        text += _media_section(line, local, setup)
    return "\r\n".join(text) + "\r\n"


def _media_section(line: Line, local: Local, setup: str) -> Iterator[str]:
    numbers = [line.payload_type] + ([line.rtx_payload_type] if line.rtx_payload_type is not None else [])
    yield f"m={line.kind} 9 UDP/TLS/RTP/SAVPF {' '.join(map(str, numbers))}"
    yield "c=IN IP4 0.0.0.0"
    yield f"a=ice-ufrag:{local.ufrag}"
    yield f"a=ice-pwd:{local.password}"
    yield f"a=fingerprint:sha-256 {local.fingerprint}"
    yield f"a=setup:{setup}"
    yield f"a=mid:{line.mid}"
    for identifier, uri in line.extensions.items():
        yield f"a=extmap:{identifier} {uri}"
    yield f"a={line.direction}"
    yield "a=rtcp-mux"
    yield "a=rtcp-rsize"
    yield from _opus(line.payload_type) if line.kind == "audio" else _vp8(line)
    yield from _ssrcs(line)
    yield from _rids(line)


def _opus(payload_type: int) -> Iterator[str]:
    yield f"a=rtpmap:{payload_type} opus/48000/2"
    yield f"a=rtcp-fb:{payload_type} {_TRANSPORT_FEEDBACK}"
    yield f"a=fmtp:{payload_type} minptime=10;useinbandfec=1"


def _vp8(line: Line) -> Iterator[str]:
    yield f"a=rtpmap:{line.payload_type} VP8/90000"
    for feedback in VIDEO_FEEDBACK:
        yield f"a=rtcp-fb:{line.payload_type} {feedback}"
    if line.rtx_payload_type is not None:
        yield f"a=rtpmap:{line.rtx_payload_type} rtx/90000"
        yield f"a=fmtp:{line.rtx_payload_type} apt={line.payload_type}"


def _rids(line: Line) -> Iterator[str]:
    for rid in line.rids:
        yield f"a=rid:{rid} send"
    if line.rids:
        yield f"a=simulcast:send {';'.join(line.rids)}"


def _ssrcs(line: Line) -> Iterator[str]:
    if line.ssrcs:
        yield f"a=msid:load {line.track}"
    if len(line.ssrcs) > 1:
        yield "a=ssrc-group:FID " + " ".join(map(str, line.ssrcs))
    for ssrc in line.ssrcs:
        yield f"a=ssrc:{ssrc} cname:load"


def read_description(text: str) -> Remote:
    """Read an offer or an answer. Raises ValueError if it has no UDP candidate or no credentials."""
    sections = [section.splitlines() for section in text.replace("\r\n", "\n").split("\nm=")]
    everything = [line for section in sections for line in section]
    host, port = _candidate(everything)
    return Remote(
        host=host,
        port=port,
        ufrag=_attribute(everything, "ice-ufrag"),
        password=_attribute(everything, "ice-pwd"),
        fingerprint=_attribute(everything, "fingerprint").removeprefix("sha-256 ").upper(),
        ice_lite="a=ice-lite" in everything,
        lines=tuple(_remote_line(section) for section in sections[1:]),
    )


def _remote_line(section: list[str]) -> RemoteLine:
    payload_types: dict[str, int] = {}
    extensions: dict[int, str] = {}
    for line in section:
        name, _, value = line.partition(":")
        if name == "a=rtpmap":
            number, codec = value.split(" ", 1)
            payload_types.setdefault(codec.partition("/")[0].lower(), int(number))
        elif name == "a=extmap":
            identifier, uri = value.split(" ", 1)
            extensions[int(identifier.partition("/")[0])] = uri
    return RemoteLine(section[0].partition(" ")[0], _attribute(section, "mid"), payload_types, extensions)


def _candidate(lines: list[str]) -> tuple[str, int]:
    for line in lines:
        parts = line.split(" ")
        if line.startswith("a=candidate:") and parts[2].lower() == "udp":
            return parts[4], int(parts[5])
    raise ValueError("the description has no UDP candidate")


def _attribute(lines: list[str], name: str) -> str:
    prefix = f"a={name}:"
    for line in lines:
        if line.startswith(prefix):
            return line.removeprefix(prefix)
    raise ValueError(f"the description has no {name}")
