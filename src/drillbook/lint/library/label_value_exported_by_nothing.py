"""A selector on a label, or on a value of one, that the metric does not have."""

from collections.abc import Iterator

from drillbook.lint.metrics.exported import TARGET_LABELS, Asked, asked_of
from drillbook.lint.metrics.promql import Matcher
from drillbook.lint.texts.nearest import nearest
from drillbook.model.finding import Severity
from drillbook.model.library import Library, Metric
from drillbook.model.lint import Circumstances, Flaw, LibraryLint, Rung


def _check(library: Library, _: Circumstances) -> Iterator[Flaw]:
    if library.exposition is None:
        return
    for asked in asked_of(library):
        metric = library.exposition.metrics.get(asked.selector.name)
        for matcher in asked.selector.matchers if metric is not None else ():
            if matcher.op in ("=", "=~") and matcher.value and metric is not None:
                yield from _of_matcher(asked, matcher, metric, library.exposition.is_whole)


def _of_matcher(asked: Asked, matcher: Matcher, metric: Metric, is_whole: bool) -> Iterator[Flaw]:
    values = metric.labels.get(matcher.label)
    is_added = matcher.label in TARGET_LABELS and not is_whole
    if is_added or (values is None and not metric.labels):
        return
    if values is None:
        yield from _no_label(asked, matcher, metric, is_whole)
    elif matcher.op == "=" and matcher.value not in values:
        yield _no_value(asked, matcher, values)


def _no_label(asked: Asked, matcher: Matcher, metric: Metric, is_whole: bool) -> Iterator[Flaw]:
    """Of a file only where a label begins as this one does: Prometheus may add others."""
    meant = next(
        (each for each in metric.labels if _begins(each, matcher.label)),
        nearest(matcher.label, metric.labels),
    )
    if meant or is_whole:
        yield Flaw(
            place=asked.place,
            message=f"{asked.what} selects by {matcher.label}, which {metric.name} does not have",
            help=f"did you mean {meant}?"
            if meant
            else f"it has {', '.join(sorted(metric.labels))}",
        )


def _begins(one: str, other: str) -> bool:
    return one.startswith(f"{other}_") or other.startswith(f"{one}_")


def _no_value(asked: Asked, matcher: Matcher, values: frozenset[str]) -> Flaw:
    """What only its capitals tell from one that is there is wrong; others may not have happened."""
    small = {each.casefold(): each for each in values}
    meant = small.get(matcher.value.casefold(), "")
    known = ", ".join(f'"{each}"' for each in sorted(values)[:5])
    return Flaw(
        place=asked.place,
        message=f'{asked.what} selects {matcher.label}="{matcher.value}", and '
        f"{asked.selector.name} has {known}",
        help=f'write {matcher.label}="{meant}"' if meant else "select a value that is exported",
        severity=None if meant else Severity.NOTE,
    )


LINT = LibraryLint(
    name="label-value-exported-by-nothing",
    summary="a selector on a label or value that the metric does not have",
    rung=Rung.PROVEN,
    check=_check,
)
