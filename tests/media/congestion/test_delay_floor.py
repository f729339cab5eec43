"""What of a delay is a queue of ours, and what the path's own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from media.sfu.congestion.delay_floor import DelayFloor
from tests.media.linked_call import NOTHING_KNOWN

_TICK_S = 0.2
_FELL_AT_S = 5.0
_FIT = (1_000_000, 1_000_000)


def _queues(delay_s: Callable[[float], float], after: tuple[int, int]) -> list[float]:
    """Queues of ten seconds; from the fifth on there is a delay, and other rates sent and acknowledged."""
    floor, queues = DelayFloor(), []
    for tick in range(50):
        now = tick * _TICK_S
        sent, acked = after if now >= _FELL_AT_S else _FIT
        late = delay_s(now - _FELL_AT_S) if now >= _FELL_AT_S else 0.0
        report = replace(NOTHING_KNOWN, feedback_at=now, queue_s=late, sent_bps=sent, acked_bps=acked)
        queues.append(floor.queue_s(report, now) or 0.0)
    return queues


def test_a_delay_that_stays_though_less_is_sent_is_the_paths_own() -> None:
    queues = _queues(lambda _passed: 0.15, after=(600_000, 600_000))
    assert queues[26] == 0.15
    assert queues[-1] == 0


def test_a_queue_that_stays_full_since_too_much_is_sent_remains_one() -> None:
    assert _queues(lambda _passed: 0.3, after=(600_000, 300_000))[-1] == 0.3


def test_a_delay_while_as_much_is_sent_as_before_may_be_a_queue() -> None:
    assert _queues(lambda _passed: 0.15, after=_FIT)[-1] == 0.15


def test_a_queue_that_empties_is_one_until_it_is_empty() -> None:
    queues = _queues(lambda passed: max(0.0, 0.3 - 0.1 * passed), after=(600_000, 600_000))
    assert all(queue > 0.1 for queue in queues[25:34])
    assert queues[-1] == 0


def test_a_path_that_is_short_again_has_no_floor_left() -> None:
    queues = _queues(lambda passed: 0.15 if passed < 3 else 0.0, after=(600_000, 600_000))
    assert queues[38] == queues[-1] == 0


def test_before_anything_is_known_there_is_no_queue() -> None:
    assert DelayFloor().queue_s(NOTHING_KNOWN, 0.0) is None
