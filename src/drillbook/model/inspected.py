"""What looking at one file gave: its Findings, and what the rest of the tree has to know of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from drillbook.model.finding import Finding
from drillbook.model.library import Card
from drillbook.model.rule import RuleFile


@dataclass(frozen=True, slots=True, kw_only=True)
class PackPart:
    """What pack.yaml says that matters elsewhere; `folder` is the pack's, as paths are shown."""

    folder: str
    runbook_urls: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspected:
    """One file, looked at. What it is not (a document, a rule file …) is None.

    `jobs` are those of a Prometheus configuration.
    """

    path: str
    findings: tuple[Finding, ...] = ()
    card: Card | None = None
    rule_file: RuleFile | None = None
    pack: PackPart | None = None
    jobs: frozenset[str] | None = None
