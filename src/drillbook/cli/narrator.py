"""Journal entries as they are written → lines for the person who watches.

A view of the journal: everything that is printed here stands there. Each kind of entry has one
function in LINES; a kind without one is not narrated.
"""

import time
from collections.abc import Callable
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from drillbook.cli.plain import plain
from drillbook.model.journal import Entry

MARKS = {"met": "[green]✓[/]", "not met": "[red]✗[/]", "unknown": "[yellow]?[/]"}
TRUTHS = {"true": MARKS["met"], "false": MARKS["not met"], "unknown": MARKS["unknown"]}
Body = Any


class Narrator:
    """Prints to standard error; a wait shows a spinner and its time where that is a terminal."""

    def __init__(self, *, show_output: bool = True) -> None:
        self.console = Console(stderr=True, highlight=False, soft_wrap=True)
        self.began_s = time.monotonic()
        self.show_output = show_output
        self._wait: Progress | None = None
        self._at_line_start = True
        self._polled: tuple[str, str] | None = None

    def watch(self, entry: Entry) -> None:
        """Tell of one entry."""
        if entry.kind == "activity-began":
            self._begin_wait(entry.body)
        elif entry.kind == "activity-ended":
            self.end_wait()
        elif entry.kind in LINES and not self._is_same_poll(entry):
            self.say(LINES[entry.kind](entry.body))

    def output(self, text: str) -> None:
        """Show what a step writes, as it writes it."""
        if not self.show_output or not text:
            return
        lines = plain(text).splitlines(keepends=True)
        for line in lines:
            margin = "        [dim]│[/] " if self._at_line_start else ""
            self.console.print(f"{margin}[dim]{escape(line)}[/]", end="")
            self._at_line_start = line.endswith("\n")

    def say(self, line: str) -> None:
        """Print one line with the time since the beginning."""
        if not line:
            return
        if not self._at_line_start:
            self.console.print()
            self._at_line_start = True
        elapsed_s = int(time.monotonic() - self.began_s)
        self.console.print(f"[dim]{elapsed_s // 60:3d}:{elapsed_s % 60:02d}[/]  {line}")

    def end_wait(self) -> None:
        """Take the spinner away."""
        if self._wait is not None:
            self._wait.stop()
            self._wait = None

    def _begin_wait(self, body: Body) -> None:
        expected = _expected(body["expected_s"])
        text = f"{escape(plain(body['text']))}{expected}"
        if not self.console.is_terminal:
            self.say(f"  {text} …")
            return
        self.end_wait()
        columns = (TextColumn("      "), SpinnerColumn(), TextColumn("{task.description}"))
        self._wait = Progress(*columns, TimeElapsedColumn(), console=self.console, transient=True)
        self._wait.add_task(text, total=None)
        self._wait.start()

    def _is_same_poll(self, entry: Entry) -> bool:
        """Whether this is one more poll that says what the last one said."""
        if entry.kind == "step-started":
            return bool(entry.body["poll"] > 1)
        if entry.kind != "step-finished":
            return False
        said = (entry.body["step"], entry.body["result"])
        is_same = entry.body.get("poll", 1) > 1 and said == self._polled
        self._polled = said
        return is_same


def _expected(expected_s: list[float] | None) -> str:
    if expected_s is None:
        return ""
    least_s, most_s = expected_s
    span = f"{most_s:.0f} s" if least_s == most_s else f"{least_s:.0f} to {most_s:.0f} s"
    return f" [dim](expected: {span})[/]"


def _text(value: object) -> str:
    return escape(plain(str(value)))


def _step_started(body: Body) -> str:
    first = str(body["command"]).strip().splitlines()[:1]
    command = first[0] if first else ""
    return (
        f"[bold]{body['part']}[/] [cyan]{_text(body['step'])}[/] on {_text(body['on'])} "
        f"[dim](at most {body['timeout_s']:g} s)[/]  $ {_text(command)}"
    )


def _step_finished(body: Body) -> str:
    took_s = (body["ended_at_ns"] - body["started_at_ns"]) / 1e9
    said = body.get("status") or {"met": "as expected", "not met": "not as expected"}.get(
        body["result"], "unknown"
    )
    return f"  {MARKS[body['result']]} {said}: {_text(body['because'])} [dim]({took_s:.2f} s)[/]"


def _observed(name: str) -> Callable[[Body], str]:
    def line(body: Body) -> str:
        return f"  {TRUTHS[body['truth']]} {name}: {_text(body['because'])}"

    return line


def _alert(body: Body) -> str:
    return f"  {TRUTHS[body['truth']]} alert: {_text(body['because'])}"


def _counted(body: Body) -> str:
    return (
        f"  {body['acknowledged']} writes acknowledged, {body['readable']} readable, "
        f"{body['lost']} lost, {body['twice']} twice"
    )


def _responded(body: Body) -> str:
    return f"  the operator ended [bold]{_text(body['state'])}[/]: {_text(body['because'])}"


LINES: dict[str, Callable[[Body], str]] = {
    "drill-started": lambda body: (
        f"[bold]drill {_text(body['drill'])}[/]: {_text(body['runbook'])} must recover what "
        f"{_text(body['alert'])} alerts of"
    ),
    "phase-began": lambda body: f"[bold blue]{_text(body['phase'])}[/]",
    "steady": _observed("steady"),
    "fault-effective": _observed("fault effective"),
    "fault-reverted": _observed("fault reverted"),
    "alert": _alert,
    "control-held": _observed("control"),
    "responding": lambda body: f"  responding to {_text(body['alert'])}",
    "responded": _responded,
    "stayed": _observed("stayed recovered"),
    "counted": _counted,
    "abandoned": lambda body: f"  [red]abandoned:[/] {_text(body['because'])}",
    "interrupted": lambda body: f"  [red]interrupted:[/] {_text(body['because'])}",
    "webhook-refused": lambda body: f"  webhook refused: {_text(', '.join(body['flaws']))}",
    "incident-opened": lambda body: f"  incident opened: {_text(body['because'])}",
    "incident-acknowledged": lambda body: f"  acknowledged by {_text(body['by'])}",
    "incident-escalated": lambda body: f"  [red]escalate:[/] {_text(body['because'])}",
    "incident-resolved": lambda _: "  incident [green]resolved[/]",
    "run-started": lambda body: f"following [bold]{_text(body['title'])}[/]",
    "run-resumed": lambda _: "going on",
    "step-started": _step_started,
    "step-finished": _step_finished,
    "step-abandoned": lambda body: f"  [yellow]again:[/] {_text(body['because'])}",
    "step-lost": lambda body: f"  [yellow]unknown:[/] {_text(body['because'])}",
    "step-cancelled": lambda body: f"  [yellow]ended:[/] {_text(body['because'])}",
    "option-chosen": lambda body: (
        f"[bold]option[/] {_text(body['title'])} [dim]({body['risk']}; "
        f"when {_text(body['because'])})[/]"
    ),
    "none-left": lambda body: f"  no Option is left: {_text(body['because'])}",
    "undecided": lambda body: f"  [yellow]undecided:[/] {_text(body['because'])}",
    "verification-ended": lambda body: (
        f"  {MARKS[body['result']]} verification: {_text(body['because'])}"
    ),
    "run-ended": lambda body: (
        f"run ended: [bold]{_text(body['state'])}[/] — {_text(body['because'])}"
    ),
}
