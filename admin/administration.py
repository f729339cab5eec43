"""The administrator's use cases: accounts, groups, operators and API keys."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import msgspec
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from admin.access import require_administrator
from admin.requests import ApiKey, GroupChanges, NewApiKey, NewGroup, NewOperator
from chatcore.actors import OperatorActor
from chatcore.desk import Desk
from chatcore.errors import DeskError
from chatcore.model import OperatorRole
from chatcore.people import Group, Operator
from chatcore.storage import images, people
from chatcore.storage.schema import accounts, api_keys, groups, operator_groups, operators
from chatcore.storage.writer import Transaction
from chatcore.text import clean_email, clean_name
from chatcore.tokens import digest, new_id, new_token

PASSWORD_LENGTHS = range(8, 201)

_CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
# As browsers write it. It ends up in the header `frame-ancestors`, so nothing else may pass.
_ORIGIN = re.compile(r"https?://([a-z0-9-]+(\.[a-z0-9-]+)*|\[[0-9a-f:]+\])(:[0-9]{1,5})?")
_COLOUR = re.compile(r"#[0-9a-f]{6}")


class Administration:
    """What administrators do.

    All but `found_account` raise `forbidden` for others, `not_found` beyond the account; and `bad_request` or
    `invalid_text` for values that cannot be. `on_effect_changed` are called with the account and the group
    after the commit; they must not block.
    """

    def __init__(self, desk: Desk) -> None:
        self.on_effect_changed: list[Callable[[str, str], None]] = []
        self._storage = desk.storage

    async def found_account(self, code: str, company: str, administrator: NewOperator) -> OperatorActor:
        """Create an account and its first administrator: for who runs the server. Raises `taken`."""
        _check_code(code)
        account_id = new_id()
        account = {"account_id": account_id, "code": code, "company": clean_name(company), "last_position": 0}
        first = msgspec.structs.replace(administrator, role=OperatorRole.ADMINISTRATOR, group_ids=[])
        row = await self._operator_row(account_id, first)

        def insert(transaction: Transaction) -> OperatorActor:
            _insert(transaction, accounts, account)
            _insert(transaction, operators, row)
            return _operator(row, []).actor

        return await self._storage.writer.submit(insert)

    async def create_group(self, actor: OperatorActor, group: NewGroup) -> Group:
        """Create a group. Raises `taken` when the code is in use."""
        require_administrator(actor)
        _check_code(group.code)
        wanted = Group(group_id=new_id(), account_id=actor.account_id, **msgspec.structs.asdict(group))
        created = _checked(wanted)

        def insert(transaction: Transaction) -> Group:
            _require_images(transaction, created)
            _insert(transaction, groups, _group_row(created))
            return created

        return await self._storage.writer.submit(insert)

    async def update_group(self, actor: OperatorActor, group_id: str, changes: GroupChanges) -> Group:
        """Change a group and return it."""
        require_administrator(actor)
        given = {
            name: value
            for name, value in msgspec.structs.asdict(changes).items()
            if value is not msgspec.UNSET
        }
        mine = groups.c.group_id == group_id, groups.c.account_id == actor.account_id

        def update(transaction: Transaction) -> tuple[Group, Group]:
            before = people.one_group(transaction.connection, *mine)
            if before is None:
                raise DeskError("not_found", "no such group")
            after = _checked(msgspec.structs.replace(before, **given))
            _require_images(transaction, after)
            transaction.connection.execute(sa.update(groups).where(*mine).values(_group_row(after)))
            return before, after

        before, after = await self._storage.writer.submit(update)
        if after.effect != before.effect:
            for callback in self.on_effect_changed:
                callback(after.account_id, after.group_id)
        return after

    async def list_groups(self, actor: OperatorActor) -> list[Group]:
        """Return the account's groups by name."""
        require_administrator(actor)
        return await self._storage.reading.run(
            lambda connection: people.groups_of(connection, actor.account_id)
        )

    async def create_operator(self, actor: OperatorActor, operator: NewOperator) -> Operator:
        """Create an operator. Raises `taken` when the mail is in use, on any account."""
        require_administrator(actor)
        row = await self._operator_row(actor.account_id, operator)
        group_ids = sorted(set(operator.group_ids))

        def insert(transaction: Transaction) -> Operator:
            known = {one.group_id for one in people.groups_of(transaction.connection, actor.account_id)}
            if not known.issuperset(group_ids):
                raise DeskError("not_found", "no such group")
            _insert(transaction, operators, row)
            for group_id in group_ids:
                membership = {"operator_id": row["operator_id"], "group_id": group_id}
                _insert(transaction, operator_groups, membership)
            return _operator(row, group_ids)

        return await self._storage.writer.submit(insert)

    async def create_api_key(self, actor: OperatorActor, label: str) -> NewApiKey:
        """Create an API key."""
        require_administrator(actor)
        key = ApiKey(new_id(), clean_name(label), self._storage.clock())

        def insert(transaction: Transaction) -> NewApiKey:
            code = transaction.connection.scalar(
                sa.select(accounts.c.code).where(accounts.c.account_id == actor.account_id)
            )
            secret = f"sk_{code}_{new_token()}"
            row = msgspec.structs.asdict(key) | {
                "account_id": actor.account_id,
                "secret_hash": digest(secret),
            }
            _insert(transaction, api_keys, row)
            return NewApiKey(key, secret)

        return await self._storage.writer.submit(insert)

    async def list_api_keys(self, actor: OperatorActor) -> list[ApiKey]:
        """Return the keys that were not revoked, oldest first."""
        require_administrator(actor)
        query = (
            sa.select(api_keys.c.key_id, api_keys.c.label, api_keys.c.created_at_ms)
            .where(api_keys.c.account_id == actor.account_id, api_keys.c.revoked_at_ms.is_(None))
            .order_by(api_keys.c.created_at_ms)
        )
        rows = await self._storage.reading.run(lambda connection: connection.execute(query).all())
        return [ApiKey(*row) for row in rows]

    async def revoke_api_key(self, actor: OperatorActor, key_id: str) -> None:
        """Make a key invalid for good. A repeat changes nothing."""
        require_administrator(actor)
        mine = api_keys.c.key_id == key_id, api_keys.c.account_id == actor.account_id

        def revoke(transaction: Transaction) -> None:
            revoked_at_ms = sa.func.coalesce(api_keys.c.revoked_at_ms, self._storage.clock())
            query = sa.update(api_keys).where(*mine).values(revoked_at_ms=revoked_at_ms)
            if (transaction.connection.execute(query)).rowcount == 0:
                raise DeskError("not_found", "no such API key")

        await self._storage.writer.submit(revoke)

    async def _operator_row(self, account_id: str, operator: NewOperator) -> dict[str, str]:
        if len(operator.password) not in PASSWORD_LENGTHS:
            raise DeskError("bad_request", "a password has 8 to 200 characters")
        return {
            "operator_id": new_id(),
            "account_id": account_id,
            "email": clean_email(operator.email).lower(),
            "name": clean_name(operator.name),
            "role": operator.role,
            "password_hash": await self._storage.passwords.hash(operator.password),
        }


