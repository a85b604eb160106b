"""The shapes of runs, and of what is said about them, each with an example."""

from typing import Any, Literal

from pydantic import ConfigDict, Field

from drillbook.web.bodies import PlanAsked
from drillbook.web.shapes import BOOK, RUN, Asked, Name, Said, Text, example


class RunAsked(PlanAsked):
    """Which runbook is to be followed, where, and whether its Checks are all that is wanted."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={
            "examples": [
                {
                    "runbook": BOOK,
                    "inputs": {"pghost": "10.0.0.7"},
                    "site": "main",
                    "checks_only": False,
                }
            ]
        },
    )
    site: Name | None = None
    checks_only: bool = False


class RunSaid(Said):
    """Where a run stands; times in nanoseconds since the Unix epoch.

    `state` is how it ended, or `open`. `waits_for` is empty while nobody has to do anything.
    """

    model_config = example(
        run=RUN,
        title="Database connectivity",
        runbook=BOOK,
        by="alice",
        state="open",
        waits_for="approval of dba, 0 of 1: Start the server",
        began_at_ns=1795257045000000000,
        since_ns=1795257051000000000,
    )
    run: str
    title: str
    runbook: str
    by: str
    state: str
    because: str = ""
    waits_for: str = ""
    step: str = ""
    began_at_ns: int
    since_ns: int
    ended_at_ns: int | None = None


class RunsAnswer(Said):
    """Runs, the latest first. `next` asks for those before them; null: there are none."""

    runs: list[RunSaid]
    next: str | None = None


class EntrySaid(Said):
    """A fact of the run's journal, as it was written; secrets are masked in it."""

    seq: int
    kind: str
    at_ns: int
    body: dict[str, Any]


class TimelineAnswer(Said):
    """The entries behind `after`; ask again after the last `seq` for what came since."""

    model_config = example(
        entries=[
            {"seq": 3, "kind": "checks-ended", "at_ns": 1795257051000000000, "body": {"round": 1}}
        ],
        has_ended=False,
    )
    entries: list[EntrySaid]
    has_ended: bool


class RunAnswer(Said):
    """The run that was requested; a worker of its site takes it."""

    model_config = example(run=RUN, site="main", url=f"/api/v1/runs/{RUN}")
    run: str
    site: str
    url: str


class QuestionSaid(Said):
    """What the run asks; an answer names `question`, and one of `choices`."""

    question: int
    about: str
    text: str
    choices: list[str]


class RunShown(RunSaid):
    """Where a run stands, and what it asks."""

    model_config = example(
        run=RUN,
        title="Database connectivity",
        runbook=BOOK,
        by="alice",
        state="open",
        waits_for="an answer: run `start-server`?",
        began_at_ns=1795257045000000000,
        since_ns=1795257051000000000,
        asks={
            "question": 9,
            "about": "start-server",
            "text": "Run `start-server`? It is disruptive.",
            "choices": ["yes", "no", "stop"],
        },
    )
    asks: QuestionSaid | None = None


class AnswerAsked(Asked):
    """An answer to what the run asks; `text` are the person's own words."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={"examples": [{"question": 9, "answer": "yes", "text": "go ahead"}]},
    )
    question: int = Field(ge=1)
    answer: Literal["yes", "no", "happened", "again", "stop"]
    text: Text = ""


class NoteAsked(Asked):
    """Words for whoever reads the timeline."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={"examples": [{"text": "the primary is the one in rack 4"}]},
    )
    text: Text


class CancelAsked(Asked):
    """Why the run is to end."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={"examples": [{"because": "the wrong database"}]},
    )
    because: Text = ""


class Heard(Said):
    """What was said of a run is journaled."""

    model_config = example(run=RUN)
    run: str
