"""The effects that are measured."""

from __future__ import annotations

import cv2
import numpy as np
import skimage

from media.backgrounds.effects import NO_EFFECT, Blur, Corner, Effect, Logo, Virtual


def measured_effects() -> dict[str, Effect]:
    """By their names in the figures."""
    photo = np.asarray(skimage.data.coffee())
    return {
        "none": NO_EFFECT,
        "blur": Effect(Blur()),
        "virtual": Effect(Virtual(_encoded(".jpg", cv2.resize(photo, (1024, 768))))),
        "logo": Effect(None, Logo(_logo(), Corner.TOP_RIGHT)),
    }


def _logo() -> bytes:
    """A disc with a bar, half transparent outside."""
    pixels = np.zeros((200, 200, 4), np.uint8)
    cv2.circle(pixels, (100, 100), 90, (180, 60, 20, 255), -1, cv2.LINE_AA)
    cv2.rectangle(pixels, (40, 80), (160, 120), (255, 255, 255, 255), -1)
    return bytes(cv2.imencode(".png", pixels)[1])


def _encoded(suffix: str, rgb: object) -> bytes:
    return bytes(cv2.imencode(suffix, np.asarray(rgb)[:, :, ::-1])[1])
