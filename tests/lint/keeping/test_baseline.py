"""The file by which only new Findings count."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillbook.lint.keeping.baseline import (
    BaselineError,
    Compared,
    baseline_text,
    compare,
    read_baseline,
)
from drillbook.model.finding import Finding
from findings import finding_at, place_at, showing_of

FILES = {"a.md": "# Disk\nsame\nsame\nother\n", "b.md": "# Net\n"}
LINE_OF = showing_of(FILES).line_of
DISK = finding_at(place_at("a.md", 1, 1))
SAME = tuple(finding_at(place_at("a.md", line, 1), "some-lint") for line in (2, 3))
NET = finding_at(place_at("b.md", 1, 1))


def compared(
    before: tuple[Finding, ...], now: tuple[Finding, ...], files: dict[str, str] | None = None
) -> Compared:
    """What is old of `now`, where the baseline was written of `before`."""
    baseline = read_baseline(baseline_text(before, LINE_OF), "x.json")
    return compare(now, baseline, showing_of(files or FILES).line_of, lambda _: True)


def test_what_was_there_is_old() -> None:
    """All of it, and nothing is gone."""
    everything = (DISK, *SAME, NET)
    assert Compared(frozenset(everything), 0) == compared(everything, everything)


def test_what_was_not_there_is_new() -> None:
    """In a file that has old ones too."""
    assert Compared(frozenset({DISK}), 0) == compared((DISK,), (DISK, *SAME, NET))


def test_one_more_of_the_same_is_new() -> None:
    """They are counted: a copied flaw is a new one."""
    assert Compared(frozenset({SAME[0]}), 0) == compared(SAME[:1], SAME)


def test_moved_lines_stay_old() -> None:
    """Something was written above."""
    files = {"a.md": "new\n\n# Disk\n"}
    moved = finding_at(place_at("a.md", 3, 1))
    assert Compared(frozenset({moved}), 0) == compared((DISK,), (moved,), files)


def test_a_changed_line_is_new_and_the_old_one_gone() -> None:
    """Whoever touches a line sees what is wrong with it."""
    assert Compared(frozenset(), 1) == compared((DISK,), (DISK,), {"a.md": "# Disks\n"})


def test_what_is_no_more_there_is_gone() -> None:
    """Each is counted."""
    assert Compared(frozenset({NET}), 3) == compared((DISK, *SAME, NET), (NET,))


def test_what_was_not_looked_for_is_not_gone() -> None:
    """Where one file of a tree was linted."""
    baseline = read_baseline(baseline_text((DISK, NET), LINE_OF), "x.json")
    found = compare((), baseline, LINE_OF, lambda mark: mark.path == "b.md")
    assert Compared(frozenset(), 1) == found


def test_the_file_diffs_well() -> None:
    """A line for each, in the order of their paths, whatever order they were found in."""
    text = baseline_text((NET, SAME[1], DISK, SAME[0]), LINE_OF)
    assert text == baseline_text((DISK, *SAME, NET), LINE_OF)
    lines = [json.loads(line.strip(" ,")) for line in text.split("\n") if '"path"' in line]
    assert [
        ("a.md", "runbook-without-owner", 1),
        ("a.md", "some-lint", 2),
        ("b.md", "runbook-without-owner", 1),
    ] == [(line["path"], line["lint"], line["count"]) for line in lines]


def test_an_empty_baseline_is_one() -> None:
    """Of a tree in which nothing was found."""
    assert {} == dict(read_baseline(baseline_text((), LINE_OF), "x.json"))


@pytest.mark.parametrize(
    ("text", "because"),
    [
        ("", "this is no JSON"),
        ("[" * 100_000, "this is no JSON"),
        ("[]", "this is no baseline of version 1"),
        ('{"schema_version": 2, "findings": []}', "this is no baseline of version 1"),
        ('{"schema_version": 1, "findings": {}}', "this is no baseline of version 1"),
        ('{"schema_version": 1, "findings": [{"path": "a"}]}', "entry 1 is none of a baseline"),
        (
            (
                '{"schema_version": 1, "findings": '
                '[{"path": "a", "lint": "b", "line": "c", "count": true}]}'
            ),
            "entry 1 is none of a baseline",
        ),
        (
            (
                '{"schema_version": 1, "findings": '
                '[{"path": "a", "lint": "b", "line": "c", "count": -1}]}'
            ),
            "entry 1 is none of a baseline",
        ),
    ],
)
def test_what_is_no_baseline_is_refused_in_one_line(text: str, because: str) -> None:
    """With its path, and how one is written."""
    with pytest.raises(BaselineError) as raised:
        read_baseline(text, "x.json")
    assert f"x.json: {because}; write it by drillbook lint --write-baseline FILE" == str(
        raised.value
    )


FINDINGS = st.lists(
    st.builds(
        lambda path, line, lint: finding_at(place_at(path, line, 1), lint),
        st.sampled_from(["a.md", "b.md"]),
        st.integers(1, 5),
        st.sampled_from(["one-lint", "two-lints"]),
    ),
    unique=True,
    max_size=12,
)


@given(FINDINGS, FINDINGS)
def test_old_and_gone_add_up(before: list[Finding], now: list[Finding]) -> None:
    """Everything of the baseline is found again or gone; all that is old was found."""
    found = compared(tuple(before), tuple(now))
    assert len(before) == len(found.old) + found.gone
    assert found.old <= set(now)
