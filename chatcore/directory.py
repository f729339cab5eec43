"""Look-ups of accounts, groups, people and keys, and what people are known by.

That is: passwords, sessions, tokens. Secrets are stored as hashes only.
"""

import secrets

import msgspec
import sqlalchemy as sa

from chatcore.decisions import Clock
from chatcore.effects import Effect
from chatcore.errors import DeskError
from chatcore.passwords import Passwords
from chatcore.people import Account, Group, Operator, Visitor
from chatcore.storage import images, people
from chatcore.storage.readers import Readers
from chatcore.storage.schema import accounts, api_keys, groups, operators, sessions, visitors
from chatcore.storage.writer import Transaction, Writer
from chatcore.tokens import csrf_token, digest, new_id, new_token


class SessionSecret(msgspec.Struct, frozen=True):
    """A new operator session. `token` is for the cookie, `csrf_token` for the `X-CSRF-Token` header."""

    token: str
    csrf_token: str


class Directory:
    """Who and what exists."""

    def __init__(self, reading: Readers, writer: Writer, passwords: Passwords, clock: Clock) -> None:
        self._reading = reading
        self._writer = writer
        self._passwords = passwords
        self._clock = clock

    async def account(self, code: str) -> Account:
        """Return the account with this public code. Raises `not_found`."""
        return await self._account(accounts.c.code == code)

    async def account_by_id(self, account_id: str) -> Account:
        """Return the account. Raises `not_found`."""
        return await self._account(accounts.c.account_id == account_id)

    async def group(self, account_code: str, group_code: str) -> tuple[Account, Group]:
        """Return a group by the public codes. Raises `not_found`."""
        return await self._reading.run(lambda connection: _find_group(connection, account_code, group_code))

    async def groups_of(self, account_id: str) -> list[Group]:
        """Return the account's groups by name."""
        return await self._reading.run(lambda connection: people.groups_of(connection, account_id))

    async def effect_of_group(self, account_id: str, group_id: str) -> tuple[Effect, dict[str, bytes]]:
        """Return a group's effect and the files of its images by their ids. Raises `not_found`."""

        def find(connection: sa.Connection) -> tuple[Effect, dict[str, bytes]]:
            effect = images.effect_of_group(connection, account_id, group_id)
            if effect is None:
                raise DeskError("not_found", "no such group")
            return effect, images.image_files(connection, account_id, effect.image_ids)

        return await self._reading.run(find)

    async def has_effects(self) -> bool:
        """Whether any group of any account has an effect."""
        return await self._reading.run(images.has_effects)

    async def operators_of(self, account_id: str) -> list[Operator]:
        """Return the account's operators by name."""
        return await self._reading.run(
            lambda connection: people.find_operators(connection, operators.c.account_id == account_id)
        )

    async def check_password(self, email: str, password: str) -> Operator:
        """Return the operator who has this mail and password. Raises `unauthorized`.

        An unknown mail takes as long as a wrong password.
        """
        mine = operators.c.email == email.strip().lower()

        def find(connection: sa.Connection) -> tuple[str | None, list[Operator]]:
            kept = connection.scalar(sa.select(operators.c.password_hash).where(mine))
            return kept, people.find_operators(connection, mine)

        kept, found = await self._reading.run(find)
        if not await self._passwords.check(kept, password):
            raise DeskError("unauthorized", "the mail address or the password is wrong")
        return found[0]

    async def open_session(self, operator: Operator, lifetime_s: int) -> SessionSecret:
        """Start a session of the operator that lasts `lifetime_s` seconds."""
        token = new_token()
        now_ms = self._clock()
        row = {
            "token_hash": digest(token),
            "operator_id": operator.operator_id,
            "expires_at_ms": now_ms + lifetime_s * 1_000,
        }

        def open_one(transaction: Transaction) -> None:
            over = sessions.c.operator_id == operator.operator_id, sessions.c.expires_at_ms <= now_ms
            transaction.connection.execute(sa.delete(sessions).where(*over))
            transaction.connection.execute(sa.insert(sessions).values(row))

        await self._writer.submit(open_one)
        return SessionSecret(token, csrf_token(token))

    async def session(self, token: str) -> tuple[Operator, str] | None:
        """Return the operator of a running session and its CSRF token."""
        query = sa.select(sessions.c.operator_id).where(
            sessions.c.token_hash == digest(token), sessions.c.expires_at_ms > self._clock()
        )
        mine = operators.c.operator_id == query.scalar_subquery()
        found = await self._reading.run(lambda connection: people.find_operators(connection, mine))
        return (found[0], csrf_token(token)) if found else None

    async def close_session(self, token: str) -> None:
        """End a session. Does nothing when there is none."""

        def close_one(transaction: Transaction) -> None:
            query = sa.delete(sessions).where(sessions.c.token_hash == digest(token))
            transaction.connection.execute(query)

        await self._writer.submit(close_one)

    async def api_key_account(self, secret: str) -> Account | None:
        """Return the account that this API key belongs to, unless it was revoked."""
        valid = sa.select(api_keys.c.account_id).where(
            api_keys.c.secret_hash == digest(secret), api_keys.c.revoked_at_ms.is_(None)
        )
        return await self._reading.run(
            lambda connection: people.one_account(
                connection, accounts.c.account_id == valid.scalar_subquery()
            )
        )

    async def welcome_visitor(
        self, account_code: str, group_code: str, token: str | None, language: str | None
    ) -> tuple[str, Visitor]:
        """Return the visitor known by `token`, or a new one, and his token. Raises `not_found`.

        The visitor belongs to the named group from now on: new conversations go there.
        """

        def find(connection: sa.Connection) -> tuple[Group, Visitor | None]:
            account, group = _find_group(connection, account_code, group_code)
            return group, _visitor_of(connection, account, token)

        group, known = await self._reading.run(find)
        if token is None or known is None:
            return await self._new_visitor(group, language)
        present = msgspec.structs.replace(known, group_id=group.group_id, language=language or known.language)
        if present != known:
            await self._writer.submit(lambda transaction: _move_visitor(transaction, present))
        return token, present

    async def visitor_by_token(self, token: str) -> Visitor | None:
        """Return the visitor known by `token`."""
        return await self._reading.run(
            lambda connection: people.one_visitor(connection, visitors.c.token_hash == digest(token))
        )

    async def _account(self, condition: sa.ColumnElement[bool]) -> Account:
        account = await self._reading.run(lambda connection: people.one_account(connection, condition))
        if account is None:
            raise DeskError("not_found", "no such account")
        return account

    async def _new_visitor(self, group: Group, language: str | None) -> tuple[str, Visitor]:
        token = new_token()
        # Random, so that it does not tell how many visitors there are.
        number = secrets.randbelow(1_000_000)
        visitor = Visitor(
            new_id(), group.account_id, group.group_id, number, name=None, email=None, language=language
        )
        row = msgspec.structs.asdict(visitor) | {"token_hash": digest(token)}

        def insert(transaction: Transaction) -> None:
            transaction.connection.execute(sa.insert(visitors).values(row))

        await self._writer.submit(insert)
        return token, visitor


def _find_group(connection: sa.Connection, account_code: str, group_code: str) -> tuple[Account, Group]:
    account = people.one_account(connection, accounts.c.code == account_code)
    if account is None:
        raise DeskError("not_found", "no such account")
    of_account = groups.c.account_id == account.account_id
    group = people.one_group(connection, of_account, groups.c.code == group_code)
    if group is None:
        raise DeskError("not_found", "no such group")
    return account, group


def _visitor_of(connection: sa.Connection, account: Account, token: str | None) -> Visitor | None:
    if token is None:
        return None
    of_account = visitors.c.account_id == account.account_id
    return people.one_visitor(connection, of_account, visitors.c.token_hash == digest(token))


def _move_visitor(transaction: Transaction, visitor: Visitor) -> None:
    transaction.connection.execute(
        sa.update(visitors)
        .where(visitors.c.visitor_id == visitor.visitor_id)
        .values(group_id=visitor.group_id, language=visitor.language)
    )
