"""Blending of picture planes and VP8 encoding, without the GIL. A plane is (height, width)."""

from typing import final

import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.uint8]

def blend(out: Plane, front: Plane, behind: Plane, mask: Plane, light: Plane | None = None) -> None:
    """Write `front` over `behind` into `out` where the mask is 255, `behind` where it is 0.

    `behind`, `mask` and `light` (added to the front, saturated) are as wide as `out`; their rows are
    stretched to its height. The samples of a row must be neighbours. ValueError for planes that do not
    fit together.
    """

@final
class Vp8Encoder:
    """A real-time encoder of one thread; `speed` is libvpx's cpu-used, 0 to 16.

    Key frames are made on demand only. ValueError for an impossible size, RuntimeError if libvpx refuses.
    """

    width: int
    height: int

    def __init__(self, width: int, height: int, *, bitrate_bps: int, speed: int) -> None: ...
    def set_bitrate(self, bitrate_bps: int) -> None:
        """Hold another rate from the next frame on, without a key frame."""

    def encode(
        self, y: Plane, u: Plane, v: Plane, *, time: int, duration: int, key_frame: bool = False
    ) -> bytes | None:
        """Encode a 4:2:0 picture; None if it is dropped to keep the rate.

        Times are in 1/90000 s and grow. ValueError for another size, RuntimeError if libvpx refuses.
        """
