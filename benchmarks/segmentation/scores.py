"""Scores of a mask against the truth."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

Area = NDArray[np.bool_]

FLICKER_FRAMES = 4
"""A change that is taken back within so many pictures is flicker; one that stays longer may be movement."""

_BOUNDARY_TOLERANCE = 0.0075  # Of the picture's diagonal, as in the DAVIS benchmark.


def intersection_over_union(found: Area, truth: Area) -> float:
    """1 where both are the same; two empty areas are."""
    union = np.count_nonzero(found | truth)
    return np.count_nonzero(found & truth) / union if union else 1.0


def boundary_f(found: Area, truth: Area) -> float:
    """How well the outlines meet: the harmonic mean of precision and recall of their samples, 0 to 1."""
    reach = max(round(_BOUNDARY_TOLERANCE * float(np.hypot(*truth.shape))), 1)
    near = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    outlines = [_outline(area) for area in (found, truth)]
    if not any(outline.any() for outline in outlines):
        return 1.0
    precision, recall = (_share_near(outline, other, near) for outline, other in (outlines, outlines[::-1]))
    return 2 * precision * recall / max(precision + recall, 1e-9)


def flicker(areas: Sequence[Area]) -> float:
    """The share of samples that change sides and soon change back, per mille and picture."""
    stacked = np.array(areas)
    changes = stacked[1:] != stacked[:-1]
    count = len(changes) - FLICKER_FRAMES
    if count < 1:
        return 0.0
    later = np.zeros_like(changes[:count])
    for distance in range(1, FLICKER_FRAMES + 1):
        later |= changes[distance : distance + count]
    return float((changes[:count] & later).mean()) * 1000


def _share_near(outline: Area, other: Area, near: cv2.typing.MatLike) -> float:
    """The share of an outline that is near another one."""
    reached = cv2.dilate(other.astype(np.uint8), near) > 0
    return int(np.count_nonzero(outline & reached)) / max(int(np.count_nonzero(outline)), 1)


def _outline(area: Area) -> Area:
    samples = area.astype(np.uint8)
    return np.asarray(samples - cv2.erode(samples, np.ones((3, 3), np.uint8), borderValue=1), np.bool_)
