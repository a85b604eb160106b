"""Drills + what their pack has → a Finding for every runbook, Option or alert that it lacks."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from drillbook.model.drill import Drill
from drillbook.model.finding import Finding
from drillbook.model.inspected import DrillNames
from drillbook.read.sentences.wording import nearest_first, quote


def missing_names(
    drills: Iterable[Drill | DrillNames],
    options: Mapping[str, Sequence[str]],
    alerts: Iterable[str],
) -> Iterator[Finding]:
    """`options` are the anchors of each runbook's Options, by its path, or PATH#ANCHOR."""
    alerts = list(dict.fromkeys(alerts))
    for drill in drills:
        yield from _missing(drill, "runbook", drill.runbook, list(options))
        yield from _missing(drill, "alert", drill.alert, alerts)
        if drill.runbook in options:
            yield from _missing(drill, "option", drill.option, options[drill.runbook])


def _missing(
    drill: Drill | DrillNames, what: str, name: str, known: Sequence[str]
) -> Iterator[Finding]:
    if name not in known:
        there_are = ", ".join(nearest_first(name, known)) or "none"
        yield Finding(
            place=drill.place,
            lint=f"drill-names-no-{what}",
            message=f'the drill names the {what} "{quote(name)}", which the pack does not have',
            help=f"there are: {there_are}",
        )
