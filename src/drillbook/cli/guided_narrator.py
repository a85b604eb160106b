"""Journal entries of a guided run → what each step came to, what it means and what comes next."""

from collections.abc import Iterable
from textwrap import wrap
from typing import Any

from drillbook.cli.guided import fitting
from drillbook.cli.narrator import Narrator
from drillbook.cli.upcoming import upcoming
from drillbook.model.journal import Entry
from drillbook.model.run import Answer, Part, RunState, StepResult
from drillbook.model.runbook import Kind
from drillbook.report.plain import plain

LABEL = " " * len("Result: ")
_MEANS = {
    (Part.CHECK, "healthy"): "That is as it should be.",
    (Part.CHECK, "unhealthy"): "Something is wrong here: the runbook goes by that.",
    (Part.CHECK, "unknown"): "It says nothing either way: the runbook will not build on it.",
    (Part.OPTION, "met"): "It did what it should.",
    (Part.OPTION, "not met"): "It did not do what it should.",
    (Part.OPTION, "unknown"): "Whether it did what it should is not known.",
    (Part.UNDO, "met"): "It is undone.",
    (Part.UNDO, "not met"): "It is not undone.",
    (Part.UNDO, "unknown"): "Whether it is undone is not known.",
    (Part.VERIFICATION, "met"): "The system answers as it should.",
    (Part.VERIFICATION, "not met"): "The system has not recovered yet.",
    (Part.VERIFICATION, "unknown"): "Whether the system has recovered is not known.",
}


_MEANS_OF_GATES = {
    "healthy": "This gate is passed.",
    "unhealthy": "This gate is closed: the procedure does not begin.",
    "unknown": "It says nothing either way: the procedure does not begin.",
}
_GOES_NO_FURTHER = "The procedure goes no further; what it has changed is undone, as you decide."
_WORDS = {"met": "as expected", "not met": "not as expected", "unknown": "unknown"}
_ANSWERED = {
    Answer.NO.value: ["You leave this way: the runbook looks again, and takes its next one."],
    Answer.SKIP.value: ["Skipped; your reason is kept."],
}
_LOOKS_AGAIN = "This way did not mend it: the runbook looks again from its first Check."
_NEED_HELP = (RunState.ESCALATED.value, RunState.UNKNOWN.value, RunState.STOPPED.value)
_INTRODUCTION = (
    "You are guided: nothing runs before you say so, and each step is explained first. "
    "All that you do and say is kept."
)


class GuidedNarrator(Narrator):
    """Tells of a step in sentences; of all else as the Narrator does."""

    def watch(self, entry: Entry) -> None:
        """Tell of one entry. A step that was just shown in full is not named again."""
        body = entry.body
        if entry.kind == "step-started" and body["poll"] == 1:
            self._runs(body)
        elif entry.kind == "step-finished":
            self._ended(body)
        elif entry.kind == "option-chosen":
            self._paragraphs(["", _way(body)])
        elif entry.kind == "option-ended":
            failed = _GOES_NO_FURTHER if self._is_procedure() else _LOOKS_AGAIN
            self._paragraphs(["", failed] if body["result"] != "met" else [], indent="")
        elif entry.kind == "noted":
            self._paragraphs(["Noted."])
        elif entry.kind == "answered":
            is_left = body["answer"] == Answer.NO.value and self._is_procedure()
            told = [_GOES_NO_FURTHER] if is_left else _ANSWERED.get(body["answer"], [])
            self._paragraphs(told)
        else:
            super().watch(entry)
        if entry.kind == "run-ended" and body["state"] in _NEED_HELP:
            self._paragraphs(["", self._whom_to_ask()], indent="")
        if entry.kind in ("run-started", "run-resumed"):
            self._paragraphs(["", _INTRODUCTION], indent="")

    def _is_procedure(self) -> bool:
        return self._runbook is not None and self._runbook.kind is Kind.PROCEDURE

    def _whom_to_ask(self) -> str:
        book = self._runbook
        who = book and (", ".join(book.escalation) or book.owner)
        return f"Ask for help now: {who}." if who else "Ask somebody for help now."

    def _runs(self, body: Any) -> None:
        self._is_step, self._is_repeat, self._polled = True, False, None
        self.end_wait()
        self._paragraphs(["", f"Running `{body['step']}`; Ctrl-C ends it, and the run."])
        self.wait(f"{body['step']} runs")

    def _ended(self, body: Any) -> None:
        said = (body["step"], body["result"])
        is_same = self._is_repeat and said == self._polled
        self._polled = said
        if is_same:
            return
        self.end_wait()
        took_s = (body["ended_at_ns"] - body["started_at_ns"]) / 1e9
        word = body.get("status") or _WORDS[body["result"]]
        result = f"Result: {word}: {body['because']} ({took_s:.2f} s)."
        self._paragraphs([result, f"Means:  {meaning(body)} {self._then(body)}".rstrip()])

    def _then(self, body: Any) -> str:
        """What comes next if nobody says otherwise."""
        is_met = body["result"] == StepResult.MET.value
        if self._runbook is None or not (is_met or body["part"] == Part.CHECK.value):
            return ""
        return f"Next: {upcoming(self._runbook, body)}."

    def _paragraphs(self, texts: Iterable[str], indent: str = LABEL) -> None:
        width = fitting(self.console.width)
        for text in texts:
            for line in wrap(plain(text), width, subsequent_indent=indent) or [""]:
                self.console.print(line, markup=False, soft_wrap=True)


def _way(body: Any) -> str:
    if body.get("stage"):
        return f"Stage {body['stage']} of {body['stages']}: {body['title']}."
    return f"The runbook's way: {body['title']}, as {body['because']}."


def meaning(body: Any) -> str:
    """What a finished step means, in one sentence; `body` is that of its `step-finished`."""
    if body.get("called") == "gate":
        return _MEANS_OF_GATES[body["status"]]
    said = (Part(body["part"]), body.get("status") or body["result"])
    return _MEANS.get(said, "What that means is not known.")
