"""A Runbook and its parts, each with its place in the text."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from drillbook.model.place import Place
from drillbook.model.sentence import Capture, Condition, Expectation, Loses, Risk


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One fenced block that is run.

    `name` is the fence's name, or one made from its heading where `is_named` is False.
    `timeout_s` is None where the text gives no limit. `exports` are variables of a shell step
    that later steps see. `expect` is the Expect, Healthy-less:
    a Check's and a Verification's sentences stand with them.
    """

    place: Place
    name: str
    language: str
    command: str
    command_line: int = 0
    is_named: bool = True
    timeout_s: float | None = None
    on: str | None = None
    is_idempotent: bool = False
    approve: int = 0
    retry: int = 0
    every_s: float | None = None
    cwd: str | None = None
    interpreter: str | None = None
    is_background: bool = False
    is_interactive: bool = False
    is_excluded: bool = False
    tags: tuple[str, ...] = ()
    exports: tuple[str, ...] = ()
    expect: Expectation | None = None
    captures: tuple[Capture, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A diagnosis step: it observes, never changes; `step.name` is what a When calls it."""

    place: Place
    title: str
    step: Step
    healthy: Expectation | None = None
    unhealthy: Expectation | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One way to resolve, or a stage of a procedure.

    `anchor` names it in a drill; `undo` are the steps under Undo, run in a procedure alone.
    """

    place: Place
    title: str
    anchor: str
    when: Condition | None = None
    risk: Risk = Risk.DESTRUCTIVE
    risk_place: Place | None = None
    risk_text: str = ""
    loses: Loses | None = None
    undo_text: str = ""
    steps: tuple[Step, ...] = ()
    undo: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """One step that says whether the system has recovered."""

    place: Place
    step: Step
    recovered: Expectation | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Objectives:
    """The times a runbook promises, from the fault on, in seconds."""

    detect_s: float | None = None
    recover_s: float | None = None
    place: Place | None = None


class InputType(Enum):
    """What an input's value must be, beyond its pattern and choices."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DURATION = "duration"
    URL = "url"
    HOST = "host"


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """A value that the steps need.

    `source` is `target.NAME.KEY`, `label.NAME`, `secret.NAME` or None. A step sees
    it as the environment variable `NAME` in capitals. `pattern` (RE2) matches whole. A secret
    input's value is masked everywhere. `prompt` is what a person is asked for it, in a terminal.
    """

    place: Place
    name: str
    source: str | None = None
    pattern: str | None = None
    choices: tuple[str, ...] = ()
    default: str | None = None
    is_secret: bool = False
    type: InputType = InputType.TEXT
    prompt: str = ""


class Kind(Enum):
    """How a runbook is started: by an alert, or by name."""

    ALERT = "alert"
    PROCEDURE = "procedure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A second-level (in a file of several: third-level) part of a runbook.

    `role` is the word of the format that its title stands for (`diagnosis`, `resolution`,
    `symptoms`, …), or None where the title is none of its synonyms.
    """

    place: Place
    title: str
    anchor: str
    role: str | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Runbook:
    """One Markdown file, or one second-level section of a file that holds several.

    `anchor` is empty for a whole file. `source_hash` is the SHA-256 of the file's bytes,
    `acting_hash` that of what can act: steps, sentences, inputs; not prose. `locks` are resources
    on which one run at a time works.
    """

    place: Place
    path: str
    anchor: str
    title: str
    kind: Kind = Kind.ALERT
    severity: str | None = None
    service: str | None = None
    owner: str | None = None
    alerts: tuple[str, ...] = ()
    objectives: Objectives = field(default_factory=Objectives)
    inputs: tuple[Input, ...] = ()
    escalation: tuple[str, ...] = ()
    reviewed: str | None = None
    locks: tuple[str, ...] = ()
    sections: tuple[Section, ...] = ()
    checks: tuple[Check, ...] = ()
    options: tuple[Option, ...] = ()
    verification: tuple[Verification, ...] = ()
    source_hash: str = ""
    acting_hash: str = ""
    extra: Mapping[str, str] = field(default_factory=dict)
