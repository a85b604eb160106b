"""Verdict + the run's steps → one self-contained HTML page. Everything from outside is escaped."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from drillbook.model.verdict import Detection, Verdict
from drillbook.report.clean import clean
from drillbook.report.picture import Item, Picture, draw
from drillbook.report.steps import StepRow
from drillbook.report.summary import (
    SIGNS,
    conclusion,
    effort,
    full_range,
    lab_range,
    length,
    reason,
)
from drillbook.report.times import (
    NS_PER_S,
    TimeRow,
    between_ns,
    finite,
    missing_moments,
    moments,
    seconds,
    time_rows,
    utc,
)

STEP_SIGNS = {"met": "✓", "not met": "✗"}
STEP_LOOKS = {"met": "passed", "not met": "failed"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Gauge:
    """A duration as a bar, at full length as a paler one behind it, and its objective as a line.

    Shares are per cent of the longest of all.
    """

    row: TimeRow
    share: float
    full_share: float | None
    objective_share: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A line of the index: a drill, its state, and where its page is."""

    drill: str
    runbook: str
    state: str
    href: str


def verdict_html(
    verdict: Verdict,
    steps: Sequence[StepRow] = (),
    environment: Sequence[tuple[str, str]] = (),
) -> str:
    """The page of one drill."""
    return (
        _environment()
        .get_template("drill.html.j2")
        .render(
            verdict=verdict,
            conclusion=conclusion(verdict),
            reason=reason(verdict),
            length=length(verdict),
            effort=effort(verdict),
            signs=SIGNS,
            whole=_whole(verdict),
            close=_close(verdict, steps),
            missing=missing_moments(verdict.times),
            gauges=_gauges(time_rows(verdict)),
            parts=_parts(verdict.detection),
            steps=steps,
            step_signs=STEP_SIGNS,
            step_looks=STEP_LOOKS,
            environment=environment,
            begin_ns=min((phase.begin_ns for phase in verdict.phases), default=None),
        )
    )


def index_html(links: Sequence[Link]) -> str:
    """The page that leads to the pages of several drills."""
    return _environment().get_template("index.html.j2").render(links=links)


def page(template: str, **values: object) -> str:
    """The page that a template makes of these values."""
    return _environment().get_template(template).render(**values)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalize,
    )
    environment.filters.update(seconds=seconds, utc=utc, between=between_ns)
    return environment


def _finalize(value: object) -> object:
    """Every text is cleaned where it is shown; what is escaped already is ours."""
    return clean(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _whole(verdict: Verdict) -> Picture | None:
    """The whole drill: a bar for each phase; control and drill on grounds of their own."""
    end_ns = _end_ns(verdict)
    items = []
    for phase in verdict.phases:
        is_control = "control" in phase.name.lower()
        shown = "never ended" if phase.end_ns is None else _span(phase.begin_ns, phase.end_ns)
        items.append(
            Item(
                label=f"{phase.name} · {shown}",
                look="control" if is_control else "phase",
                begin_ns=phase.begin_ns,
                end_ns=end_ns if phase.end_ns is None else phase.end_ns,
            )
        )
    return draw(items, _grounds(verdict, items))


def _end_ns(verdict: Verdict) -> int:
    """When the drill ended, for a phase that never did."""
    begin_ns = min((phase.begin_ns for phase in verdict.phases), default=0)
    ends_ns = [phase.end_ns or phase.begin_ns for phase in verdict.phases]
    return max(begin_ns + round((finite(verdict.total_s) or 0) * NS_PER_S), *ends_ns, 0)


def _grounds(verdict: Verdict, items: Sequence[Item]) -> list[Item]:
    control = [item for item in items if item.look == "control"]
    happened = [at_ns for _, at_ns in moments(verdict.times)]
    grounds = []
    if control:
        begin_ns, end_ns = control[0].begin_ns, max(item.end_ns for item in control)
        grounds.append(Item(label="", look="control", begin_ns=begin_ns, end_ns=end_ns))
    if happened:
        grounds.append(Item(label="", look="drill", begin_ns=happened[0], end_ns=happened[-1]))
    return grounds


def _close(verdict: Verdict, steps: Sequence[StepRow]) -> Picture | None:
    """From the fault to the last moment: the moments as marks, the steps as bars."""
    happened = moments(verdict.times)
    if not happened:
        return None
    first_ns = happened[0][1]
    items = [
        Item(
            label=f"{word} · +{_span(first_ns, at_ns)}", look="moment", begin_ns=at_ns, end_ns=at_ns
        )
        for word, at_ns in happened
    ]
    items += [_step_item(step) for step in steps if step.begin_ns >= first_ns]
    return draw(sorted(items, key=lambda item: item.begin_ns))


def _step_item(step: StepRow) -> Item:
    end_ns = step.begin_ns if step.end_ns is None else step.end_ns
    polls = f" · {step.polls} polls" if step.polls > 1 else ""
    return Item(
        label=f"{step.step} · {_span(step.begin_ns, end_ns)}{polls}",
        look=STEP_LOOKS.get(step.result, "unknown"),
        begin_ns=step.begin_ns,
        end_ns=max(end_ns, step.begin_ns + 1),
    )


def _gauges(rows: Sequence[TimeRow]) -> list[Gauge]:
    values_s = [(row.measured_s, row.full_s, row.objective_s) for row in rows]
    widest = max((value_s or 0 for row in values_s for value_s in row), default=0) or 1

    def share(value_s: float) -> float:
        return round(100 * min(max(value_s / widest, 0), 1), 2)

    return [
        Gauge(
            row=row,
            share=share(row.measured_s or 0),
            full_share=None if row.full_s is None else share(row.full_s),
            objective_share=None if row.objective_s is None else share(row.objective_s),
        )
        for row in rows
    ]


def _parts(detection: Detection | None) -> list[tuple[str, str]]:
    """What detection is made of, and what arithmetic allows for it."""
    if detection is None:
        return []
    return [
        ("scrape and evaluation", seconds(detection.scrape_and_evaluation_s)),
        ("for", seconds(detection.for_s)),
        ("grouping", seconds(detection.grouping_s)),
        ("computed for this run", lab_range(detection)),
        ("computed at full length", full_range(detection)),
    ]


def _span(begin_ns: int, end_ns: int) -> str:
    return seconds(between_ns(begin_ns, end_ns))
