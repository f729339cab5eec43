"""The load generator against real servers."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from benchmarks.load.desk_load import load_own_server
from benchmarks.load.report import write_report
from benchmarks.load.result import summarize
from benchmarks.load.run import Plan
from benchmarks.load.streams import Profile
from benchmarks.peers.janus_load import load_janus
from benchmarks.process import Cores

ANYWHERE = Cores(server=(), client=None)


async def test_people_who_come_and_go_receive_what_the_others_send(tmp_path: Path) -> None:
    plan = Plan(rooms=2, participants=3, profile=Profile.SCREEN, seconds=1.5, churn=True)
    measurement = await load_own_server(plan, ANYWHERE, media_threads=2)
    result = summarize(measurement)
    assert result.joins > 2
    assert result.failed_joins == 0
    assert result.loss < 0.05
    assert result.packets_out_per_s > 500
    assert result.server_cpu_us_per_packet is not None
    assert result.server_cpu_us_per_packet > 0
    report = tmp_path / "report.html"
    write_report(report, measurement, result)
    assert "resident memory" in report.read_text()


async def test_of_three_sizes_each_receives_one() -> None:
    plan = Plan(rooms=1, participants=3, profile=Profile.SIMULCAST, seconds=1.5, churn=False)
    result = summarize(await load_own_server(plan, ANYWHERE))
    assert result.loss < 0.05
    received_by_all = 3 * 2 * (50 + 150)
    assert 0.2 * received_by_all < result.packets_out_per_s < 1.1 * received_by_all


@pytest.mark.long
@pytest.mark.skipif(shutil.which("janus") is None, reason="needs Debian's package janus")
async def test_janus_forwards_everything_to_everybody() -> None:
    plan = Plan(rooms=1, participants=3, profile=Profile.CAMERA, seconds=1.0, churn=False)
    result = summarize(await load_janus(plan, ANYWHERE))
    assert result.loss < 0.05
    assert result.packets_out_per_s > 1_000
