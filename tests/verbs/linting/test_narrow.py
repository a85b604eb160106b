"""What counts of all that was found."""

from dataclasses import replace
from pathlib import Path

from drillbook.lint.keeping.baseline import baseline_text, read_baseline
from drillbook.model.changes import Changes
from drillbook.model.finding import Finding, Severity
from drillbook.model.linted import Linted, Silence
from drillbook.verbs.linting.narrow import Narrowing, narrowed
from findings import finding_at, place_at, showing_of

FILES = {"a.md": "one\ntwo\nthree\n", "b.md": "one\n"}
LINE_OF = showing_of(FILES).line_of
ERROR = finding_at(place_at("a.md", 1, 1), severity=Severity.ERROR)
WARNING = finding_at(place_at("a.md", 2, 1))
NOTE = finding_at(place_at("a.md", 3, 1), severity=Severity.NOTE)
OTHER = finding_at(place_at("b.md", 1, 1))
EVERY = Linted(findings=(ERROR, WARNING, NOTE, OTHER), paths=("a.md", "b.md"))


def of(wanted: Narrowing, root: Path, linted: Linted = EVERY) -> Linted:
    """What is left."""
    return narrowed(linted, wanted, LINE_OF, root)


def baseline_of(*findings: Finding) -> Narrowing:
    """Only what is not among these counts."""
    return Narrowing(
        severity=Severity.NOTE, baseline=read_baseline(baseline_text(findings, LINE_OF), "b.json")
    )


def test_what_is_less_grave_is_counted_alone(tmp_path: Path) -> None:
    """Warnings are shown by default."""
    linted = of(Narrowing(), tmp_path)
    assert ((ERROR, WARNING, OTHER), 1) == (linted.findings, linted.notes_hidden)
    strict = of(Narrowing(severity=Severity.ERROR), tmp_path)
    assert ((ERROR,), 3) == (strict.findings, strict.notes_hidden)


def test_what_fails_is_shown(tmp_path: Path) -> None:
    """Though it is less grave than what is asked for."""
    strict = replace(EVERY, fail_on=Severity.NOTE, notes_hidden=2)
    linted = of(Narrowing(), tmp_path, strict)
    assert (EVERY.findings, 2) == (linted.findings, linted.notes_hidden)


def test_what_stands_in_the_baseline_is_silenced(tmp_path: Path) -> None:
    """And told as such."""
    linted = of(baseline_of(ERROR, NOTE), tmp_path)
    assert (WARNING, OTHER) == linted.findings
    assert {ERROR: Silence.BASELINE, NOTE: Silence.BASELINE} == linted.silenced
    assert 0 == linted.baseline_gone


def test_the_baseline_holds_of_what_is_hidden_too(tmp_path: Path) -> None:
    """A note of it is not gone because nobody asked for notes."""
    wanted = baseline_of(NOTE)
    linted = of(Narrowing(baseline=wanted.baseline), tmp_path)
    assert (0, 0) == (linted.notes_hidden, linted.baseline_gone)


def test_what_is_gone_is_counted(tmp_path: Path) -> None:
    """In files that were looked at, and in those that are no more there."""
    linted = of(baseline_of(*EVERY.findings), tmp_path, Linted(paths=("a.md", "b.md")))
    assert 4 == linted.baseline_gone
    assert 4 == of(baseline_of(*EVERY.findings), tmp_path, Linted()).baseline_gone


def test_what_was_not_looked_for_is_not_gone(tmp_path: Path) -> None:
    """Neither in another file that is there, nor of a lint that was not asked."""
    (tmp_path / "b.md").write_text("one\n")
    baseline = baseline_of(ERROR, OTHER).baseline
    of_one = of(Narrowing(baseline=baseline), tmp_path, Linted(paths=("a.md",)))
    assert 1 == of_one.baseline_gone
    of_none = Narrowing(baseline=baseline, is_asked=lambda _: False)
    assert 0 == of(of_none, tmp_path, Linted(paths=("a.md",))).baseline_gone


def test_what_was_not_changed_does_not_count(tmp_path: Path) -> None:
    """It is neither shown nor told as hidden."""
    changes = Changes(lines={"a.md": ((2, 3),)})
    linted = of(Narrowing(changes=changes), tmp_path)
    assert ((WARNING,), 1) == (linted.findings, linted.notes_hidden)


def test_fingerprints_are_made_where_they_are_wanted(tmp_path: Path) -> None:
    """Of what is silenced as well; else no file is read for them."""
    assert {} == of(Narrowing(), tmp_path).fingerprints
    wanted = baseline_of(ERROR)
    found = of(Narrowing(baseline=wanted.baseline, has_fingerprints=True), tmp_path).fingerprints
    assert {WARNING, OTHER, ERROR} == found.keys()
    assert 3 == len(set(found.values()))


def test_an_old_silence_stays(tmp_path: Path) -> None:
    """A comment in the file is not forgotten for the baseline."""
    linted = Linted(findings=(ERROR,), silenced={OTHER: Silence.COMMENT}, paths=("a.md",))
    silenced = of(baseline_of(ERROR), tmp_path, linted).silenced
    assert {OTHER: Silence.COMMENT, ERROR: Silence.BASELINE} == silenced
