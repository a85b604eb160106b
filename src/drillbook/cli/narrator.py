"""Journal entries as they are written → what the person who watches sees of them.

A view of the journal: everything that is printed here stands there. What each kind of entry
says is in `drillbook.cli.lines`.
"""

import os
import sys
import time
from collections.abc import Iterable
from types import TracebackType
from typing import Any, Self

from rich.cells import chop_cells
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Column
from rich.text import Text

from drillbook.cli.lines import LINES, text_of
from drillbook.cli.upcoming import after_stage, names, option_named, overview, upcoming
from drillbook.cli.voice import Voice
from drillbook.model.journal import Entry
from drillbook.model.runbook import Runbook
from drillbook.report.plain import plain

# An output without line ends is shown in pieces of this many characters.
LINE_CHARACTERS_MAX = 4_000
TAIL_CHARACTERS = 60
TIME_CELLS = 8
# Whoever watches is asked these in full, and has just answered them.
ASKED_HERE = frozenset({"asked", "answered", "approval-asked"})
TEXT_CELLS_MIN = 16


class Narrator:
    """Prints to standard error; on a terminal, a last line shows what goes on, and how long.

    `runbooks` are those that may be followed: with them it also says what comes next.
    """

    def __init__(self, runbooks: Iterable[Runbook] = ()) -> None:
        voice = Voice(sys.stderr)
        is_plain = bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"
        self.console = Console(
            file=voice,  # type: ignore[arg-type]
            highlight=False,
            emoji=False,
            # No escape codes at all where they are not wanted: no colours, and no moving line.
            force_terminal=False if is_plain else None,
        )
        self.is_terminal = voice.isatty()
        self.began_s = time.monotonic()
        self._runbooks = tuple(runbooks)
        self._runbook: Runbook | None = None
        self._wait: Progress | None = None
        self._doing = ""
        self._partial = ""
        self._is_step = False
        self._is_repeat = False
        self._polled: tuple[str, str] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.end_wait()

    def watch(self, entry: Entry) -> None:
        """Tell of one entry."""
        body = entry.body
        if entry.kind == "activity-began":
            self._begin_activity(body)
        elif entry.kind == "activity-ended":
            self.end_wait()
        elif entry.kind == "step-started":
            self._begin_step(body)
        elif entry.kind == "step-finished":
            self._end_step(body)
        elif entry.kind in LINES and entry.kind not in ASKED_HERE:
            if self._is_step:
                self.end_wait()
            self.say(LINES[entry.kind](body))
            self._add_what_the_runbook_says(entry)

    def output(self, text: str) -> None:
        """Show what a step writes, as it writes it; of a step that is polled, the first time."""
        if self._is_repeat:
            return
        *lines, self._partial = (self._partial + plain(text.replace("\r\n", "\n"))).split("\n")
        for line in lines:
            self._show_output(line)
        while len(self._partial) > LINE_CHARACTERS_MAX:
            self._show_output(self._partial[:LINE_CHARACTERS_MAX])
            self._partial = self._partial[LINE_CHARACTERS_MAX:]
        self._describe()

    def say(self, line: str) -> None:
        """Print one line of markup with the time since the beginning."""
        elapsed_s = int(time.monotonic() - self.began_s)
        at = f"{elapsed_s // 60:3d}:{elapsed_s % 60:02d}  "
        if not self.is_terminal:
            self.console.print(f"[dim]{at}[/]{line}", soft_wrap=True)
            return
        text = Text.from_markup(line, emoji=False)
        indent = len(text.plain) - len(text.plain.lstrip(" "))
        width = max(self.console.width - TIME_CELLS - indent, TEXT_CELLS_MIN)
        for piece in text[indent:].wrap(self.console, width, overflow="fold"):
            self.console.print(Text.assemble((at, "dim"), " " * indent, piece), soft_wrap=True)
            at = " " * TIME_CELLS

    def wait(self, text: str) -> None:
        """Show on the last line that somebody is waited for, and how long already."""
        if self._wait is not None or self.console.is_terminal:
            self._begin_wait(text_of(text))

    def end_wait(self) -> None:
        """Take the last line away."""
        self._flush()
        self._is_step = False
        if self._wait is not None:
            self._wait.stop()
            self._wait = None

    def _begin_step(self, body: Any) -> None:
        self._is_step = True
        self._is_repeat = body["poll"] > 1
        if self._is_repeat:
            self._begin_wait(f"{text_of(body['step'])}: poll {body['poll']}")
            return
        self.end_wait()
        self.say(LINES["step-started"](body))
        then = f", next: {text_of(upcoming(self._runbook, body))}" if self._runbook else ""
        self._begin_wait(f"{text_of(body['step'])} runs{then}")

    def _end_step(self, body: Any) -> None:
        said = (body["step"], body["result"])
        is_same = self._is_repeat and said == self._polled
        self._polled = said
        if is_same:
            return
        self.end_wait()
        self.say(LINES["step-finished"](body))

    def _begin_activity(self, body: Any) -> None:
        text = f"{text_of(body['text'])}{_expected(body['expected_s'])}"
        if self.console.is_terminal:
            self.end_wait()
            self._begin_wait(text)
        else:
            self.say(f"  {text} …")

    def _begin_wait(self, markup: str) -> None:
        """Show on the last line what goes on; one that is shown already changes its words."""
        self._doing = markup
        if self._wait is None and self.console.is_terminal:
            words = Column(no_wrap=True, overflow="ellipsis", ratio=1)
            self._wait = Progress(
                TextColumn("      "),
                SpinnerColumn(),
                TimeElapsedColumn(),
                TextColumn("{task.description}", table_column=words),
                console=self.console,
                transient=True,
                expand=True,
                redirect_stdout=False,
                redirect_stderr=False,
            )
            self._wait.add_task("", total=None)
            self._describe()
            self._wait.start()
        self._describe()

    def _describe(self) -> None:
        if self._wait is None:
            return
        tail = f" [dim]│ {escape(self._partial[-TAIL_CHARACTERS:])}[/]" if self._partial else ""
        for task in self._wait.tasks:
            self._wait.update(task.id, description=f"{self._doing}{tail}")

    def _flush(self) -> None:
        """Show the last line of an output that does not end with a line end."""
        partial, self._partial = self._partial, ""
        if partial:
            self._show_output(partial)

    def _show_output(self, line: str) -> None:
        line = line.expandtabs()
        width = max(self.console.width - TIME_CELLS - 2, TEXT_CELLS_MIN)
        for piece in chop_cells(line, width) if self.is_terminal and line else [line]:
            self.console.print(Text(f"        │ {piece}", style="dim"), soft_wrap=True)

    def _add_what_the_runbook_says(self, entry: Entry) -> None:
        """What an engineer wants to know beside the entry, where the runbook is at hand."""
        if entry.kind == "run-started":
            name = (entry.body["runbook"], entry.body["anchor"])
            known = {(each.path, each.anchor): each for each in self._runbooks}
            self._runbook = known.get(name)
            if self._runbook:
                self.say(f"  [dim]{overview(self._runbook)}[/]")
        option = option_named(self._runbook, entry.body.get("option")) if self._runbook else None
        if entry.kind == "option-chosen" and option is not None:
            if option.loses:
                self.say(f"  loses: {text_of(option.loses.text.strip())}")
            steps = ", ".join(names(option.steps)) or "no step"
            then = "the verification"
            if entry.body.get("stage") and self._runbook is not None:
                then = after_stage(self._runbook, option)
            self.say(f"  [dim]steps: {text_of(steps)}; then {text_of(then)}[/]")


def _expected(expected_s: list[float] | None) -> str:
    if expected_s is None:
        return ""
    least_s, most_s = expected_s
    span = f"{most_s:.0f} s" if least_s == most_s else f"{least_s:.0f} to {most_s:.0f} s"
    return f" [dim](expected: {span})[/]"
