"""Joins the desk's words for effects with those of the media: for previews, and for calls."""

from __future__ import annotations

from collections.abc import Mapping

from admin.images import ImageFacts
from chatcore import effects as desk
from chatcore.errors import DeskError
from media.backgrounds import effects as media
from media.backgrounds.image_problems import ImageProblem, ImageRefused
from media.backgrounds.studio import Studio, StudioUnavailable

_PROBLEMS = {
    ImageProblem.TOO_LARGE_FILE: "an image file has at most 2 MB",
    ImageProblem.UNKNOWN_TYPE: "the file is no JPEG or PNG image",
    ImageProblem.TOO_MANY_PIXELS: "an image has at most 8192 pixels a side, and 16.7 million in all",
    ImageProblem.DAMAGED: "the image is damaged",
}


class AdministratorsStudio:
    """A `Studio` as administrators need it."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio

    async def inspect(self, data: bytes) -> ImageFacts:
        """See `admin.images.Studio`."""
        try:
            facts = await self._studio.inspect(data)
        except (ImageRefused, StudioUnavailable) as error:
            raise _as_desk_error(error) from error
        return ImageFacts(facts.content_type, facts.width, facts.height)

    async def preview(self, effect: desk.Effect, files: Mapping[str, bytes], camera: bytes | None) -> bytes:
        """See `admin.images.Studio`."""
        try:
            return await self._studio.still(to_media(effect, files), camera)
        except (ImageRefused, StudioUnavailable) as error:
            raise _as_desk_error(error) from error


def to_media(effect: desk.Effect, files: Mapping[str, bytes]) -> media.Effect:
    """The effect with the files of its images in place of their ids. KeyError for one that is missing."""
    background: media.Blur | media.Virtual | None = None
    if isinstance(effect.background, desk.Blur):
        background = media.Blur(media.BlurStrength(effect.background.strength.value))
    elif effect.background is not None:
        background = media.Virtual(files[effect.background.image_id])
    logo = effect.logo
    if logo is None:
        return media.Effect(background)
    corner = media.Corner(logo.corner.value)
    return media.Effect(background, media.Logo(files[logo.image_id], corner, logo.width, logo.opacity))


def _as_desk_error(error: ImageRefused | StudioUnavailable) -> DeskError:
    if isinstance(error, ImageRefused):
        return DeskError(error.problem.value, _PROBLEMS[error.problem])
    return DeskError("unavailable", "pictures cannot be worked on now; try again")
