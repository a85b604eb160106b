"""What git says was changed."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillbook.model.changes import Changes
from drillbook.model.place import Place
from drillbook.read.changes import ChangesError, changes_since

TEXT = "".join(f"line {number}\n" for number in range(1, 11))
Git = Callable[..., str]


@pytest.fixture
def git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Git:
    """A repository with one commit of `a.md`, and what runs git in it."""
    for name, value in {
        "GIT_CONFIG_GLOBAL": "/dev/null",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": "A",
        "GIT_AUTHOR_EMAIL": "a@example.org",
        "GIT_COMMITTER_NAME": "A",
        "GIT_COMMITTER_EMAIL": "a@example.org",
    }.items():
        monkeypatch.setenv(name, value)

    def run(*arguments: str) -> str:
        done = subprocess.run(
            ["git", "-C", str(tmp_path), *arguments],
            capture_output=True,
            text=True,
            check=True,
            timeout=30,
        )
        return done.stdout.strip()

    run("init", "--quiet", "--initial-branch=main")
    (tmp_path / "a.md").write_text(TEXT)
    run("add", "a.md")
    run("commit", "--quiet", "--message=one")
    return run


def at(path: str, line: int, end_line: int = 0) -> Place:
    """A place there."""
    return Place(path=path, line=line, end_line=end_line)


def test_nothing_was_changed(git: Git, tmp_path: Path) -> None:
    """Since the commit that is checked out."""
    assert Changes() == changes_since(tmp_path, "HEAD")


def test_changed_and_added_lines_are_told(git: Git, tmp_path: Path) -> None:
    """Committed or not; a line that is gone is none."""
    lines = TEXT.splitlines(keepends=True)
    text = "".join(["line 1\n", "LINE 2\n", "new\n", *lines[2:5], *lines[7:]])
    (tmp_path / "a.md").write_text(text)
    assert {"a.md": ((2, 3),)} == changes_since(tmp_path, "HEAD").lines
    git("commit", "--quiet", "--all", "--message=two")
    assert {"a.md": ((2, 3),)} == changes_since(tmp_path, "HEAD~1").lines


def test_a_file_that_git_does_not_know_is_new(git: Git, tmp_path: Path) -> None:
    """Unless it is ignored; so is one that was added."""
    (tmp_path / ".gitignore").write_text("*.tmp\n")
    (tmp_path / "b.md").write_text("b\n")
    (tmp_path / "c.tmp").write_text("c\n")
    (tmp_path / "d.md").write_text("d\n")
    git("add", "d.md")
    assert {"b.md", "d.md", ".gitignore"} == changes_since(tmp_path, "HEAD").new


def test_a_renamed_file_is_not_new(git: Git, tmp_path: Path) -> None:
    """Only what was changed in it counts."""
    git("mv", "a.md", "z.md")
    (tmp_path / "z.md").write_text(TEXT.replace("line 4", "line four"))
    changes = changes_since(tmp_path, "HEAD")
    assert {"z.md": ((4, 4),)} == changes.lines
    assert frozenset() == changes.new


def test_what_others_did_on_the_branch_is_no_change_of_ours(git: Git, tmp_path: Path) -> None:
    """Since the two parted."""
    git("switch", "--quiet", "--create=ours")
    (tmp_path / "a.md").write_text(TEXT.replace("line 9", "line nine"))
    git("commit", "--quiet", "--all", "--message=ours")
    git("switch", "--quiet", "main")
    (tmp_path / "a.md").write_text(TEXT.replace("line 2", "line two"))
    git("commit", "--quiet", "--all", "--message=theirs")
    git("switch", "--quiet", "ours")
    assert {"a.md": ((9, 9),)} == changes_since(tmp_path, "main").lines


def test_paths_count_from_the_folder_that_is_asked_of(git: Git, tmp_path: Path) -> None:
    """What lies beside it is not told."""
    folder = tmp_path / "docs" / "run books"
    folder.mkdir(parents=True)
    (folder / "b.md").write_text("b\n")
    (tmp_path / "a.md").write_text("changed\n")
    assert Changes(new=frozenset({"b.md"})) == changes_since(folder, "HEAD")
    assert {"docs/run books/b.md"} == changes_since(tmp_path, "HEAD").new


@pytest.mark.parametrize(
    "name", ["two words.md", "ümläut.md", 'quo"te.md', "tab\tline\nend.md", "back\\slash.md"]
)
def test_odd_names_are_read(git: Git, tmp_path: Path, name: str) -> None:
    """As git escapes them."""
    (tmp_path / name).write_text("a\nb\n")
    git("add", "--", name)
    git("commit", "--quiet", "--message=odd")
    (tmp_path / name).write_text("a\nB\n")
    assert {name: ((2, 2),)} == changes_since(tmp_path, "HEAD").lines


def test_text_that_looks_like_a_diff_is_text(git: Git, tmp_path: Path) -> None:
    """What stands in a file starts no other file."""
    (tmp_path / "a.md").write_text("++ b/x.md\n@ -1 +1,99 @@\n" + TEXT)
    assert {"a.md": ((1, 2),)} == changes_since(tmp_path, "HEAD").lines


@pytest.mark.parametrize(
    "revision",
    ["never-heard-of", "--output=pwned", "-h", "", "HEAD\nHEAD", "\0", "x" * 2_000, "HEAD:a.md"],
)
def test_what_is_no_revision_is_refused(git: Git, tmp_path: Path, revision: str) -> None:
    """In one line, and never taken for an option."""
    with pytest.raises(ChangesError) as raised:
        changes_since(tmp_path, revision)
    assert str(raised.value).startswith("git knows no revision ")
    assert "\n" not in str(raised.value)
    assert ["a.md"] == [each.name for each in tmp_path.iterdir() if each.name != ".git"]


def test_outside_of_git_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In one line with the cure."""
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(ChangesError, match=r"lies in no git work tree, .* --changed-since away"):
        changes_since(tmp_path, "HEAD")


