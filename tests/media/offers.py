"""Offers as browsers write them: Chromium's recorded, Firefox's rebuilt with its order and quirks."""

from __future__ import annotations

from pathlib import Path

CHROMIUM = (Path(__file__).parent / "chromium_offer.sdp").read_text(encoding="utf-8")
FINGERPRINT = ":".join(["AB"] * 32)

_FIREFOX_SESSION = f"""v=0
o=mozilla...THIS_IS_SDPARTA-99.0 8117286 0 IN IP4 0.0.0.0
s=-
t=0 0
a=fingerprint:sha-256 {FINGERPRINT}
a=group:BUNDLE 0 1 2 3
a=ice-options:trickle
a=msid-semantic:WMS *
a=sendrecv
"""
_FIREFOX_TRANSPORT = """a=ice-pwd:0123456789abcdef0123456789abcdef
a=ice-ufrag:a1b2c3d4
"""


def _firefox_audio(mid: str, direction: str, port: str) -> str:
    return f"""m=audio {port} UDP/TLS/RTP/SAVPF 109 9 0 8 101
c=IN IP4 0.0.0.0
a={direction}
{"a=bundle-only" + chr(10) if port == "0" else ""}a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level
a=extmap:2/recvonly urn:ietf:params:rtp-hdrext:csrc-audio-level
a=extmap:3 urn:ietf:params:rtp-hdrext:sdes:mid
a=fmtp:109 maxplaybackrate=48000;stereo=1;useinbandfec=1
{_FIREFOX_TRANSPORT}a=mid:{mid}
a=rtcp-mux
a=rtpmap:109 opus/48000/2
a=rtpmap:9 G722/8000/1
a=setup:actpass
a=ssrc:1111111111 cname:{{a}}
"""


def _firefox_video(mid: str, direction: str) -> str:
    return f"""m=video 0 UDP/TLS/RTP/SAVPF 120 124 121 125
c=IN IP4 0.0.0.0
a=bundle-only
a={direction}
a=extmap:3 urn:ietf:params:rtp-hdrext:sdes:mid
a=extmap:6/recvonly http://www.webrtc.org/experiments/rtp-hdrext/playout-delay
a=extmap:7 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01
a=extmap:9/sendonly urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id
a=fmtp:120 max-fs=12288;max-fr=60
a=fmtp:124 apt=120
{_FIREFOX_TRANSPORT}a=mid:{mid}
a=rid:q send
a=rid:f send
a=rtcp-fb:120 nack
a=rtcp-fb:120 nack pli
a=rtcp-fb:120 ccm fir
a=rtcp-fb:120 goog-remb
a=rtcp-fb:120 transport-cc
a=rtcp-mux
a=rtcp-rsize
a=rtpmap:120 VP8/90000
a=rtpmap:124 rtx/90000
a=rtpmap:121 VP9/90000
a=setup:actpass
a=simulcast:send q;f
a=ssrc:2222222221 cname:{{a}}
a=ssrc-group:FID 2222222221 2222222222
"""


FIREFOX = (
    _FIREFOX_SESSION
    + _firefox_audio("0", "sendonly", "9")
    + _firefox_video("1", "sendonly")
    + _firefox_audio("2", "recvonly", "0")
    + _firefox_video("3", "recvonly")
    .replace("a=rid:q send\na=rid:f send\n", "")
    .replace("a=simulcast:send q;f\n", "")
).replace("\n", "\r\n")
