"""A call of four real browsers through a profile."""

from __future__ import annotations

import pytest

from benchmarks.network.profiles import PROFILES
from benchmarks.network.result import judge
from benchmarks.network.run import run_profiles


@pytest.mark.long
@pytest.mark.timeout(300)
async def test_four_browsers_see_and_hear_each_other_through_duplicated_packets() -> None:
    progress: list[float] = []
    readings = await run_profiles([PROFILES["duplicate"]], 1, lambda _name, done: progress.append(done))
    reading = readings["duplicate"]
    assert len(reading.views) == 12
    assert all(view.frames and view.sounds for view in reading.views)
    assert len(reading.links) >= 4
    assert progress == sorted(progress)
    assert judge(PROFILES["duplicate"], reading).bitrate_bps > 300_000
