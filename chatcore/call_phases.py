"""The phases of a call, by whether an operator attends it.

A visitor must not be left alone in a call that nobody attends, and a call that its starter never entered
must not stay open. So a call has time limits in the two phases without an operator:

    STARTING    nobody of the operators has been inside yet       60 s
    ATTENDED    at least one operator is inside                   no limit
    UNATTENDED  the last operator left, or lost the connection    30 s

When the time of a phase runs out the call ends as abandoned. The visitor's coming and going changes no phase.
"""

from enum import StrEnum


class CallPhase(StrEnum):
    """See the table above."""

    STARTING = "starting"
    ATTENDED = "attended"
    UNATTENDED = "unattended"


class CallSignal(StrEnum):
    """What moves a call from one phase to another."""

    OPERATOR_JOINED = "operator_joined"
    LAST_OPERATOR_LEFT = "last_operator_left"


TRANSITIONS: dict[tuple[CallPhase, CallSignal], CallPhase] = {
    (CallPhase.STARTING, CallSignal.OPERATOR_JOINED): CallPhase.ATTENDED,
    (CallPhase.ATTENDED, CallSignal.OPERATOR_JOINED): CallPhase.ATTENDED,
    (CallPhase.ATTENDED, CallSignal.LAST_OPERATOR_LEFT): CallPhase.UNATTENDED,
    (CallPhase.UNATTENDED, CallSignal.OPERATOR_JOINED): CallPhase.ATTENDED,
}

TIME_LIMIT_MS: dict[CallPhase, int] = {
    CallPhase.STARTING: 60_000,
    CallPhase.UNATTENDED: 30_000,
}
