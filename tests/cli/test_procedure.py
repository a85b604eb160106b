"""A deployment from the command line: shown, followed, stopped and undone, in a terminal too."""

import json
import re
from pathlib import Path

import pytest

from asked import guided
from drillbook.cli.guided import fitting, screen
from drillbook.cli.guided_keys import key_lines
from drillbook.model.run import Part
from drillbook.model.sentence import Risk
from terminal import Terminal, run_in_terminal

STORIES = Path(__file__).parent / "stories"
RUN = re.compile(r"[0-9]{8}-[0-9]{6}-[0-9a-f]+")
TOOK = re.compile(r"\([0-9.]+ s\)")
ELAPSED = re.compile(r"^ *[0-9]+:[0-9]{2}  ", re.MULTILINE)


def told(text):
    """What was said, without what differs from one run to the next."""
    text = ELAPSED.sub("", TOOK.sub("(… s)", RUN.sub("RUN", text)))
    polls = [line for line in text.splitlines() if not line.startswith("        │")]
    return "\n".join(polls).strip("\n")


@pytest.fixture
def story(tell, tmp_path):
    """The story, and its runbook and what it deploys to in a folder."""
    found = tell(STORIES / "procedure.txt")
    (tmp_path / "deploy.md").write_text(found.given("runbook") + "\n", encoding="utf-8")
    (tmp_path / "room").touch()
    return found


def run(drillbook, release, *more):
    return drillbook("run", "deploy.md", "--input", f"release={release}", *more)


def weight(folder):
    return (folder / "weight").read_text().strip() if (folder / "weight").exists() else None


def test_what_is_planned(story, drillbook):
    """A story: gates, stages and what would undo them."""
    ended = drillbook("plan", "deploy.md", "--input", "release=two")
    story.expect("plan", ended.stdout.rstrip("\n"))
    assert (0, "") == (ended.returncode, ended.stderr)
    body = json.loads(
        drillbook("plan", "deploy.md", "--input", "release=two", "--format", "json").stdout
    )
    assert "procedure" == body["kind"]
    assert [["stop-blue"], [], ["send-none"], ["send-back"]] == [x["undo"] for x in body["stages"]]


def test_a_good_release_goes_all_the_way(story, drillbook, tmp_path):
    """A story: every stage, one left out by its When, and the smoke test."""
    ended = run(drillbook, "two", "--yes")
    story.expect("good", f"{told(ended.stderr)}\n\n{told(ended.stdout)}")
    assert (0, "100", "two\n") == (
        ended.returncode,
        weight(tmp_path),
        (tmp_path / "blue").read_text(),
    )


def test_a_bad_release_is_stopped_at_the_canary(story, drillbook, tmp_path):
    """A story: one in ten saw it, and nobody does afterwards."""
    ended = run(drillbook, "bad", "--yes")
    story.expect("bad", f"{told(ended.stderr)}\n\n{told(ended.stdout)}")
    assert (1, "0", False) == (ended.returncode, weight(tmp_path), (tmp_path / "blue").exists())


def test_a_release_that_breaks_the_whole_is_taken_back(story, drillbook, tmp_path):
    """The smoke test does not hold: all stages are undone, the last first."""
    ended = run(drillbook, "broken", "--yes", "--format", "json")
    body = json.loads(ended.stdout)
    assert ("stopped and undone", 1) == (body["state"], ended.returncode)
    assert ["send-all-there", "send-10--there", "start-blue"] == body["undone"]
    assert ("0", False) == (weight(tmp_path), (tmp_path / "blue").exists())


def test_a_closed_gate(story, drillbook, tmp_path):
    """A story: nothing begins, and it says why."""
    (tmp_path / "room").unlink()
    ended = run(drillbook, "two", "--yes")
    story.expect("gate", told(ended.stdout))
    assert (1, False) == (ended.returncode, (tmp_path / "blue").exists())
    looked = run(drillbook, "two", "--checks-only")
    assert (1, True) == (looked.returncode, "`room` is unhealthy" in looked.stdout)
    (tmp_path / "room").touch()
    looked = run(drillbook, "two", "--checks-only")
    assert (0, True) == (looked.returncode, "would begin with Start blue" in looked.stdout)


def test_a_risk_that_is_not_allowed_lets_nothing_begin(story, drillbook, tmp_path):
    """Not half of it either."""
    ended = run(drillbook, "two", "--yes", "--risk", "none")
    assert (1, False) == (ended.returncode, (tmp_path / "blue").exists())
    assert "beyond the allowed risk: Send 10 % there" in ended.stdout


def test_without_anybody_to_ask_it_waits(story, drillbook, tmp_path):
    """It stands open after the mild stage, and goes on when somebody is there."""
    ended = run(drillbook, "two")
    assert "asking" in ended.stdout
    assert ("two\n", None) == ((tmp_path / "blue").read_text(), weight(tmp_path))
    name = RUN.search(ended.stdout).group()
    assert f"{name}" in drillbook("runs").stdout
    assert 0 == drillbook("resume", name, "--yes").returncode
    assert "100" == weight(tmp_path)
    assert "succeeded" in drillbook("runs", "show", name).stdout


def test_unknown_is_not_undone_with_yes(story, drillbook, tmp_path):
    """A missing program takes no release away: a person is asked, whatever was said before."""
    text = (tmp_path / "deploy.md").read_text()
    text = text.replace("grep --quiet --invert-match broken blue", "no-such-program-at-all")
    (tmp_path / "deploy.md").write_text(text.replace(", within 300 ms", ""))
    ended = run(drillbook, "two", "--yes")
    assert ("100", True) == (weight(tmp_path), (tmp_path / "blue").exists())
    assert "It undoes Send all there" in ended.stderr
    assert "asking" in ended.stdout


STAGE = {"title": "Send 10 % there", "stage": 2, "stages": 4, "risk": Risk.DISRUPTIVE, "when": ""}
UNDO = {**STAGE, "part": Part.UNDO, "held_up": "`answers-10`: exit code is 1"}
GATE = {"part": Part.CHECK, "title": "Is there room?", "is_gate": True, "previous": ""}


def test_guided_screens(story):
    """A story: what somebody who is guided sees of a gate, of a stage and of its Undo."""
    for name, fields in (("gate", GATE), ("stage", STAGE), ("undo", UNDO)):
        question = guided(**fields)
        lines = [*screen(question, fitting(80)), *key_lines(question, fitting(80))]
        story.expect(f"guided {name}", "\n".join(lines).strip("\n"))
        assert len(lines) < 24


def test_guided_from_end_to_end(story, tmp_path):
    """Each step of a bad release by a key, also of its Undo; the terminal says what it means."""
    arguments = ["run", "deploy.md", "--input", "release=bad", "--guided"]
    keys = [("What now? ", b"r\n")] * 4 + [("[g] go on", b"g\n")] + [("What now? ", b"r\n")] * 2
    seen = run_in_terminal(arguments, keys, Terminal(folder=tmp_path, env={"TERM": "dumb"}))
    text = " ".join(seen.text.split())
    for said in (
        "Step 1 of 1, Gate: Is there room for another release?",
        "This gate is passed. Next: the stage Start blue.",
        "Stage 1 of 4: Start blue.",
        "Step 2 of 2, Stage 3 of 4: Send 10 % there",
        "The procedure goes no further",
        "Step 1 of 1, Undo of Stage 3 of 4: Send 10 % there",
        "It is undone.",
        "stopped and undone",
    ):
        assert said in text, said
    assert (1, "0", False) == (seen.code, weight(tmp_path), (tmp_path / "blue").exists())
