"""All that the lints say of a tree → what counts: what is new, what was changed, what is grave."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from drillbook.lint.keeping.baseline import Baseline, compare
from drillbook.lint.keeping.fingerprint import LineOf, Mark, fingerprints
from drillbook.model.changes import Changes
from drillbook.model.finding import Severity
from drillbook.model.linted import Linted, Silence


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowing:
    """What is wanted of it. `is_asked` says whether a lint was asked this time."""

    severity: Severity = Severity.WARNING
    baseline: Baseline | None = None
    changes: Changes | None = None
    is_asked: Callable[[str], bool] = lambda _: True
    has_fingerprints: bool = False


def narrowed(linted: Linted, wanted: Narrowing, line_of: LineOf, root: Path) -> Linted:
    """First the baseline, then the changes, then the severity."""
    linted = _new(linted, wanted, line_of, root)
    changes = wanted.changes
    heard = [each for each in linted.findings if changes is None or changes.touch(each.place)]
    # What fails is shown, or nobody would know why.
    failing = set(linted.failing)
    shown = tuple(
        each for each in heard if each.severity.is_at_least(wanted.severity) or each in failing
    )
    every = (*shown, *linted.silenced) if wanted.has_fingerprints else ()
    return replace(
        linted,
        findings=shown,
        notes_hidden=linted.notes_hidden + len(heard) - len(shown),
        fingerprints=fingerprints(every, line_of),
    )


def _new(linted: Linted, wanted: Narrowing, line_of: LineOf, root: Path) -> Linted:
    """Without what stands in the baseline."""
    if wanted.baseline is None:
        return linted
    looked_at = set(linted.paths)

    def was_asked(mark: Mark) -> bool:
        is_there = mark.path in looked_at or not (root / mark.path).exists()
        return is_there and wanted.is_asked(mark.lint)

    found = compare(linted.findings, wanted.baseline, line_of, was_asked)
    old = [each for each in linted.findings if each in found.old]
    return replace(
        linted,
        findings=tuple(each for each in linted.findings if each not in found.old),
        silenced={**linted.silenced, **dict.fromkeys(old, Silence.BASELINE)},
        baseline_gone=found.gone,
    )
