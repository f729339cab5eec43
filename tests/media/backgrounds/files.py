"""Uploaded files, made here."""

import cv2
import numpy as np
from numpy.typing import NDArray


def jpeg(rgb: NDArray[np.uint8]) -> bytes:
    return bytes(cv2.imencode(".jpg", rgb[:, :, ::-1])[1])


def png(pixels: NDArray[np.generic]) -> bytes:
    """Grey, RGB or RGBA."""
    order = {3: [2, 1, 0], 4: [2, 1, 0, 3]}
    stored = pixels[:, :, order[pixels.shape[2]]] if pixels.ndim == 3 else pixels
    return bytes(cv2.imencode(".png", stored)[1])


def plain(width: int, height: int, colour: tuple[int, int, int]) -> NDArray[np.uint8]:
    return np.full((height, width, 3), colour, np.uint8)


def square_logo(colour: tuple[int, int, int]) -> bytes:
    """A square of one colour in the middle of nothing: half as wide as the file."""
    rgba = np.zeros((80, 80, 4), np.uint8)
    rgba[20:60, 20:60] = (*colour, 255)
    return png(rgba)
