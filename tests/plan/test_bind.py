"""A runbook bound to its surroundings."""

from dataclasses import replace

from drillbook.model.runbook import Input
from drillbook.model.target import Target
from nouns import HERE, check, option, plan, runbook, step, verification

TARGET = Target(name="db", env={"PGUSER": "app"}, path=("/opt/pg/bin", "/usr/bin"), cwd="/tmp")
BOOK = runbook(
    checks=(check("c", "true", on="db"),),
    options=(option("o", step("s", 'echo "$VALUE"'), step("manual", is_excluded=True)),),
    verifications=(verification(),),
    inputs=(Input(place=HERE, name="value", default="v"),),
)


def test_every_step_that_runs_has_its_target_and_environment():
    """What is excluded is not planned; a target's path is the step's PATH."""
    bound = plan(BOOK, targets={"db": TARGET})
    assert list(bound.steps) == ["c", "s", "verify"]
    env = bound.steps["c"].env
    assert (env["PGUSER"], env["PATH"], env["VALUE"]) == ("app", "/opt/pg/bin:/usr/bin", "v")


def test_the_hash_is_that_of_what_will_happen():
    """Another value or target gives another hash, another terminal of the caller does not."""
    one = plan(BOOK, targets={"db": TARGET}).hash
    other_value = plan(BOOK, targets={"db": TARGET}, given={"value": "w"}).hash
    other_target = plan(BOOK, targets={"db": replace(TARGET, cwd="/")}).hash
    same = plan(BOOK, targets={"db": TARGET}, env={"SSH_AUTH_SOCK": "/run/other"}).hash
    assert len({one, other_value, other_target}) == 3
    assert one == same


def test_a_secret_is_in_the_environment_and_in_nothing_that_is_shown():
    """Neither the plan's values nor its text form hold it."""
    book = replace(BOOK, inputs=(Input(place=HERE, name="value", source="secret.pw"),))
    bound = plan(book, targets={"db": TARGET}, secrets={"pw": "hunter2hunter2"})
    assert bound.steps["s"].env["VALUE"] == "hunter2hunter2"
    assert "hunter2" not in repr(bound)


def test_findings_of_reading_come_first():
    """The plan carries everything that stops it."""
    flawed = runbook(options=(option("o", step("s", "echo $NOWHERE")),))
    assert [each.lint for each in plan(flawed).findings] == ["variable-without-value"]
