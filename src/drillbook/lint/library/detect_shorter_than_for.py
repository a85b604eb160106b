"""A runbook that promises to detect sooner than its alert can fire."""

from collections.abc import Iterator

import promql_parser as ast

from drillbook.lint.linking import Linked, links_of
from drillbook.lint.metrics.promql import Node, bare, thresholds
from drillbook.model.library import Library
from drillbook.model.lint import Circumstances, Flaw, LibraryLint, Rung


def _check(library: Library, _: Circumstances) -> Iterator[Flaw]:
    scrapes = [each.scrape_s for each in library.scrape_configs if each.scrape_s is not None]
    scrape_s = scrapes[0] if len(scrapes) == 1 else 0.0
    for link in links_of(library):
        detect_s = link.card.detect_s
        if detect_s is None:
            continue
        fires_s, made_of = _least(link, scrape_s)
        if detect_s < fires_s:
            yield Flaw(
                place=link.card.detect_place or link.card.place,
                message=f"detect is {detect_s:g} s, and {link.rule.name} needs {fires_s:g} s: "
                f"{made_of}",
                help=f"promise at least {fires_s:g}s, or shorten the rule",
            )


def _least(link: Linked, scrape_s: float) -> tuple[float, str]:
    """What surely passes until the alert fires; what is not known counts as nothing."""
    rule = link.rule
    stale_s = sum(
        each.value
        for each in thresholds(rule.expr)
        if each.op in (">", ">=") and _is_age(each.left)
    )
    parts = {
        "the age that it asks for": stale_s,
        "for": rule.for_s,
        "its interval": rule.interval_s or 0.0,
        "a scrape": scrape_s,
    }
    made_of = " + ".join(f"{name} {value:g} s" for name, value in parts.items() if value)
    return sum(parts.values()), made_of


def _is_age(node: Node) -> bool:
    """`time() - x`."""
    node = bare(node)
    if not isinstance(node, ast.BinaryExpr) or str(node.op) != "-":
        return False
    left = bare(node.lhs)
    return isinstance(left, ast.Call) and left.func.name == "time"


LINT = LibraryLint(
    name="detect-shorter-than-for",
    summary="a runbook that promises to detect sooner than its alert can fire",
    rung=Rung.PROVEN,
    check=_check,
)
