"""What a lint is: a name, how much it matters, and a check of one thing."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum

from drillbook.model.document import Document
from drillbook.model.finding import Fix, Severity
from drillbook.model.library import Library
from drillbook.model.place import Place
from drillbook.model.rule import Rule


class Rung(Enum):
    """How far up the ladder a runbook stands, from below (DESIGN: readable … proven)."""

    READABLE = "readable"
    LINKED = "linked"
    RUNNABLE = "runnable"
    PROVEN = "proven"


@dataclass(frozen=True, slots=True, kw_only=True)
class Snooze:
    """A lint that is not heard before `until`, in files that `paths` (a glob) fits."""

    lint: str
    until: date
    paths: str = "**"


@dataclass(frozen=True, slots=True, kw_only=True)
class LintSettings:
    """The table [lint] of drillbook.toml. Globs count from the folder that the file lies in.

    `runbooks` and `rules` say where they are; what `exclude` fits is never read. `enable` are the
    lints that are on only when asked for. `review_days` is how long a review holds, by the kind of
    runbook. `runbook_urls` maps a URL's beginning to a folder. `scrape` are Prometheus's own
    configuration files. `metrics` are expositions in files.
    """

    runbooks: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    enable: tuple[str, ...] = ()
    disable: tuple[str, ...] = ()
    severity: Mapping[str, Severity] = field(default_factory=dict)
    snooze: tuple[Snooze, ...] = ()
    review_days: Mapping[str, int] = field(
        default_factory=lambda: {"alert": 180, "procedure": 180, "postmortem": 0}
    )
    runbook_urls: Mapping[str, str] = field(default_factory=dict)
    scrape: tuple[str, ...] = ()
    metrics: tuple[str, ...] = ()
    fail_on: Severity = Severity.ERROR


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What a lint may know beside its object. Nothing of it changes while a tree is linted."""

    today: date
    settings: LintSettings = field(default_factory=LintSettings)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaw:
    """A Finding to be: the lint's name, and its severity where None stands, are added."""

    place: Place
    message: str
    help: str
    fix: Fix | None = None
    severity: Severity | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lint:
    """`summary` is one line for the list of lints; it says what is flagged.

    `rung` is what a flaw keeps a runbook from. In a document that has adopted nothing of our
    format, what keeps it from being runnable is a NOTE. `is_on` without having been asked for.
    `uses_today`: what it says of the same text may change from one day to the next.
    `asks_outside`: another program, which may not be installed, and which takes its time.
    """

    name: str
    summary: str
    severity: Severity = Severity.WARNING
    rung: Rung = Rung.READABLE
    is_on: bool = True
    uses_today: bool = False
    asks_outside: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingLint(Lint):
    """Found by `read` (or by `plan`) on the way; there is nothing else to ask."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentLint(Lint):
    """Asked of one document, which must be all that it looks at: its answer is kept by its hash.

    `of_any_markdown`: also of documents that are no runbooks.
    """

    check: Callable[[Document, Circumstances], Iterable[Flaw]]
    of_any_markdown: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleLint(Lint):
    """Asked of one rule, which must be all that it looks at."""

    check: Callable[[Rule, Circumstances], Iterable[Flaw]]


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryLint(Lint):
    """Asked once, of everything: what one file says of another."""

    check: Callable[[Library, Circumstances], Iterable[Flaw]]
