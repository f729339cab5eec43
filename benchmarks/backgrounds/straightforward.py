"""The straightforward way, as one would write it first with the same libraries.

aiortc's decoder and encoder with their settings, RGB at full size throughout, the model fed with the full
picture, a Gaussian blur, a blend in floats.
"""

from __future__ import annotations

from typing import Any

import av
import cv2
import numpy as np
from aiortc.codecs import vpx
from aiortc.jitterbuffer import JitterFrame
from aiortc.mediastreams import VIDEO_TIME_BASE
from numpy.typing import NDArray

from benchmarks.backgrounds.film import FRAME_TICKS
from media.backgrounds.effects import Effect, Virtual
from media.backgrounds.images import cover, decode_background, decode_logo
from media.backgrounds.rtp import RtpPacket
from media.backgrounds.segmentation import MODEL

_BITRATE_BPS = 1_500_000
_DEVIATION = 17  # That of ours in 720 rows.

Floats = NDArray[np.float32]


class Straightforward:
    """Processes the frames of one stream."""

    def __init__(self, effect: Effect, width: int, height: int) -> None:
        self._effect = effect
        self._decoder = vpx.Vp8Decoder()
        self._encoder = vpx.Vp8Encoder()
        self._encoder.target_bitrate = _BITRATE_BPS
        self._segmenter = _open_segmenter() if effect.background else None
        self._image: Floats | None = None
        if isinstance(effect.background, Virtual):
            self._image = cover(decode_background(effect.background.image), width, height).astype(np.float32)
        self._logo = _place_logo(effect, width, height) if effect.logo else None
        self._count = 0

    def process(self, packets: list[bytes]) -> list[bytes]:
        """One frame's packets in, one frame's packets out."""
        data = b"".join(vpx.vp8_depayload(RtpPacket.parse(packet).payload) for packet in packets)
        (frame,) = self._decoder.decode(JitterFrame(data, self._count))
        rgb = self._compose(np.asarray(av.VideoFrame.to_ndarray(frame, format="rgb24"), np.uint8))  # type: ignore[arg-type]
        out = av.VideoFrame.from_ndarray(rgb, format="rgb24")
        out.pts, out.time_base = self._count * FRAME_TICKS, VIDEO_TIME_BASE
        self._count += 1
        payloads, _ = self._encoder.encode(out)
        return payloads

    def _compose(self, rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
        picture = rgb.astype(np.float32)
        if self._segmenter is not None:
            mask = self._find(rgb)[:, :, np.newaxis]
            background = self._image if self._image is not None else cv2.GaussianBlur(rgb, (0, 0), _DEVIATION)
            picture = picture * mask + background * (1 - mask)
        if self._logo is not None:
            colours, alpha = self._logo
            picture = picture * (1 - alpha) + colours * alpha
        return np.asarray(picture, np.uint8)

    def _find(self, rgb: NDArray[np.uint8]) -> Floats:
        from mediapipe import Image, ImageFormat  # noqa: PLC0415 (as slow to import as in the product)

        assert self._segmenter is not None
        masks = self._segmenter.segment(Image(image_format=ImageFormat.SRGB, data=rgb)).confidence_masks
        return np.asarray(masks[0].numpy_view(), np.float32).reshape(rgb.shape[:2])


def _open_segmenter() -> Any:
    from mediapipe.tasks.python import BaseOptions  # noqa: PLC0415
    from mediapipe.tasks.python.vision import ImageSegmenter, ImageSegmenterOptions  # noqa: PLC0415

    options = ImageSegmenterOptions(base_options=BaseOptions(model_asset_path=str(MODEL)))
    return ImageSegmenter.create_from_options(options)


def _place_logo(effect: Effect, width: int, height: int) -> tuple[Floats, Floats]:
    """The logo's colours and opacity in a layer of the picture's size."""
    assert effect.logo is not None
    side = round(width * effect.logo.width)
    layer = np.zeros((height, width, 4), np.float32)
    layer[20 : 20 + side, -20 - side : -20] = cv2.resize(decode_logo(effect.logo.image), (side, side))
    return layer[:, :, :3], layer[:, :, 3:] / np.float32(255)
