"""RTP in, RTP out: what a visitor sees when the camera, the line or the effect misbehaves."""

from collections.abc import Callable, Iterable
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from media.backgrounds.assembly import PATIENCE_S
from media.backgrounds.effects import NO_EFFECT, Effect, Logo, Virtual
from media.backgrounds.pipeline import KEY_FRAME_INTERVAL_S, Pipeline
from media.backgrounds.placeholder import make_placeholder
from media.backgrounds.quality import Quality
from media.backgrounds.rtcp import (
    ClockReading,
    parse_rtcp,
    write_key_frame_request,
    write_sender_report,
)
from media.backgrounds.rtp import is_rtcp
from media.backgrounds.segmentation import Confidence
from media.backgrounds.streams import OutgoingStream, Person, StreamSettings
from tests.media.backgrounds.camera import PAYLOAD_TYPE, Camera, Screen
from tests.media.backgrounds.files import jpeg, plain

GREEN = (30, 160, 60)
BLUE = (20, 40, 200)
FULL, SMALL = 99, 98
GREEN_ROOM = Effect(Virtual(jpeg(plain(64, 64, GREEN))))
BLUE_ROOM = Effect(Virtual(jpeg(plain(64, 64, BLUE))))
STILL = make_placeholder(Person("AB")).to_rgb()


