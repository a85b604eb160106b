"""Files that are mended, and the difference that it would make."""

import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drillbook.lint.mending.fixing import fixed
from drillbook.model.finding import Finding, Fix
from drillbook.verbs.mend import difference, mend, texts_of
from findings import finding_at, place_at


def fix_at(path: str, line: int, column: int, end_column: int, text: str) -> Finding:
    """A Finding with its cure."""
    place = place_at(path, line, column, end_column)
    return finding_at(place, fix=Fix(place=place, text=text))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Two files."""
    (tmp_path / "a.md").write_bytes(b"one\r\ntwo\r\n")
    (tmp_path / "b.md").write_bytes(b"three")
    return tmp_path


FINDINGS = (
    fix_at("a.md", 2, 1, 4, "2"),
    fix_at("b.md", 1, 1, 6, "3"),
    fix_at("b.md", 1, 2, 3, "x"),
    finding_at(place_at("a.md", 1, 1, 4)),
)


def test_every_file_is_mended(root: Path) -> None:
    """What overlaps is told as left."""
    mended = mend(FINDINGS, texts_of(FINDINGS, root), root)
    assert (["a.md", "b.md"], [FINDINGS[0], FINDINGS[1]]) == (mended.paths, mended.done)
    assert ([FINDINGS[2]], []) == (mended.left, mended.refused)
    assert b"one\r\n2\r\n" == (root / "a.md").read_bytes()
    assert b"3" == (root / "b.md").read_bytes()


def test_a_file_that_was_changed_since_is_refused(root: Path) -> None:
    """The other is mended all the same."""
    texts = texts_of(FINDINGS, root)
    (root / "a.md").write_text("four\n")
    mended = mend(FINDINGS, texts, root)
    assert ["a.md was changed meanwhile and is left as it is; lint again"] == mended.refused
    assert (["b.md"], "four\n") == (mended.paths, (root / "a.md").read_text())


def test_a_file_without_a_cure_is_not_read(root: Path) -> None:
    """Nor one that is not there."""
    assert {} == dict(texts_of([FINDINGS[3], fix_at("gone.md", 1, 1, 2, "")], root))


def test_a_cure_of_another_file_is_left(root: Path) -> None:
    """A Finding here is no reason to write there."""
    stray = finding_at(
        place_at("a.md", 1, 1, 2), fix=Fix(place=place_at("b.md", 1, 1, 2), text="x")
    )
    assert [] == mend([stray], texts_of([stray], root), root).paths


def test_the_difference_is_a_patch(root: Path) -> None:
    """Nothing is written, and git takes it."""
    patch = difference(FINDINGS, texts_of(FINDINGS, root))
    assert b"three" == (root / "b.md").read_bytes()
    assert "-three\n\\ No newline at end of file\n+3\n\\ No newline at end of file\n" in patch
    applied(patch, root)
    assert (b"one\r\n2\r\n", b"3") == tuple((root / n).read_bytes() for n in ("a.md", "b.md"))


def test_where_nothing_can_be_mended_there_is_no_difference(root: Path) -> None:
    """An empty patch."""
    assert "" == difference([FINDINGS[3]], texts_of(FINDINGS, root))


def applied(patch: str, root: Path) -> None:
    """By git itself."""
    subprocess.run(
        ["git", "apply", "-"],
        input=patch.encode(),
        cwd=root,
        check=True,
        capture_output=True,
        timeout=30,
    )


@settings(max_examples=60, deadline=None)
@given(st.text("ab\r\n", min_size=1, max_size=30), st.data())
def test_git_makes_of_the_patch_what_mending_does(text: str, data: st.DataObject) -> None:
    """Also at the end of a file without a last line end, and with carriage returns."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    line = data.draw(st.integers(1, len(lines)))
    new = data.draw(st.text("xy\n", max_size=5))
    finding = fix_at("a.md", line, 1, len(lines[line - 1]) + 1, new)
    after = fixed(text, [finding]).text
    patch = difference([finding], {"a.md": text})
    assert (patch == "") == (after == text)
    if patch and after:
        with TemporaryDirectory() as folder:
            (Path(folder) / "a.md").write_bytes(text.encode())
            applied(patch, Path(folder))
            assert after.encode() == (Path(folder) / "a.md").read_bytes()
