"""Files of other tools become runbooks in a folder: all of them, or none."""

import shutil

import pytest

from drillbook.model.finding import Severity
from drillbook.read.markdown.runbook import read_document
from drillbook.verbs.making.conversion import import_files
from drillbook.verbs.making.files import CannotCreateError
from sources import DATA

SAMPLES = ("automation.yaml", "command.json", "notebook.md", "plain.md", "rundeck.yaml")


@pytest.fixture
def tree(tmp_path):
    shutil.copytree(DATA, tmp_path / "old", ignore=shutil.ignore_patterns("*.txt"))
    return tmp_path


@pytest.mark.parametrize("name", SAMPLES)
def test_what_comes_out_is_read_without_errors(tree, name):
    """The round trip: our reader has nothing to say of what we wrote."""
    done = import_files(tree, "auto", (f"old/{name}",), into="new", owner="ops")
    assert done.written
    assert () == done.findings
    for path in done.written:
        document = read_document((tree / path).read_text(encoding="utf-8"), path)
        assert [] == [f for f in document.findings if f.severity is Severity.ERROR]
        assert document.runbooks


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("automation.yaml", "ssm"),
        ("command.json", "ssm"),
        ("notebook.md", "runme"),
        ("plain.md", "markdown"),
        ("rundeck.yaml", "rundeck"),
    ],
)
def test_a_format_is_guessed_from_the_content(tree, name, form):
    """What is guessed is what would have been named, byte for byte."""
    import_files(tree, "auto", (f"old/{name}",), into="guessed")
    import_files(tree, form, (f"old/{name}",), into="named")
    guessed = {each.name: each.read_bytes() for each in (tree / "guessed").iterdir()}
    assert guessed == {each.name: each.read_bytes() for each in (tree / "named").iterdir()}


@pytest.mark.parametrize(
    ("form", "path", "because"),
    [
        ("rundeck", "old/command.json", "does not look like rundeck"),
        ("ssm", "old/rundeck.yaml", "does not look like ssm"),
        ("markdown", "old/rundeck.yaml", "does not look like markdown"),
        ("auto", "notes.txt", "is none of rundeck, ssm, runme, markdown"),
        ("auto", "other.yaml", "is none of rundeck, ssm, runme, markdown"),
        ("auto", "broken.yaml", "broken.yaml:2: the YAML cannot be read"),
        ("auto", "gone.yaml", "gone.yaml: there is no such file"),
        ("auto", "binary.md", "binary.md: the file is binary"),
    ],
)
def test_what_is_no_such_file_is_told_in_one_line(tree, form, path, because):
    """And nothing is written."""
    (tree / "notes.txt").write_text("notes")
    (tree / "other.yaml").write_text("a: b\n")
    (tree / "broken.yaml").write_text("a: [b\n")
    (tree / "binary.md").write_bytes(b"\0")
    with pytest.raises(CannotCreateError) as caught:
        import_files(tree, form, ("old/plain.md", path) if form == "auto" else (path,), into="new")
    assert because in str(caught.value)
    assert not (tree / "new").exists()


def test_two_files_that_would_become_one_are_told(tree):
    """None of them wins in silence."""
    (tree / "more").mkdir()
    shutil.copy(tree / "old/plain.md", tree / "more/plain.md")
    with pytest.raises(CannotCreateError, match=r"more/plain.md: new/plain.md comes of another"):
        import_files(tree, "auto", ("old/plain.md", "more/plain.md"), into="new")


def test_what_is_there_is_not_touched(tree):
    """Nor is anything else written then."""
    (tree / "new").mkdir()
    (tree / "new/plain.md").write_text("mine")
    with pytest.raises(CannotCreateError, match="is there already"):
        import_files(tree, "auto", ("old/notebook.md", "old/plain.md"), into="new")
    assert ["plain.md"] == [each.name for each in (tree / "new").iterdir()]


@pytest.mark.parametrize("depth", [1_000, 100_000])
def test_a_bomb_of_brackets_is_refused(tree, depth):
    """As every YAML of that depth is."""
    (tree / "bomb.json").write_text("[" * depth)
    with pytest.raises(CannotCreateError, match=r"bomb.json:1"):
        import_files(tree, "auto", ("bomb.json",), into="new")
