"""`drillbook import` as it is called."""

import shutil
from pathlib import Path

import pytest

from sources import DATA

STORIES = Path(__file__).parent / "stories"


@pytest.fixture
def old(tmp_path):
    for each in DATA.iterdir():
        shutil.copy(each, tmp_path / each.name)
    return tmp_path


@pytest.mark.parametrize("name", ["rundeck.yaml", "automation.yaml", "notebook.md"])
def test_story(tell, old, inside, name):
    """What is said of a file, and what comes of it."""
    ended = inside("import", "auto", name, "--into", "new", "--owner", "platform")
    assert 0 == ended.code, ended.err
    story = tell(STORIES / f"import-{name.partition('.')[0]}.txt")
    story.expect("out", ended.out.rstrip("\n"))
    story.expect("said", ended.err.rstrip("\n"))
    for path in ended.out.splitlines():
        story.expect(path, (old / path).read_text().rstrip("\n"))


def test_strict_ends_with_1_where_something_was_left_out(old, inside):
    """And with 0 where nothing was; the runbooks are written either way."""
    (old / "all.md").write_text("# A\n\n## Diagnosis\n\n```sh\ntrue\n```\n")
    assert 0 == inside("import", "markdown", "all.md", "--into", "new", "--strict").code
    ended = inside("import", "auto", "rundeck.yaml", "--into", "new", "--strict")
    assert (1, True) == (ended.code, (old / "new/second.md").is_file())
    assert "things were left out, each said above" in ended.err


@pytest.mark.parametrize(
    ("arguments", "because"),
    [
        (("auto", "gone.yaml", "--into", "new"), "gone.yaml: there is no such file"),
        (("auto", "--into", "new"), "Missing argument 'FILES...'"),
        (("auto", "plain.md"), "Missing option '--into'"),
        (("word", "plain.md", "--into", "new"), "'word' is not one of 'auto', 'rundeck'"),
        (("ssm", "rundeck.yaml", "--into", "new"), "does not look like ssm"),
    ],
)
def test_what_cannot_be_meant_is_told_in_one_line(old, inside, arguments, because):
    """With exit code 2, and nothing is written."""
    ended = inside("import", *arguments)
    assert (2, "") == (ended.code, ended.out)
    assert because in ended.err
    assert not (old / "new").exists()


def test_a_runbook_that_was_imported_is_a_citizen(old, inside):
    """Lint and cover read it; its procedure is started by nobody by itself."""
    inside("import", "auto", "rundeck.yaml", "--into", "new", "--owner", "platform")
    linted = inside("lint", "new", "--no-cache")
    assert 0 == linted.code, linted.out
    assert "runbook-without-verification" in linted.out
    assert 0 == inside("cover", "new").code
