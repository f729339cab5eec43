"""From a picture to the mask of the person in it, one stream at a time."""

from __future__ import annotations

import numpy as np

from media.backgrounds import opencv
from media.backgrounds.backdrops import Mask
from media.backgrounds.pictures import Plane, Reduced
from media.backgrounds.segmentation import HEIGHT, WIDTH, Segmenter
from media.backgrounds.smoothing import MaskSmoother

# Below the first confidence all is background, above the second all is person; between them the edge is soft.
# Their middle is above one half, which cuts off the rim through which the room would shine.
_EDGE = (0.27, 0.77)


def _edge_table() -> Plane:
    at = ((np.arange(256) / 255 - _EDGE[0]) / (_EDGE[1] - _EDGE[0])).clip(0, 1)
    return np.asarray(np.rint(255 * at * at * (3 - 2 * at)), np.uint8)


_EDGE_TABLE = _edge_table()


class MaskFinder:
    """Finds the person in the pictures of one stream."""

    def __init__(self, segmenter: Segmenter) -> None:
        self._segmenter = segmenter
        self._smoother = MaskSmoother()
        self._mask: Mask | None = None

    def find(self, reduced: Reduced, *, keep: bool = False) -> Mask:
        """Find the person in the next picture; `keep` repeats the last mask instead, if there is one."""
        if self._mask is None or not keep:
            confidence = self._smoother.smooth(self._segmenter.segment(reduced.rgb(WIDTH, HEIGHT)))
            self._mask = opencv.look_up(opencv.to_bytes(confidence), _EDGE_TABLE)
        return self._mask

    def forget(self) -> None:
        """Start afresh: the next picture shows something else."""
        self._smoother.forget()
        self._mask = None
