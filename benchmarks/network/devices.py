"""Files for Chromium's fake camera and microphone: a picture that never rests, a voice that never pauses."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import numpy.typing as npt

WIDTH, HEIGHT = 640, 360
FRAMES_PER_SECOND = 12
_SECONDS = 3
_SAMPLE_RATE = 48_000

_Plane = npt.NDArray[np.uint8]


def write_devices(folder: Path) -> tuple[Path, Path]:
    """Write a camera's and a microphone's file, about 16 MB; both loop. Returns their paths."""
    camera, microphone = folder / "camera.y4m", folder / "microphone.wav"
    with camera.open("wb") as file:
        file.write(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F{FRAMES_PER_SECOND}:1 Ip A1:1 C420jpeg\n".encode())
        for brightness in _frames():
            grey = np.full((HEIGHT // 2, WIDTH // 2), 128, np.uint8)
            file.write(b"FRAME\n" + brightness.tobytes() + grey.tobytes() * 2)
    with wave.open(str(microphone), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(_SAMPLE_RATE)
        sound.writeframes((_voice() * 32767).astype("<i2").tobytes())
    return camera, microphone


def _frames() -> list[_Plane]:
    """A rough surface under a camera that goes round in a circle: there is always something to code."""
    surface = _surface(HEIGHT + 80, WIDTH + 80)
    turns = np.linspace(0, 2 * np.pi, FRAMES_PER_SECOND * _SECONDS, endpoint=False)
    corners = [(round(40 + 40 * np.sin(turn)), round(40 + 40 * np.cos(turn))) for turn in turns]
    return [surface[top : top + HEIGHT, left : left + WIDTH] for top, left in corners]


def _surface(height: int, width: int) -> _Plane:
    """Noise of several sizes, the coarser the stronger, as natural pictures are."""
    chance = np.random.default_rng(1)
    total = np.zeros((height, width))
    for size in (8, 16, 32, 64):
        coarse = chance.normal(size=(height // size + 2, width // size + 2))
        total += size * np.kron(coarse, np.ones((size, size)))[:height, :width]
    return np.asarray(np.clip(128 + 40 * total / total.std(), 16, 235), np.uint8)


def _voice() -> npt.NDArray[np.float64]:
    """A vowel on a pitch that moves a little; it begins and ends alike, so that no pause is heard between."""
    seconds = np.arange(_SAMPLE_RATE * _SECONDS) / _SAMPLE_RATE
    pitch = 2 * np.pi * 200 * seconds + 12 * np.sin(2 * np.pi * seconds)
    return np.asarray(0.25 * sum(np.sin(partial * pitch) / partial for partial in range(1, 8)))
