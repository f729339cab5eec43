"""The administrator's use cases around images: an account's library, and what an effect looks like."""

import asyncio
import hashlib
from collections.abc import Mapping
from typing import Protocol

import msgspec
import sqlalchemy as sa

from admin.access import require_administrator
from chatcore.actors import OperatorActor
from chatcore.desk import Desk
from chatcore.effects import Effect, Image
from chatcore.errors import DeskError
from chatcore.storage import images
from chatcore.storage.writer import Transaction

MAX_IMAGES = 40
"""Of an account."""


class ImageFacts(msgspec.Struct, frozen=True):
    """What a look at a file tells."""

    content_type: str
    width: int
    height: int


class ImageFile(msgspec.Struct, frozen=True):
    """An image as it was uploaded."""

    content_type: str
    data: bytes


class Studio(Protocol):
    """Looks at images and makes pictures, away from the event loop.

    Raises `image_file_too_large`, `image_type_unknown`, `image_too_many_pixels` and `image_damaged` for files
    that cannot be used, and `unavailable` when it has too much to do.
    """

    async def inspect(self, data: bytes) -> ImageFacts:
        """Decode a file as it will be decoded in calls."""
        ...

    async def preview(self, effect: Effect, files: Mapping[str, bytes], camera: bytes | None) -> bytes:
        """Apply an effect, with the files of its images, to a camera's picture or a sample; give a JPEG."""
        ...


class Images:
    """An account's images.

    All raise `forbidden` for others than administrators and `not_found` beyond the account.
    """

    def __init__(self, desk: Desk, studio: Studio) -> None:
        self._storage = desk.storage
        self._studio = studio

    async def upload(self, actor: OperatorActor, data: bytes) -> Image:
        """Keep an image; the same file again is the same image.

        Raises `images_full`, and what `Studio` raises.
        """
        require_administrator(actor)
        image_id = await asyncio.to_thread(lambda: hashlib.sha256(data).hexdigest())
        facts = await self._studio.inspect(data)
        size = {"width": facts.width, "height": facts.height, "size_bytes": len(data)}
        image = Image(image_id, facts.content_type, **size, created_at_ms=self._storage.clock())

        def keep(transaction: Transaction) -> Image:
            transaction.lock(actor.account_id)
            kept = images.images_of(transaction.connection, actor.account_id)
            same = next((one for one in kept if one.image_id == image_id), None)
            if same is not None:
                return same
            if len(kept) >= MAX_IMAGES:
                raise DeskError("images_full", f"an account has at most {MAX_IMAGES} images; delete one")
            images.save_image(transaction.connection, actor.account_id, image, data)
            return image

        return await self._storage.writer.submit(keep)

    async def list(self, actor: OperatorActor) -> list[Image]:
        """Return the account's images, oldest first."""
        require_administrator(actor)
        return await self._storage.reading.run(
            lambda connection: images.images_of(connection, actor.account_id)
        )

    async def read(self, actor: OperatorActor, image_id: str) -> ImageFile:
        """Return an image's file."""
        require_administrator(actor)

        def read(connection: sa.Connection) -> ImageFile:
            kept = images.images_of(connection, actor.account_id)
            files = images.image_files(connection, actor.account_id, {image_id})
            content_type = next((one.content_type for one in kept if one.image_id in files), None)
            if content_type is None:
                raise _no_image()
            return ImageFile(content_type, files[image_id])

        return await self._storage.reading.run(read)

    async def delete(self, actor: OperatorActor, image_id: str) -> None:
        """Remove an image. Raises `image_in_use` while a group uses it."""
        require_administrator(actor)

        def delete(transaction: Transaction) -> None:
            transaction.lock(actor.account_id)
            if image_id in images.used_images(transaction.connection, actor.account_id):
                raise DeskError("image_in_use", "a group uses this image")
            if not images.delete_image(transaction.connection, actor.account_id, image_id):
                raise _no_image()

        await self._storage.writer.submit(delete)

    async def preview(self, actor: OperatorActor, effect: Effect, camera: bytes | None) -> bytes:
        """Return a JPEG of a given picture, or of a sample, with the effect. Raises what `Studio` raises."""
        require_administrator(actor)
        files = await self._files(actor, effect.image_ids)
        if files.keys() != effect.image_ids:
            raise _no_image()
        return await self._studio.preview(effect, files, camera)

    async def _files(self, actor: OperatorActor, image_ids: set[str]) -> dict[str, bytes]:
        return await self._storage.reading.run(
            lambda connection: images.image_files(connection, actor.account_id, image_ids)
        )


def _no_image() -> DeskError:
    return DeskError("not_found", "no such image")
