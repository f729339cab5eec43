"""The one error that a caller's mistake, or the state of the desk, can cause."""


class DeskError(Exception):
    """A command is refused and nothing of it has happened.

    `code` is for programs: `bad_request`, `unauthorized`, `forbidden`, `not_found`, `taken`, `closed`,
    `invalid_text`, `call_running`, `call_over`, `conversation_full`, `invitation_over`, `invitation_pending`,
    `not_admitted`, `visitor_present` or `unavailable`. `message` is an English sentence for people.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
