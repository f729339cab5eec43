"""What a client's peer connection needs to find a way to the server."""

import msgspec


class IceServer(msgspec.Struct, frozen=True):
    """An `RTCIceServer` of W3C's WebRTC: give the list to `RTCPeerConnection` as `iceServers`."""

    urls: list[str]
    username: str
    credential: str