def test_no_program_of_the_repository_is_started(git: Git, tmp_path: Path) -> None:
    """Neither as a differ of its own nor as one that turns files into text."""
    witness = tmp_path / ".git" / "witness"
    program = tmp_path / ".git" / "program"
    program.write_text(f"#!/bin/sh\ntouch '{witness}'\n")
    program.chmod(0o755)
    git("config", "diff.external", str(program))
    git("config", "diff.odd.textconv", str(program))
    git("config", "core.fsmonitor", str(program))
    (tmp_path / ".gitattributes").write_text("*.md diff=odd\n")
    (tmp_path / "a.md").write_text("changed\n" + TEXT)
    assert {"a.md": ((1, 1),)} == changes_since(tmp_path, "HEAD").lines
    assert not witness.exists()


def test_without_git_that_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By its name."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ChangesError, match="needs git, which is not installed"):
        changes_since(tmp_path, "HEAD")


@pytest.mark.parametrize(
    ("place", "is_touched"),
    [
        (at("a.md", 3), True),
        (at("a.md", 5), True),
        (at("a.md", 6), False),
        (at("a.md", 1, 2), False),
        (at("a.md", 1, 3), True),
        (at("a.md", 6, 9), True),
        (at("b.md", 3), False),
        (at("new.md", 77), True),
    ],
)
def test_a_place_is_touched_where_one_of_its_lines_is(place: Place, is_touched: bool) -> None:
    """Or where its file is new."""
    changes = Changes(lines={"a.md": ((3, 5), (9, 9))}, new=frozenset({"new.md"}))
    assert is_touched is changes.touch(place)


@given(st.integers(1, 20), st.integers(0, 5), st.integers(1, 20), st.integers(0, 5))
def test_touching_is_having_a_line_in_common(
    first: int, more: int, begin: int, further: int
) -> None:
    """For every two stretches."""
    changes = Changes(lines={"a.md": ((begin, begin + further),)})
    common = set(range(first, first + more + 1)) & set(range(begin, begin + further + 1))
    assert bool(common) is changes.touch(at("a.md", first, first + more))
