"""What a step's language and its target's secrets say before anything runs."""

from dataclasses import replace

from drillbook.model.runbook import Input
from drillbook.model.sentence import Capture, CaptureKind
from drillbook.model.target import Target
from nouns import HERE, check, option, plan, runbook, step

DB = Target(name="db", settings={"url": "postgresql://app@db/x", "password_secret": "db-password"})
SECRETS = {"db-password": "hunter2hunter2"}


def sql(name, command, **fields):
    return step(name, command, language="sql", on="db", **fields)


def book(*steps, **fields):
    return runbook(options=(option("o", *steps),), **fields)


def found(bound):
    return [(each.lint, each.message) for each in bound.findings]


def test_a_parameter_needs_an_input_or_a_capture():
    """As a shell's variable does; the message shows it as it is written."""
    asks = sql("s", "DELETE FROM t WHERE id = :order_id")
    bound = plan(book(asks), targets={"db": DB}, secrets=SECRETS)
    message = "step `s` uses :order_id, which nothing gives a value"
    assert [("variable-without-value", message)] == found(bound)
    given = Input(place=HERE, name="order_id", default="7")
    assert [] == found(plan(book(asks, inputs=(given,)), targets={"db": DB}, secrets=SECRETS))
    capture = Capture(place=HERE, name="order_id", kind=CaptureKind.NUMBER)
    taken = replace(book(asks), checks=(check("c", captures=(capture,)),))
    assert [] == found(plan(taken, targets={"db": DB}, secrets=SECRETS))


def test_a_name_like_a_known_one_is_asked_after():
    """A typo is named with what was probably meant."""
    near = Input(place=HERE, name="order_ids", default="7")
    bound = plan(book(sql("s", "SELECT :order_id"), inputs=(near,)), targets={"db": DB})
    assert "did you mean order_ids?" in [each.help for each in bound.findings]


def test_a_secret_of_the_target_is_in_the_environment_of_its_sql_alone():
    """Other steps on the target do not get it, and nothing that is shown holds it."""
    bound = plan(
        book(sql("s", "SELECT 1"), step("t", "true", on="db")), targets={"db": DB}, secrets=SECRETS
    )
    assert "hunter2hunter2" == bound.steps["s"].env["DRILLBOOK_PASSWORD"]
    assert "DRILLBOOK_PASSWORD" not in bound.steps["t"].env
    assert "hunter2" not in repr(bound)


def test_a_secret_that_is_not_configured_is_a_finding():
    """With the nearest one that is."""
    bound = plan(book(sql("s", "SELECT 1")), targets={"db": DB}, secrets={"db-pasword": "x"})
    (finding,) = bound.findings
    assert ("unknown-secret", True) == (finding.lint, "`db-pasword`?" in finding.help)


def test_of_a_target_that_is_not_known_only_that_is_said():
    """One flaw, one Finding."""
    assert ["unknown-target"] == [lint for lint, _ in found(plan(book(sql("s", "SELECT 1"))))]


def test_a_check_observes_and_an_options_step_does_not():
    """By which the database is told to refuse changes."""
    one = replace(check("c"), step=sql("c", "SELECT 1"))
    both = replace(book(sql("s", "SELECT 1")), checks=(one,))
    bound = plan(both, targets={"db": DB}, secrets=SECRETS)
    assert {"c": True, "s": False} == {n: each.observes for n, each in bound.steps.items()}
    several = replace(both, checks=(replace(one, step=sql("c", "SELECT 1; SELECT 2")),))
    assert ["several-statements"] == [
        lint for lint, _ in found(plan(several, targets={"db": DB}, secrets=SECRETS))
    ]


def test_another_url_is_another_plan():
    """A run that was cut off does not go on against another database."""
    one = plan(book(sql("s", "SELECT 1")), targets={"db": DB}, secrets=SECRETS).hash
    elsewhere = replace(DB, settings={**DB.settings, "url": "postgresql://app@other/x"})
    other = plan(book(sql("s", "SELECT 1")), targets={"db": elsewhere}, secrets=SECRETS).hash
    assert one != other


def test_a_target_to_which_no_way_leads_is_named():
    """With the kinds that there are."""
    far = Target(name="far", kind="carrier-pigeon", settings={"host": "h"})
    bound = plan(book(step("s", on="far")), targets={"far": far})
    message = "target `far` is of kind carrier-pigeon, to which no way leads"
    assert [("target-out-of-reach", message)] == found(bound)
    assert "local" in bound.findings[0].help
    assert "ssh" in bound.findings[0].help


def test_what_the_way_finds_wrong_stops_the_plan():
    """A host that would be an option of ssh."""
    far = Target(name="far", kind="ssh", settings={"host": "-oProxyCommand=id"})
    bound = plan(book(step("s", on="far")), targets={"far": far})
    assert ["bad-ssh-setting"] == [lint for lint, _ in found(bound)]
