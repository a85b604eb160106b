"""Two rule files that define one alert differently."""

from collections import defaultdict
from collections.abc import Iterator

from drillbook.lint.linking import rules_of, severity_of
from drillbook.model.library import Library
from drillbook.model.lint import Circumstances, Flaw, LibraryLint, Rung
from drillbook.model.rule import Rule


def _check(library: Library, _: Circumstances) -> Iterator[Flaw]:
    """Once for two files: who keeps two copies has to choose a file, not an alert."""
    rules: dict[tuple[str, str], list[Rule]] = defaultdict(list)
    for rule in rules_of(library):
        rules[rule.name, severity_of(rule)].append(rule)
    pairs: dict[tuple[str, str], list[tuple[Rule, Rule]]] = defaultdict(list)
    for several in rules.values():
        first, *others = several
        for other in others:
            if _is_one_system(first, other) and _differ(first, other):
                pairs[first.place.path, other.place.path].append((first, other))
    for differing in pairs.values():
        yield _flaw(differing)


def _is_one_system(one: Rule, other: Rule) -> bool:
    """Two files below one folder of the root; other folders may be other systems."""
    paths = one.place.path, other.place.path
    tops = [path.partition("/")[0] if "/" in path else "" for path in paths]
    return paths[0] != paths[1] and tops[0] == tops[1]


def _differ(one: Rule, other: Rule) -> bool:
    return one.expr.split() != other.expr.split() or one.for_s != other.for_s


def _flaw(differing: list[tuple[Rule, Rule]]) -> Flaw:
    first, other = differing[0]
    what = "expression" if first.expr.split() != other.expr.split() else "for"
    more = f", and {len(differing) - 1} more alerts" if len(differing) > 1 else ""
    return Flaw(
        place=other.place,
        message=f"{first.place.path} defines {other.name} with another {what}{more}",
        help="keep the file that Prometheus loads, and delete the other",
    )


LINT = LibraryLint(
    name="alert-defined-twice",
    summary="two rule files that define one alert differently",
    rung=Rung.LINKED,
    check=_check,
)
