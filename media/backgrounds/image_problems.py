"""Why an uploaded picture is refused: apart from the decoding, for those who need no codecs."""

from __future__ import annotations

from enum import StrEnum

MAX_BYTES = 2 * 1024 * 1024
"""Of an uploaded file."""


class ImageProblem(StrEnum):
    """Why an uploaded picture is refused."""

    TOO_LARGE_FILE = "image_file_too_large"
    UNKNOWN_TYPE = "image_type_unknown"
    TOO_MANY_PIXELS = "image_too_many_pixels"
    DAMAGED = "image_damaged"


class ImageRefused(ValueError):
    """An uploaded picture cannot be used."""

    def __init__(self, problem: ImageProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem
