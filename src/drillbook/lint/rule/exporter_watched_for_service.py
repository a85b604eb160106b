"""An alert about a database that watches whether its exporter can be scraped."""

import re
from collections.abc import Iterator

from drillbook.lint.metrics.promql import Selector, selectors
from drillbook.lint.texts.annotations import sentences_of
from drillbook.model.lint import Circumstances, Flaw, RuleLint, Rung
from drillbook.model.rule import Rule

# Servers that speak to Prometheus only through an exporter, and what the exporter says of them.
SIGNALS = {
    "postgres": "pg_up",
    "redis": "redis_up",
    "mysql": "mysql_up",
    "mariadb": "mysql_up",
    "mongo": "mongodb_up",
    "memcached": "memcached_up",
}
_DOWN = re.compile(r"down|unavailable|unreachable|dead|offline", re.IGNORECASE)


def _check(rule: Rule, _: Circumstances) -> Iterator[Flaw]:
    found = selectors(rule.expr)
    if not _DOWN.search(rule.name) or len(found) != 1 or found[0].name != "up":
        return
    system = _system_of(found[0], rule.name)
    texts = (rule.name, *(sentence.text for sentence in sentences_of(rule)))
    if system and not any("exporter" in text.lower() for text in texts):
        yield Flaw(
            place=rule.expr_place,
            message=f"up is the exporter's: {rule.name} is silent while {system} is down and "
            "its exporter answers",
            help=f"watch {SIGNALS[system]} == 0 as well",
        )


def _system_of(selector: Selector, name: str) -> str:
    """The system that both the job and the alert are called after."""
    jobs = [each.value.lower() for each in selector.matchers if each.label == "job"]
    for system in SIGNALS:
        is_named = system in name.lower() or "database" in name.lower()
        if is_named and jobs and all(system in job for job in jobs):
            return system
    return ""


LINT = RuleLint(
    name="exporter-watched-for-service",
    summary="an alert about a database that watches its exporter",
    rung=Rung.PROVEN,
    check=_check,
)
