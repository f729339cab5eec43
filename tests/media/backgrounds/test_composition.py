"""What is seen, on a filmed person of whom the truth is known."""

from itertools import islice

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from benchmarks.backgrounds.scene import Shot, shots
from media.backgrounds.composition import Compositor
from media.backgrounds.effects import Blur, BlurStrength, Corner, Effect, Logo, Virtual
from media.backgrounds.image_problems import ImageRefused
from media.backgrounds.masks import MaskFinder
from media.backgrounds.pictures import Picture, Reduced
from media.backgrounds.segmentation import HEIGHT, WIDTH, Confidence, NoSegmenter, Segmenter
from tests.media.backgrounds.files import jpeg, plain, square_logo

GREEN = (30, 160, 60)
PINK = (230, 0, 230)
SIZES = ((1280, 720), (640, 360), (640, 480), (321, 181), (160, 90))


class TruthfulSegmenter:
    """Knows where the person is."""

    def __init__(self, shot: Shot) -> None:
        picture = Picture(shot.truth, shot.truth[::2, ::2], shot.truth[::2, ::2])
        self._truth = Reduced.of(picture).y

    def segment(self, rgb: NDArray[np.uint8]) -> Confidence:
        rows = np.linspace(0, self._truth.shape[0] - 1, rgb.shape[0]).round().astype(int)
        columns = np.linspace(0, self._truth.shape[1] - 1, rgb.shape[1]).round().astype(int)
        return np.asarray(self._truth[rows][:, columns] / 255, np.float32)


def filmed(width: int = 640, height: int = 360) -> Shot:
    return next(shots(width, height, 1))


def composed(effect: Effect, shot: Shot, segmenter: Segmenter) -> NDArray[np.float64]:
    height, width = shot.truth.shape
    result = Compositor(effect, width, height).compose(shot.picture, MaskFinder(segmenter))
    return result.to_rgb().astype(float)


