"""Who acts on the desk. The rim makes an actor once it knows who is at the other end of a connection."""

import msgspec

from chatcore.model import OperatorRole, Person


class VisitorActor(msgspec.Struct, frozen=True):
    """A visitor; new conversations go to `group_id`."""

    account_id: str
    group_id: str
    person: Person


class OperatorActor(msgspec.Struct, frozen=True):
    """An operator, who answers for the groups named."""

    account_id: str
    person: Person
    role: OperatorRole
    group_ids: tuple[str, ...]


Actor = VisitorActor | OperatorActor
