"""`[people.NAME]` and `[[policy]]`: what is understood, and what is refused or warned of."""

import pytest

from drillbook.model.finding import Severity
from drillbook.model.people import Person, PolicyRule
from drillbook.model.sentence import Risk
from drillbook.read.settings import read_settings

TEAM = """
[people.ada]
roles = ["oncall", "admin"]
[people.bob]
roles = ["dba"]
"""
NO_ADMIN = 'people: nobody has the role "admin", so nobody can make a token'


def read(tmp_path, text: str):
    path = tmp_path / "drillbook.toml"
    path.write_text(text, encoding="utf-8")
    return read_settings(path)


def flaws(tmp_path, text: str) -> list[tuple[str, str]]:
    """Message and help of every Finding."""
    return [(finding.message, finding.help) for finding in read(tmp_path, text)[1]]


def test_people_and_rules(tmp_path):
    """Every key arrives in its noun."""
    text = f"""{TEAM}
    [[policy]]
    services = ["orders*", "billing"]
    risks = ["destructive"]
    start = ["oncall"]
    asks = true
    approvals = 1
    approvers = ["dba"]
    expires = "10m"
    """
    found, findings = read(tmp_path, text)
    assert () == findings
    assert {
        "ada": Person(name="ada", roles=frozenset({"oncall", "admin"})),
        "bob": Person(name="bob", roles=frozenset({"dba"})),
    } == found.people
    assert (
        PolicyRule(
            services=("orders*", "billing"),
            risks=frozenset({Risk.DESTRUCTIVE}),
            start=frozenset({"oncall"}),
            asks=True,
            approvals=1,
            approvers=frozenset({"dba"}),
            expires_s=600.0,
        ),
    ) == found.policy


def test_a_rule_that_says_nothing_is_for_everything(tmp_path):
    """Each key has the noun's own default."""
    found, _ = read(tmp_path, f"{TEAM}\n[[policy]]")
    assert (PolicyRule(),) == found.policy


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "[[policy]]\nrisks = ['destructve']",
            'policy[0].risks[0]: "destructve" is no risk; write "destructive"',
        ),
        (
            "[[policy]]\nrisks = ['x']",
            'policy[0].risks[0]: "x" is no risk; there are none, disruptive, destructive',
        ),
        ("[[policy]]\nrisks = []", "policy[0].risks: List should have at least 1 item"),
        ("[[policy]]\nservices = []", "policy[0].services: List should have at least 1 item"),
        (
            "[[policy]]\nservices = [' ']",
            'policy[0].services[0]: an empty name fits no service; write "*" for every one',
        ),
        ("[[policy]]\nstart = ['a b']", "policy[0].start[0]: a name has up to 64 letters"),
        ("[[policy]]\napprovers = ['']", "policy[0].approvers[0]: a name has up to 64 letters"),
        ("[[policy]]\napprovals = 11", "policy[0].approvals: Input should be less than or equal"),
        ("[[policy]]\napprovals = -1", "policy[0].approvals: Input should be greater than or"),
        ("[[policy]]\nexpires = '0s'", "policy[0].expires: it is no duration"),
        ("[people.'a b']", "people.a b: a name has up to 64 letters, digits and ._@+-"),
        ("[people.'-ada']", "people.-ada: a name has up to 64 letters"),
        ("[people.'../x']", "people.../x: a name has up to 64 letters"),
        (f"[people.{'a' * 65}]", f"people.{'a' * 65}: a name has up to 64 letters"),
        ("[people.ada]\nroles = ['']", "people.ada.roles[0]: a name has up to 64 letters"),
        ("[people.ada]\nroles = 'dba'", "people.ada.roles: it should be a list"),
    ],
)
def test_flaw(tmp_path, text, message):
    """One line with the path of the key and what would do; nothing is taken from the file."""
    found, findings = read(tmp_path, text)
    assert found is None
    assert [Severity.ERROR] == [finding.severity for finding in findings]
    assert findings[0].message.startswith(message)


@pytest.mark.parametrize("name", ["ada", "ada.l", "ada@example.org", "Ada-2", "å", "o+c"])
def test_name(tmp_path, name):
    """Names as people and their mail addresses have them."""
    found, findings = read(tmp_path, f"[people.'{name}']\nroles = ['admin']")
    assert (name, ()) == (found.people[name].name, findings)


def test_slip_in_a_person(tmp_path):
    """The nearest key is named."""
    assert [("people.ada.role: nothing reads this key", 'write "roles"')] == flaws(
        tmp_path, "[people.ada]\nrole = ['x']"
    )


@pytest.mark.parametrize(
    ("text", "message", "cure"),
    [
        (
            "[[policy]]\nstart = ['onncall']",
            'policy[0].start: nobody has the role "onncall"',
            'write "oncall"',
        ),
        (
            "[[policy]]\n[[policy]]\napprovers = ['zzz']",
            'policy[1].approvers: nobody has the role "zzz"',
            "give it to somebody in [people], or take it out",
        ),
        (
            "[[policy]]\napprovals = 3",
            "policy[0].approvals: 3 must approve, and 2 of [people] may",
            "ask for fewer, or give more people one of its approvers' roles",
        ),
        (
            "[[policy]]\napprovals = 2\napprovers = ['dba']",
            "policy[0].approvals: 2 must approve, and 1 of [people] may",
            "ask for fewer, or give more people one of its approvers' roles",
        ),
    ],
)
def test_what_cannot_be_meant_is_warned_of(tmp_path, text, message, cure):
    """A rule that nobody can meet is said while there is time, and stops nothing."""
    found, findings = read(tmp_path, TEAM + text)
    assert found is not None
    assert (message, cure, Severity.WARNING) == (
        findings[0].message,
        findings[0].help,
        findings[0].severity,
    )
    assert 1 == len(findings)


def test_a_team_without_an_admin_is_warned(tmp_path):
    """Nobody could make a token."""
    assert [(NO_ADMIN, 'give it to somebody, as in roles = ["admin"]')] == flaws(
        tmp_path, "[people.ada]"
    )


def test_no_people_is_no_flaw(tmp_path):
    """Alone at a terminal, none of it is needed."""
    assert [] == flaws(tmp_path, "[[policy]]\nasks = true")


def test_a_source_of_webhooks_is_nobody_who_could_approve(tmp_path):
    """It is counted among no approvers."""
    text = TEAM + "[people.pager]\nroles = ['webhook']\n[[policy]]\napprovals = 3"
    message = "policy[0].approvals: 3 must approve, and 2 of [people] may"
    assert [message] == [said for said, _ in flaws(tmp_path, text)]


@pytest.mark.parametrize("name", ["Ada", "ADA", "\uff41da"])
def test_two_people_who_are_called_alike_are_warned_of(tmp_path, name):
    """One human with two names could approve what they asked for themselves."""
    [(message, cure)] = flaws(tmp_path, TEAM + f'[people."{name}"]\nroles = ["dba"]')
    assert f'people: "ada" and "{name}" are two people here' == message
    assert "keep one of them" in cure
