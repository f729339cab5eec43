"""In which sizes and at which rates the server encodes the cameras that it processes.

The rate of such a layer follows its receivers in steps. The small one ends where the full one begins, so a
line that carries less takes the small one, and lowers the full one for nobody.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Encoding:
    """A layer that is encoded here: its height in pixels unless the camera's is lower, and its rates."""

    height: int
    steps_bps: tuple[int, ...]


FULL = Encoding(720, (600_000, 900_000, 1_200_000, 1_500_000))
SMALL = Encoding(360, (100_000, 150_000, 250_000, 400_000))
