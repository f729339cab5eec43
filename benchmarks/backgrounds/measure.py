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
FULL_BPS = 1_500_000
SMALL_BPS = 400_000
_MEMORY_STREAMS = 4


def processing(effect: Effect, segmenter: Segmenter, rates_bps: tuple[int, int] = (FULL_BPS, 0)) -> Process:
    """Process a stream as the product does, into the full and the small layer where they have a rate."""
    settings = StreamSettings(PAYLOAD_TYPE, effect, Person("AB"), rates_bps=rates_bps)
    outgoing = (OutgoingStream(PAYLOAD_TYPE, 2, 0, 0), OutgoingStream(PAYLOAD_TYPE, 3, 0, 0))
    pipeline = Pipeline(settings, outgoing, segmenter)

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
