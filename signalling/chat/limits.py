"""How fast people may write and open conversations, on all their connections together."""

from signalling.edge.limits import RateLimiter, Rates


class ChatLimits:
    """Counts messages and new conversations; refuses with `rate_limited` when there are too many."""

    def __init__(self, rates: Rates) -> None:
        self._messages = RateLimiter(rates.messages_per_person)
        self._conversations = RateLimiter(rates.conversations_per_person)
        self._conversations_per_address = RateLimiter(rates.conversations_per_address)

    def message(self, person_id: str, now_s: float) -> None:
        """Count a message."""
        self._messages.require(person_id, now_s)

    def conversation(self, person_id: str, address: str, now_s: float) -> None:
        """Count a new conversation, by person and by client address."""
        self._conversations.require(person_id, now_s)
        self._conversations_per_address.require(address, now_s)
