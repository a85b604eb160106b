"""A journal entry's body → the line of markup that tells of it; one function for each kind.

A kind that has no line here is not narrated.
"""

from collections.abc import Callable
from typing import Any

from rich.markup import escape

from drillbook.report.plain import plain

MARKS = {"met": "[green]✓[/]", "not met": "[red]✗[/]", "unknown": "[yellow]?[/]"}
TRUTHS = {"true": MARKS["met"], "false": MARKS["not met"], "unknown": MARKS["unknown"]}
Body = Any


def text_of(value: object) -> str:
    """Text from outside as markup that shows it as it is."""
    # One entry is one line: a text with line ends in it cannot pass for other entries.
    return escape(plain(str(value)).replace("\n", "\\n"))


def _step_started(body: Body) -> str:
    lines = str(body["command"]).strip().splitlines() or [""]
    command = lines[0] if len(lines) == 1 else f"{lines[0]} (and {len(lines) - 1} more)"
    part = body.get("called") or body["part"]
    return (
        f"[bold]{text_of(part)}[/] [cyan]{text_of(body['step'])}[/] on "
        f"{text_of(body['on'])} [dim](at most {body['timeout_s']:g} s)[/]  $ {text_of(command)}"
    )


def _step_finished(body: Body) -> str:
    took_s = (body["ended_at_ns"] - body["started_at_ns"]) / 1e9
    said = body.get("status") or {"met": "as expected", "not met": "not as expected"}.get(
        body["result"], "unknown"
    )
    return f"  {MARKS[body['result']]} {said}: {text_of(body['because'])} [dim]({took_s:.2f} s)[/]"


def _observed(name: str) -> Callable[[Body], str]:
    def line(body: Body) -> str:
        return f"  {TRUTHS[body['truth']]} {name}: {text_of(body['because'])}"

    return line


def _alert(body: Body) -> str:
    return f"  {TRUTHS[body['truth']]} alert: {text_of(body['because'])}"


def _counted(body: Body) -> str:
    return (
        f"  {body['acknowledged']} writes acknowledged, {body['readable']} readable, "
        f"{body['lost']} lost, {body['twice']} twice"
    )


def _responded(body: Body) -> str:
    return f"  the operator ended [bold]{text_of(body['state'])}[/]: {text_of(body['because'])}"


def _asked(body: Body) -> str:
    risk = f" It is {text_of(body['risk'])}." if body.get("risk") else ""
    return f"  asks: run [cyan]{text_of(body['step'])}[/]?{risk}"


def _answered(body: Body) -> str:
    words = f": {text_of(body['text'])}" if body.get("text") else ""
    about = f" [dim](about {text_of(body['about'])})[/]" if body.get("about") else ""
    return f"  {text_of(body['by'])} says [bold]{text_of(body['answer'])}[/]{words}{about}"


def _handed_over(body: Body) -> str:
    to = text_of(body.get("to") or "whoever takes it")
    words = f": {text_of(body['text'])}" if body.get("text") else ""
    return f"  {text_of(body['by'])} hands over to [bold]{to}[/]{words}"


def _approval_asked(body: Body) -> str:
    who = f" with the role {text_of(' or '.join(body['roles']))}" if body.get("roles") else ""
    steps = ", ".join(str(step["name"]) for step in body.get("steps", ()))
    count = f"{body['approvals']} approval{'s' if body['approvals'] != 1 else ''}"
    what = f"runs {text_of(steps)}; hash {text_of(str(body['hash'])[:12])}"
    return (
        f"  {text_of(body['title'])} is {text_of(body['risk'])}: it needs {count} "
        f"by others{who} [dim]({what})[/]"
    )


def _because(words: str) -> Callable[[Body], str]:
    def line(body: Body) -> str:
        said = f": {text_of(body['because'])}" if body.get("because") else ""
        return f"  {text_of(body['by'])} {words}{said}"

    return line


def _approved(body: Body) -> str:
    roles = f" ({text_of(', '.join(body['roles']))})" if body.get("roles") else ""
    return (
        f"  {MARKS['met']} {text_of(body['by'])}{roles} approves "
        f"[dim](hash {text_of(str(body['hash'])[:12])})[/]"
    )


