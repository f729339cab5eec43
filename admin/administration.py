"""The administrator's use cases: accounts, groups, operators and API keys."""

import msgspec

from chatcore.actors import OperatorActor
from chatcore.desk import Desk
from chatcore.model import OperatorRole
from chatcore.people import Group, Look, Operator


class NewOperator(msgspec.Struct, frozen=True):
    """An operator to create. `group_ids` are groups of the administrator's account."""

    email: str
    name: str
    password: str
    role: OperatorRole = OperatorRole.OPERATOR
    group_ids: list[str] = []


class NewGroup(msgspec.Struct, frozen=True):
    """A group to create; see `chatcore.people.Group`."""

    code: str
    name: str
    title: dict[str, str] = {}
    description: dict[str, str] = {}
    welcome: dict[str, str] = {}
    privacy_url: str | None = None
    allowed_origins: list[str] = []
    audio_only: bool = False
    look: Look = Look()


class GroupChanges(msgspec.Struct, frozen=True, omit_defaults=True):
    """What to change of a group; `UNSET` leaves a field as it is."""

    name: str | msgspec.UnsetType = msgspec.UNSET
    title: dict[str, str] | msgspec.UnsetType = msgspec.UNSET
    description: dict[str, str] | msgspec.UnsetType = msgspec.UNSET
    welcome: dict[str, str] | msgspec.UnsetType = msgspec.UNSET
    privacy_url: str | None | msgspec.UnsetType = msgspec.UNSET
    allowed_origins: list[str] | msgspec.UnsetType = msgspec.UNSET
    audio_only: bool | msgspec.UnsetType = msgspec.UNSET
    look: Look | msgspec.UnsetType = msgspec.UNSET


class ApiKey(msgspec.Struct, frozen=True):
    """An API key as listed; the secret is shown only once, when the key is created."""

    key_id: str
    label: str
    created_at_ms: int


class NewApiKey(msgspec.Struct, frozen=True):
    """A fresh API key with its secret."""

    key: ApiKey
    secret: str


class Administration:
    """What administrators do. All but `found_account` raise `forbidden` for others, `not_found` beyond the account,
    `bad_request` for values that cannot be."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def found_account(self, code: str, company: str, administrator: NewOperator) -> OperatorActor:
        """Create an account and its first administrator: for who runs the server. Raises `taken`."""
        raise NotImplementedError

    async def create_group(self, actor: OperatorActor, group: NewGroup) -> Group:
        """Create a group. Raises `taken` when the code is in use."""
        raise NotImplementedError

    async def update_group(self, actor: OperatorActor, group_id: str, changes: GroupChanges) -> Group:
        """Change a group and return it."""
        raise NotImplementedError

    async def list_groups(self, actor: OperatorActor) -> list[Group]:
        """Return the account's groups by name."""
        raise NotImplementedError

    async def create_operator(self, actor: OperatorActor, operator: NewOperator) -> Operator:
        """Create an operator. Raises `taken` when the mail is in use, on any account."""
        raise NotImplementedError

    async def create_api_key(self, actor: OperatorActor, label: str) -> NewApiKey:
        """Create an API key."""
        raise NotImplementedError

    async def list_api_keys(self, actor: OperatorActor) -> list[ApiKey]:
        """Return the keys that were not revoked, oldest first."""
        raise NotImplementedError

    async def revoke_api_key(self, actor: OperatorActor, key_id: str) -> None:
        """Make a key invalid for good. A repeat changes nothing."""
        raise NotImplementedError
