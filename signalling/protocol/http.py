"""Bodies of the HTTP API. Errors are always `Problem` with a fitting status."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from admin.requests import ApiKey
from chatcore.effects import Effect, Image
from chatcore.model import OperatorRole, Person
from chatcore.people import Group
from media.sfu.messages import ParticipantStatistics
from signalling.protocol.ice import IceServer


class Problem(msgspec.Struct, frozen=True):
    """What went wrong: `code` for programs (listed in docs/protocol.md), `message` for people."""

    code: str
    message: str


class WidgetLook(msgspec.Struct, frozen=True):
    """The group's appearance. Colours are `#rrggbb`."""

    corner: Literal["right", "left"]
    shape: Literal["round", "square"]
    brand: str
    brand_contrast: str
    button: str
    button_contrast: str


class WidgetConfig(msgspec.Struct, frozen=True):
    """`GET /widget/{account}/{group}/config.json`: what a page needs before anybody is known."""

    account: str
    group: str
    company: str
    title: str
    description: str
    privacy_url: str | None
    look: WidgetLook
    calls: Literal["video", "audio"]
    online: bool
    languages: list[str]


class CreateVisitor(msgspec.Struct, frozen=True):
    """`POST /api/v1/visitor`: a visitor of a group. `token` is the one from earlier visits, if any."""

    account: str
    group: str
    token: str | None = None
    language: str | None = None


class VisitorSession(msgspec.Struct, frozen=True):
    """Who the visitor is. Keep `token`: it is what remembers him."""

    token: str
    visitor: Person


class Login(msgspec.Struct, frozen=True):
    """`POST /api/v1/session`: operators and administrators. Sets the session cookie."""

    email: str
    password: str


class OperatorSession(msgspec.Struct, frozen=True):
    """`GET` and `POST /api/v1/session`. Send `csrf_token` as header `X-CSRF-Token` with every change."""

    operator: Person
    email: str
    role: OperatorRole
    account: str
    company: str
    csrf_token: str


class CreateRoom(msgspec.Struct, frozen=True):
    """`POST /api/v1/rooms` (API key): a room that belongs to no conversation.

    It vanishes when nobody was inside for ten minutes, and when it is deleted.
    """

    name: Annotated[str, Meta(max_length=200)] = ""
    audio_only: bool = False


class RoomCreated(msgspec.Struct, frozen=True):
    """The new room."""

    room_id: str
    name: str
    audio_only: bool


class RoomDetails(msgspec.Struct, frozen=True):
    """`GET /api/v1/rooms/{room_id}`: a room and the traffic of those inside and in its lobby."""

    room_id: str
    name: str
    audio_only: bool
    created_at_ms: int
    participants: list[ParticipantStatistics]


class RoomList(msgspec.Struct, frozen=True):
    """`GET /api/v1/rooms`: the account's rooms, oldest first."""

    rooms: list[RoomDetails]


class IssueToken(msgspec.Struct, frozen=True):
    """`POST /api/v1/rooms/{room_id}/tokens` (API key): leave for one person to join.

    `identity` is unique in the room: a second join with it replaces the first.
    """

    identity: Annotated[str, Meta(min_length=1, max_length=64)]
    name: Annotated[str, Meta(max_length=200)]
    role: Literal["operator", "visitor"]
    ttl_s: Annotated[int, Meta(ge=1, le=86_400)] = 300


class TokenIssued(msgspec.Struct, frozen=True):
    """POST the SDP offer to `url` with `token` as bearer."""

    url: str
    token: str
    expires_at_ms: int
    ice_servers: list[IceServer]


class ApiKeyList(msgspec.Struct, frozen=True):
    """`GET /api/v1/admin/keys`: the keys that were not revoked, oldest first."""

    keys: list[ApiKey]


class CreateApiKey(msgspec.Struct, frozen=True):
    """`POST /api/v1/admin/keys`: answered by `NewApiKey`, which alone shows the secret."""

    label: Annotated[str, Meta(min_length=1, max_length=200)]


class GroupList(msgspec.Struct, frozen=True):
    """`GET /api/v1/admin/groups`: the account's groups by name."""

    groups: list[Group]


class ImageList(msgspec.Struct, frozen=True):
    """`GET /api/v1/admin/images`: the account's images, oldest first."""

    images: list[Image]


class MakePreview(msgspec.Struct, frozen=True):
    """`POST /api/v1/admin/previews`: how an effect would look, on a camera's picture or on a sample.

    `camera` is a JPEG or PNG file in base64, of at most 2 MB before.
    """

    effect: Effect
    camera: bytes | None = None
