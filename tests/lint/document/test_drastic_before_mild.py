"""A drastic option before a milder one that may apply as well."""

import pytest

from drillbook.lint.document.drastic_before_mild import LINT
from told import FRONT, findings, option, told

HEAD = f"{FRONT}# It\n\n## Resolution\n"


def options(*said: tuple[str, str]) -> str:
    """Options A, B, … each with a Risk and a When, five lines each."""
    return HEAD + "".join(
        option("ABC"[number], f"**When:** {when}.", f"**Risk:** {risk}.")
        for number, (risk, when) in enumerate(said)
    )


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("`a` is unhealthy", "`a` is unhealthy"),
        ("`a` is unhealthy", "`b` is unhealthy"),
        ("`a` is unhealthy", "`a` is unhealthy and `b` is healthy"),
        ("`lag` is above 10", "`lag` is above 30"),
        ("`a` is unhealthy or `b` is unhealthy", "not `a` is healthy"),
    ],
)
def test_the_drastic_one_is_underlined_where_both_can_hold(first, second):
    """The mild one, which might have been enough, would never be tried."""
    text = options(("destructive", first), ("none", second))
    assert ["8: ### A"] == told(LINT, text)
    assert '"A" is destructive and stands before "B" (line 14)' in findings(LINT, text)[0].message


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("`a` is unhealthy", "`a` is healthy"),
        ("`a` is unknown", "`a` is unhealthy or `a` is healthy"),
        ("`lag` is above 30", "`lag` is at most 30"),
        ("`mode` is `read-only`", "`mode` is `normal`"),
        ("`a` is unhealthy and `b` is healthy", "not `b` is healthy"),
    ],
)
def test_conditions_that_rule_each_other_out_have_no_order(first, second):
    """Only one of them is ever chosen."""
    assert [] == told(LINT, options(("destructive", first), ("none", second)))


def test_a_rarer_case_may_stand_first():
    """Where its author knows that the mild way is of no use."""
    first = "`a` is unhealthy and `b` is unhealthy"
    assert [] == told(LINT, options(("destructive", first), ("none", "`a` is unhealthy")))


def test_mild_before_drastic_is_the_order():
    """Also where two are alike."""
    when = "`a` is unhealthy"
    said = [(risk, when) for risk in ("none", "disruptive", "disruptive", "destructive")]
    assert [] == told(LINT, options(*said[:3]))
    assert [] == told(LINT, options(*said[1:]))


def test_the_drastic_one_is_told_once():
    """Of the first milder one below it."""
    when = "`a` is unhealthy"
    text = options(("destructive", when), ("disruptive", when), ("none", when))
    assert ["8: ### A"] == told(LINT, text)


def test_an_option_without_a_risk_counts_as_destructive_but_never_said_so():
    """That it does not say its risk is told by another lint."""
    text = HEAD + option("A", "**When:** `a` is unhealthy.")
    text += option("B", "**When:** `a` is unhealthy.", "**Risk:** none.")
    assert [] == told(LINT, text)


def alternatives(first: str, second: str, name: str = "Option") -> str:
    """Plain Markdown with two ways, the first from line 7 on."""
    ways = "".join(
        f"### {name} {number}\n```sh\n{command}\n```\n"
        for number, command in enumerate((first, second), start=1)
    )
    return "# It\n\n## Symptoms\nIt fails.\n\n## Resolution\n" + ways


DROP = "psql -c 'DROP TABLE orders'"
RESTART = "kubectl rollout restart deployment/orders"


def test_in_plain_markdown_the_command_that_destroys_is_underlined():
    """Where one of several ways destroys, and the next one does not."""
    text = alternatives(DROP, RESTART)
    (found,) = findings(LINT, text)
    assert (9, "note") == (found.place.line, found.severity.value)
    assert '"Option 1" stands before "Option 2" (line 11)' in found.message


@pytest.mark.parametrize(
    "text",
    [
        alternatives(RESTART, DROP),
        alternatives(DROP, DROP),
        alternatives(RESTART, "uptime"),
        alternatives(DROP, RESTART, name="Step"),
        alternatives(DROP, RESTART).replace(f"```sh\n{RESTART}\n```", "Ask somebody."),
    ],
)
def test_plain_markdown_is_flagged_only_where_it_is_sure(text):
    """Steps follow one another; of words alone nobody knows what they do."""
    assert [] == told(LINT, text)
