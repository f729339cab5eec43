"""From what was seen, heard and carried to the figures of a profile."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.network.__main__ import main
from benchmarks.network.profiles import PROFILES
from benchmarks.network.reading import Frame, Reading, Sound, Traffic, View
from benchmarks.network.report import write_report
from benchmarks.network.result import (
    ProfileResult,
    audio_back_s,
    freeze_s,
    gap_s,
    judge,
    layer_changes_per_minute,
    video_back_s,
)

HEARD = (Sound(-30, heard=True),)


def frames(start_s: float, end_s: float, *, per_s: int = 10, height: int = 360) -> list[Frame]:
    return [Frame(start_s + n / per_s, height) for n in range(round((end_s - start_s) * per_s))]


def traffic(kbit_per_s: list[int], *, start_s: int) -> tuple[Traffic, ...]:
    """A link whose downward traffic has these rates, one a second, and as much upward."""
    samples = [Traffic(start_s, 0, 0, 0, 0)]
    for second, rate in enumerate(kbit_per_s, start_s + 1):
        total = samples[-1].down_sent + rate * 125
        samples.append(Traffic(second, total, total, total, total))
    return tuple(samples)


def result(name: str, view: View, links: tuple[tuple[Traffic, ...], ...] = ()) -> ProfileResult:
    return judge(PROFILES[name], Reading(10, (view,), links, concealed=0.0))


def test_the_longest_time_without_a_picture_is_the_freeze() -> None:
    seen = [*frames(0, 10), *frames(12, 20)]
    assert freeze_s(seen, 0, 19.9) == pytest.approx(2.1)
    assert freeze_s(seen, 0, 9.9) == pytest.approx(0.1)
    assert freeze_s(seen, 0, 11) == pytest.approx(1.1)  # Frozen at the end.
    assert freeze_s(seen, 11, 19.9) == pytest.approx(1)  # Frozen at the begin.
    assert freeze_s([], 0, 20) == 20


def test_pictures_that_were_shown_but_not_noted_are_no_freeze() -> None:
    assert freeze_s([Frame(0, 360), Frame(1, 360, passed=10)], 0, 1) == pytest.approx(0.1)


@given(st.lists(st.floats(0, 30), max_size=30).map(sorted), st.floats(0, 15), st.floats(16, 30))
def test_a_freeze_is_no_longer_than_the_time_looked_at(
    times_s: list[float], start_s: float, end_s: float
) -> None:
    assert 0 < freeze_s([Frame(at_s, 360) for at_s in times_s], start_s, end_s) <= end_s - start_s


def test_the_longest_silence_is_the_gap() -> None:
    sounds = [Sound(0, heard=True), Sound(5, heard=False), Sound(5.3, heard=True), Sound(9, heard=False)]
    assert gap_s(sounds, 0, 8) == pytest.approx(0.3)
    assert gap_s(sounds, 0, 10) == pytest.approx(1)
    assert gap_s(sounds, 1, 4) == 0
    assert gap_s([], 0, 10) == 10


def test_pictures_are_back_when_they_flow_for_a_second() -> None:
    assert video_back_s([*frames(0, 10), Frame(31, 360), *frames(33, 50)], 30, 50) == pytest.approx(3)
    assert video_back_s(frames(0, 50), 30, 50) == pytest.approx(0)
    assert video_back_s(frames(0, 10), 30, 50) == 20


def test_a_voice_is_back_when_it_is_heard_for_a_second() -> None:
    silent_until_32 = [Sound(0, heard=True), Sound(10, heard=False), Sound(32, heard=True)]
    assert audio_back_s(silent_until_32, 30, 50) == 2
    stutter = [*silent_until_32[:2], Sound(31, heard=True), Sound(31.2, heard=False), Sound(32, heard=True)]
    assert audio_back_s(stutter, 30, 50) == 2
    assert audio_back_s(silent_until_32[:2], 30, 50) == 20
    assert audio_back_s(HEARD, 30, 50) == 0


def test_layers_change_with_the_pictures_height_while_the_link_stays_the_same() -> None:
    seen = [*frames(0, 15), *frames(15, 40, height=180), *frames(40, 70)]
    assert layer_changes_per_minute(seen, [], 70) == pytest.approx(2)
    assert layer_changes_per_minute(seen, [35], 70) == pytest.approx(1 / (25 + 25) * 60)


def test_a_run_counts_if_its_control_hardly_froze() -> None:
    assert result("loss-5", View(tuple(frames(-10, 30)), HEARD)).counts
    frozen = result("loss-5", View((*frames(-10, -5), *frames(-4.5, 30)), HEARD))
    assert not frozen.counts
    assert frozen.control_freeze_s == pytest.approx(0.6)
    assert frozen.longest_freeze_s == pytest.approx(0.1)


def test_a_step_is_followed_down_and_up() -> None:
    rates = [1500] * 30 + [900] * 2 + [250] * 28 + [250] * 6 + [1500] * 54
    step = result("step", View(tuple(frames(-10, 110)), HEARD), (traffic(rates, start_s=-10),))
    assert step.capacity_bps == 300_000
    assert step.follow_down_s == pytest.approx(2)
    assert step.follow_up_s == pytest.approx(6, abs=1)
    assert step.bitrate_bps == pytest.approx(273_000, rel=0.01)
    assert step.recover_s == pytest.approx(0)


def test_what_browsers_send_is_not_the_servers_to_follow() -> None:
    rates = [300] * 20 + [15] * 20 + [300] * 20
    starve = result("starve", View(tuple(frames(-10, 50)), HEARD), (traffic(rates, start_s=-10),))
    assert (starve.bitrate_bps, starve.capacity_bps) == (15_000, 15_000)
    assert (starve.follow_down_s, starve.follow_up_s) == (None, None)


def test_a_step_that_is_never_followed_takes_all_the_time_there_was() -> None:
    rates = [1500] * 60 + [200] * 60
    step = result("step", View(tuple(frames(-10, 110)), HEARD), (traffic(rates, start_s=-10),))
    assert (step.follow_down_s, step.follow_up_s) == (30, 60)


def test_links_that_a_browser_only_tried_do_not_count() -> None:
    links = (traffic([1000] * 40, start_s=-10), traffic([1] * 40, start_s=-10))
    assert result("loss-5", View(tuple(frames(-10, 30)), HEARD), links).bitrate_bps == 1_000_000


def test_an_unknown_profile_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--profiles", "loss-5,hail"])
    assert "there is no profile hail" in capsys.readouterr().err


def test_a_report_shows_all_profiles(tmp_path: Path) -> None:
    reading = Reading(10, (View(tuple(frames(-10, 30)), HEARD),), (traffic([1000] * 40, start_s=-10),), 0.0)
    names = ["control", "loss-5"]
    path = tmp_path / "report.html"
    write_report(
        path, dict.fromkeys(names, reading), {name: judge(PROFILES[name], reading) for name in names}
    )
    assert all(name in path.read_text() for name in names)
