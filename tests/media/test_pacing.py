"""Spreading what goes to a client over time, and probing the way to it."""

from __future__ import annotations

import itertools

import pytest

from benchmarks.network.impairment import Impairment
from media.sfu.packet_path import TransportId
from tests.media.linked_call import Call
from tests.media.specification import rtcp
from tests.media.specification.rtp import build_rtp_header
from tests.media.wire import OPUS_TYPE, PATHS, Client, MakePath, Wire, vp8_payload

VIDEO, RTX, AUDIO = 31, 32, 41


@pytest.fixture(params=list(PATHS.values()), ids=list(PATHS))
def make_path(request: pytest.FixtureRequest) -> MakePath:
    """Every behaviour holds for the native path and for its specification."""
    maker: MakePath = request.param
    return maker


class Paced:
    """A camera and a microphone, forwarded to a client at 1 Mbit/s: 125 bytes a millisecond."""

    def __init__(self, make_path: MakePath, bps: int = 1_000_000) -> None:
        self.wire = Wire(make_path)
        self.sender: Client = self.wire.client()
        self.receiver: Client = self.wire.client(transport_cc=True)
        self.slot = self.receiver.video_slot()
        self.wire.path.route(self.slot, self.sender.video_source())
        self.wire.path.route(self.receiver.audio_slot(), self.sender.audio_source())
        self.wire.path.set_pacing(self.receiver.transport, bps)
        self._number = 0

    def burst(self, packets: int) -> None:
        """Send packets of 980 bytes and some header at once."""
        for _ in range(packets):
            self._number += 1
            payload = vp8_payload(self._number, key_frame=self._number == 1, body=bytes(973))
            self.sender.send_video(self._number, payload)

    def wait(self, milliseconds: int) -> None:
        """Let time pass, as a loop does that wakes every millisecond."""
        for _ in range(milliseconds):
            self.wire.now += 0.001
            self.wire.path.poll()

    @property
    def ssrcs(self) -> list[int]:
        """Of what the client got, in order."""
        return [packet.ssrc for packet in self.receiver.rtp]


def test_a_burst_is_spread_over_time_and_nothing_of_it_is_lost_or_overtaken(make_path: MakePath) -> None:
    call = Paced(make_path)
    call.burst(50)
    assert len(call.receiver.rtp) == 1
    counts = []
    for _ in range(20):
        call.wait(20)
        counts.append(len(call.receiver.rtp))
    assert all(0 <= later - earlier <= 4 for earlier, later in itertools.pairwise(counts))
    assert counts[10] * 1000 * 8 / 0.22 == pytest.approx(1_000_000, rel=0.1)
    call.wait(100)
    numbers = [packet.sequence_number for packet in call.receiver.media(VIDEO)]
    assert numbers == list(range(1, 51))
    assert call.wire.counters["packets_paced"] == 49


def test_what_comes_evenly_below_the_rate_never_waits(make_path: MakePath) -> None:
    call = Paced(make_path)
    for sent in range(1, 60):
        call.burst(1)
        assert len(call.receiver.rtp) == sent
        call.wait(9)


def test_audio_does_not_wait_behind_video(make_path: MakePath) -> None:
    call = Paced(make_path)
    call.burst(30)
    call.sender.send_rtp(build_rtp_header(OPUS_TYPE, 1, 0, 21) + b"voice")
    assert call.ssrcs == [VIDEO, AUDIO]


def test_retransmissions_go_before_new_video(make_path: MakePath) -> None:
    call = Paced(make_path)
    call.burst(1)
    call.wait(100)
    call.burst(10)
    call.receiver.rtp.clear()
    call.receiver.send_rtcp(rtcp.build_nack(1, VIDEO, [1]))
    assert not call.receiver.rtp
    call.wait(20)
    assert call.ssrcs[:2] == [RTX, VIDEO]


def test_nothing_waits_for_longer_than_half_a_second(make_path: MakePath) -> None:
    call = Paced(make_path, bps=50_000)
    call.burst(100)
    call.wait(499)
    assert len(call.receiver.rtp) < 10
    call.wait(2)
    assert len(call.receiver.rtp) == 100


def test_no_more_than_256_packets_wait(make_path: MakePath) -> None:
    call = Paced(make_path, bps=50_000)
    call.burst(1)
    call.burst(256)
    assert len(call.receiver.rtp) == 1
    call.burst(5)
    assert [packet.sequence_number for packet in call.receiver.rtp] == [1, 2, 3, 4, 5, 6]


def test_what_waits_of_a_track_that_is_cut_never_leaves(make_path: MakePath) -> None:
    call = Paced(make_path)
    call.burst(30)
    call.wire.path.route(call.slot, None)
    call.wait(1000)
    assert len(call.receiver.rtp) == 1


