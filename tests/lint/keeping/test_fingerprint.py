"""What a Finding is known by."""

from drillbook.lint.keeping.fingerprint import fingerprints, mark_of
from drillbook.model.finding import Finding
from findings import finding_at, place_at, showing_of

BEFORE = {"a.md": "# Disk\n\nrun  it\nrun it\n"}
AFTER = {"a.md": "---\nowner: x\n---\n# Disk\n\nmore\n\n   run it\nrun   it  \n"}


def prints(files: dict[str, str], *findings: Finding) -> list[str]:
    """In the order of the Findings."""
    return list(fingerprints(findings, showing_of(files).line_of).values())


def test_it_is_the_same_where_the_line_has_moved() -> None:
    """By three lines, and with other spaces."""
    before = prints(BEFORE, finding_at(place_at("a.md", 3, 1)), finding_at(place_at("a.md", 4, 1)))
    after = prints(AFTER, finding_at(place_at("a.md", 8, 4)), finding_at(place_at("a.md", 9, 1)))
    assert before == after


def test_two_of_one_kind_are_told_apart() -> None:
    """By their order."""
    found = prints(BEFORE, finding_at(place_at("a.md", 3, 1)), finding_at(place_at("a.md", 4, 1)))
    assert 2 == len(set(found))


def test_another_lint_path_or_line_is_another() -> None:
    """Whatever the message says."""
    files = {**BEFORE, "b.md": BEFORE["a.md"]}
    found = prints(
        files,
        finding_at(place_at("a.md", 1, 1)),
        finding_at(place_at("a.md", 1, 1), "another-lint"),
        finding_at(place_at("b.md", 1, 1)),
        finding_at(place_at("a.md", 3, 1)),
    )
    assert 4 == len(set(found))


def test_the_message_does_not_count() -> None:
    """A new version of Drillbook may say it better."""
    line_of = showing_of(BEFORE).line_of
    one = mark_of(finding_at(place_at("a.md", 1, 1), message="bad"), line_of)
    assert one == mark_of(finding_at(place_at("a.md", 1, 1), message="worse"), line_of)


def test_the_line_itself_is_not_in_it() -> None:
    """It may hold a secret."""
    line_of = showing_of({"a.md": "export TOKEN=hunter2"}).line_of
    mark = mark_of(finding_at(place_at("a.md", 1, 1)), line_of)
    assert "hunter2" not in repr(mark)


def test_half_a_character_is_no_trouble() -> None:
    """A path on disk may hold anything."""
    path = "a\udcff.md"
    assert 1 == len(prints({path: "x\ud800"}, finding_at(place_at(path, 1, 1))))
