"""The accounts' images, and the effects of groups that use them."""

from collections.abc import Collection

import msgspec
import sqlalchemy as sa

from chatcore.effects import Effect, Image
from chatcore.storage.schema import groups, images

_DETAILS = [images.c[name] for name in Image.__struct_fields__]


def images_of(connection: sa.Connection, account_id: str) -> list[Image]:
    """Return the account's images, oldest first."""
    query = sa.select(*_DETAILS).where(images.c.account_id == account_id)
    rows = connection.execute(query.order_by(images.c.created_at_ms, images.c.image_id))
    return [Image(*row) for row in rows]


def save_image(connection: sa.Connection, account_id: str, image: Image, data: bytes) -> None:
    """Keep an image that the account does not have."""
    row = msgspec.structs.asdict(image) | {"account_id": account_id, "data": data}
    connection.execute(sa.insert(images).values(row))


def delete_image(connection: sa.Connection, account_id: str, image_id: str) -> bool:
    """Remove an image; False if the account has no such."""
    mine = images.c.account_id == account_id, images.c.image_id == image_id
    return connection.execute(sa.delete(images).where(*mine)).rowcount > 0


def image_files(connection: sa.Connection, account_id: str, image_ids: Collection[str]) -> dict[str, bytes]:
    """Return those of the images that the account has, by their ids."""
    query = sa.select(images.c.image_id, images.c.data).where(
        images.c.account_id == account_id, images.c.image_id.in_(image_ids)
    )
    return {row.image_id: row.data for row in connection.execute(query)}


def used_images(connection: sa.Connection, account_id: str) -> set[str]:
    """Return which images the account's groups use."""
    query = sa.select(groups.c.effect).where(groups.c.account_id == account_id)
    effects = (msgspec.convert(effect, Effect) for effect in connection.scalars(query))
    return set().union(*(effect.image_ids for effect in effects))


def effect_of_group(connection: sa.Connection, account_id: str, group_id: str) -> Effect | None:
    """Return what is done to pictures in the calls of the account's group."""
    query = sa.select(groups.c.effect).where(groups.c.account_id == account_id, groups.c.group_id == group_id)
    effect = connection.scalar(query)
    return None if effect is None else msgspec.convert(effect, Effect)


def has_effects(connection: sa.Connection) -> bool:
    """Whether any group of any account has an effect."""
    effects = (msgspec.convert(effect, Effect) for effect in connection.scalars(sa.select(groups.c.effect)))
    return any(effect != Effect() for effect in effects)
