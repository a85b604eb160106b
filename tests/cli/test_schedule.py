"""`drillbook schedule`: listed, told ahead, done now, paused and resumed."""

import json
import re

import pytest

SCHEDULES = """
[[schedules]]
name = "nightly-checks"
cron = "30 2 * * *"
timezone = "Europe/Berlin"
checks = "runbooks/database.md"

[[schedules]]
name = "drills"
cron = "@weekly"
drill = "packs/erpgo"
"""
MOMENT = r"\d{4}-\d\d-\d\d \d\d:\d\d[+-]\d\d:\d\d"


@pytest.fixture
def plans(tmp_path):
    """A folder with two schedules."""
    (tmp_path / "drillbook.toml").write_text(SCHEDULES)


def entries(drillbook, name):
    shown = drillbook("journal", "show", f"schedule/{name}", "--format", "json")
    return [json.loads(line) for line in shown.stdout.splitlines()]


def test_the_list_says_when_each_is_done_next(plans, drillbook):
    """In its own time zone."""
    listed = drillbook("schedule", "list")
    assert 0 == listed.returncode
    nightly, drills = listed.stdout.splitlines()
    assert re.fullmatch(rf"nightly-checks  30 2 \* \* \* \(Europe/Berlin\)  next {MOMENT}", nightly)
    assert re.fullmatch(rf"drills  @weekly \(UTC\)  next {MOMENT}", drills)


def test_the_list_as_json(plans, drillbook, tmp_path):
    """Everything that is known, for programs."""
    found = json.loads(drillbook("schedule", "list", "--format", "json").stdout)
    assert ["nightly-checks", "drills"] == [each["name"] for each in found]
    assert str(tmp_path / "runbooks/database.md") == found[0]["checks"]
    assert (False, None, None, 0) == (
        found[0]["paused"],
        found[0]["last_ns"],
        found[0]["run"],
        found[0]["missed"],
    )
    assert found[0]["next_ns"] > 0


def test_the_next_times(plans, drillbook):
    """As many as are asked for, of one or of all."""
    said = drillbook("schedule", "next", "nightly-checks", "--count", "400").stdout.splitlines()
    assert 400 == len(said)
    times = {line.split(" ")[3] for line in said}
    assert {"02:30+01:00", "02:30+02:00", "03:00+02:00"} == times
    both = drillbook("schedule", "next").stdout.splitlines()
    assert {"nightly-checks": 5, "drills": 5} == {
        name: sum(line.startswith(f"{name}  ") for line in both)
        for name in ("nightly-checks", "drills")
    }


def test_paused_and_resumed(plans, drillbook):
    """By whom stands in the list and in the journal; a second time changes nothing."""
    paused = drillbook("schedule", "pause", "drills")
    assert (0, "drills is paused\n") == (paused.returncode, paused.stdout)
    assert "drills was paused already\n" == drillbook("schedule", "pause", "drills").stdout
    assert re.search(
        r"^drills .*  paused by \w+$", drillbook("schedule", "list").stdout, re.MULTILINE
    )
    resumed = drillbook("schedule", "resume", "drills").stdout
    assert re.fullmatch(rf"drills is resumed; it is done next at {MOMENT}\n", resumed)
    assert drillbook("schedule", "resume", "drills").stdout.startswith("drills was not paused; ")
    assert ["schedule-paused", "schedule-resumed"] == [
        each["kind"] for each in entries(drillbook, "drills")
    ]


def test_done_now(plans, drillbook):
    """A job waits for a server, and whoever asked is told that none works."""
    asked = drillbook("schedule", "run", "drills")
    assert (0, "drills is done as soon as a server takes it\n") == (asked.returncode, asked.stdout)
    assert "no server works now; `drillbook serve` starts one" in asked.stderr
    (entry,) = entries(drillbook, "drills")
    assert ("schedule-requested", False) == (entry["kind"], entry["body"]["paused"])


@pytest.mark.parametrize("act", ["run", "pause", "resume", "next"])
def test_one_that_is_not_there(act, plans, drillbook):
    """One line says which there are."""
    result = drillbook("schedule", act, "nightly")
    assert 2 == result.returncode
    assert (
        "drillbook: no schedule is called nightly; drillbook.toml has nightly-checks, drills\n"
    ) == result.stderr


@pytest.mark.parametrize("act", ["run", "pause", "resume"])
def test_what_changes_something_needs_a_token_where_people_are_configured(
    act, plans, drillbook, tmp_path
):
    """To look does not."""
    (tmp_path / "drillbook.toml").write_text(f"{SCHEDULES}\n[people.ada]\nroles = ['admin']\n")
    refused = drillbook("schedule", act, "drills")
    assert 2 == refused.returncode
    assert "a token must say who you are" in refused.stderr
    assert 0 == drillbook("schedule", "list").returncode
    assert [] == entries(drillbook, "drills")


def test_without_schedules(drillbook):
    """The line says what to add."""
    result = drillbook("schedule", "list")
    assert (0, "") == (result.returncode, result.stdout)
    assert "there is no schedule; add [[schedules]] to drillbook.toml\n" == result.stderr


def test_jobs_that_cannot_be_kept_are_one_line(plans, drillbook, tmp_path):
    """A file of another program in the place of ours."""
    state = tmp_path / ".drillbook"
    state.mkdir(exist_ok=True)
    (state / "engine.db").write_text("this is no database, whatever its name says" * 100)
    result = drillbook("schedule", "run", "drills")
    assert 2 == result.returncode
    assert 1 == len(result.stderr.splitlines())
    assert "file is not a database; this is no file of jobs: move it away" in result.stderr


@pytest.mark.parametrize("name", ["list", "next", "run", "pause", "resume"])
def test_help_has_examples(name, drillbook):
    """Each shows how it is used."""
    result = drillbook("schedule", name, "--help")
    assert 0 == result.returncode
    assert f"drillbook schedule {name}" in result.stdout.split("Examples:")[1]
