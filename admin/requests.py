"""What administrators ask for, and the API keys they get."""

import msgspec

from chatcore.effects import Effect
from chatcore.model import OperatorRole
from chatcore.people import Look


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
    effect: Effect = Effect()


class GroupChanges(msgspec.Struct, frozen=True, omit_defaults=True):
    """What to change of a group; `UNSET` leaves a field as it is."""

    name: str | msgspec.UnsetType = msgspec.UNSET
    title: dict[str, str] | msgspec.UnsetType = msgspec.UNSET
    description: dict[str, str] | msgspec.UnsetType = msgspec.UNSET
    welcome: dict[str, str] | msgspec.UnsetType = msgspec.UNSET
    privacy_url: str | msgspec.UnsetType | None = msgspec.UNSET
    allowed_origins: list[str] | msgspec.UnsetType = msgspec.UNSET
    audio_only: bool | msgspec.UnsetType = msgspec.UNSET
    look: Look | msgspec.UnsetType = msgspec.UNSET
    effect: Effect | msgspec.UnsetType = msgspec.UNSET


class ApiKey(msgspec.Struct, frozen=True):
    """An API key as listed; the secret is shown only once, when the key is created."""

    key_id: str
    label: str
    created_at_ms: int


class NewApiKey(msgspec.Struct, frozen=True):
    """A fresh API key with its secret."""

    key: ApiKey
    secret: str
