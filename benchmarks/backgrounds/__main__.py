"""What a background costs: `python -m benchmarks.backgrounds [--json]`.

Frames per second of processor time, decoding and encoding included, beside the straightforward way in the
same run, in turn.
"""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Callable
from statistics import median

import msgspec
import numpy as np

from benchmarks.backgrounds.delay import delays_ms
from benchmarks.backgrounds.effects import measured_effects
from benchmarks.backgrounds.film import Film
from benchmarks.backgrounds.measure import (
    FULL_BPS,
    SMALL_BPS,
    Process,
    frames_per_cpu_s,
    memory_kb_per_stream,
    processing,
)
from benchmarks.backgrounds.stages import SLOWER_SPEED, person_psnr_db, stages_ms
from benchmarks.backgrounds.straightforward import Straightforward
from benchmarks.progress import progress_bar
from media.backgrounds.encoding import SPEED
from media.backgrounds.segmentation import MediapipeSegmenter, Segmenter

SIZES = {"720p": (1280, 720), "360p": (640, 360)}

_FILM_FRAMES = 90
_DELAY_S = 5.0
_OTHER_LAYERS = {"both": (FULL_BPS, SMALL_BPS), "small": (0, SMALL_BPS)}

Figures = dict[str, float]
Show = Callable[[str, float], None]
"""Is told what is being done, and how much of all is done."""


class BackgroundsResult(msgspec.Struct, frozen=True):
    """The key figures, by size and effect.

    `none` is decoding and encoding alone: a stream without an effect does not come here at all; `blur_both`
    is `blur` with the small layer encoded too, and `blur_small` with that one alone. `ratios` are
    ours over the straightforward ones. `person_psnr_loss_db` is what the encoder's speed costs.
    """

    fps_per_cpu_s: dict[str, Figures]
    ratios: dict[str, Figures]
    stages_ms: dict[str, dict[str, Figures]]
    delay_ms_p50: float
    delay_ms_p95: float
    person_psnr_loss_db: float
    memory_kb_per_stream: float


def measure(frames: int, rounds: int, show: Show) -> BackgroundsResult:
    """Measure all effects at all sizes."""
    effects = measured_effects()
    show("filming", 0)
    films = {name: Film.shoot(*size, _FILM_FRAMES) for name, size in SIZES.items()}
    with MediapipeSegmenter() as segmenter:
        memory_kb = memory_kb_per_stream(effects["blur"], segmenter, films["720p"])  # While memory is fresh.
        speeds = _speeds(films, segmenter, frames, rounds, show)
        show("stages", 0.85)
        stages = {
            size: {name: stages_ms(effect, segmenter, film, frames) for name, effect in effects.items()}
            for size, film in films.items()
        }
        show("delay", 0.9)
        p50, p95 = np.percentile(asyncio.run(delays_ms(effects["blur"], films["720p"], _DELAY_S)), [50, 95])
        psnr_db = [
            person_psnr_db(effects["blur"], segmenter, SIZES["720p"], speed)
            for speed in (SLOWER_SPEED, SPEED)
        ]
    return BackgroundsResult(
        fps_per_cpu_s=speeds,
        ratios={size: _ratios(figures) for size, figures in speeds.items()},
        stages_ms=stages,
        delay_ms_p50=round(float(p50), 2),
        delay_ms_p95=round(float(p95), 2),
        person_psnr_loss_db=round(psnr_db[0] - psnr_db[1], 2),
        memory_kb_per_stream=round(memory_kb),
    )


def _speeds(
    films: dict[str, Film], segmenter: Segmenter, frames: int, rounds: int, show: Show
) -> dict[str, Figures]:
    """Let all take their turn in each round, so that a change of the machine's mood meets all alike."""
    found: dict[str, dict[str, list[float]]] = {size: {} for size in films}
    turns = [(size, film) for _ in range(rounds) for size, film in films.items()]
    for number, (size, film) in enumerate(turns):
        for name, process in _processes(film, segmenter).items():
            show(f"{size} {name}", 0.1 + 0.7 * number / len(turns))
            found[size].setdefault(name, []).append(frames_per_cpu_s(process, film, frames))
    return {
        size: {name: round(median(figures), 1) for name, figures in by_name.items()}
        for size, by_name in found.items()
    }


def _processes(film: Film, segmenter: Segmenter) -> dict[str, Process]:
    processes: dict[str, Process] = {}
    for name, effect in measured_effects().items():
        processes[name] = processing(effect, segmenter)
        if name != "none":
            processes[f"straightforward_{name}"] = Straightforward(effect, film.width, film.height).process
        if name == "blur":
            for layers, rates_bps in _OTHER_LAYERS.items():
                processes[f"{name}_{layers}"] = processing(effect, segmenter, rates_bps)
    return processes


def _ratios(figures: Figures) -> Figures:
    prefix = "straightforward_"
    names = [name.removeprefix(prefix) for name in figures if name.startswith(prefix)]
    return {name: round(figures[name] / figures[prefix + name], 2) for name in names}


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.backgrounds", description=__doc__)
    parser.add_argument(
        "--frames", type=int, default=150, help="how many frames a measurement takes (default 150)"
    )
    parser.add_argument(
        "--rounds", type=int, default=3, help="how often all are measured in turn (default 3)"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    with progress_bar() as show:
        result = measure(options.frames, options.rounds, show)
    if options.json:
        print(msgspec.json.encode(result).decode())
    else:
        print(msgspec.json.format(msgspec.json.encode(result), indent=2).decode())


if __name__ == "__main__":
    main()
