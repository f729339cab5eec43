"""`/api/v1/admin/images` and `/api/v1/admin/previews`: pictures for effects, for logged-in administrators."""

from time import monotonic

from aiohttp import hdrs, web

from admin.access import require_administrator
from admin.images import Images
from chatcore.actors import OperatorActor
from signalling.edge.errors import RefusedError
from signalling.edge.limits import RateLimiter, Rates
from signalling.edge.requests import json_response, read_bytes, read_json
from signalling.people.operator_sessions import OperatorSessions
from signalling.protocol.http import ImageList, MakePreview

MAX_IMAGE_BYTES = 2 * 1024 * 1024
_MAX_PREVIEW_BYTES = MAX_IMAGE_BYTES * 4 // 3 + 4096  # In base64, beside the effect.
_CONTENT_TYPES = ("image/jpeg", "image/png")
_FOR_GOOD = "private, max-age=31536000, immutable"  # The id is the content's hash.


class AdministratorsImages:
    """The use cases of images over HTTP. Who may do what is decided in `admin`."""

    def __init__(self, images: Images, sessions: OperatorSessions, rates: Rates) -> None:
        self._images = images
        self._sessions = sessions
        self._pictures = RateLimiter(rates.pictures_per_account)

    def routes(self) -> list[web.RouteDef]:
        """The routes of this module."""
        return [
            web.get("/api/v1/admin/images", self.list_images),
            web.post("/api/v1/admin/images", self.upload),
            web.get("/api/v1/admin/images/{image_id}", self.show),
            web.delete("/api/v1/admin/images/{image_id}", self.delete),
            web.post("/api/v1/admin/previews", self.preview),
        ]

    async def list_images(self, request: web.Request) -> web.Response:
        """All images of the account."""
        actor = await self._actor(request)
        return json_response(ImageList(images=await self._images.list(actor)))

    async def upload(self, request: web.Request) -> web.Response:
        """Keep the image that is the body."""
        actor = await self._actor(request)
        self._limit(actor)
        if request.content_type not in _CONTENT_TYPES:
            raise RefusedError("unsupported_media_type", "The body must be image/jpeg or image/png.")
        data = await read_bytes(request, MAX_IMAGE_BYTES)
        return json_response(await self._images.upload(actor, data), status=201)

    async def show(self, request: web.Request) -> web.Response:
        """The image as it was uploaded."""
        actor = await self._actor(request)
        file = await self._images.read(actor, request.match_info["image_id"])
        return web.Response(
            body=file.data, content_type=file.content_type, headers={hdrs.CACHE_CONTROL: _FOR_GOOD}
        )

    async def delete(self, request: web.Request) -> web.Response:
        """Remove an image."""
        actor = await self._actor(request)
        await self._images.delete(actor, request.match_info["image_id"])
        return web.Response(status=204)

    async def preview(self, request: web.Request) -> web.Response:
        """A JPEG of how an effect looks."""
        actor = await self._actor(request)
        self._limit(actor)
        body = await read_json(request, MakePreview, _MAX_PREVIEW_BYTES)
        jpeg = await self._images.preview(actor, body.effect, body.camera)
        return web.Response(body=jpeg, content_type="image/jpeg", headers={hdrs.CACHE_CONTROL: "no-store"})

    async def _actor(self, request: web.Request) -> OperatorActor:
        """Who asks; others than administrators are refused before anything is read or counted."""
        actor = (await self._sessions.require(request)).operator.actor
        require_administrator(actor)
        return actor

    def _limit(self, actor: OperatorActor) -> None:
        self._pictures.require(actor.account_id, monotonic())
