"""When the division is made anew."""

from __future__ import annotations

from dataclasses import replace

from media.sfu.congestion.estimate import NoEstimate, SendEstimate
from media.sfu.congestion.ladder import Demand, Layer
from media.sfu.congestion.policy import DownlinkPolicy
from media.sfu.packet_path import SlotId, SourceId
from media.sfu.sdp.plan import TrackKind
from tests.media.linked_call import NOTHING_KNOWN

_LAYER = Layer(SourceId(1), 180, (150_000,), arriving=True)
_CAMERA = Demand(SlotId(1), TrackKind.CAMERA, (_LAYER,), 180)


class _Demands:
    """Counts how often they are asked for."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self) -> list[Demand]:
        self.asked += 1
        return [_CAMERA]


def test_a_steady_call_is_divided_once_a_second_and_a_changed_one_at_every_call() -> None:
    policy, demands = DownlinkPolicy(SendEstimate(0.0)), _Demands()
    for tick in range(50):
        policy.decide(NOTHING_KNOWN, demands, 10 + tick * 0.2)
    steady = demands.asked
    assert steady < 22
    for tick in range(10):
        policy.decide(NOTHING_KNOWN, demands, 20 + tick * 0.2, changed=tick == 0)
    assert demands.asked == steady + 10


def test_what_no_longer_fits_goes_at_the_next_call() -> None:
    policy, demands = DownlinkPolicy(SendEstimate(0.0)), _Demands()
    for tick in range(50):
        decision = policy.decide(NOTHING_KNOWN, demands, tick * 0.2)
        assert decision.allocation.choices[SlotId(1)].source == 1
        assert decision.pacing_bps == 0
    congested = replace(
        NOTHING_KNOWN,
        feedback_at=10.0,
        acked_bps=100_000,
        sent_bps=160_000,
        overuses=1,
        queue_s=0.2,
        round_trip_s=0.1,
    )
    decision = policy.decide(congested, demands, 10.0)
    assert decision.target_bps == 80_000
    assert decision.pacing_bps == 200_000
    assert decision.allocation.choices[SlotId(1)].source is None


def test_a_receiver_without_feedback_gets_all_it_can_show_and_no_probes() -> None:
    policy = DownlinkPolicy(NoEstimate())
    large = replace(
        _CAMERA, shown_height=720, layers=(_LAYER, Layer(SourceId(2), 720, (2_500_000,), arriving=True))
    )
    decision = policy.decide(NOTHING_KNOWN, lambda: [large], 0.2)
    assert decision.allocation.choices[SlotId(1)].source == 2
    assert decision.probe_bps is None
