"""Reading a client's SDP offer (RFC 8866, RFC 8829), in the order of any browser.

Browsers differ in the order of attributes, in what they write at session level and in the meaning of
port 0 (RFC 8843 allows it for all but the first bundled m-line), so a whole section is collected before
anything in it is judged.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from media.sfu.sdp.simulcast import offered_rids

MAX_SIZE = 128 * 1024
MAX_SECTIONS = 16

_UFRAG = re.compile(r"[A-Za-z0-9+/]{4,256}")
_PASSWORD = re.compile(r"[A-Za-z0-9+/]{22,256}")
_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`{|}~-]{1,32}")
_FINGERPRINT = re.compile(r"(sha-256|sha-384|sha-512) ([0-9A-F]{2}(?::[0-9A-F]{2}){31,63})", re.IGNORECASE)
_EXTMAP = re.compile(r"(\d{1,5})(?:/(sendonly|recvonly|sendrecv|inactive))? (\S{1,256})(?: .*)?")
_MAX_EXTENSION_ID = 255
MID_EXTENSION = "urn:ietf:params:rtp-hdrext:sdes:mid"
RID_EXTENSION = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id"
REPAIRED_RID_EXTENSION = "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id"
TRANSPORT_CC_EXTENSION = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"


class SdpError(ValueError):
    """An offer or fragment that cannot be answered; the text says why and may be shown to its author."""


class MediaKind(StrEnum):
    """The media of an m-line."""

    AUDIO = "audio"
    VIDEO = "video"


class Direction(StrEnum):
    """The direction of an m-line, as its author sees it."""

    SENDONLY = "sendonly"
    RECVONLY = "recvonly"
    INACTIVE = "inactive"


@dataclass(frozen=True, slots=True)
class Codec:
    """The one codec used for an m-line: Opus or VP8, with the payload type of its retransmissions.

    `red_payload_type` is that of Opus with redundancy (RFC 2198).
    """

    payload_type: int
    rtx_payload_type: int | None
    red_payload_type: int | None
    feedback: frozenset[str]


@dataclass(frozen=True, slots=True)
class MediaSection:
    """One m-line. `ssrc` and `rtx_ssrc` are known for a sender that announces a single stream.

    `rids` names the encodings of a sender with simulcast, if their packets can be told apart.
    """

    kind: MediaKind
    mid: str
    direction: Direction
    codec: Codec
    extensions: Mapping[str, int]
    ssrc: int | None
    rtx_ssrc: int | None
    rids: tuple[str, ...]
    reduced_size_rtcp: bool

    @property
    def transport_cc_id(self) -> int | None:
        """The identifier of the transport-wide number, if feedback on it is offered as well."""
        return self.extensions.get(TRANSPORT_CC_EXTENSION) if "transport-cc" in self.codec.feedback else None


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """The digest of a DTLS certificate (RFC 8122); `value` is upper-case hexadecimal with colons."""

    algorithm: str
    value: str


@dataclass(frozen=True, slots=True)
class Offer:
    """An offer reduced to what the SFU answers to."""

    sections: tuple[MediaSection, ...]
    ufrag: str
    password: str
    fingerprints: tuple[Fingerprint, ...]


_Attributes = Mapping[str, list[str]]


@dataclass(frozen=True, slots=True)
class _RawSection:
    media_line: list[str]
    attributes: _Attributes


def parse_offer(text: str) -> Offer:
    """Parse and check an offer.

    Raises:
        SdpError: the text is no offer that this server can answer.
    """
    if len(text) > MAX_SIZE:
        raise SdpError(f"the offer is larger than {MAX_SIZE} characters")
    session, raw_sections = _split(text)
    if not raw_sections:
        raise SdpError("the offer has no audio or video m-line")
    if len(raw_sections) > MAX_SECTIONS:
        raise SdpError(f"the offer has more than {MAX_SECTIONS} m-lines")
    sections = tuple(_parse_section(raw) for raw in raw_sections)
    _check_bundle(session, sections)
    first = raw_sections[0].attributes
    ufrag, password = parse_credentials(first, session)
    _check_setup(first, session)
    return Offer(sections, ufrag, password, _fingerprints(first, session))


def _split(text: str) -> tuple[_Attributes, list[_RawSection]]:
    session: dict[str, list[str]] = defaultdict(list)
    sections: list[_RawSection] = []
    attributes = session
    lines = text.splitlines()
    if not lines or lines[0] != "v=0":
        raise SdpError("the offer does not begin with v=0")
    for line in lines:
        if line.startswith("m="):
            attributes = defaultdict(list)
            sections.append(_RawSection(line[2:].split(), attributes))
        elif line.startswith("a="):
            name, _, value = line[2:].partition(":")
            attributes[name].append(value.strip())
    return session, sections


def _parse_section(raw: _RawSection) -> MediaSection:
    kind = _kind(raw.media_line)
    attributes = raw.attributes
    mid = _first(attributes, "mid")
    if not _TOKEN.fullmatch(mid):
        raise SdpError("an m-line has no valid mid")
    if "rtcp-mux" not in attributes:
        raise SdpError(f"m-line {mid} does not offer rtcp-mux")
    direction = _direction(mid, attributes)
    extensions = _extensions(attributes, direction)
    if MID_EXTENSION not in extensions and direction is not Direction.INACTIVE:
        raise SdpError(f"m-line {mid} does not offer the header extension for mid")
    ssrc, rtx_ssrc = _announced_stream(attributes) if direction is Direction.SENDONLY else (None, None)
    return MediaSection(
        kind=kind,
        mid=mid,
        direction=direction,
        codec=_codec(kind, mid, raw),
        extensions=extensions,
        ssrc=ssrc,
        rtx_ssrc=rtx_ssrc,
        rids=offered_rids(attributes) if RID_EXTENSION in extensions else (),
        reduced_size_rtcp="rtcp-rsize" in attributes,
    )


def _kind(media_line: list[str]) -> MediaKind:
    if len(media_line) < 4 or media_line[2] != "UDP/TLS/RTP/SAVPF":
        raise SdpError("an m-line is not UDP/TLS/RTP/SAVPF")
    try:
        return MediaKind(media_line[0])
    except ValueError:
        raise SdpError("an m-line is neither audio nor video") from None


def _direction(mid: str, attributes: _Attributes) -> Direction:
    for direction in Direction:
        if direction.value in attributes:
            return direction
    raise SdpError(f"m-line {mid} is neither sendonly, recvonly nor inactive")


def _extensions(attributes: _Attributes, direction: Direction) -> dict[str, int]:
    """Return the identifiers by URI of the extensions usable in this direction."""
    extensions: dict[str, int] = {}
    for value in attributes.get("extmap", ()):
        match = _EXTMAP.fullmatch(value)
        if match is None:
            raise SdpError("an extmap attribute is malformed")
        identifier, restriction, uri = int(match[1]), match[2], match[3]
        usable = restriction in (None, "sendrecv", direction.value)
        if usable and 0 < identifier <= _MAX_EXTENSION_ID and identifier != 15:
            extensions[uri] = identifier
    return extensions


def _codec(kind: MediaKind, mid: str, raw: _RawSection) -> Codec:
    wanted = "OPUS/48000/2" if kind is MediaKind.AUDIO else "VP8/90000"
    names = _by_payload_type(raw.attributes, "rtpmap")
    for text in raw.media_line[3:]:
        payload_type = _payload_type(text)
        if payload_type is not None and names.get(payload_type, [""])[0].upper() == wanted:
            feedback = _by_payload_type(raw.attributes, "rtcp-fb").get(payload_type, [])
            wildcard = [v[2:] for v in raw.attributes.get("rtcp-fb", ()) if v.startswith("* ")]
            rtx = _rtx_payload_type(raw, names, payload_type)
            red = _red_payload_type(raw, names, payload_type)
            return Codec(payload_type, rtx, red, frozenset(feedback + wildcard))
    raise SdpError(f"m-line {mid} does not offer {'Opus' if kind is MediaKind.AUDIO else 'VP8'}")


def _rtx_payload_type(raw: _RawSection, names: Mapping[int, list[str]], payload_type: int) -> int | None:
    for candidate, parameters in _by_payload_type(raw.attributes, "fmtp").items():
        is_rtx = names.get(candidate, [""])[0].lower().startswith("rtx/")
        if is_rtx and f"apt={payload_type}" in parameters[0].replace(" ", "").split(";"):
            return candidate
    return None


def _red_payload_type(raw: _RawSection, names: Mapping[int, list[str]], payload_type: int) -> int | None:
    """Return the payload type of redundant audio all blocks of which have this payload type."""
    for candidate, parameters in _by_payload_type(raw.attributes, "fmtp").items():
        is_red = names.get(candidate, [""])[0].lower() == "red/48000/2"
        if is_red and set(parameters[0].split("/")) == {str(payload_type)}:
            return candidate
    return None


def _by_payload_type(attributes: _Attributes, name: str) -> dict[int, list[str]]:
    values: dict[int, list[str]] = defaultdict(list)
    for value in attributes.get(name, ()):
        number, _, rest = value.partition(" ")
        payload_type = _payload_type(number)
        if payload_type is not None:
            values[payload_type].append(rest.strip())
    return values


def _payload_type(text: str) -> int | None:
    """Return the payload type that a text names; 64 to 95 would be taken for RTCP (RFC 5761 section 4)."""
    if not (text.isascii() and text.isdigit() and len(text) <= 3):
        return None
    number = int(text)
    return number if number < 64 or 95 < number < 128 else None


def _announced_stream(attributes: _Attributes) -> tuple[int | None, int | None]:
    """Return SSRC and retransmission SSRC, unless the m-line announces several encodings.

    With `rid` lines it is the first packet that tells which of the announced SSRCs is in use.
    """
    if "rid" in attributes:
        return None, None
    for value in attributes.get("ssrc-group", ()):
        parts = value.split()
        if parts[:1] == ["FID"] and len(parts) == 3:
            return _ssrc(parts[1]), _ssrc(parts[2])
    announced = attributes.get("ssrc", ())
    return (_ssrc(announced[0].split(" ")[0]) if announced else None), None


def _ssrc(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 10 and int(text) < 1 << 32):
        raise SdpError("an SSRC is not a 32-bit number")
    return int(text)


def _check_bundle(session: _Attributes, sections: tuple[MediaSection, ...]) -> None:
    mids = [section.mid for section in sections]
    if len(set(mids)) != len(mids):
        raise SdpError("two m-lines have the same mid")
    bundles = [value.split()[1:] for value in session.get("group", ()) if value.split()[:1] == ["BUNDLE"]]
    if not any(set(mids) <= set(bundle) for bundle in bundles):
        raise SdpError("the offer does not BUNDLE all m-lines")


def parse_credentials(attributes: _Attributes, session: _Attributes) -> tuple[str, str]:
    """Return the ICE user name fragment and password of a section, or those of the session.

    Raises:
        SdpError: one is missing or has characters or a length that RFC 8839 does not allow.
    """
    ufrag = _first(attributes, "ice-ufrag") or _first(session, "ice-ufrag")
    password = _first(attributes, "ice-pwd") or _first(session, "ice-pwd")
    if not _UFRAG.fullmatch(ufrag):
        raise SdpError("ice-ufrag is missing or malformed")
    if not _PASSWORD.fullmatch(password):
        raise SdpError("ice-pwd is missing or malformed")
    return ufrag, password


def _check_setup(attributes: _Attributes, session: _Attributes) -> None:
    setup = _first(attributes, "setup") or _first(session, "setup")
    if setup not in ("actpass", "active"):
        raise SdpError("the client must offer to be the DTLS client (setup:actpass)")


def _fingerprints(attributes: _Attributes, session: _Attributes) -> tuple[Fingerprint, ...]:
    fingerprints: list[Fingerprint] = []
    for value in attributes.get("fingerprint") or session.get("fingerprint", []):
        match = _FINGERPRINT.fullmatch(value)
        if match is not None:
            fingerprints.append(Fingerprint(match[1].lower(), match[2].upper()))
    if not fingerprints:
        raise SdpError("the certificate's fingerprint is missing or of an unknown kind")
    return tuple(fingerprints)


def _first(attributes: _Attributes, name: str) -> str:
    values = attributes.get(name)
    return values[0] if values else ""
