"""How well persons are found: `python -m benchmarks.segmentation [--json]`.

Scores `--images DIR --masks DIR`, or `--clip FILE --mask FILE`, or else a person filmed here. Keys that begin
with `model_` are of the bare model, the others of the mask with which pictures are composed: smoothed over
time, with its edge made soft. Of single images there is no flicker.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path

import msgspec
import numpy as np

from benchmarks.backgrounds.scene import Shot
from benchmarks.segmentation.scores import Area, boundary_f, flicker, intersection_over_union
from benchmarks.segmentation.sources import filmed, from_clip, from_folders
from media.backgrounds import opencv
from media.backgrounds.masks import MaskFinder
from media.backgrounds.pictures import Plane, Reduced, Rgb
from media.backgrounds.segmentation import Confidence, MediapipeSegmenter, Segmenter

_FILMED_FRAMES = 120


class SegmentationResult(msgspec.Struct, frozen=True):
    """The key figures; flicker is per mille of the picture's samples."""

    pictures: int
    iou_mean: float
    iou_median: float
    boundary_f: float
    flicker: float | None
    model_iou_mean: float
    model_iou_median: float
    model_boundary_f: float
    model_flicker: float | None


class _Listening:
    """A segmenter that remembers what it found last."""

    def __init__(self, segmenter: Segmenter) -> None:
        self._segmenter = segmenter
        self.last: Confidence | None = None

    def segment(self, rgb: Rgb) -> Confidence:
        self.last = self._segmenter.segment(rgb)
        return self.last.copy()


class _Scores:
    """Collects scores of one kind of mask."""

    def __init__(self) -> None:
        self._ious: list[float] = []
        self._boundaries: list[float] = []
        self._areas: list[Area] = []

    def add(self, mask: Plane, truth: Area) -> None:
        height, width = truth.shape
        found = opencv.resize(mask, width, height) > 127
        self._ious.append(intersection_over_union(found, truth))
        self._boundaries.append(boundary_f(found, truth))
        self._areas.append(mask > 127)

    def figures(self, prefix: str, *, is_film: bool) -> dict[str, float | None]:
        return {
            f"{prefix}iou_mean": round(float(np.mean(self._ious)), 4),
            f"{prefix}iou_median": round(float(np.median(self._ious)), 4),
            f"{prefix}boundary_f": round(float(np.mean(self._boundaries)), 4),
            f"{prefix}flicker": round(flicker(self._areas), 4) if is_film else None,
        }


def measure(film: Iterable[Shot], *, is_film: bool) -> SegmentationResult:
    """Score all pictures; those of a film follow each other. Raises ValueError if there are none."""
    ours, models = _Scores(), _Scores()
    count = 0
    with MediapipeSegmenter() as segmenter:
        listening = _Listening(segmenter)
        masks = MaskFinder(listening)
        for count, shot in enumerate(film, 1):  # noqa: B007 (the count is used after the loop)
            if not is_film:
                masks.forget()
            mask = masks.find(Reduced.of(shot.picture))
            assert listening.last is not None
            ours.add(mask, shot.truth > 127)
            models.add(opencv.to_bytes(listening.last), shot.truth > 127)
    if not count:
        raise ValueError("no pictures with masks")
    figures = ours.figures("", is_film=is_film) | models.figures("model_", is_film=is_film)
    return msgspec.convert({"pictures": count, **figures}, SegmentationResult)


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.segmentation", description=__doc__)
    parser.add_argument("--images", type=Path, help="a folder of pictures")
    parser.add_argument("--masks", type=Path, help="the folder of their masks")
    parser.add_argument("--clip", type=Path, help="a video")
    parser.add_argument("--mask", type=Path, help="the video of its masks")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    if (options.images is None) != (options.masks is None) or (options.clip is None) != (
        options.mask is None
    ):
        parser.error("--images and --masks belong together, as do --clip and --mask")
    if options.images is not None:
        result = measure(from_folders(options.images, options.masks), is_film=False)
    elif options.clip is not None:
        result = measure(from_clip(options.clip, options.mask), is_film=True)
    else:
        result = measure(filmed(_FILMED_FRAMES), is_film=True)
    if options.json:
        print(msgspec.json.encode(result).decode())
    else:
        for name, figure in msgspec.structs.asdict(result).items():
            print(f"{name:18} {figure}")


if __name__ == "__main__":
    main()
