"""VP8 frames to pictures, with FFmpeg's own decoder: a sixth faster than libvpx's."""

from __future__ import annotations

from typing import Any

import av
import numpy as np
from av.error import FFmpegError

from media.backgrounds.pictures import Picture, Plane


class Undecodable(ValueError):
    """A frame cannot be decoded, nor can those after it until a key frame."""


class Vp8Decoder:
    """Decodes one stream, on the caller's thread. Pictures change size when key frames do."""

    def __init__(self) -> None:
        self._codec = av.CodecContext.create("vp8", "r")
        self._codec.thread_count = 1

    def decode(self, frame: bytes) -> Picture:
        """Decode the next frame. The picture is the decoder's: read it only. Raises Undecodable."""
        try:
            pictures = self._codec.decode(av.Packet(frame))
        except FFmpegError as error:
            raise Undecodable(str(error)) from error
        if not pictures:
            raise Undecodable("no picture")
        picture: Any = pictures[-1]
        if picture.format.name != "yuv420p":
            raise Undecodable(f"a picture in {picture.format.name}")
        return Picture(*(_samples(plane) for plane in picture.planes))


def _samples(plane: Any) -> Plane:
    rows = np.frombuffer(plane, np.uint8)[: plane.line_size * plane.height]
    return rows.reshape(plane.height, plane.line_size)[:, : plane.width]
