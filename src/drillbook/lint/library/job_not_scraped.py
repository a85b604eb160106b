"""A rule about a job that no scrape configuration has."""

from collections.abc import Iterator

from drillbook.lint.metrics.exported import asked_of, fits_any, loads
from drillbook.lint.metrics.promql import Matcher
from drillbook.lint.texts.nearest import nearest
from drillbook.model.finding import Severity
from drillbook.model.library import Library
from drillbook.model.lint import Circumstances, Flaw, LibraryLint, Rung


def _check(library: Library, _: Circumstances) -> Iterator[Flaw]:
    """Only of rules that a configuration of the tree loads, with all its jobs in it."""
    for asked in asked_of(library):
        configs = [each for each in library.scrape_configs if loads(each, asked.file)]
        if not configs or not all(each.is_whole and each.jobs for each in configs):
            continue
        jobs = frozenset().union(*(each.jobs for each in configs))
        for matcher in asked.selector.matchers:
            if matcher.label == "job" and _is_missing(matcher, jobs):
                found = nearest(matcher.value, jobs)
                cure = f"did you mean {found}?" if found else f"add its job to {configs[0].path}"
                yield Flaw(
                    place=asked.place,
                    message=f'{asked.what} asks for job{matcher.op}"{matcher.value}", and '
                    f"{configs[0].path} scrapes no such job",
                    help=cure,
                )


def _is_missing(matcher: Matcher, jobs: frozenset[str]) -> bool:
    if matcher.op == "=":
        return bool(matcher.value) and matcher.value not in jobs
    return matcher.op == "=~" and fits_any(matcher.value, jobs | {""}) is False


LINT = LibraryLint(
    name="job-not-scraped",
    summary="a rule about a job that no scrape configuration has",
    severity=Severity.ERROR,
    rung=Rung.PROVEN,
    check=_check,
)