def _option_chosen(body: Body) -> str:
    why = f"({text_of(body['risk'])}; when {text_of(body['because'])})"
    if body.get("stage"):
        why = f"({text_of(body['risk'])}; {text_of(body['because'])})"
    return f"[bold]{_stage(body)}[/] {text_of(body['title'])} [dim]{why}[/]"


def _stage(body: Body) -> str:
    """Which one of a procedure's it is."""
    return f"stage {body['stage']} of {body['stages']}" if body.get("stage") else "option"


LINES: dict[str, Callable[[Body], str]] = {
    "drill-started": lambda body: (
        f"[bold]drill {text_of(body['drill'])}[/]: {text_of(body['runbook'])} must recover what "
        f"{text_of(body['alert'])} alerts of"
    ),
    "phase-began": lambda body: f"[bold blue]{text_of(body['phase'])}[/]",
    "steady": _observed("steady"),
    "fault-effective": _observed("fault effective"),
    "fault-reverted": _observed("fault reverted"),
    "alert": _alert,
    "control-held": _observed("control"),
    "responding": lambda body: f"  responding to {text_of(body['alert'])}",
    "responded": _responded,
    "stayed": _observed("stayed recovered"),
    "counted": _counted,
    "abandoned": lambda body: f"  [red]abandoned:[/] {text_of(body['because'])}",
    "interrupted": lambda body: f"  [red]interrupted:[/] {text_of(body['because'])}",
    "webhook-refused": lambda body: f"  webhook refused: {text_of(', '.join(body['flaws']))}",
    "incident-opened": lambda body: f"  incident opened: {text_of(body['because'])}",
    "incident-acknowledged": lambda body: f"  acknowledged by {text_of(body['by'])}",
    "incident-escalated": lambda body: f"  [red]escalate:[/] {text_of(body['because'])}",
    "incident-resolved": lambda _: "  incident [green]resolved[/]",
    "run-requested": lambda body: (
        f"{text_of(body.get('requested_by', ''))} asks for {text_of(body.get('runbook', ''))}"
    ),
    "run-started": lambda body: f"following [bold]{text_of(body['title'])}[/]",
    "run-resumed": lambda body: f"going on [dim]by {text_of(body.get('by', ''))}[/]",
    "asked": _asked,
    "answered": _answered,
    "approval-asked": _approval_asked,
    "approved": _approved,
    "approval-refused": _because("refuses it"),
    "cancel-requested": _because("wants it stopped"),
    "handed-over": _handed_over,
    "lock-awaited": lambda body: (
        f"  waits for {text_of(body['lock'])}, which run {text_of(body['run'])} of "
        f"{text_of(body['by'])} has locked"
    ),
    "noted": lambda body: f"  note by {text_of(body['by'])}: {text_of(body['text'])}",
    "observed": lambda body: f"  {text_of(body['because'])}; nothing was done",
    "step-started": _step_started,
    "step-finished": _step_finished,
    "step-abandoned": lambda body: f"  [yellow]again:[/] {text_of(body['because'])}",
    "step-lost": lambda body: f"  [yellow]unknown:[/] {text_of(body['because'])}",
    "step-cancelled": lambda body: f"  [yellow]ended:[/] {text_of(body['because'])}",
    "option-chosen": _option_chosen,
    "stage-skipped": lambda body: (
        f"[bold]{_stage(body)}[/] {text_of(body['title'])} is skipped: {text_of(body['because'])}"
    ),
    "held-up": lambda body: f"  {MARKS[body['result']]} held up: {text_of(body['because'])}",
    "undo-began": lambda body: (
        f"[bold]undo[/] {text_of(body['title'])} [dim]({text_of(body['risk'])})[/]"
    ),
    "none-left": lambda body: f"  no Option is left: {text_of(body['because'])}",
    "undecided": lambda body: f"  [yellow]undecided:[/] {text_of(body['because'])}",
    "verification-ended": lambda body: (
        f"  {MARKS[body['result']]} verification: {text_of(body['because'])}"
    ),
    "run-ended": lambda body: (
        f"run ended: [bold]{text_of(body['state'])}[/] — {text_of(body['because'])}"
    ),
}
