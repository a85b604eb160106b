"""A metric that a rule asks for and nothing exports."""

from collections.abc import Iterator, Mapping

from drillbook.lint.metrics.exported import asked_of, is_exported, is_made_by_prometheus, recorded
from drillbook.lint.texts.nearest import nearest
from drillbook.model.finding import Severity
from drillbook.model.library import Exposition, Library, Metric
from drillbook.model.lint import Circumstances, Flaw, LibraryLint, Rung

_ABSENCE = ("absent", "absent_over_time")
# The first words of metrics that many programs share.
_COMMON = frozenset(("process", "go", "python", "jvm", "http", "grpc", "node", "kube", "container"))


def _check(library: Library, _: Circumstances) -> Iterator[Flaw]:
    """Of a file, an exporter that it knows nothing of may have it: then it is a note, once."""
    exposition, made = library.exposition, recorded(library)
    if exposition is None:
        return
    noted: set[str] = set()
    for asked in asked_of(library):
        name = asked.selector.name
        is_known = not name or name in made or is_made_by_prometheus(name)
        is_asked_for = any(each in _ABSENCE for each in asked.selector.around)
        if is_known or is_asked_for or is_exported(name, library):
            continue
        meant = _meant(name, exposition.metrics)
        is_certain = exposition.is_whole or meant or _is_of_family(name, exposition.metrics)
        if not is_certain and name in noted:
            continue
        noted.add(name)
        yield Flaw(
            place=asked.place,
            message=f"{asked.what} asks for {name}, which {_nobody(exposition)}",
            help=f"did you mean {meant}?" if meant else "name a metric that is exported",
            severity=None if is_certain else Severity.NOTE,
        )


def _nobody(exposition: Exposition) -> str:
    return (
        f"nothing exports to {exposition.source}"
        if exposition.is_whole
        else f"{exposition.source} does not have"
    )


def _meant(name: str, metrics: Mapping[str, Metric]) -> str:
    """The metric with a prefix, or without one, or almost of this name."""
    for other in metrics:
        if other.endswith(f"_{name}") or (name.endswith(f"_{other}") and "_" in other):
            return other
    return nearest(name, metrics)


def _is_of_family(name: str, metrics: Mapping[str, Metric]) -> bool:
    """Whether what is exported begins as it does, so that its exporter is the one that we know."""
    first = name.partition("_")[0]
    return first not in _COMMON and any(other.startswith(f"{first}_") for other in metrics)


LINT = LibraryLint(
    name="metric-exported-by-nothing",
    summary="a metric that a rule asks for and nothing exports",
    rung=Rung.PROVEN,
    check=_check,
)
