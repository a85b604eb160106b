"""Runs of real runbook files, from the start to the last entry."""

import json
from dataclasses import replace
from urllib.parse import quote, quote_plus

import pytest

from drillbook.model.finding import Severity
from drillbook.model.run import Policy, RunState
from drillbook.model.sentence import Risk
from drillbook.model.settings import Secret
from drillbook.verbs.people.kept_policy import policy_of
from drillbook.verbs.run import unfinished
from drillbook.verbs.running.hiding import NotRunnableError
from drillbook.verbs.running.workplace import open_workplace

SECRET = "corr3ct h0rse/b@ttery"

MEND = """\
# The flag is down

## Diagnosis

### Is the flag up?
```sh {{ name=flag-up timeout=20s }}
test -e '{folder}/flag'
```
**Healthy:** exit code is 0. **Unhealthy:** exit code is 1.

## Resolution

### Raise the flag
**When:** `flag-up` is unhealthy.
**Risk:** none.
**Loses:** nothing.
```sh {{ name=raise-flag timeout=20s }}
touch '{folder}/flag'
```

## Verification
```sh {{ name=flag-stays timeout=20s }}
test -e '{folder}/flag'
```
**Recovered:** exit code is 0.
"""

LEAKY = """\
---
inputs:
  password: {{{source}secret: true}}
---
# It tells what it should not

## Diagnosis

### Does it answer?
```sh {{ name=answers timeout=20s }}
echo "plain $PASSWORD"
echo "as an address http://user:{encoded}@db"
no-such-program "$PASSWORD" || true
exit 1
```
**Healthy:** exit code is 0. **Unhealthy:** exit code is 1.
"""


def entries(place):
    return [
        entry for stream in place.journal.streams("run/") for entry in place.journal.entries(stream)
    ]


def test_a_runbook_file_is_followed_to_its_end(desk, place):
    """Found broken, mended, verified; journaled from the start to the end, and left tidy."""
    run = desk.run(place, desk.write(MEND.format(folder=desk.folder)))
    assert (RunState.RECOVERED, "raise-the-flag") == (run.state, run.option)
    assert ("run-started", "run-ended") == (desk.kinds[0], desk.kinds[-1])
    assert desk.kinds == [entry.kind for entry in entries(place)]
    assert [] == list(place.journal.verify()) + unfinished(place)
    assert not place.attempts(run.id).exists()


def test_the_first_entry_holds_what_a_resumption_needs(desk, place):
    """The text, the plan's hash, the values and the policy; they read back the same."""
    desk.run(place, desk.write(MEND.format(folder=desk.folder)))
    body = entries(place)[0].body
    assert MEND.format(folder=desk.folder).encode() == place.journal.blob(body["source"])
    assert Policy(allowed=Risk.DESTRUCTIVE, asks=frozenset()) == policy_of(body)
    assert ("a person", None, False) == (body["operator"], body["incident"], body["is_drill"])


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ("timeout=20s", "timeout=soon"),
        ("name=raise-flag", "name=raise-flag on=nowhere"),
        ("touch '{folder}/flag'", 'touch "$NOWHERE/flag"'),
        ("`flag-up` is unhealthy", "`flag-is-up` is unhealthy"),
    ],
)
def test_a_runbook_with_an_error_is_never_started(desk, place, good, bad):
    """No entry, no step, no lock: it is refused before anything is touched."""
    path = desk.write(MEND.replace(good, bad).format(folder=desk.folder))
    plan, _ = desk.plan(place, path)
    assert Severity.ERROR in {finding.severity for finding in plan.findings}
    with pytest.raises(NotRunnableError) as refusal:
        desk.run(place, path)
    assert 1 == len(str(refusal.value).splitlines())
    assert [] == entries(place)
    assert not (desk.folder / "flag").exists()
    assert not (desk.settings.state / "runs").exists()


def forms(secret):
    """How a secret may be written: plain, as JSON writes it, and percent-encoded."""
    texts = {
        secret,
        json.dumps(secret)[1:-1],
        quote(secret),
        quote(secret, safe=""),
        quote(secret, safe="").lower(),
        quote_plus(secret),
    }
    return {text.encode() for text in texts}


@pytest.fixture
def configured(desk):
    """A workplace with one secret, from a file."""
    (desk.folder / "password").write_text(SECRET)
    secret = Secret(name="db_password", file="password")
    desk.settings = replace(desk.settings, secrets=(secret,))
    with open_workplace(desk.settings) as place:
        yield place


def test_a_configured_secret_reaches_no_file_and_no_terminal(desk, configured):
    """Said by a step in plain and percent-encoded, and even written into the runbook itself."""
    text = LEAKY.format(source="from: secret.db_password, ", encoded=quote(SECRET, safe=""))
    desk.run(configured, desk.write(f"{text}\nThe password is {SECRET}.\n"))
    assert desk.kinds.count("step-finished") == 1
    assert_hidden(desk)
    finished = next(each for each in entries(configured) if each.kind == "step-finished")
    assert "plain ***\nas an address http://user:***@db\n" in finished.body["output"]


def test_a_secret_input_given_by_hand_is_hidden_as_well(desk, place):
    """Nobody configured it, and still it is in no file and on no terminal."""
    text = LEAKY.format(source="", encoded=quote(SECRET, safe=""))
    desk.run(place, desk.write(text), password=SECRET)
    assert desk.kinds.count("step-finished") == 1
    assert_hidden(desk)


def assert_hidden(desk):
    stored = desk.stored()
    assert b"step-finished" in stored
    assert [] == [form for form in forms(SECRET) if form in stored]
    heard = "".join(desk.heard).encode()
    assert b"plain ***" in heard
    assert [] == [form for form in forms(SECRET) if form in heard]


@pytest.mark.parametrize("plain", ["flag", "met", "healthy", "raise-the-flag"])
def test_a_secret_that_is_an_ordinary_word_is_refused(desk, plain):
    """Masking it would garble what a resumed run reads, and show the secret by its absence."""
    (desk.folder / "password").write_text(plain)
    secret = Secret(name="db_password", file="password")
    desk.settings = replace(desk.settings, secrets=(secret,))
    with open_workplace(desk.settings) as place:
        with pytest.raises(NotRunnableError, match="secret `db_password`: its value is part of"):
            desk.run(place, desk.write(MEND.format(folder=desk.folder)))
        assert [] == entries(place)


def test_unfinished_runs_are_listed_oldest_first(desk, place):
    """Those that ended, and streams that are no runs, are not."""
    desk.run(place, desk.write(MEND.format(folder=desk.folder)))
    for name in ("run/b", "run/a", "incident/x"):
        place.journal.append(name, "run-started", {"runbook": name})
    assert ["run/b", "run/a"] == [entry.stream for entry in unfinished(place)]