def _insert(transaction: Transaction, table: sa.Table, row: dict[str, Any]) -> None:
    try:
        transaction.connection.execute(sa.insert(table).values(row))
    except IntegrityError as error:
        raise DeskError("taken", f"the name is in use among the {table.name}") from error


def _operator(row: dict[str, str], group_ids: list[str]) -> Operator:
    return msgspec.convert(row | {"group_ids": group_ids}, Operator)


def _group_row(group: Group) -> dict[str, Any]:
    look, effect = msgspec.to_builtins(group.look), msgspec.to_builtins(group.effect)
    return msgspec.structs.asdict(group) | {"look": look, "effect": effect}


def _require_images(transaction: Transaction, group: Group) -> None:
    """Raise `not_found` unless the account has the images of the group's effect.

    The account stays locked until the commit, so that none of them is deleted meanwhile.
    """
    used = group.effect.image_ids
    if not used:
        return
    transaction.lock(group.account_id)
    known = {image.image_id for image in images.images_of(transaction.connection, group.account_id)}
    if not known.issuperset(used):
        raise DeskError("not_found", "no such image")


def _check_code(code: str) -> None:
    if not _CODE.fullmatch(code):
        raise DeskError("bad_request", "a code has 1 to 63 of a-z, 0-9 and -, and does not start with -")


def _checked(group: Group) -> Group:
    """Return the group with a clean name. Raises `bad_request` for what is no origin, URL or colour."""
    for origin in group.allowed_origins:
        if not _ORIGIN.fullmatch(origin):
            raise DeskError("bad_request", f"{origin!r} is no origin such as https://shop.example")
    if group.privacy_url is not None and urlsplit(group.privacy_url).scheme not in ("http", "https"):
        raise DeskError("bad_request", "the privacy address is no http or https URL")
    look = group.look
    for colour in (look.brand, look.brand_contrast, look.button, look.button_contrast):
        if not _COLOUR.fullmatch(colour):
            raise DeskError("bad_request", f"{colour!r} is no colour such as #12324a")
    return msgspec.structs.replace(group, name=clean_name(group.name))
