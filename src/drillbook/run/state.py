"""The machine of a run as a table: where it stands and what happened → where it stands now.

Everything that decides which state follows which stands in NEXT and nowhere else. A run
goes round: CHECKING, CHOOSING, RESOLVING, VERIFYING, and, not recovered, CHECKING again with
one Option less, until it has recovered, none is left, or something is not known. ASKING,
GUIDING, APPROVING and WAITING are where it stands still until a person has spoken.
A procedure goes on otherwise: from each stage back to CHOOSING, after the last to VERIFYING, and
from wherever it is held up to UNDOING.
"""

from enum import Enum

from drillbook.model.run import RunState


class RunEvent(Enum):
    """What can happen to a run."""

    BEGAN = "began"
    CHECKED = "checked"
    CHOSE = "chose"
    OBSERVED = "observed"
    NONE_LEFT = "none left"
    UNDECIDED = "undecided"
    QUESTIONED = "questioned"
    APPROVED = "approved"
    REFUSED = "refused"
    GUIDED = "guided"
    TO_CHECKS = "back to the checks"
    TO_OPTION = "back to the option"
    TO_VERIFICATION = "back to the verification"
    NEEDS_APPROVAL = "needs approval"
    GRANTED = "granted"
    GIVEN_UP = "given up"
    LOST = "lost"
    SETTLED = "settled"
    OPTION_DONE = "option done"
    OPTION_FAILED = "option failed"
    RECOVERED = "recovered"
    NOT_RECOVERED = "not recovered"
    NOT_KNOWN = "not known"
    STOPPED = "stopped"
    STAGE_DONE = "stage done"
    STAGE_SKIPPED = "stage skipped"
    STAGES_DONE = "stages done"
    TO_UNDO = "to the undo"
    UNDO_WENT_ON = "undo went on"
    ALL_UNDONE = "all undone"
    NOT_UNDONE = "not undone"
    SUCCEEDED = "succeeded"


class ImpossibleEventError(Exception):
    """An event that its state does not know; the state is left untouched."""


_S, _E = RunState, RunEvent

