"""Rating a connection from what its reports say."""

from __future__ import annotations

_STEPS = ((0.01, 0.2), (0.03, 0.35), (0.08, 0.6), (0.2, 1.2))
"""For the ratings 4, 3, 2 and 1: the most loss (share) and the longest round trip (s)."""


def rate_connection(loss: float | None, round_trip_s: float | None) -> int | None:
    """Return 4 (good) to 0 (unusable), or None if nothing is known yet."""
    if loss is None and round_trip_s is None:
        return None
    for index, (most_loss, longest) in enumerate(_STEPS):
        if (loss or 0.0) <= most_loss and (round_trip_s or 0.0) <= longest:
            return 4 - index
    return 0
