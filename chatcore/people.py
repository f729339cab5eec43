"""Accounts, their groups, and the people of the desk, as stored."""

from typing import Literal

import msgspec

from chatcore.actors import OperatorActor, VisitorActor
from chatcore.effects import Effect
from chatcore.model import OperatorRole, Person, PersonKind


class Account(msgspec.Struct, frozen=True):
    """A company that uses the desk. `code` is its public identification in addresses."""

    account_id: str
    code: str
    company: str


class Look(msgspec.Struct, frozen=True):
    """A group's appearance. Colours are `#rrggbb`; `*_contrast` is the colour of text on the other."""

    corner: Literal["right", "left"] = "right"
    shape: Literal["round", "square"] = "round"
    brand: str = "#12324a"
    brand_contrast: str = "#ffffff"
    button: str = "#12324a"
    button_contrast: str = "#ffffff"


class Group(msgspec.Struct, frozen=True):
    """A part of the account that answers together, with its own widget.

    `title`, `description` and `welcome` map a language (`it`, `en`, …) to a text. `allowed_origins` are the
    sites (`https://shop.example`) that may embed the widget. `effect` is what is done
    to its operators' pictures in calls.
    """

    group_id: str
    account_id: str
    code: str
    name: str
    title: dict[str, str]
    description: dict[str, str]
    welcome: dict[str, str]
    privacy_url: str | None
    allowed_origins: list[str]
    audio_only: bool
    look: Look
    effect: Effect


class Operator(msgspec.Struct, frozen=True):
    """Somebody who answers visitors."""

    operator_id: str
    account_id: str
    email: str
    name: str
    role: OperatorRole
    group_ids: list[str]

    @property
    def person(self) -> Person:
        """The operator as others see him."""
        return Person(PersonKind.OPERATOR, self.operator_id, self.name)

    @property
    def actor(self) -> OperatorActor:
        """The operator as somebody who acts."""
        return OperatorActor(self.account_id, self.person, self.role, tuple(self.group_ids))


class Visitor(msgspec.Struct, frozen=True):
    """Somebody on the company's website. `group_id` is the group of the widget he opened last.

    `number` (six digits, random) tells anonymous visitors apart.
    """

    visitor_id: str
    account_id: str
    group_id: str
    number: int
    name: str | None
    email: str | None
    language: str | None

    @property
    def person(self) -> Person:
        """The visitor as others see him: under his name, or as `Anonimo-NNNNNN`."""
        return Person(PersonKind.VISITOR, self.visitor_id, self.name or f"Anonimo-{self.number:06d}")

    @property
    def actor(self) -> VisitorActor:
        """The visitor as somebody who acts."""
        return VisitorActor(self.account_id, self.group_id, self.person)
