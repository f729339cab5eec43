"""What each part of the work on a frame costs, and what the encoder's speed costs in quality."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median

import numpy as np

from benchmarks.backgrounds.film import FRAME_TICKS, PAYLOAD_TYPE, Film
from benchmarks.backgrounds.scene import shots
from media.backgrounds.backdrops import Backdrop, make_backdrop
from media.backgrounds.composition import Compositor
from media.backgrounds.decoding import Vp8Decoder
from media.backgrounds.effects import Effect
from media.backgrounds.encoding import RtpEncoder
from media.backgrounds.masks import MaskFinder
from media.backgrounds.native._native import Vp8Encoder
from media.backgrounds.pictures import Plane, Reduced, Rgb
from media.backgrounds.segmentation import HEIGHT, WIDTH, Confidence, Segmenter
from media.backgrounds.streams import OutgoingStream

SLOWER_SPEED = 6
"""The libvpx cpu-used with which aiortc encodes."""

_BITRATE_BPS = 1_500_000


class _Known:
    """A segmenter that gives what was found before, at no cost."""

    def __init__(self) -> None:
        self.confidence: Confidence = np.ones((HEIGHT, WIDTH), np.float32)

    def segment(self, rgb: Rgb) -> Confidence:
        del rgb
        return self.confidence


class _Stopwatch:
    def __init__(self) -> None:
        self._times: dict[str, list[float]] = {}

    @contextmanager
    def __call__(self, name: str) -> Iterator[None]:
        begin = time.process_time()
        yield
        self._times.setdefault(name, []).append(time.process_time() - begin)

    def medians_ms(self) -> dict[str, float]:
        return {name: median(times) * 1000 for name, times in self._times.items()}


def stages_ms(effect: Effect, segmenter: Segmenter, film: Film, count: int) -> dict[str, float]:
    """Processor time of each part of the work on one frame, at the median."""
    watch, known = _Stopwatch(), _Known()
    decoder, masks, compositor = Vp8Decoder(), MaskFinder(known), Compositor(effect, film.width, film.height)
    backdrop = make_backdrop(effect.background, film.width, film.height) if effect.background else None
    outgoing = RtpEncoder(OutgoingStream(PAYLOAD_TYPE, 2, 0, 0), _BITRATE_BPS)
    for number in range(count):
        with watch("decode"):
            picture = decoder.decode(film.frames[number % len(film.frames)])
        if backdrop is not None:
            with watch("model_input"):
                reduced = Reduced.of(picture)
                rgb = reduced.rgb(WIDTH, HEIGHT)
            with watch("model"):
                known.confidence = segmenter.segment(rgb)
            _time_mask_and_backdrop(watch, backdrop, reduced, known)
        with watch("blend"):
            composed = compositor.compose(picture, masks)
        with watch("encode"):
            outgoing.encode(composed, number * FRAME_TICKS)
    return _without_repeats(watch.medians_ms())


def _time_mask_and_backdrop(watch: _Stopwatch, backdrop: Backdrop, reduced: Reduced, known: _Known) -> None:
    masks = MaskFinder(known)
    masks.find(reduced)
    with watch("mask"):  # The picture is scaled for the model again.
        mask = masks.find(reduced)
    with watch("backdrop"):
        backdrop.behind(reduced, mask)


def _without_repeats(stages: dict[str, float]) -> dict[str, float]:
    """Composing comprises all that was timed alone before, but the model."""
    if "backdrop" in stages:
        stages["blend"] -= stages["mask"] + stages["backdrop"]
    return {name: round(figure, 3) for name, figure in stages.items()}


def person_psnr_db(effect: Effect, segmenter: Segmenter, size: tuple[int, int], speed: int) -> float:
    """How true the encoder is to the person's brightness."""
    width, height = size
    encoder = Vp8Encoder(width, height, bitrate_bps=_BITRATE_BPS, speed=speed)
    decoder, masks, compositor = Vp8Decoder(), MaskFinder(segmenter), Compositor(effect, width, height)
    errors = []
    for number, shot in enumerate(shots(width, height, 45)):
        composed = compositor.compose(shot.picture, masks)
        data = encoder.encode(
            *composed, time=number * FRAME_TICKS, duration=FRAME_TICKS, key_frame=number == 0
        )
        if data is not None:
            errors.append(_squared_error(decoder.decode(data).y, composed.y, shot.truth))
    return float(10 * np.log10(255**2 / np.mean(errors)))


def _squared_error(found: Plane, expected: Plane, truth: Plane) -> float:
    difference = found.astype(np.int32) - expected
    return float(np.mean(difference[truth == 255] ** 2))