NEXT: dict[tuple[RunState, RunEvent], RunState] = {
    (_S.READY, _E.BEGAN): _S.CHECKING,
    (_S.READY, _E.NOT_KNOWN): _S.UNKNOWN,
    (_S.READY, _E.STOPPED): _S.CANCELLED,
    (_S.CHECKING, _E.CHECKED): _S.CHOOSING,
    (_S.CHECKING, _E.GUIDED): _S.GUIDING,
    (_S.CHECKING, _E.STOPPED): _S.CANCELLED,
    (_S.CHOOSING, _E.CHOSE): _S.RESOLVING,
    (_S.CHOOSING, _E.OBSERVED): _S.OBSERVED,
    (_S.CHOOSING, _E.NONE_LEFT): _S.ESCALATED,
    (_S.CHOOSING, _E.UNDECIDED): _S.UNKNOWN,
    (_S.CHOOSING, _E.STOPPED): _S.CANCELLED,
    (_S.CHOOSING, _E.STAGE_SKIPPED): _S.CHOOSING,
    (_S.CHOOSING, _E.STAGES_DONE): _S.VERIFYING,
    (_S.CHOOSING, _E.TO_UNDO): _S.UNDOING,
    (_S.RESOLVING, _E.STAGE_DONE): _S.CHOOSING,
    (_S.RESOLVING, _E.TO_UNDO): _S.UNDOING,
    (_S.RESOLVING, _E.QUESTIONED): _S.ASKING,
    (_S.RESOLVING, _E.GUIDED): _S.GUIDING,
    (_S.RESOLVING, _E.NEEDS_APPROVAL): _S.APPROVING,
    (_S.RESOLVING, _E.LOST): _S.WAITING,
    (_S.RESOLVING, _E.OPTION_DONE): _S.VERIFYING,
    (_S.RESOLVING, _E.OPTION_FAILED): _S.CHECKING,
    (_S.RESOLVING, _E.STOPPED): _S.CANCELLED,
    (_S.ASKING, _E.APPROVED): _S.RESOLVING,
    (_S.ASKING, _E.REFUSED): _S.CHECKING,
    (_S.ASKING, _E.TO_UNDO): _S.UNDOING,
    (_S.ASKING, _E.NOT_UNDONE): _S.STOPPED,
    (_S.ASKING, _E.STOPPED): _S.CANCELLED,
    (_S.ASKING, _E.NOT_KNOWN): _S.UNKNOWN,
    (_S.GUIDING, _E.TO_CHECKS): _S.CHECKING,
    (_S.GUIDING, _E.TO_OPTION): _S.RESOLVING,
    (_S.GUIDING, _E.TO_VERIFICATION): _S.VERIFYING,
    (_S.GUIDING, _E.REFUSED): _S.CHECKING,
    (_S.GUIDING, _E.TO_UNDO): _S.UNDOING,
    (_S.GUIDING, _E.NOT_UNDONE): _S.STOPPED,
    (_S.GUIDING, _E.GIVEN_UP): _S.ESCALATED,
    (_S.GUIDING, _E.STOPPED): _S.CANCELLED,
    (_S.GUIDING, _E.NOT_KNOWN): _S.UNKNOWN,
    (_S.APPROVING, _E.NEEDS_APPROVAL): _S.APPROVING,
    (_S.APPROVING, _E.GRANTED): _S.RESOLVING,
    (_S.APPROVING, _E.REFUSED): _S.CHECKING,
    (_S.APPROVING, _E.TO_UNDO): _S.UNDOING,
    (_S.APPROVING, _E.GIVEN_UP): _S.ESCALATED,
    (_S.APPROVING, _E.STOPPED): _S.CANCELLED,
    (_S.APPROVING, _E.NOT_KNOWN): _S.UNKNOWN,
    (_S.WAITING, _E.SETTLED): _S.RESOLVING,
    (_S.WAITING, _E.TO_UNDO): _S.UNDOING,
    (_S.WAITING, _E.STOPPED): _S.UNKNOWN,
    (_S.VERIFYING, _E.GUIDED): _S.GUIDING,
    (_S.VERIFYING, _E.RECOVERED): _S.RECOVERED,
    (_S.VERIFYING, _E.NOT_RECOVERED): _S.CHECKING,
    (_S.VERIFYING, _E.NOT_KNOWN): _S.UNKNOWN,
    (_S.VERIFYING, _E.STOPPED): _S.CANCELLED,
    (_S.VERIFYING, _E.SUCCEEDED): _S.SUCCEEDED,
    (_S.VERIFYING, _E.TO_UNDO): _S.UNDOING,
    (_S.UNDOING, _E.QUESTIONED): _S.ASKING,
    (_S.UNDOING, _E.GUIDED): _S.GUIDING,
    (_S.UNDOING, _E.LOST): _S.WAITING,
    (_S.UNDOING, _E.UNDO_WENT_ON): _S.UNDOING,
    (_S.UNDOING, _E.ALL_UNDONE): _S.UNDONE,
    (_S.UNDOING, _E.NOT_UNDONE): _S.STOPPED,
    (_S.UNDOING, _E.NOT_KNOWN): _S.UNKNOWN,
    (_S.UNDOING, _E.STOPPED): _S.CANCELLED,
}

_OF_PROCEDURES = {_S.SUCCEEDED, _S.UNDONE, _S.STOPPED}
ENDS = frozenset(
    {_S.RECOVERED, _S.ESCALATED, _S.UNKNOWN, _S.CANCELLED, _S.OBSERVED} | _OF_PROCEDURES
)
# It stands still until a person has spoken.
WAITS_FOR_PEOPLE = frozenset({_S.ASKING, _S.GUIDING, _S.APPROVING, _S.WAITING})


def after(state: RunState, event: RunEvent) -> RunState:
    """The state that follows. Raises ImpossibleEventError, naming both, where none does."""
    if (state, event) not in NEXT:
        raise ImpossibleEventError(f"a run that is {state.value} cannot be told {event.value!r}")
    return NEXT[state, event]
