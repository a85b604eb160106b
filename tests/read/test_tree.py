"""Paths that a user named → the files below them, in order."""

import os
from pathlib import Path

import pytest

from drillbook.read.tree import FileKind, Found, Tree, files_of, fits, is_skipped, whole_path


@pytest.fixture
def tree(tmp_path):
    """Make the files of these paths, and look below the root."""

    def make(*paths: str, look: tuple[str, ...] = (".",), **more: tuple[str, ...]) -> list[Found]:
        for path in paths:
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text("")
        return list(files_of(Tree(root=tmp_path, paths=look, **more)))

    return make


def paths(found: list[Found]) -> list[str]:
    return [one.path for one in found]


def test_files_come_in_order_and_before_folders(tree):
    """Two looks at the same tree say the same."""
    assert ["a.md", "z.md", "b/a.md"] == paths(tree("b/a.md", "z.md", "a.md"))


def test_the_ending_says_what_a_file_is(tree):
    """Whatever is neither Markdown nor YAML is not read."""
    found = tree("a.md", "b.markdown", "c.yaml", "d.yml", "e.txt", "f.json", "g")
    kinds = {one.path: one.kind for one in found}
    assert {
        "a.md": FileKind.DOCUMENT,
        "b.markdown": FileKind.DOCUMENT,
        "c.yaml": FileKind.YAML,
        "d.yml": FileKind.YAML,
    } == kinds


def test_a_pack_has_a_file_and_drills(tree):
    """A folder `drills` beside no pack.yaml holds YAML like any other."""
    found = tree("p/pack.yaml", "p/drills/a.yaml", "p/rules/r.yaml", "q/drills/b.yaml")
    kinds = {one.path: one.kind for one in found}
    assert FileKind.PACK is kinds["p/pack.yaml"]
    assert FileKind.DRILL is kinds["p/drills/a.yaml"]
    assert FileKind.YAML is kinds["p/rules/r.yaml"] is kinds["q/drills/b.yaml"]


@pytest.mark.parametrize("folder", [".git", ".venv", "node_modules", "vendor", "__pycache__"])
def test_what_others_wrote_is_not_walked_into(tree, folder):
    """Hidden folders and those of dependencies."""
    assert is_skipped(folder)
    assert ["a.md"] == paths(tree("a.md", f"{folder}/b.md", f"c/{folder}/d.md"))


def test_a_skipped_folder_that_was_named_is_walked_into(tree):
    """Who names it wants it."""
    assert ["vendor/b.md"] == paths(tree("a.md", "vendor/b.md", look=("vendor",)))


def test_a_file_that_was_named_says_so(tree):
    """Whatever its ending: it is Markdown unless its name says another thing."""
    found = tree("a.md", "notes", "r.yml", look=("a.md", "notes", "r.yml"))
    assert [True, True, True] == [one.is_named for one in found]
    assert [FileKind.DOCUMENT, FileKind.DOCUMENT, FileKind.YAML] == [one.kind for one in found]


def test_a_named_drill_is_one(tree):
    """As it is where its pack is walked."""
    (found,) = tree("p/pack.yaml", "p/drills/a.yaml", look=("p/drills/a.yaml",))
    assert FileKind.DRILL is found.kind


def test_a_path_that_is_nothing_is_found(tree):
    """Reading it says that it is not there."""
    assert [Found(path="gone.md", kind=FileKind.DOCUMENT, is_named=True)] == tree(look=("gone.md",))


def test_each_file_comes_once(tree):
    """Also where two paths hold it."""
    assert ["a/b.md"] == paths(tree("a/b.md", look=("a", "a/b.md", "./a/")))


def test_what_is_excluded_is_not_read(tree, tmp_path):
    """A folder's name excludes all in it, a glob what fits it."""
    made = ("a.md", "old/b.md", "new/c.md", "new/deep/d.md")
    assert ["a.md", "new/c.md", "new/deep/d.md"] == paths(tree(*made, exclude=(f"{tmp_path}/old",)))
    found = tree(*made, exclude=(f"{tmp_path}/**/d.md", f"{tmp_path}/a.*"))
    assert ["new/c.md", "old/b.md"] == paths(found)


