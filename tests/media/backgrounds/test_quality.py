from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from media.backgrounds.quality import Quality, QualityLadder


def qualities(ladder: QualityLadder, busy: float, seconds: float, start: float = 1.0) -> Iterator[Quality]:
    for tenth in range(round(10 * seconds)):
        yield ladder.update(busy, start + tenth / 10)


def last(steps: Iterator[Quality]) -> Quality:
    return list(steps)[-1]


def test_lasting_load_steps_down_in_the_written_order() -> None:
    steps = list(qualities(QualityLadder(), 0.95, 6))
    assert list(dict.fromkeys(steps)) == list(Quality)


def test_a_short_peak_changes_nothing() -> None:
    ladder = QualityLadder()
    assert set(qualities(ladder, 1.0, 0.9)) == {Quality.FULL}
    assert set(qualities(ladder, 0.7, 5, start=2.0)) == {Quality.FULL}


def test_steps_are_taken_back_slowly_and_only_when_there_is_room() -> None:
    ladder = QualityLadder()
    assert last(qualities(ladder, 0.95, 2.3)) is Quality.SMALL
    assert set(qualities(ladder, 0.7, 60, start=10)) == {Quality.SMALL}
    assert last(qualities(ladder, 0.3, 8.2, start=100)) is Quality.EVERY_SECOND_MASK
    assert last(qualities(ladder, 0.3, 9, start=110)) is Quality.FULL


@given(st.lists(st.floats(0, 1), max_size=200))
def test_no_step_is_ever_left_out(shares: list[float]) -> None:
    ladder = QualityLadder()
    former = ladder.quality
    for number, busy in enumerate(shares):
        quality = ladder.update(busy, 1 + number / 2)
        assert abs(quality - former) <= 1
        former = quality
