"""Where the person is in a picture."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

from media.backgrounds.pictures import Rgb

Confidence = NDArray[np.float32]
"""(HEIGHT, WIDTH): from 0, surely not the person, to 1, surely the person."""

WIDTH = 256
HEIGHT = 144
"""The size at which persons are looked for: that of the model."""

MODEL = Path(__file__).parent / "models" / "selfie_segmenter_landscape.tflite"
"""MediaPipe's selfie segmenter for landscape pictures (Apache-2.0); `make build` fetches it."""


class Segmenter(Protocol):
    """Finds the person in pictures of HEIGHT × WIDTH."""

    def segment(self, rgb: Rgb) -> Confidence:
        """Look at one picture. What is returned is the caller's."""
        ...


class NoSegmenter:
    """Takes the whole picture for the person: nothing is put behind anybody."""

    def segment(self, rgb: Rgb) -> Confidence:
        """See `Segmenter`."""
        return np.ones(rgb.shape[:2], np.float32)


class MediapipeSegmenter:
    """MediaPipe's ImageSegmenter on the CPU. To be closed, best as a context manager."""

    def __init__(self, model: Path = MODEL) -> None:
        # Imported here because it takes most of a second, which who needs no person should not wait for.
        from mediapipe import Image, ImageFormat  # noqa: PLC0415
        from mediapipe.tasks.python import BaseOptions  # noqa: PLC0415
        from mediapipe.tasks.python.vision import ImageSegmenter, ImageSegmenterOptions  # noqa: PLC0415

        if not model.is_file():
            raise FileNotFoundError(f"{model} is missing: `make build` fetches it")
        self._image, self._format = Image, ImageFormat.SRGB
        self._task = ImageSegmenter.create_from_options(
            ImageSegmenterOptions(base_options=BaseOptions(model_asset_buffer=model.read_bytes()))
        )

    def segment(self, rgb: Rgb) -> Confidence:
        """See `Segmenter`."""
        image = self._image(image_format=self._format, data=rgb)
        masks = self._task.segment(image).confidence_masks
        return np.array(masks[0].numpy_view(), np.float32).reshape(rgb.shape[:2])

    def close(self) -> None:
        """Free the model."""
        self._task.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
