"""Which operators are in a conversation: the one in charge, and his colleagues."""

from chatcore.actors import OperatorActor
from chatcore.errors import DeskError
from chatcore.fold import Conversation
from chatcore.model import ConversationState, Person

MAX_OPERATORS = 3


def members(conversation: Conversation) -> tuple[Person, ...]:
    """Return the operators in the conversation, the one in charge first."""
    in_charge = () if conversation.operator is None else (conversation.operator,)
    return (*in_charge, *conversation.colleagues)


def is_member(conversation: Conversation, actor: OperatorActor) -> bool:
    """Say whether the operator is in the conversation."""
    return actor.person.id in {person.id for person in members(conversation)}


def require_member(conversation: Conversation, actor: OperatorActor) -> None:
    """Raise `forbidden` for operators who may only look on."""
    if not is_member(conversation, actor):
        raise DeskError("forbidden", "only operators in the conversation can do this; take it first")


def require_open(conversation: Conversation) -> None:
    """Raise `closed` unless an operator is in charge."""
    if conversation.state is not ConversationState.OPEN:
        raise DeskError("closed", "the conversation is not open")
