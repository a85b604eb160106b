"""A run that waits for approval + the team → who may give it, the command for it, and what for."""

from collections.abc import Iterable, Mapping

from drillbook.model.people import WEBHOOK, Person
from drillbook.model.run import ApprovalRequest, Question, RequestedStep
from drillbook.report.plain import plain

NAMED_MAX = 8


def who_may(request: ApprovalRequest, people: Mapping[str, Person]) -> list[str]:
    """The people who may approve it, in the order of their names."""
    return sorted(
        person.name
        for person in people.values()
        if person.name not in request.requesters
        and WEBHOOK not in person.roles
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


def request_lines(
    run: str, request: ApprovalRequest, checks: Mapping[str, str], names: Iterable[str]
) -> list[str]:
    """Exactly what an approver answers for: every command, where, with which values, and why."""
    lines = [
        f"run {run}: {_line(request.title)}",
        f"  risk      {request.risk.value}",
        f"  loses     {_line(request.loses) or 'not said'}",
        f"  because   {_line(request.because) or 'it stands next in the procedure'}",
        f"  asked by  {_named(sorted(request.requesters))}",
    ]
    lines += [f"  check     {_line(name)}: {_line(status)}" for name, status in checks.items()]
    for number, step in enumerate(request.steps, start=1):
        undo = " (its Undo)" if step.is_undo else ""
        lines += ["", f"  step {number} of {len(request.steps)}: {_line(step.name)}{undo}"]
        lines += _step_lines(step)
    given = ", ".join(_line(name) for name in names) or "nobody yet"
    return [
        *lines,
        "",
        # What was scrolled away is missed by whoever knows how much there was.
        f"  runs      {_count(len(request.steps), 'step')} of {_count(_length(request), 'line')}",
        f"  approved by {given}; {request.approvals} must, each for {request.expires_s / 60:g} min",
        f"  hash      {request.hash}",
    ]


def _length(request: ApprovalRequest) -> int:
    return sum(len(_command_lines(step)) for step in request.steps)


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def _line(text: str) -> str:
    """The text on one line: none of it can pass for a line of ours."""
    return plain(text.strip()).replace("\n", "\\n")


def _step_lines(step: RequestedStep) -> list[str]:
    settings = dict(step.settings)
    kind = settings.pop("kind", "local")
    language = _line(step.language)
    read_by = f"{language} read by {_line(step.interpreter)}" if step.interpreter else language
    where = f"{_line(step.target)} ({_line(kind)}), in {read_by}"
    lines = [f"    on      {where}, for at most {step.timeout_s:g} s"]
    lines += [f"    folder  {_line(step.cwd)}"] if step.cwd else []
    lines += [f"    target  {_line(name)} = {_line(value)}" for name, value in settings.items()]
    lines += [f"    value   {_line(name)} = {_line(value)}" for name, value in step.values.items()]
    return lines + [f"    | {line}" for line in _command_lines(step)]


def _command_lines(step: RequestedStep) -> list[str]:
    return plain(step.command).rstrip("\n").split("\n")
