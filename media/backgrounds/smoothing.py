"""Calms a mask over time.

A model looks at each picture afresh, so the edge of a person who sits still trembles. A fixed average would
calm it and drag behind every movement. So the share of the new mask grows with how much it differs: small
differences are mostly noise and are averaged, large ones are movement and are taken at once.
"""

from __future__ import annotations

import numpy as np

from media.backgrounds.segmentation import Confidence

_SHARE_AT_REST = 0.25
_SHARE_PER_DIFFERENCE = 1.2


class MaskSmoother:
    """Keeps the mask of one stream."""

    def __init__(self) -> None:
        self._mask: Confidence | None = None

    def smooth(self, confidence: Confidence) -> Confidence:
        """Take the next mask in; what is returned holds until the next call."""
        if self._mask is None or self._mask.shape != confidence.shape:
            self._mask = confidence.copy()
            return self._mask
        difference = confidence - self._mask
        share = np.abs(difference)
        share *= _SHARE_PER_DIFFERENCE
        share += _SHARE_AT_REST
        np.minimum(share, 1, out=share)
        difference *= share
        self._mask += difference
        return self._mask

    def forget(self) -> None:
        """Start afresh: the next picture shows something else."""
        self._mask = None
