"""Pictures with the truth about them: from folders, from a clip, or filmed here."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import av
import cv2
import numpy as np

from benchmarks.backgrounds.scene import Shot, shots

IMAGE_SUFFIXES = {".jpg", ".jpeg", ".png"}


def from_folders(images: Path, masks: Path) -> Iterator[Shot]:
    """Read each image that has a mask, white where a person is: `NAME.png` or `NAME_mask.png`."""
    for path in sorted(images.iterdir()):
        candidates = [masks / f"{path.stem}_mask.png", masks / f"{path.stem}.png"]
        mask = next((name for name in candidates if name.is_file() and name != path), None)
        if path.suffix.lower() in IMAGE_SUFFIXES and mask is not None:
            rgb = np.ascontiguousarray(np.asarray(cv2.imread(str(path)), np.uint8)[:, :, ::-1])
            truth = np.asarray(cv2.imread(str(mask), cv2.IMREAD_GRAYSCALE), np.uint8)
            yield Shot(rgb, cv2.resize(truth, (rgb.shape[1], rgb.shape[0])).astype(np.uint8))


def from_clip(clip: Path, mask: Path) -> Iterator[Shot]:
    """Read two videos side by side; the second is white where a person is."""
    with av.open(str(clip)) as pictures, av.open(str(mask)) as truths:
        for picture, truth in zip(pictures.decode(video=0), truths.decode(video=0), strict=False):
            yield Shot(
                np.asarray(picture.to_ndarray(format="rgb24"), np.uint8),
                np.asarray(truth.to_ndarray(format="gray"), np.uint8),
            )


def filmed(count: int) -> Iterator[Shot]:
    """Film our own scene."""
    return shots(1280, 720, count)
