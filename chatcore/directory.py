"""Look-ups of accounts, groups, people and keys, and what people are known by: passwords, sessions, tokens."""

import msgspec

from chatcore.people import Account, Group, Operator, Visitor


class SessionSecret(msgspec.Struct, frozen=True):
    """A new operator session. `token` is for the cookie, `csrf_token` for the `X-CSRF-Token` header."""

    token: str
    csrf_token: str


class Directory:
    """Who and what exists. Secrets are stored as hashes only."""

    async def account(self, code: str) -> Account:
        """Return the account with this public code. Raises `not_found`."""
        raise NotImplementedError

    async def account_by_id(self, account_id: str) -> Account:
        """Return the account. Raises `not_found`."""
        raise NotImplementedError

    async def group(self, account_code: str, group_code: str) -> tuple[Account, Group]:
        """Return a group by the public codes. Raises `not_found`."""
        raise NotImplementedError

    async def groups_of(self, account_id: str) -> list[Group]:
        """Return the account's groups by name."""
        raise NotImplementedError

    async def operators_of(self, account_id: str) -> list[Operator]:
        """Return the account's operators by name."""
        raise NotImplementedError

    async def check_password(self, email: str, password: str) -> Operator:
        """Return the operator who has this mail and password. Raises `unauthorized`.

        An unknown mail takes as long as a wrong password.
        """
        raise NotImplementedError

    async def open_session(self, operator: Operator, lifetime_s: int) -> SessionSecret:
        """Start a session of the operator that lasts `lifetime_s` seconds."""
        raise NotImplementedError

    async def session(self, token: str) -> tuple[Operator, str] | None:
        """Return the operator of a running session and its CSRF token."""
        raise NotImplementedError

    async def close_session(self, token: str) -> None:
        """End a session. Does nothing when there is none."""
        raise NotImplementedError

    async def api_key_account(self, secret: str) -> Account | None:
        """Return the account that this API key belongs to, unless it was revoked."""
        raise NotImplementedError

    async def welcome_visitor(
        self, account_code: str, group_code: str, token: str | None, language: str | None
    ) -> tuple[str, Visitor]:
        """Return the visitor known by `token`, or a new one, and his token. Raises `not_found` (account, group).

        The visitor is at home in the named group from now on.
        """
        raise NotImplementedError

    async def visitor_by_token(self, token: str) -> Visitor | None:
        """Return the visitor known by `token`."""
        raise NotImplementedError