class LeftHalf:
    """Takes whatever is in the left half for the person."""

    def segment(self, rgb: NDArray[np.uint8]) -> Confidence:
        confidence = np.zeros(rgb.shape[:2], np.float32)
        confidence[:, : rgb.shape[1] // 2] = 1
        return confidence


class Stage:
    """A camera, the pipeline and a screen, with a clock moved by hand: 1/30 s for each frame."""

    def __init__(self, effect: Effect = GREEN_ROOM, orientation_extension: int | None = None) -> None:
        settings = StreamSettings(
            PAYLOAD_TYPE, effect, Person("AB"), orientation_extension=orientation_extension
        )
        self.pipeline = Pipeline(settings, numbers(), LeftHalf())
        self.camera = Camera()
        self.screen, self.small_screen = Screen(), Screen()
        self.now = 1000.0
        self.quality = Quality.FULL

    def receive(self, datagrams: Iterable[bytes]) -> None:
        for datagram in datagrams:
            self.pipeline.receive(datagram, self.now)

    def drain(self) -> None:
        datagrams = self.pipeline.drain(self.quality, self.now).datagrams
        small = [one for one in datagrams if sent_as(one) == SMALL]
        self.small_screen.show(small)
        self.screen.show(one for one in datagrams if one not in small)

    def film(self, frames: int = 1, rgb: NDArray[np.uint8] | None = None, *, key_frame: bool = False) -> None:
        for _ in range(frames):
            self.receive(self.camera.film(camera_picture() if rgb is None else rgb, key_frame=key_frame))
            self.drain()
            self.now += 1 / 30

    @property
    def picture(self) -> NDArray[np.uint8]:
        return self.screen.pictures[-1]


def numbers() -> tuple[OutgoingStream, OutgoingStream]:
    full = OutgoingStream(PAYLOAD_TYPE, FULL, sequence=65_530, picture_id=32_760, extensions=((4, b"mid"),))
    return full, OutgoingStream(PAYLOAD_TYPE, SMALL, sequence=65_530, picture_id=5)


def sent_as(datagram: bytes) -> int:
    at = 4 if is_rtcp(datagram) else 8
    return int.from_bytes(datagram[at : at + 4], "big")


def camera_picture(width: int = 320, height: int = 180) -> NDArray[np.uint8]:
    """Grey, with a brighter top: it shows which way up it is."""
    picture = plain(width, height, (128, 128, 128))
    picture[: height // 4] = 200
    return picture


def is_processed(picture: NDArray[np.uint8], colour: tuple[int, int, int] = GREEN) -> bool:
    """The left is the camera's, the right has that colour."""
    height, width = picture.shape[:2]
    left, right = picture[height // 2 :, : width * 3 // 8], picture[height // 2 :, width * 5 // 8 :]
    return bool(np.abs(left - 128.0).mean() < 12 and np.abs(right - np.array(colour, float)).mean() < 12)


def is_still(picture: NDArray[np.uint8]) -> bool:
    return picture.shape == STILL.shape and bool(np.abs(picture - STILL.astype(float)).mean() < 6)


def test_each_frame_comes_out_processed_with_its_timestamp() -> None:
    stage = Stage()
    stage.film(30)
    assert len(stage.screen.pictures) == 30
    assert all(is_processed(picture) for picture in stage.screen.pictures)
    assert stage.screen.timestamps[:5] == [2**32 - 9000, 2**32 - 6000, 2**32 - 3000, 0, 3000]


def test_without_an_effect_pictures_pass() -> None:
    stage = Stage(NO_EFFECT)
    stage.film(3)
    assert np.abs(stage.picture.astype(float) - camera_picture()).mean() < 4


def test_overtaken_and_doubled_packets_do_not_matter() -> None:
    stage = Stage()
    noise = np.random.default_rng(0)
    for _ in range(20):
        packets = stage.camera.film(noise.integers(0, 256, (180, 320, 3), np.uint8))
        stage.receive(reversed(packets))
        stage.receive(packets)
        stage.drain()
    assert len(stage.screen.pictures) == 20
    assert stage.pipeline.counts.undecodable == 0


def test_frames_that_came_together_are_worked_on_once() -> None:
    stage = Stage()
    stage.film()
    for _ in range(5):
        stage.receive(stage.camera.film(camera_picture()))
    stage.drain()
    stage.film()
    assert len(stage.screen.pictures) == 3
    assert stage.pipeline.counts.overtaken == 4
    assert is_processed(stage.picture)


def test_a_lost_packet_is_waited_for_and_then_a_key_frame_asked_for() -> None:
    stage = Stage()
    stage.film(3)
    stage.camera.film(camera_picture())  # Lost.
    stage.film(5)
    assert len(stage.screen.pictures) == 3
    assert stage.screen.requests == 0
    stage.now += PATIENCE_S
    stage.film(3)
    assert stage.screen.requests == 1
    stage.film(1, key_frame=True)
    assert is_processed(stage.picture)
    assert stage.pipeline.counts.undecodable == 0


def test_a_repaired_loss_costs_nothing() -> None:
    stage = Stage()
    stage.film(3)
    late = stage.camera.film(camera_picture())
    stage.film(3)
    stage.receive(late)
    stage.film(1)
    assert stage.pipeline.counts.frames == 8
    assert stage.screen.requests == 0
    assert is_processed(stage.picture)


def test_key_frames_are_asked_for_at_intervals() -> None:
    stage = Stage()
    stage.camera.film(camera_picture())  # The key frame never comes.
    stage.film(30)
    assert stage.screen.requests == pytest.approx(1 / KEY_FRAME_INTERVAL_S, abs=1)


def test_until_the_first_processed_frame_the_still_is_shown() -> None:
    stage = Stage()
    stage.camera.film(camera_picture())
    stage.film(30)
    assert [is_still(picture) for picture in stage.screen.pictures] == [True, True]
    stage.film(2, key_frame=True)
    assert is_processed(stage.picture)


def test_a_stream_that_stops_being_decodable_ends_in_the_still() -> None:
    stage = Stage()
    stage.film(3)
    stage.camera.film(camera_picture())
    stage.film(90)
    assert all(is_processed(picture) for picture in stage.screen.pictures[:3])
    assert all(is_still(picture) for picture in stage.screen.pictures[3:])
    assert len(stage.screen.pictures) > 3


def test_an_effect_that_cannot_be_applied_shows_the_still() -> None:
    for broken in (Effect(Virtual(b"GIF89a")), Effect(None, Logo(b""))):
        stage = Stage(broken)
        stage.film(30)
        assert stage.screen.pictures
        assert all(is_still(picture) for picture in stage.screen.pictures)
        stage.pipeline.set_effect(GREEN_ROOM)
        stage.film(2)
        assert is_processed(stage.picture)


def test_a_model_that_fails_shows_the_still() -> None:
    class Failing:
        def segment(self, rgb: NDArray[np.uint8]) -> Confidence:
            raise RuntimeError(f"cannot look at {rgb.shape}")

    settings = StreamSettings(PAYLOAD_TYPE, GREEN_ROOM, Person("AB"))
    stage = Stage()
    stage.pipeline = Pipeline(settings, numbers(), Failing())
    stage.film(30)
    assert stage.screen.pictures
    assert all(is_still(picture) for picture in stage.screen.pictures)


def test_a_codec_that_cannot_be_decoded_shows_the_still() -> None:
    stage = Stage()
    for _ in range(30):
        stage.receive(
            packet[:1] + bytes([packet[1] + 5]) + packet[2:] for packet in stage.camera.film(camera_picture())
        )
        stage.drain()
    assert stage.screen.pictures
    assert all(is_still(picture) for picture in stage.screen.pictures)


def test_an_effect_changes_from_one_frame_to_the_next() -> None:
    stage = Stage()
    stage.film(5)
    stage.pipeline.set_effect(BLUE_ROOM)
    stage.film(5)
    assert all(is_processed(picture) for picture in stage.screen.pictures[:5])
    assert is_processed(stage.picture, BLUE)


@pytest.mark.parametrize("size", [(640, 360), (160, 90), (240, 320), (322, 182), (321, 181)])
def test_the_camera_may_change_its_size(size: tuple[int, int]) -> None:
    stage = Stage()
    stage.film(3)
    stage.film(3, camera_picture(*size))
    assert stage.picture.shape[1::-1] == size
    assert is_processed(stage.picture)
    stage.film(3)
    assert stage.picture.shape == (180, 320, 3)


@pytest.mark.parametrize("quarters", range(4))
def test_a_turned_camera_comes_out_upright(quarters: int) -> None:
    stage = Stage(orientation_extension=13)
    held = np.ascontiguousarray(np.rot90(camera_picture(), quarters))
    for _ in range(3):
        stage.receive(stage.camera.film(held, extension=(13, quarters)))
        stage.drain()
    assert stage.picture.shape == (180, 320, 3)
    assert is_processed(stage.picture)
    assert stage.picture[:40, :120].mean() > 190


def test_a_new_source_begins_with_its_key_frame() -> None:
    stage = Stage()
    stage.film(3)
    stage.camera = Camera(ssrc=8, first_sequence=3, first_timestamp=123)
    stage.film(3)
    assert len(stage.screen.pictures) == 6
    assert stage.screen.timestamps[3:] == [123, 3123, 6123]


def test_a_key_frame_is_made_for_who_asks() -> None:
    stage = Stage()
    stage.film(10)
    ordinary = stage.screen.sizes[-1]
    stage.receive([write_key_frame_request(99)])
    stage.film()
    assert stage.screen.sizes[-1] > 3 * ordinary


def test_the_bit_rate_follows_what_is_asked_for() -> None:
    stage = Stage()
    noise = np.random.default_rng(0)

    def rate(seconds: int) -> float:
        before = len(stage.screen.sizes)
        for _ in range(30 * seconds):
            stage.film(1, noise.integers(0, 256, (180, 320, 3), np.uint8))
        return sum(stage.screen.sizes[before:]) * 8 / seconds

    stage.pipeline.set_rates((1_000_000, 0))
    rate(2)
    fast = rate(2)
    stage.pipeline.set_rates((300_000, 0))
    rate(2)
    slow = rate(2)
    assert fast == pytest.approx(1_000_000, rel=0.25)
    assert slow == pytest.approx(300_000, rel=0.25)


def test_both_layers_show_the_same_pictures_in_two_sizes() -> None:
    stage = Stage()
    stage.pipeline.set_rates((1_500_000, 250_000))
    stage.film(10, camera_picture(1280, 720))
    assert {picture.shape for picture in stage.screen.pictures} == {(720, 1280, 3)}
    assert {picture.shape for picture in stage.small_screen.pictures} == {(360, 640, 3)}
    assert all(is_processed(one) for one in stage.screen.pictures + stage.small_screen.pictures)
    assert stage.small_screen.timestamps == stage.screen.timestamps
    assert len(stage.screen.timestamps) == 10


def test_a_layer_that_is_paused_sends_nothing_and_begins_anew_with_a_key_frame() -> None:
    stage = Stage()
    noise = np.random.default_rng(0).integers(0, 256, (180, 320, 3), np.uint8)
    stage.film(5, noise)
    sizes = []
    for rates in ((1_500_000, 250_000), (1_500_000, 0), (1_500_000, 250_000)):
        stage.pipeline.set_rates(rates)
        before = len(stage.small_screen.sizes)
        stage.film(5, noise)
        sizes.append(stage.small_screen.sizes[before:])
    begun, paused, resumed = sizes
    assert not paused
    assert begun[0] > 3 * begun[-1]
    assert resumed[0] > 3 * resumed[-1]
    assert len(stage.screen.sizes) == 20
    assert max(stage.screen.sizes[5:]) < stage.screen.sizes[0] / 3


def test_what_only_small_tiles_show_is_worked_on_at_their_size() -> None:
    stage = Stage()
    for rates in ((0, 250_000), (1_500_000, 0), (0, 0)):
        stage.pipeline.set_rates(rates)
        stage.film(2, camera_picture(1280, 720))
    heights = [[picture.shape[0] for picture in one.pictures] for one in (stage.small_screen, stage.screen)]
    assert heights == [[360, 360], [720, 720]]
    assert stage.pipeline.counts.processed == 4


def test_a_key_frame_is_made_of_the_layer_that_it_is_asked_of() -> None:
    stage = Stage()
    stage.pipeline.set_rates((1_500_000, 250_000))
    noise = np.random.default_rng(0).integers(0, 256, (180, 320, 3), np.uint8)
    stage.film(10, noise)
    stage.receive([write_key_frame_request(SMALL)])
    stage.film(1, noise)
    assert stage.small_screen.sizes[-1] > 3 * stage.small_screen.sizes[-2]
    assert stage.screen.sizes[-1] < 3 * stage.screen.sizes[-2]


def test_the_still_is_shown_on_both_layers_and_at_once_on_one_that_begins() -> None:
    stage = Stage(Effect(Virtual(b"GIF89a")))
    stage.film(12)
    assert [is_still(picture) for picture in stage.screen.pictures] == [True]
    stage.pipeline.set_rates((1_500_000, 250_000))
    stage.film()
    assert [is_still(picture) for picture in stage.small_screen.pictures] == [True]
    stage.film(30)
    assert all(is_still(picture) for picture in stage.screen.pictures + stage.small_screen.pictures)
    assert len(stage.small_screen.pictures) > 1


def test_sender_reports_keep_the_cameras_clock() -> None:
    stage = Stage()
    stage.film(3)
    clock = ClockReading(ntp_time=0x1234567890ABCDEF, timestamp=stage.screen.timestamps[-1])
    stage.receive([write_sender_report(stage.camera.ssrc, clock, packets=1, octets=1)])
    stage.film()
    (report,) = stage.screen.reports
    assert int.from_bytes(report[4:8], "big") == 99
    assert list(parse_rtcp(report)) == [clock]
    packets, octets = (int.from_bytes(report[at : at + 4], "big") for at in (20, 24))
    assert packets == 3
    assert 0 < sum(stage.screen.sizes[:3]) < octets < sum(stage.screen.sizes[:3]) + 100


def test_quality_steps_do_less() -> None:
    calls = 0

    class Counting(LeftHalf):
        def segment(self, rgb: NDArray[np.uint8]) -> Confidence:
            nonlocal calls
            calls += 1
            return super().segment(rgb)

    settings = StreamSettings(PAYLOAD_TYPE, GREEN_ROOM, Person("AB"))
    stage = Stage()
    stage.pipeline = Pipeline(settings, numbers(), Counting())
    large = camera_picture(1280, 720)
    stage.film(2, large)
    stage.quality = Quality.EVERY_SECOND_MASK
    calls = 0
    stage.film(10, large)
    assert calls == 5
    assert stage.picture.shape == (720, 1280, 3)
    stage.quality = Quality.SMALL
    stage.film(2, large)
    assert stage.picture.shape == (360, 640, 3)
    before = len(stage.screen.pictures)
    stage.quality = Quality.HALF_RATE
    stage.film(10, large)
    assert len(stage.screen.pictures) - before == 5
    assert all(is_processed(picture) for picture in stage.screen.pictures)
    stage.quality = Quality.STILL
    stage.film(75, large)
    assert is_still(stage.picture)
    stage.quality = Quality.FULL
    stage.film(1, large)
    assert stage.screen.requests == 1
    stage.film(2, large, key_frame=True)
    assert is_processed(stage.picture)


def damage_nothing(packets: list[bytes]) -> list[bytes]:
    return packets


DAMAGES: dict[str, Callable[[list[bytes]], list[bytes]]] = {
    "cut": lambda packets: [packet[: len(packet) // 2] for packet in packets],
    "no payload": lambda packets: [packet[:12] for packet in packets],
    "noise": lambda packets: [
        packet[:14] + bytes(value ^ 0x5A for value in packet[14:]) for packet in packets
    ],
    "empty": lambda packets: [b"" for _ in packets],
    "one byte": lambda packets: [b"\x80" for _ in packets],
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
def test_damaged_streams_never_show_the_room(damage: Callable[[list[bytes]], list[bytes]]) -> None:
    stage = Stage()
    stage.film(3)
    for _ in range(10):
        stage.receive(damage(stage.camera.film(camera_picture())))
        stage.drain()
    stage.now += PATIENCE_S
    stage.film(20)
    stage.film(3, key_frame=True)
    assert is_processed(stage.picture)
    assert not any(is_room(picture) for picture in stage.screen.pictures)


def is_room(picture: NDArray[np.uint8]) -> bool:
    """The camera's grey where the background should be."""
    height, width = picture.shape[:2]
    right = picture[height // 2 :, width * 5 // 8 :]
    return bool(np.abs(right - 128.0).mean() < 12)


@settings(max_examples=60)
@given(st.lists(st.binary(max_size=80), max_size=20), st.integers(0, 2**32))
def test_whatever_comes_in_the_pipeline_lives(datagrams: list[bytes], seed: int) -> None:
    stage = Stage()
    chance = np.random.default_rng(seed)
    packets = [packet for _ in range(3) for packet in stage.camera.film(camera_picture())]
    for datagram in [*packets, *datagrams]:
        changed = bytearray(datagram)
        for at in chance.integers(0, max(len(changed), 1), 2 if changed else 0):
            changed[at] = chance.integers(0, 256)
        stage.receive([bytes(changed), b"\x80\x60" + datagram, b"\x81\xce" + datagram])
        stage.pipeline.drain(Quality.FULL, stage.now)


def test_timestamps_and_numbers_go_on_evenly_over_their_ends() -> None:
    stage = Stage()
    stage.film(40)
    steps = {(later - earlier) & 0xFFFFFFFF for earlier, later in pairwise(stage.screen.timestamps)}
    assert steps == {3000}
