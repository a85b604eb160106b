"""`drillbook new` as it is called."""

import re
import shutil
from pathlib import Path

import pytest

STORIES = Path(__file__).parent / "stories"
PACK = Path(__file__).parents[2] / "packs" / "erpgo"
OWNER = ("--owner", "platform")


@pytest.fixture
def pack(tmp_path):
    shutil.copytree(PACK, tmp_path / "packs/erpgo")
    return tmp_path / "packs/erpgo"


def test_story_of_an_alert(tell, pack, tmp_path, inside):
    """From the rule to a runbook, which lints clean beside it."""
    rule = "packs/erpgo/rules/postgresql.yaml:PostgreSQLDown"
    ended = inside("new", "runbook", "db", "--from-alert", rule, "--recover", "30m", *OWNER)
    assert (0, "runbooks/db.md\n") == (ended.code, ended.out)
    story = tell(STORIES / "new-runbook.txt")
    story.expect("said", ended.err.rstrip("\n"))
    story.expect("runbook", (tmp_path / "runbooks/db.md").read_text().rstrip("\n"))
    linted = inside("lint", "runbooks", "--fail-on", "warning", "--no-cache")
    assert 0 == linted.code, linted.out


def test_every_kind_of_file_lints_clean(pack, tmp_path, inside):
    """A procedure, a drill, a post-mortem and a pack, all in one folder."""
    procedure = ("--gate", "test -w .", "--do", "touch a", "--check", "test -e a")
    loss = ("--risk", "none", "--loses", "nothing")
    kind = ("--kind", "procedure")
    drill = ("--fault", "kill", "--set", "process=postgresql", "--option", "start-the-server")
    for arguments in (
        ("runbook", "rotate", *kind, *procedure, *loss, *OWNER),
        ("drill", "again", "--pack", "packs/erpgo", *drill),
        ("postmortem", "orders down", *OWNER),
        ("pack", "shop", "--url", "https://wiki.acme.dev/shop/"),
    ):
        ended = inside("new", *arguments)
        assert 0 == ended.code, ended.err
        assert all((tmp_path / path).is_file() for path in ended.out.splitlines())
    linted = inside("lint", "--fail-on", "warning", "--no-cache")
    assert 0 == linted.code, linted.out


def test_a_post_mortem_takes_the_timeline_of_a_run(tmp_path, inside):
    """As the journal has it; a run that is none is told."""
    (tmp_path / "look.md").write_text(
        "---\nowner: ops\n---\n# Look\n\n## Diagnosis\n```sh { name=look timeout=5s }\ntrue\n```\n"
        "**Healthy:** exit code is 0.\n"
    )
    ran = inside("run", "look.md", "--yes")
    run = re.findall(r"[0-9]{8}-[0-9]{6}-[0-9a-f]{4}", ran.out + ran.err)[-1]
    ended = inside("new", "postmortem", "looked", "--run", run, "--runbook", "look.md", *OWNER)
    assert 0 == ended.code, ended.err
    text = (tmp_path / "postmortems/looked.md").read_text()
    assert "| UTC | what happened |" in text
    assert "look" in text
    gone = inside("new", "postmortem", "other", "--run", "nope", *OWNER)
    assert (2, True) == (gone.code, "the journal has no run 'nope'" in gone.err)


@pytest.mark.parametrize(
    ("arguments", "because"),
    [
        (("runbook", "a/b", *OWNER), "cannot be the name of a runbook"),
        (("runbook", "x\x1b[31m", *OWNER), "cannot be the name of a runbook"),
        (("runbook", "x", *OWNER), "nothing says what only you can know: give --alert"),
        (("runbook", "x", "--kind", "play"), "'play' is not one of 'alert', 'procedure'"),
        (("drill", "x"), "a drill lies in a pack"),
        (("pack", "../x"), "cannot be the name of a pack"),
        (("postmortem", "x", "--date", "now", *OWNER), "is no day"),
        (("drill", "x", "--set", "a"), "is not NAME=VALUE"),
    ],
)
def test_what_cannot_be_meant_is_told_in_one_line(tmp_path, inside, arguments, because):
    """With exit code 2, and nothing is written."""
    ended = inside("new", *arguments)
    assert (2, "") == (ended.code, ended.out)
    assert because in ended.err
    assert "Traceback" not in ended.err
    assert "\x1b" not in ended.err
    assert [] == [each for each in tmp_path.iterdir() if each.name != "home"]


def test_nothing_that_is_there_is_touched(tmp_path, inside):
    """The second call says so."""
    assert 0 == inside("new", "pack", "shop").code
    before = (tmp_path / "packs/shop/pack.yaml").read_text()
    ended = inside("new", "pack", "shop", "--url", "https://x")
    assert (2, True) == (ended.code, "is there already" in ended.err)
    assert before == (tmp_path / "packs/shop/pack.yaml").read_text()
