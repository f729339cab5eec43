"""A limit by loss, for what delay does not show: short queues and policers.

Not all loss is ours: a radio link loses whatever the rate. The two are told apart by trying: when more is
lost than the path is known to lose by itself, send less, and look again. Loss that falls was congestion, and
the limit stays, to be raised slowly. Loss that does not fall is the path's own: it is learned as the new
normal, and the limit is lifted. libwebrtc's loss-based estimator (version 2) puts the same question to its
past observations: which inherent loss and which capacity explain them best.

Loss up to 8 % above the normal is left to retransmission.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

_SLOT_S = 0.4
_LEAST_PACKETS = 20
_SMOOTHING_S = 3.0
_TOLERATED = 0.08
_MARGIN = 0.95
_LOWERED = 0.93
_TRIAL_S = 0.8
_PATIENCE_S = 4.0
_FALLEN = 0.6
_RISEN = 0.1
_SAME = 0.95
_MOST_INHERENT = 0.35
_FORGETTING = 0.2
_HOLD_S = 3.0
_GROWTH = 1.08


class _Phase(Enum):
    CALM = auto()
    TRYING = auto()


@dataclass(slots=True)
class _Trial:
    """Means of what was sent, arrived and was lost in some seconds."""

    sent_bps: float = 0.0
    acked_bps: float = 0.0
    loss: float = 0.0
    seconds: float = 0.0

    def add(self, sent_bps: float, acked_bps: float, loss: float, seconds: float) -> None:
        """Take a moment into the means."""
        self.seconds += seconds
        weight = seconds / self.seconds
        self.sent_bps += (sent_bps - self.sent_bps) * weight
        self.acked_bps += (acked_bps - self.acked_bps) * weight
        self.loss += (loss - self.loss) * weight


class LossBasedControl:
    """Rates are bit/s, shares from 0 to 1, times seconds of any steady clock. No limit is infinity."""

    def __init__(self, now: float) -> None:
        self.limit_bps = float("inf")
        self.loss = 0.0
        self._inherent = 0.0
        self._phase = _Phase.CALM
        self._slot_at = now
        self._acked = 0
        self._lost = 0
        self._acked_bps = 0.0
        self._suspected_at = now
        self._former_limit = self.limit_bps
        self._higher = _Trial()
        self._lower = _Trial()
        self._lowered = False

    @property
    def suspicious(self) -> bool:
        """Whether more is lost than the path loses by itself, or that is being tried out."""
        return self._phase is _Phase.TRYING or self._excess() > _TOLERATED

    def update(self, acked: int, lost: int, sent_bps: float, acked_bps: float, now: float) -> None:
        """Take how many packets were received and lost since the last update, and the rates meanwhile."""
        self._acked += acked
        self._lost += lost
        elapsed = now - self._slot_at
        if elapsed < _SLOT_S or self._acked + self._lost < _LEAST_PACKETS:
            return
        loss = self._lost / (self._acked + self._lost)
        self._slot_at, self._acked, self._lost = now, 0, 0
        weight = elapsed / (elapsed + _SMOOTHING_S)
        self.loss += (loss - self.loss) * weight
        self._acked_bps += (acked_bps - self._acked_bps) * weight
        if self._phase is _Phase.TRYING:
            self._try(loss, sent_bps, acked_bps, elapsed, now)
        elif self._excess() > _TOLERATED:
            self._former_limit = self.limit_bps
            self._suspect(sent_bps, now)
        else:
            self._relax(elapsed, now)

    def restart(self, now: float) -> None:
        """Forget the recent loss, which was of a path as it no longer is."""
        self.loss = 0.0
        self._phase = _Phase.CALM
        self._slot_at, self._acked, self._lost = now, 0, 0

    def probed(self, bps: float) -> None:
        """Take a rate that got through."""
        self.limit_bps = max(self.limit_bps, bps)

    def _excess(self) -> float:
        return (self.loss - self._inherent) / (1 - self._inherent)

    def _suspect(self, sent_bps: float, now: float) -> None:
        """Send less, to see whether less is lost."""
        self._phase = _Phase.TRYING
        self._lower = _Trial()
        self._higher = _Trial(sent_bps, self._acked_bps, self.loss)
        self._suspected_at = now
        self.limit_bps = min(self.limit_bps, _MARGIN * sent_bps * (1 - self._excess()))

    def _try(self, loss: float, sent_bps: float, acked_bps: float, elapsed: float, now: float) -> None:
        """Watch the lower rate, and conclude once about a second of it is heard.

        The first losses heard at the lower rate are still of the higher one.
        """
        lower = sent_bps <= _LOWERED * self._higher.sent_bps
        if lower and self._lowered:
            self._lower.add(sent_bps, acked_bps, loss, elapsed)
        self._lowered = lower
        if self._lower.seconds >= _TRIAL_S:
            self._conclude(self._lower, self._higher, now)
        elif now - self._suspected_at > _PATIENCE_S:
            self._phase = _Phase.CALM

    def _conclude(self, lower: _Trial, higher: _Trial, now: float) -> None:
        """Compare what the lower rate lost and delivered with the higher one.

        If as much gets through as before, there is still more than can; so it was not low enough.
        """
        self.loss = lower.loss
        if lower.loss <= self._inherent + _FALLEN * (higher.loss - self._inherent):
            self._phase = _Phase.CALM
        elif lower.acked_bps >= _SAME * higher.acked_bps or lower.loss > higher.loss + _RISEN:
            self._suspect(lower.sent_bps, now)
        else:
            self._phase = _Phase.CALM
            self._inherent = min(_MOST_INHERENT, lower.loss)
            self.limit_bps = self._former_limit

    def _relax(self, elapsed: float, now: float) -> None:
        """Raise the limit when all has been well for a while; unlearn a loss that is gone."""
        if self.loss < self._inherent:
            self._inherent += (self.loss - self._inherent) * _FORGETTING * min(elapsed, 1.0)
        if now - self._suspected_at > _HOLD_S:
            self.limit_bps *= _GROWTH**elapsed
