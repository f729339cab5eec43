"""Dividing an estimate among a receiver's slots."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from media.sfu.congestion.allocation import Allocation, Allocator, Choice
from media.sfu.congestion.ladder import Demand, Layer
from media.sfu.packet_path import SlotId, SourceId
from media.sfu.sdp.plan import TrackKind

_AUDIO_BPS = 40_000
_HEIGHTS = (180, 360, 720)
_RATES = ((60_000, 90_000, 150_000), (200_000, 300_000, 500_000), (600_000, 900_000, 1_500_000))


def _audio(slot: int, *bps: int) -> Demand:
    layer = Layer(SourceId(slot * 10), 0, bps or (_AUDIO_BPS,), arriving=True)
    return Demand(SlotId(slot), TrackKind.MICROPHONE, (layer,), 0)


def _camera(slot: int, shown: int = 720, *, speaks: bool = False, arriving: str = "qhf") -> Demand:
    layers = tuple(
        Layer(SourceId(slot * 10 + index), height, bps, arriving=name in arriving)
        for index, (name, height, bps) in enumerate(zip("qhf", _HEIGHTS, _RATES, strict=True))
    )
    return Demand(SlotId(slot), TrackKind.CAMERA, layers, shown, speaks)


def _screen(slot: int, *bps: int) -> Demand:
    return Demand(
        SlotId(slot), TrackKind.SCREEN, (Layer(SourceId(slot * 10), 1080, bps, arriving=True),), 1080
    )


def _layer(allocation: Allocation, demand: Demand) -> int:
    """Which layer of a demand was chosen, -1 for none."""
    sources = [layer.source for layer in demand.layers]
    chosen = allocation.choices[demand.slot].source
    return sources.index(chosen) if chosen is not None else -1


def _cost(allocation: Allocation, demands: list[Demand]) -> int:
    layers = {layer.source: layer for demand in demands for layer in demand.layers}
    chosen = [choice for choice in allocation.choices.values() if choice.source is not None]
    return sum(layers[choice.source].bps[choice.temporal] for choice in chosen if choice.source is not None)


def _fresh(demands: list[Demand], target_bps: float) -> Allocation:
    return Allocator().allocate(demands, target_bps, calm=True, now=0.0)


_demands = st.lists(
    st.builds(
        _camera,
        slot=st.just(0),
        shown=st.sampled_from([0, 90, 180, 360, 720]),
        speaks=st.booleans(),
        arriving=st.sampled_from(["qhf", "qh", "q", "hf", "f", ""]),
    ),
    max_size=3,
).map(lambda cameras: [replace(camera, slot=SlotId(i + 1)) for i, camera in enumerate(cameras)])


def _renumbered(cameras: list[Demand]) -> list[Demand]:
    return [
        replace(c, layers=tuple(replace(x, source=SourceId(c.slot * 10 + i)) for i, x in enumerate(c.layers)))
        for c in cameras
    ]


@settings(max_examples=50)
@given(_demands, st.booleans(), st.lists(st.tuples(st.integers(0, 6_000_000), st.booleans()), max_size=12))
def test_the_estimate_is_never_exceeded_but_for_audio(
    cameras: list[Demand], with_screen: bool, ticks: list[tuple[int, bool]]
) -> None:
    demands = [_audio(7), *_renumbered(cameras), *([_screen(9, 300_000, 900_000)] if with_screen else [])]
    allocator = Allocator()
    for number, (target, calm) in enumerate(ticks):
        allocation = allocator.allocate(demands, target, calm=calm, now=number * 1.3)
        assert _cost(allocation, demands) <= max(target, _AUDIO_BPS)
        assert allocation.bps <= max(target, _AUDIO_BPS)
        assert allocation.choices[SlotId(7)] == Choice(SourceId(70))


@settings(max_examples=50)
@given(_demands, st.lists(st.integers(0, 6_000_000), max_size=12))
def test_what_does_not_arrive_is_not_chosen_while_something_else_does(
    cameras: list[Demand], targets: list[int]
) -> None:
    demands = _renumbered(cameras)
    allocator = Allocator()
    for number, target in enumerate(targets):
        allocation = allocator.allocate(demands, target, calm=True, now=number * 1.3)
        for demand in demands:
            at = _layer(allocation, demand)
            lower_arrives = any(layer.arriving for layer in demand.layers[: at + 1])
            assert at < 0 or demand.layers[at].arriving or not lower_arrives


@settings(max_examples=50)
@given(st.integers(1, 3), st.integers(0, 6_000_000), st.integers(0, 2_000_000))
def test_a_higher_estimate_never_leaves_equal_cameras_worse_off(count: int, target: int, more: int) -> None:
    demands = [_camera(slot) for slot in range(1, count + 1)]
    lower, higher = _fresh(demands, target), _fresh(demands, target + more)
    worst = [min((_layer(a, d), a.choices[d.slot].temporal) for d in demands) for a in (lower, higher)]
    assert worst[0] <= worst[1]
    assert lower.bps <= higher.bps


@settings(max_examples=50)
@given(st.integers(2, 3), st.integers(0, 6_000_000))
def test_equal_cameras_are_never_more_than_a_layer_apart(count: int, target: int) -> None:
    demands = [_camera(slot) for slot in range(1, count + 1)]
    allocation = _fresh(demands, target)
    reached = [_layer(allocation, demand) for demand in demands]
    assert max(reached) - min(reached) <= 1


@pytest.mark.parametrize(
    ("shown", "layer"), [(0, -1), (90, 0), (180, 0), (240, 0), (300, 1), (480, 1), (720, 2)]
)
def test_a_tile_gets_the_layer_that_is_sharp_at_its_size(shown: int, layer: int) -> None:
    demand = _camera(1, shown)
    assert _layer(_fresh([demand], 10_000_000), demand) == layer


def test_a_large_picture_rises_before_small_ones() -> None:
    large, small = _camera(2, 720), _camera(1, 300)
    allocation = _fresh([small, large], 800_000)
    assert (_layer(allocation, large), _layer(allocation, small)) == (1, 0)


def test_among_equals_the_speaker_rises_first() -> None:
    silent, speaker = _camera(1), _camera(2, speaks=True)
    allocation = _fresh([silent, speaker], 800_000)
    assert (_layer(allocation, speaker), _layer(allocation, silent)) == (1, 0)


def test_every_camera_is_seen_before_one_is_sharp() -> None:
    demands = [_camera(1, 720), _camera(2, 180), _camera(3, 180)]
    allocation = _fresh(demands, 3 * 60_000 * 1.1)
    assert [allocation.choices[demand.slot].temporal for demand in demands] == [0, 0, 0]
    assert [_layer(allocation, demand) for demand in demands] == [0, 0, 0]


def test_audio_is_served_before_everything_else() -> None:
    allocation = _fresh([_audio(1), _audio(2), _camera(3)], 50_000)
    assert allocation.choices == {
        SlotId(1): Choice(SourceId(10)),
        SlotId(2): Choice(SourceId(20)),
        SlotId(3): Choice(None),
    }


@pytest.mark.parametrize(("target", "temporal"), [(0, 0), (284_000, 0), (286_000, 1), (900_000, 1)])
def test_voices_are_redundant_where_no_picture_pays_for_it(target: int, temporal: int) -> None:
    voices, camera = [_audio(1, 40_000, 60_000), _audio(2, 40_000, 60_000)], _camera(3)
    allocation = _fresh([*voices, camera], target)
    assert [allocation.choices[voice.slot].temporal for voice in voices] == [temporal] * 2
    plain = _fresh([_audio(1), _audio(2), camera], target)
    assert min(_layer(plain, camera), 0) == min(_layer(allocation, camera), 0)


@given(st.integers(0, 2_000_000))
def test_redundancy_leaves_each_lowest_layer_its_frame_rate(target: int) -> None:
    cameras = [_camera(slot, shown=90) for slot in (3, 4)]
    redundant, plain = (_fresh([_audio(1, *bps), *cameras], target) for bps in ((40_000, 60_000), (40_000,)))
    assert [redundant.choices[c.slot] for c in cameras] == [plain.choices[c.slot] for c in cameras]


def test_a_screen_yields_frame_rate_and_goes_before_cameras() -> None:
    screen, camera = _screen(1, 300_000, 600_000, 1_200_000), _camera(2)
    tight = _fresh([camera, screen], 350_000)
    assert (tight.choices[SlotId(1)], tight.choices[SlotId(2)]) == (Choice(SourceId(10), 0), Choice(None))
    roomy = _fresh([camera, screen], 1_600_000)
    assert roomy.choices[SlotId(1)] == Choice(SourceId(10), 2)
    assert roomy.choices[SlotId(2)].source == SourceId(20)


def test_what_does_not_fit_goes_down_at_once_frame_rate_first() -> None:
    allocator, camera = Allocator(), _camera(1)
    assert _layer(allocator.allocate([camera], 2_000_000, calm=True, now=0), camera) == 2
    halved = allocator.allocate([camera], 1_000_000, calm=False, now=0.2)
    assert halved.choices[SlotId(1)] == Choice(SourceId(12), 1)
    lower = allocator.allocate([camera], 600_000, calm=False, now=0.4)
    assert lower.choices[SlotId(1)] == Choice(SourceId(11), 2)
    nothing = allocator.allocate([camera], 30_000, calm=False, now=0.6)
    assert nothing.choices[SlotId(1)] == Choice(None)


def test_nothing_rises_while_the_path_is_not_calm_or_without_a_margin() -> None:
    allocator, camera = Allocator(), _camera(1)
    allocator.allocate([camera], 200_000, calm=True, now=0)
    assert _layer(allocator.allocate([camera], 800_000, calm=False, now=10), camera) == 0
    assert _layer(allocator.allocate([camera], 540_000, calm=True, now=20), camera) == 0
    assert _layer(allocator.allocate([camera], 560_000, calm=True, now=30), camera) == 1


def test_a_layer_that_failed_soon_is_left_alone_for_a_minute() -> None:
    allocator, camera = Allocator(), _camera(1)
    changes, reached, now = 0, -1, 0.0
    while now < 60:
        fits = reached < 1 or now % 3 < 1
        allocation = allocator.allocate([camera], 560_000 if fits else 250_000, calm=True, now=now)
        changes += _layer(allocation, camera) != reached
        reached = _layer(allocation, camera)
        now += 0.2
    assert changes <= 5


def test_a_layer_that_failed_is_tried_at_once_when_there_is_room_to_spare() -> None:
    allocator, camera = Allocator(), _camera(1)
    for now, target in ((0.0, 560_000), (2.0, 250_000)):
        allocator.allocate([camera], target, calm=True, now=now)
    assert _layer(allocator.allocate([camera], 560_000, calm=True, now=4), camera) == 0
    assert _layer(allocator.allocate([camera], 1_000_000, calm=True, now=4.2), camera) == 1


def test_a_camera_that_comes_is_shown_at_once() -> None:
    allocator, first, second = Allocator(), _camera(1, 180), _camera(2, 180)
    allocator.allocate([first], 2_000_000, calm=True, now=0)
    assert _layer(allocator.allocate([first, second], 2_000_000, calm=False, now=0.1), second) == 0


def test_a_paused_layer_is_asked_for_and_chosen_when_it_arrives() -> None:
    allocator, paused = Allocator(), _camera(1, arriving="q")
    for now in (0.0, 2.0):
        asked = allocator.allocate([paused], 2_000_000, calm=True, now=now)
    assert asked.choices[SlotId(1)].source == SourceId(10)
    assert asked.needed == {SourceId(10), SourceId(12)}
    arrived = allocator.allocate([_camera(1, arriving="qf")], 2_000_000, calm=True, now=2.2)
    assert arrived.choices[SlotId(1)].source == SourceId(12)
    assert arrived.needed == {SourceId(10), SourceId(12)}


def test_a_layer_that_never_comes_is_given_up_and_its_bits_go_to_another() -> None:
    allocator = Allocator()
    first, second = _camera(1, arriving="qh"), _camera(2)
    late = early = allocator.allocate([first, second], 2_300_000, calm=True, now=0)
    for tick in range(1, 30):
        late = allocator.allocate([first, second], 2_300_000, calm=True, now=tick * 0.2)
    assert (_layer(early, second), _layer(late, second)) == (1, 2)


def test_when_a_layer_stops_the_next_lower_one_takes_over_without_a_penalty() -> None:
    allocator = Allocator()
    allocator.allocate([_camera(1)], 2_000_000, calm=True, now=0)
    without = _camera(1, arriving="qh")
    assert _layer(allocator.allocate([without], 2_000_000, calm=True, now=2), without) == 1
    assert _layer(allocator.allocate([_camera(1)], 2_000_000, calm=True, now=4), _camera(1)) == 2


def test_a_camera_that_falters_stays_at_its_layer() -> None:
    allocator = Allocator()
    allocator.allocate([_camera(1)], 2_000_000, calm=True, now=0)
    silent = _camera(1, arriving="")
    assert _layer(allocator.allocate([silent], 2_000_000, calm=True, now=2), silent) == 2


def test_while_nothing_speaks_against_it_the_lowest_layers_are_sent_whatever_the_target() -> None:
    demands = [_camera(1), _camera(2), _camera(3)]
    allocation = Allocator().allocate(demands, 300_000, calm=True, now=0, trusting=True)
    assert [_layer(allocation, demand) for demand in demands] == [0, 0, 0]
    assert [allocation.choices[demand.slot].temporal for demand in demands] == [2, 2, 2]


def test_nobody_needs_what_is_hidden() -> None:
    assert _fresh([_camera(1, 0)], 2_000_000).needed == frozenset()


def test_what_failed_on_a_narrow_path_is_no_obstacle_on_a_wide_one() -> None:
    allocator, camera = Allocator(), _camera(1)
    for now, target in ((0.0, 70_000), (1.0, 50_000)):
        allocator.allocate([camera], target, calm=True, now=now)
    reached = [
        _layer(allocator.allocate([camera], 1_800_000, calm=True, now=2.0 + i), camera) for i in range(5)
    ]
    assert reached[-1] == 2


def test_what_is_shown_again_begins_at_once() -> None:
    allocator, other = Allocator(), _camera(2, 180)
    for now, height in ((0.0, 720), (5.0, 0)):
        allocator.allocate([_camera(1, height), other], 900_000, calm=True, now=now)
    allocator.allocate([_camera(1, 0), _camera(2)], 900_000, calm=True, now=6.0)
    again = _camera(1)
    assert _layer(allocator.allocate([again, _camera(2)], 900_000, calm=False, now=6.2), again) >= 0


def test_what_is_wanted_satisfies_all_slots() -> None:
    demands = [_audio(1), _camera(2), _camera(3, 180)]
    wanted = _fresh(demands, 100_000).wanted_bps
    allocation = _fresh(demands, wanted)
    assert [_layer(allocation, demand) for demand in demands] == [0, 2, 0]


def test_a_screen_may_take_most_of_what_voices_leave_and_wants_its_full_rate_though_it_rests() -> None:
    allocation = _fresh([_audio(1), _screen(2, 100_000)], 1_040_000)
    assert allocation.screen_bps == 800_000
    assert allocation.wanted_bps > 2_500_000
    assert _fresh([_audio(1), _camera(2)], 1_040_000).screen_bps is None


@given(_demands, st.integers(0, 2_000_000))
def test_without_room_is_what_is_shown_and_gets_nothing(cameras: list[Demand], target: int) -> None:
    demands = _renumbered(cameras)
    allocation = _fresh(demands, target)
    shown = {demand.slot for demand in demands if demand.shown_height > 0}
    assert allocation.without_room == {slot for slot in shown if allocation.choices[slot].source is None}


def test_a_picture_that_does_not_fit_is_without_room_but_no_hidden_one_and_no_voice() -> None:
    hidden, shown = _camera(1, 0), _camera(2)
    demands = [_audio(3), hidden, shown]
    assert _fresh(demands, 80_000).without_room == {shown.slot}
    assert _fresh(demands, 800_000).without_room == frozenset()