def test_only_what_fits_the_globs_is_read(tree, tmp_path):
    """Where there are any."""
    found = tree("a.md", "docs/b.md", "docs/c/d.md", globs=(f"{tmp_path}/docs/**/*.md",))
    assert ["docs/b.md", "docs/c/d.md"] == paths(found)


def test_a_link_out_of_the_root_is_not_followed(tree, tmp_path):
    """Neither a file's nor a folder's; one that stays inside is read."""
    outside = tmp_path / "outside"
    root = tmp_path / "root"
    (root / "docs").mkdir(parents=True)
    outside.mkdir()
    (outside / "secret.md").write_text("")
    (root / "docs" / "a.md").write_text("")
    (root / "b.md").symlink_to(outside / "secret.md")
    (root / "c.md").symlink_to(root / "docs" / "a.md")
    (root / "folder").symlink_to(outside)
    (root / "round").symlink_to(root)
    found = list(files_of(Tree(root=root, paths=(".",))))
    assert ["c.md", "docs/a.md"] == paths(found)


def test_a_folder_that_cannot_be_read_is_passed_over(tree, tmp_path):
    """The others are read all the same."""
    (tmp_path / "a").mkdir()
    (tmp_path / "a").chmod(0)
    try:
        assert "b.md" in paths(tree("b.md"))
    finally:
        (tmp_path / "a").chmod(0o700)


@pytest.mark.parametrize(
    ("path", "glob", "is_fit"),
    [
        ("a.md", "*.md", True),
        ("a/b.md", "*.md", False),
        ("a/b.md", "**/*.md", True),
        ("b.md", "**/*.md", True),
        ("a/b/c.md", "a/**", True),
        ("a/b/c.md", "a", True),
        ("ab/c.md", "a", False),
        ("a/b.md", "a/?.md", True),
        ("a.md", "a[.]md", False),
        ("a+b.md", "a+b.md", True),
        ("docs/x/runbooks/a.md", "docs/**/runbooks/*.md", True),
        ("docs/runbooks/a.md", "docs/**/runbooks/*.md", True),
    ],
)
def test_globs(path, glob, is_fit):
    """A star stays within one name, two stars cross folders, all else means itself."""
    assert is_fit is fits(path, (glob,))


def test_the_whole_path_of_a_file():
    """Also of one above the root, or anywhere."""
    root = Path("/r/s")
    expected = ["/r/s/a.md", "/r/a.md", "/t/a.md"]
    assert expected == [whole_path(root, path) for path in ("a.md", "../a.md", "/t/a.md")]


def test_a_key_can_be_kept_whatever_the_path():
    """Names of files are bytes, and need not be any text."""
    names = [b"\xff.md", b"\xfe.md", "ü.md".encode(), b"x:fffe.md"]
    keys = {Found(path=os.fsdecode(name), kind=FileKind.DOCUMENT).key for name in names}
    assert 4 == len(keys)
    assert all(key.encode() for key in keys)


def test_two_ways_of_looking_at_a_file_have_two_keys():
    """What was found of one must not be taken for the other."""
    keys = {
        Found(path="a.md", kind=FileKind.DOCUMENT, is_named=is_named).key
        for is_named in (True, False)
    } | {Found(path="a.md", kind=FileKind.YAML).key}
    assert 3 == len(keys)


def test_a_folder_that_may_not_be_read_is_found(tree, tmp_path, monkeypatch):
    """What is in it is unknown, and whoever opens it says so."""
    really = os.scandir

    def scandir(folder):
        if str(folder).endswith("/secret"):
            raise PermissionError
        return really(folder)

    monkeypatch.setattr(os, "scandir", scandir)
    found = tree("a.md", "secret/b.md")
    assert ["a.md", "secret"] == paths(found)
