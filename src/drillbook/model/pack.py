"""A folder of runbooks, rules, drills and proofs for one system."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from drillbook.model.drill import Drill
from drillbook.model.finding import Finding
from drillbook.model.proof import Proof
from drillbook.model.rule import Rule
from drillbook.model.runbook import Runbook


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """Paths are relative to `folder`. `runbook_urls` maps a URL prefix to a folder of the pack.

    `rule_files` holds each rule file's text by its path, for the lab's Prometheus to load.
    `checks_on_alert`: the Checks of a runbook run by themselves when an alert leads to it.
    `findings` are all that reading it found.
    """

    name: str
    folder: str
    runbooks: tuple[Runbook, ...] = ()
    rules: tuple[Rule, ...] = ()
    drills: tuple[Drill, ...] = ()
    proofs: tuple[Proof, ...] = ()
    rule_files: Mapping[str, str] = field(default_factory=dict)
    runbook_urls: Mapping[str, str] = field(default_factory=dict)
    checks_on_alert: bool = False
    findings: tuple[Finding, ...] = ()