def test_without_a_rate_everything_leaves_at_once(make_path: MakePath) -> None:
    call = Paced(make_path)
    call.burst(30)
    call.wire.path.set_pacing(call.receiver.transport, 0)
    assert len(call.receiver.rtp) == 30
    call.burst(30)
    assert len(call.receiver.rtp) == 60


def test_a_client_may_leave_while_packets_wait(make_path: MakePath) -> None:
    call = Paced(make_path)
    call.burst(30)
    call.wire.path.probe(call.receiver.transport, 1_000_000, 100)
    call.wire.path.remove_transport(call.receiver.transport)
    call.wait(1000)
    assert len(call.receiver.media(VIDEO)) == 1


@pytest.mark.parametrize(("rate_bps", "asked_bps"), [(800_000, 2_400_000), (3_000_000, 9_000_000)])
def test_a_probe_above_the_capacity_measures_the_capacity(
    make_path: MakePath, rate_bps: int, asked_bps: int
) -> None:
    call = Call(make_path, Impairment(rate_bps=rate_bps, delay_ms=30))
    call.run(1, 300_000)
    number = call.wire.path.probe(call.receiver.transport, asked_bps, 30)
    result = call.run(0.4, 300_000).probe
    assert result is not None
    assert (number, result.cluster) == (1, 1)
    assert result.bps == pytest.approx(rate_bps, rel=0.12)


def test_what_is_sent_between_the_packets_of_a_probe_counts(make_path: MakePath) -> None:
    call = Call(make_path, Impairment(rate_bps=300_000, delay_ms=30))
    call.run(1, 200_000)
    call.wire.path.probe(call.receiver.transport, 660_000, 100)
    result = call.run(0.6, 200_000).probe
    assert result is not None
    assert result.bps == pytest.approx(300_000, rel=0.06)


@pytest.mark.parametrize("asked_bps", [200_000, 1_000_000, 6_000_000])
def test_a_probe_alone_below_the_capacity_measures_itself(make_path: MakePath, asked_bps: int) -> None:
    call = Call(make_path, Impairment(rate_bps=20_000_000, delay_ms=30))
    call.run(1, 300_000)
    assert call.wire.path.probe(call.receiver.transport, asked_bps, 20) == 1
    result = call.run(0.4, 10_000).probe
    assert result is not None
    assert result.bps == pytest.approx(asked_bps, rel=0.3)
    assert call.wire.counters["probes_sent"] >= 5


def test_a_probe_of_which_too_much_is_lost_has_no_result(make_path: MakePath) -> None:
    call = Call(make_path, Impairment(loss=0.5))
    call.run(1, 300_000)
    assert call.wire.path.probe(call.receiver.transport, 4_000_000, 40) == 1
    assert call.run(1, 300_000).probe is None


def test_a_probe_is_made_of_packets_that_are_of_no_consequence(make_path: MakePath) -> None:
    call = Paced(make_path, bps=0)
    call.burst(3)
    call.receiver.rtp.clear()
    call.wire.path.probe(call.receiver.transport, 5_000_000, 20)
    call.wait(30)
    repeats = {bytes((0, number)) for number in (1, 2, 3)}
    assert set(call.ssrcs) == {RTX}
    assert {packet.payload[:2] for packet in call.receiver.rtp} - {b""} == repeats
    call.receiver.rtp.clear()
    call.wire.path.probe(call.receiver.transport, 100_000, 20)
    call.wait(200)
    assert set(call.ssrcs) == {RTX}
    assert [packet.payload for packet in call.receiver.rtp] == [b""] * 5


def test_without_video_that_can_be_sent_again_there_is_no_probe(make_path: MakePath) -> None:
    wire = Wire(make_path)
    for client in (wire.client(), wire.client(transport_cc=True)):
        client.video_slot()
        assert wire.path.probe(client.transport, 1_000_000, 20) == 0


@pytest.mark.parametrize(
    ("bps", "duration_ms"), [(0, 20), (50_000_001, 20), (1_000_000, 0), (1_000_000, 101)]
)
def test_a_probe_has_limits(bps: int, duration_ms: int) -> None:
    wire = Wire(PATHS["native"])
    with pytest.raises(ValueError, match="limits"):
        wire.path.probe(wire.client().transport, bps, duration_ms)


def test_unknown_transports_are_errors() -> None:
    wire = Wire(PATHS["native"])
    with pytest.raises(KeyError):
        wire.path.probe(TransportId(99), 1_000_000, 20)
    with pytest.raises(KeyError):
        wire.path.set_pacing(TransportId(99), 1_000_000)
    with pytest.raises(KeyError):
        wire.path.congestion(TransportId(99))
