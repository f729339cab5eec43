"""How a request is refused: one exception for what the edge itself refuses, one table for all codes."""

from http import HTTPStatus

from chatcore.errors import DeskError
from media.sfu.errors import SfuError
from media.sfu.sdp.offer import SdpError

STATUS_OF_CODE: dict[str, HTTPStatus] = {
    "bad_request": HTTPStatus.BAD_REQUEST,
    "bad_sdp": HTTPStatus.BAD_REQUEST,
    "invalid_text": HTTPStatus.BAD_REQUEST,
    "unauthorized": HTTPStatus.UNAUTHORIZED,
    "token_expired": HTTPStatus.UNAUTHORIZED,
    "forbidden": HTTPStatus.FORBIDDEN,
    "bad_origin": HTTPStatus.FORBIDDEN,
    "csrf": HTTPStatus.FORBIDDEN,
    "not_admitted": HTTPStatus.FORBIDDEN,
    "not_found": HTTPStatus.NOT_FOUND,
    "method_not_allowed": HTTPStatus.METHOD_NOT_ALLOWED,
    "taken": HTTPStatus.CONFLICT,
    "closed": HTTPStatus.CONFLICT,
    "call_over": HTTPStatus.CONFLICT,
    "call_running": HTTPStatus.CONFLICT,
    "room_full": HTTPStatus.CONFLICT,
    "visitor_present": HTTPStatus.CONFLICT,
    "screen_taken": HTTPStatus.CONFLICT,
    "audio_only": HTTPStatus.CONFLICT,
    "too_large": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "unsupported_media_type": HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    "image_file_too_large": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "image_type_unknown": HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    "image_too_many_pixels": HTTPStatus.BAD_REQUEST,
    "image_damaged": HTTPStatus.BAD_REQUEST,
    "images_full": HTTPStatus.CONFLICT,
    "image_in_use": HTTPStatus.CONFLICT,
    "rate_limited": HTTPStatus.TOO_MANY_REQUESTS,
    "internal": HTTPStatus.INTERNAL_SERVER_ERROR,
    "unavailable": HTTPStatus.SERVICE_UNAVAILABLE,
}
"""The HTTP status of each `Problem.code`; a code that is not listed is answered with 400."""


class RefusedError(Exception):
    """The edge refuses a request or command. `retry_after_s` says when another try may succeed."""

    def __init__(self, code: str, message: str, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.retry_after_s = retry_after_s


REFUSALS = (RefusedError, DeskError, SfuError, SdpError)
"""All exceptions that say that the other side asked for what cannot be."""


def as_refused(error: RefusedError | DeskError | SfuError | SdpError) -> RefusedError:
    """One of `REFUSALS` in the edge's own form."""
    match error:
        case RefusedError():
            return error
        case DeskError():
            return RefusedError(error.code, error.message)
        case SfuError():
            return RefusedError(error.code, str(error))
        case SdpError():
            return RefusedError("bad_sdp", str(error))
