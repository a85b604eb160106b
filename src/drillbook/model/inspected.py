"""What looking at one file gave: its Findings, and what the rest of the tree has to know of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from drillbook.model.finding import Finding
from drillbook.model.library import Card, ScrapeConfig
from drillbook.model.place import Place
from drillbook.model.rule import RuleFile


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A comment that silences lints: on its own line and the next one, or in the whole file.

    `until` is the day on which they are heard again, None for never.
    """

    place: Place
    names: tuple[str, ...]
    next_line: int = 0
    is_of_file: bool = False
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PackPart:
    """What pack.yaml says that matters elsewhere; `folder` is the pack's, as paths are shown.

    `is_whole`: all files of the pack are looked at as well.
    """

    folder: str
    runbook_urls: Mapping[str, str] = field(default_factory=dict)
    is_whole: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillNames:
    """What a drill names of its pack."""

    place: Place
    runbook: str
    option: str
    alert: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspected:
    """One file, looked at. What it is not (a document, a rule file …) is None."""

    path: str
    findings: tuple[Finding, ...] = ()
    marks: tuple[Mark, ...] = ()
    card: Card | None = None
    rule_file: RuleFile | None = None
    scrape_config: ScrapeConfig | None = None
    pack: PackPart | None = None
    drill: DrillNames | None = None
