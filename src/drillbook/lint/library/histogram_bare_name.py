"""The bare name of a histogram, which only its _bucket, _sum and _count are exported for."""

from collections.abc import Iterator

from drillbook.lint.metrics.exported import asked_of
from drillbook.model.finding import Severity
from drillbook.model.library import Library
from drillbook.model.lint import Circumstances, Flaw, LibraryLint, Rung

# What asks whether something is there, and what reads a histogram that is kept whole.
_OTHER = ("absent", "absent_over_time", "count", "group", "present_over_time")


def _check(library: Library, _: Circumstances) -> Iterator[Flaw]:
    asked = list(asked_of(library))
    known = {each.selector.name for each in asked}
    exported = library.exposition.metrics if library.exposition else {}
    made = {record.name for file in library.rule_files for record in file.records}
    for each in asked:
        name, around = each.selector.name, each.selector.around
        is_histogram = f"{name}_bucket" in exported or f"{name}_bucket" in known
        is_bare = name and name not in exported and name not in made and is_histogram
        is_other = any(f.startswith("histogram_") or f in _OTHER for f in around)
        if is_bare and not is_other:
            yield Flaw(
                place=each.place,
                message=f"{name} is a histogram: no series has its bare name, so {each.what} "
                "never has data",
                help=f"write histogram_quantile(0.95, rate({name}_bucket[5m])), or "
                f"rate({name}_sum[5m]) / rate({name}_count[5m])",
            )


LINT = LibraryLint(
    name="histogram-bare-name",
    summary="the bare name of a histogram, which no series has",
    severity=Severity.ERROR,
    rung=Rung.PROVEN,
    check=_check,
)
