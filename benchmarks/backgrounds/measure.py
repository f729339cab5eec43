"""Measurements of pipelines in this process. Processor time is that of all its threads, user and system."""

from __future__ import annotations

import os
import time
from collections.abc import Callable

from benchmarks.backgrounds.film import PAYLOAD_TYPE, Film
from benchmarks.process import sample_process
from media.backgrounds.effects import Effect
from media.backgrounds.pipeline import Pipeline
from media.backgrounds.quality import Quality
from media.backgrounds.segmentation import Segmenter
from media.backgrounds.streams import OutgoingStream, Person, StreamSettings

Process = Callable[[list[bytes]], list[bytes]]
"""From one frame's packets to those of the processed frame."""

_WARM_UP_FRAMES = 15
_BITRATE_BPS = 1_500_000
_MEMORY_STREAMS = 4


def open_pipeline(effect: Effect, segmenter: Segmenter) -> Pipeline:
    """Make a pipeline for the film."""
    settings = StreamSettings(PAYLOAD_TYPE, effect, Person("AB"), bitrate_bps=_BITRATE_BPS)
    return Pipeline(settings, OutgoingStream(PAYLOAD_TYPE, 2, 0, 0), segmenter)


def processing(effect: Effect, segmenter: Segmenter) -> Process:
    """Process a stream as the product does."""
    pipeline = open_pipeline(effect, segmenter)

    def process(packets: list[bytes]) -> list[bytes]:
        now = time.monotonic()
        for packet in packets:
            pipeline.receive(packet, now)
        return pipeline.drain(Quality.FULL, now).datagrams

    return process


def frames_per_cpu_s(process: Process, film: Film, count: int) -> float:
    """How many frames a second of processor time is enough for. Raises RuntimeError if frames go missing."""
    packets = list(film.packets(_WARM_UP_FRAMES + count))
    for frame in packets[:_WARM_UP_FRAMES]:
        process(frame)
    begin = time.process_time()
    out = sum(bool(process(frame)) for frame in packets[_WARM_UP_FRAMES:])
    elapsed = time.process_time() - begin
    if out < 0.9 * count:
        raise RuntimeError(f"only {out} of {count} frames came out")
    return count / elapsed


def memory_kb_per_stream(effect: Effect, segmenter: Segmenter, film: Film) -> float:
    """What the process grows by with each stream."""
    before = sample_process(os.getpid()).memory_kb
    streams = [processing(effect, segmenter) for _ in range(_MEMORY_STREAMS)]
    for packets in film.packets(_WARM_UP_FRAMES):
        for process in streams:
            process(packets)
    return (sample_process(os.getpid()).memory_kb - before) / _MEMORY_STREAMS
