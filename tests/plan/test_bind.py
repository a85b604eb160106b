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


FAR = Target(name="far", kind="ssh", settings={"host": "db-1"}, env={"PGUSER": "app"})


def test_a_step_that_travels_has_nothing_of_this_machine():
    """Who we are and where our programs lie is for the program that carries it."""
    book = replace(BOOK, checks=(check("c", "true", on="far"),))
    bound = plan(book, targets={"far": FAR}, env={"SSH_AUTH_SOCK": "/run/agent"})
    assert () == bound.findings
    there, here = bound.steps["c"], bound.steps["s"]
    assert {"PGUSER": "app", "VALUE": "v"} == there.env
    assert "/run/agent" == there.carrier_env["SSH_AUTH_SOCK"] == here.env["SSH_AUTH_SOCK"]
    assert {} == here.carrier_env


def test_a_targets_own_path_travels():
    """The folders are those of the other machine."""
    book = replace(BOOK, checks=(check("c", "true", on="far"),))
    bound = plan(book, targets={"far": replace(FAR, path=("/opt/pg/bin", "/usr/bin"))})
    assert "/opt/pg/bin:/usr/bin" == bound.steps["c"].env["PATH"]


def test_over_there_only_what_a_login_gives_is_known():
    """A variable of our own terminal has no value there."""
    script = 'echo "$HOME" "$KUBECONFIG"'
    book = runbook(options=(option("o", step("s", script, on="far")),))
    bound = plan(book, targets={"far": FAR}, env={"KUBECONFIG": "/k", "HOME": "/h"})
    assert ["variable-without-value"] == [each.lint for each in bound.findings]
    assert "$KUBECONFIG" in bound.findings[0].message


def test_what_asks_a_targets_url_runs_here():
    """sql, http and promql put their question from this machine, wherever the target is."""
    url = {"host": "db-1", "url": "sqlite:////tmp/x.db"}
    asks = step("s", "SELECT 1", language="sql", on="far")
    book = runbook(options=(option("o", asks),))
    bound = plan(book, targets={"far": replace(FAR, settings=url)}, env={"HOME": "/h"})
    assert ((), "/h", {}) == (
        bound.findings,
        bound.steps["s"].env["HOME"],
        bound.steps["s"].carrier_env,
    )


def test_what_a_step_exports_has_a_value_in_others():
    """As a capture has."""
    steps = (step("a", "LEADER=1", exports=("LEADER",)), step("b", 'echo "$LEADER"'))
    assert () == plan(runbook(options=(option("o", *steps),))).findings
