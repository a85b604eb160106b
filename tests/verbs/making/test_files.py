"""Names become paths of new files; nothing that is there is touched."""

from dataclasses import replace

import pytest

from drillbook.read.settings import default_settings
from drillbook.verbs.making.files import CannotCreateError, name_of, path_of, shelf, write_new

HOSTILE = [
    "",
    "../x",
    "a/b",
    "/etc/x",
    "-rf",
    ".hidden",
    "a\nb",
    "a\x1b[31m",
    "a" * 101,
    "ü",
    "a ",
    "a.",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_that_could_be_a_path_or_worse_is_refused(name):
    """With one line that says what a name is."""
    with pytest.raises(CannotCreateError) as caught:
        name_of(name, "runbook")
    assert "cannot be the name of a runbook; use up to 100 letters" in str(caught.value)
    assert str(caught.value).isprintable()


@pytest.mark.parametrize(
    ("said", "path"),
    [
        ("disk-full", "runbooks/disk-full.md"),
        ("Disk full 2.0", "runbooks/Disk-full-2.0.md"),
        ("docs/x.md", "docs/x.md"),
        ("x.md", "x.md"),
        ("./a/../x.md", "x.md"),
        ("../x.md", "../x.md"),
    ],
)
def test_a_path_is_written_where_it_says(said, path, tmp_path, monkeypatch):
    """And a name goes to the folder of its kind."""
    monkeypatch.chdir(tmp_path)
    assert path == path_of(said, "runbook", "runbooks", ".md")


@pytest.mark.parametrize("said", ["a/b", "a\x1b.md", "-x/a.md", ".md", "a/.b/c.md"])
def test_a_path_of_strange_parts_is_refused(said):
    """Each part is a name."""
    with pytest.raises(CannotCreateError):
        path_of(said, "runbook", "runbooks", ".md")


def test_the_shelf_is_where_such_files_lie(tmp_path):
    """The only pack, else the first glob's folder, else the bare name."""
    settings = default_settings(tmp_path)
    assert "runbooks" == shelf(tmp_path, settings, "runbooks")
    assert "docs/ops" == shelf(tmp_path, settings, "runbooks", ("docs/ops/**/*.md",))
    assert "runbooks" == shelf(tmp_path, settings, "runbooks", ("**/*.md",))
    packed = replace(settings, packs=(tmp_path / "packs/a",))
    assert "packs/a/runbooks" == shelf(tmp_path, packed, "runbooks", ("docs/*.md",))
    two = replace(settings, packs=(tmp_path / "a", tmp_path / "b"))
    assert "runbooks" == shelf(tmp_path, two, "runbooks")


def test_files_are_written_with_their_folders(tmp_path):
    """And named in their order."""
    assert ["a/b/c.md", "d.md"] == write_new(tmp_path, {"a/b/c.md": "one", "d.md": "tüo"})
    assert ("one", "tüo") == ((tmp_path / "a/b/c.md").read_text(), (tmp_path / "d.md").read_text())


def test_where_one_is_there_none_is_written(tmp_path):
    """What is there stays as it is."""
    (tmp_path / "b").write_text("mine")
    with pytest.raises(CannotCreateError, match="b is there already"):
        write_new(tmp_path, {"a": "one", "b": "two"})
    assert ["b"] == [each.name for each in tmp_path.iterdir()]
    assert "mine" == (tmp_path / "b").read_text()


def test_a_link_that_leads_nowhere_is_not_written_through(tmp_path):
    """It is there, whatever it leads to."""
    (tmp_path / "a").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(CannotCreateError):
        write_new(tmp_path, {"a": "one"})
    assert not (tmp_path / "elsewhere").exists()


def test_what_was_written_before_a_failure_is_taken_back(tmp_path):
    """A folder that is a file ends it, and leaves nothing of it."""
    (tmp_path / "file").write_text("")
    with pytest.raises(CannotCreateError, match=r"^file is there already"):
        write_new(tmp_path, {"a": "one", "file/b": "two"})
    assert ["file"] == [each.name for each in tmp_path.iterdir()]
