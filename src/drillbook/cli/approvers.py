"""A run that waits for approval + the team → who may give it, and the command for it."""

from collections.abc import Mapping

from drillbook.cli.plain import plain
from drillbook.model.people import Person
from drillbook.model.run import ApprovalRequest, Question

NAMED_MAX = 8


def who_may(request: ApprovalRequest, people: Mapping[str, Person]) -> list[str]:
    """The people who may approve it, in the order of their names."""
    return sorted(
        person.name
        for person in people.values()
        if person.name not in request.requesters
        and (not request.roles or request.roles & person.roles)
    )


def approval_lines(question: Question, people: Mapping[str, Person]) -> list[str]:
    """What waits, for whom, and what they type."""
    request = question.approval
    assert request is not None, "whoever asks for approval says for what"
    lines = ["", plain(question.text)]
    names = who_may(request, people)
    if len(names) >= request.approvals:
        lines += [f"  {_named(names)} may give it, on any terminal of this installation:"]
        lines += [f"    drillbook approve {question.run}"]
    else:
        count = f"{request.approvals} must approve it, and {len(names)} of drillbook.toml may"
        lines += [
            f"  {count} (whoever asked may not): {_named(names) or 'nobody'}.",
            "  Add people to it, or stop the run with",
            f"    drillbook cancel {question.run}",
        ]
    return lines


def _named(names: list[str]) -> str:
    shown = [plain(name) for name in names[:NAMED_MAX]]
    more = len(names) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more > 0 else "")