def inside(shot: Shot) -> NDArray[np.bool_]:
    """Surely the person: away from the edge."""
    return shrunk(shot.truth == 255, shot.truth.shape[0] // 15)


def outside(shot: Shot) -> NDArray[np.bool_]:
    """Surely not the person: away from the edge."""
    return shrunk(shot.truth == 0, shot.truth.shape[0] // 8)


def shrunk(area: NDArray[np.bool_], by: int) -> NDArray[np.bool_]:
    eroded = cv2.erode(area.astype(np.uint8), np.ones((2 * by + 1, 2 * by + 1)))
    return np.asarray(eroded, np.bool_)


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_a_virtual_background_hides_the_room_and_keeps_the_person(width: int, height: int) -> None:
    shot = filmed(width, height)
    seen = composed(Effect(Virtual(jpeg(plain(64, 64, GREEN)))), shot, TruthfulSegmenter(shot))
    assert np.abs(seen[outside(shot)] - GREEN).max() <= 6
    assert np.abs(seen[inside(shot)] - shot.rgb[inside(shot)]).mean() < 6


def test_the_model_finds_the_person(segmenter: Segmenter) -> None:
    shot = filmed(1280, 720)
    seen = composed(Effect(Virtual(jpeg(plain(64, 64, GREEN)))), shot, segmenter)
    hidden = np.abs(seen[outside(shot)] - GREEN).max(axis=1) <= 8
    assert hidden.mean() > 0.99
    assert np.abs(seen[inside(shot)] - shot.rgb[inside(shot)]).mean() < 6


@pytest.mark.parametrize("strength", BlurStrength)
def test_blur_takes_the_detail_out_of_the_room(strength: BlurStrength) -> None:
    shot = filmed()
    seen = composed(Effect(Blur(strength)), shot, TruthfulSegmenter(shot))
    room = outside(shot)[:, 1:]
    assert (
        np.abs(np.diff(seen, axis=1))[room].mean()
        < 0.25 * np.abs(np.diff(shot.rgb.astype(float), axis=1))[room].mean()
    )
    assert np.abs(seen[inside(shot)] - shot.rgb[inside(shot)]).mean() < 6


def test_a_stronger_blur_shows_less() -> None:
    shot = filmed()
    deviations = [
        composed(Effect(Blur(strength)), shot, TruthfulSegmenter(shot))[outside(shot)].std()
        for strength in (BlurStrength.LIGHT, BlurStrength.MEDIUM, BlurStrength.STRONG)
    ]
    assert deviations[0] > deviations[1] > deviations[2]


def test_the_person_does_not_bleed_into_the_blurred_room() -> None:
    truth = np.zeros((360, 640), np.uint8)
    truth[100:, 200:440] = 255
    rgb = np.where(truth[:, :, np.newaxis] == 255, np.uint8(240), np.uint8(20)).repeat(3, axis=2)
    shot = Shot(rgb, truth)
    seen = composed(Effect(Blur(BlurStrength.STRONG)), shot, TruthfulSegmenter(shot))
    # A plain blur would lift the room to 60 and more there.
    assert seen[shrunk(truth == 0, 12)].max() < 30


@pytest.mark.parametrize("corner", Corner)
def test_a_logo_sits_in_its_corner_and_nowhere_else(corner: Corner) -> None:
    shot = filmed()
    seen = composed(Effect(None, Logo(square_logo(PINK), corner, width=0.2)), shot, NoSegmenter())
    pink = np.abs(seen - PINK).max(axis=2) < 40
    rows, columns = (places.mean() for places in np.nonzero(pink))
    assert (rows < 90) == (corner in (Corner.TOP_LEFT, Corner.TOP_RIGHT))
    assert (columns < 160) == (corner in (Corner.TOP_LEFT, Corner.BOTTOM_LEFT))
    assert pink.sum() == pytest.approx(64 * 64, rel=0.1)
    elsewhere = np.abs(seen - shot.rgb).mean(axis=2) > 25
    assert elsewhere.sum() < 1.2 * pink.sum()


def test_a_logo_may_be_faint_and_lies_over_a_background() -> None:
    shot = filmed()
    logo = Logo(square_logo(PINK), Corner.TOP_LEFT, width=0.2, opacity=0.5)
    seen = composed(Effect(Virtual(jpeg(plain(64, 64, GREEN))), logo), shot, TruthfulSegmenter(shot))
    half = (np.array(PINK) + GREEN) / 2
    assert (np.abs(seen - half).max(axis=2) < 12).sum() == pytest.approx(64 * 64, rel=0.1)


def test_light_from_behind_brightens_the_edge_only() -> None:
    shot = filmed()
    bright = composed(Effect(Virtual(jpeg(plain(64, 64, (255, 255, 255))))), shot, TruthfulSegmenter(shot))
    dark = composed(Effect(Virtual(jpeg(plain(64, 64, (0, 0, 0))))), shot, TruthfulSegmenter(shot))
    deep = shrunk(shot.truth == 255, 30)
    near = shrunk(shot.truth == 255, 6) & ~shrunk(shot.truth == 255, 15)
    assert (bright - dark)[near].mean() > 4
    assert (bright - dark)[deep].mean() < 1


def test_the_cameras_picture_is_left_alone() -> None:
    shot = filmed()
    picture = shot.picture
    before = [plane.copy() for plane in picture]
    effect = Effect(Virtual(jpeg(plain(64, 64, GREEN))), Logo(square_logo(PINK)))
    Compositor(effect, 640, 360).compose(picture, MaskFinder(NoSegmenter()))
    assert all((plane == old).all() for plane, old in zip(picture, before, strict=True))


def test_an_image_that_is_none_is_refused_at_once() -> None:
    with pytest.raises(ImageRefused):
        Compositor(Effect(Virtual(b"GIF89a")), 640, 360)
    with pytest.raises(ImageRefused):
        Compositor(Effect(None, Logo(b"GIF89a")), 640, 360)


def test_smoothing_calms_the_mask_and_follows_movement(segmenter: Segmenter) -> None:
    film = list(islice(shots(640, 360, 48), 24, 48))
    bare = [segmenter.segment(Reduced.of(shot.picture).rgb(WIDTH, HEIGHT)) for shot in film]
    masks = MaskFinder(segmenter)
    smooth = [masks.find(Reduced.of(shot.picture)) for shot in film]
    calm = np.diff(np.array(smooth) > 127, axis=0)
    restless = np.diff(np.array(bare) > 0.55, axis=0)
    assert undone(calm) < 0.6 * undone(restless)


def undone(changes: NDArray[np.bool_]) -> float:
    """The share of changes that the next picture takes back."""
    return float((changes[1:] & changes[:-1]).mean())
