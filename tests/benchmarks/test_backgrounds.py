import numpy as np
import pytest

from benchmarks.backgrounds.film import Film
from benchmarks.backgrounds.measure import frames_per_cpu_s, processing
from benchmarks.backgrounds.scene import shots
from benchmarks.backgrounds.straightforward import Straightforward
from benchmarks.segmentation.__main__ import measure
from benchmarks.segmentation.scores import boundary_f, flicker, intersection_over_union
from media.backgrounds.effects import Blur, Effect
from media.backgrounds.segmentation import NoSegmenter


def square(left: int, size: int = 40) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    area = np.zeros((100, 100), np.bool_)
    area[30 : 30 + size, left : left + size] = True
    return area


def test_scores_of_equal_and_of_shifted_areas() -> None:
    assert intersection_over_union(square(10), square(10)) == 1
    assert intersection_over_union(square(10), square(30)) == pytest.approx(20 / 60)
    assert intersection_over_union(square(0, 0), square(0, 0)) == 1
    assert boundary_f(square(10), square(10)) == 1
    assert boundary_f(square(10), square(11)) == 1
    assert boundary_f(square(10), square(40)) < 0.4


def test_movement_is_no_flicker_and_trembling_is() -> None:
    assert flicker([square(10 + step) for step in range(20)]) == 0
    # The outer columns of 40 samples change each time: 80 of 10,000.
    assert flicker([square(10 + step % 2) for step in range(20)]) == pytest.approx(8.0)


def test_the_filmed_person_is_found() -> None:
    result = measure(shots(640, 360, 24), is_film=True)
    assert result.iou_mean > 0.93
    assert result.flicker is not None
    assert result.model_flicker is not None
    assert result.flicker < 0.6 * result.model_flicker


def test_both_ways_process_each_frame() -> None:
    film = Film.shoot(320, 180, 10)
    effect = Effect(Blur())
    assert frames_per_cpu_s(processing(effect, NoSegmenter()), film, 20) > 0
    assert frames_per_cpu_s(Straightforward(effect, 320, 180).process, film, 20) > 0
