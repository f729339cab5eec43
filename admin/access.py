"""Who may administrate."""

from chatcore.actors import OperatorActor
from chatcore.errors import DeskError
from chatcore.model import OperatorRole


def require_administrator(actor: OperatorActor) -> None:
    """Raise `forbidden` for others."""
    if actor.role is not OperatorRole.ADMINISTRATOR:
        raise DeskError("forbidden", "only administrators can do this")
