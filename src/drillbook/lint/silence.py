"""Findings + the comments and snoozes that silence lints → which are heard, which are not and why.

What silences nothing, no longer, or a lint that there is not, is a Finding of its own.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from drillbook.lint.choose import SETTINGS, unknown_lint
from drillbook.model.finding import Finding, Severity
from drillbook.model.inspected import Mark
from drillbook.model.lint import LibraryLint, Lint, Snooze
from drillbook.model.linted import Silence
from drillbook.model.place import Place

NEEDLESS = "needless-ignore"
PASSED = "snooze-passed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Silencers:
    """All that keeps Findings from being heard. `fits` says whether a path fits a glob."""

    marks: tuple[Mark, ...]
    snoozes: tuple[Snooze, ...]
    today: date
    fits: Callable[[str, str], bool]


@dataclass(slots=True)
class Sorted:
    """`silenced` are not heard, each with why; `of_marks` is what there is to say of the marks."""

    heard: list[Finding] = field(default_factory=list)
    silenced: dict[Finding, Silence] = field(default_factory=dict)
    of_marks: list[Finding] = field(default_factory=list)


def silence(findings: Iterable[Finding], silencers: Silencers, lints: Collection[Lint]) -> Sorted:
    """`lints` are those that were asked: what would silence another one is not called needless."""
    by_path: dict[str, list[Mark]] = {}
    for mark in silencers.marks:
        by_path.setdefault(mark.place.path, []).append(mark)
    used: set[tuple[Place, str]] = set()
    done = Sorted()
    for finding in findings:
        by = _mark_of(finding, by_path.get(finding.place.path, ()), silencers.today)
        if by is not None:
            used.add((by.place, finding.lint))
            done.silenced[finding] = Silence.SNOOZE if by.until else Silence.COMMENT
        elif silencers.snoozes and _is_snoozed(finding, silencers):
            done.silenced[finding] = Silence.SNOOZE
        else:
            done.heard.append(finding)
    done.of_marks += _of_marks(silencers, used, {lint.name: lint for lint in lints})
    done.of_marks += _of_snoozes(silencers)
    return done


def _mark_of(finding: Finding, marks: Iterable[Mark], today: date) -> Mark | None:
    line = finding.place.line
    for mark in marks:
        is_on = mark.until is None or mark.until > today
        is_there = mark.is_of_file or line in (mark.place.line, mark.next_line)
        if is_on and is_there and finding.lint in mark.names:
            return mark
    return None


def _is_snoozed(finding: Finding, silencers: Silencers) -> bool:
    return any(
        snooze.lint == finding.lint
        and snooze.until > silencers.today
        and silencers.fits(finding.place.path, snooze.paths)
        for snooze in silencers.snoozes
    )


def _of_marks(
    silencers: Silencers, used: set[tuple[Place, str]], asked: dict[str, Lint]
) -> Iterator[Finding]:
    for mark in silencers.marks:
        if mark.until is not None and mark.until <= silencers.today:
            yield _passed(mark.place, " ".join(mark.names), mark.until)
            continue
        for name in mark.names:
            lint = asked.get(name)
            # What one file says of another may stand in a file that was not looked at this time.
            if lint and not isinstance(lint, LibraryLint) and (mark.place, name) not in used:
                yield _needless(mark.place, name)


def _of_snoozes(silencers: Silencers) -> Iterator[Finding]:
    for snooze in silencers.snoozes:
        if snooze.until <= silencers.today:
            yield _passed(SETTINGS, snooze.lint, snooze.until)


def unknown_names(marks: Iterable[Mark], known: Collection[str]) -> Iterator[Finding]:
    """A comment that names what is no lint silences nothing, whatever its author thinks."""
    for mark in marks:
        for name in mark.names:
            if name not in known:
                yield unknown_lint(mark.place, "the comment", name, known)


def _needless(place: Place, name: str) -> Finding:
    return Finding(
        place=place,
        lint=NEEDLESS,
        message=f"{name} flags nothing here, so this comment silences nothing",
        help="take it out",
        severity=Severity.NOTE,
    )


def _passed(place: Place, names: str, until: date) -> Finding:
    return Finding(
        place=place,
        lint=PASSED,
        message=f"the snooze of {names} has passed on {until}, so it is heard again",
        help="put right what it flags and take the snooze out, or give it a later date",
        severity=Severity.NOTE,
    )
