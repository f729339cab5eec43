"""RTP parameters and capabilities as mediasoup has them.

See "RTP Parameters and Capabilities" in its documentation (mediasoup.org/documentation/v3).
"""

from __future__ import annotations

from typing import Any

from benchmarks.load.sdp import VIDEO_FEEDBACK, Line, RemoteLine

_OPUS, _VP8, _RTX = "audio/opus", "video/vp8", "video/rtx"

Parameters = dict[str, Any]


def sent_parameters(line: Line) -> Parameters:
    """What a line sends, for a producer."""
    ssrc, *rtx_ssrcs = line.ssrcs
    encoding: Parameters = {"ssrc": ssrc}
    if rtx_ssrcs:
        encoding["rtx"] = {"ssrc": rtx_ssrcs[0]}
    return {
        "mid": line.mid,
        "codecs": _codecs(line),
        "headerExtensions": [
            {"uri": uri, "id": number, "encrypt": False, "parameters": {}}
            for number, uri in line.extensions.items()
        ],
        "encodings": [encoding],
        "rtcp": {"cname": "load", "reducedSize": True},
    }


def _codecs(line: Line) -> list[Parameters]:
    if line.kind == "audio":
        feedback = [{"type": "transport-cc"}]
        opus = {"mimeType": _OPUS, "clockRate": 48_000, "channels": 2, "rtcpFeedback": feedback}
        return [{**opus, "payloadType": line.payload_type, "parameters": {"useinbandfec": 1}}]
    feedback = [dict(zip(("type", "parameter"), item.split(" "), strict=False)) for item in VIDEO_FEEDBACK]
    vp8 = {"mimeType": "video/VP8", "clockRate": 90_000, "rtcpFeedback": feedback, "parameters": {}}
    rtx = {
        "mimeType": _RTX,
        "clockRate": 90_000,
        "rtcpFeedback": [],
        "parameters": {"apt": line.payload_type},
    }
    return [{**vp8, "payloadType": line.payload_type}, {**rtx, "payloadType": line.rtx_payload_type}]


def common_capabilities(router: Parameters) -> Parameters:
    """Those of a router's capabilities that a participant has too: Opus, VP8 and its retransmissions."""
    codecs = [codec for codec in router["codecs"] if codec["mimeType"].lower() in (_OPUS, _VP8)]
    numbers = {codec["preferredPayloadType"] for codec in codecs}
    codecs += [codec for codec in router["codecs"] if codec.get("parameters", {}).get("apt") in numbers]
    known = {uri for kind in ("audio", "video") for uri in Line.offered(kind, "").extensions.values()}
    extensions = [item for item in router["headerExtensions"] if item["uri"] in known]
    return {"codecs": codecs, "headerExtensions": extensions}


def received_lines(capabilities: Parameters) -> tuple[RemoteLine, ...]:
    """What the router sends to somebody with these capabilities: the same numbers for all consumers."""
    lines = []
    for kind in ("audio", "video"):
        payload_types = {
            codec["mimeType"].partition("/")[2].lower(): codec["preferredPayloadType"]
            for codec in capabilities["codecs"]
            if codec["kind"] == kind
        }
        extensions = {
            item["preferredId"]: item["uri"]
            for item in capabilities["headerExtensions"]
            if item["kind"] == kind
        }
        lines.append(RemoteLine(kind, "", payload_types, extensions))
    return tuple(lines)


def taken_line(line: Line) -> RemoteLine:
    """What the router takes of a producer: all that it is told, in the producer's own numbers."""
    return RemoteLine(line.kind, line.mid, {}, dict(line.extensions))
