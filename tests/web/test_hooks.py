"""POST /hooks/alertmanager over real HTTP, with what Alertmanager sends."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

PATH = "/hooks/alertmanager"
ALERT = {
    "status": "firing",
    "labels": {"alertname": "FlagDown", "pole": "north-1"},
    "annotations": {"runbook_url": "https://runbooks.example.org/flags/flag.md"},
    "startsAt": "2026-11-21T10:30:45.123Z",
    "endsAt": "0001-01-01T00:00:00Z",
    "fingerprint": "c0ffee",
}


def webhook(*alerts):
    """The body of Alertmanager's webhook, version 4."""
    return {
        "version": "4",
        "groupKey": '{}:{alertname="FlagDown"}',
        "status": "firing",
        "receiver": "drillbook",
        "alerts": list(alerts or (ALERT,)),
    }


def test_an_alert_is_journaled_before_it_is_answered(as_person, house):
    """The answer names the incident, which is there, with its runbook and its source."""
    answer = as_person("alertmanager").post(PATH, json=webhook())
    assert 200 == answer.status_code
    [name] = answer.json()["opened"]
    [entry] = house.place.journal.entries(f"incident/{name}")
    assert ("flags/runbooks/flag.md", "alertmanager") == (entry.body["book"], entry.body["by"])
    assert [f"incident/{name}"] == [status.job.key for status in house.engine.jobs()]


def test_the_token_may_be_a_password(as_person, site):
    """Alertmanager's http_config offers both."""
    for name in ("alertmanager", ""):
        auth = (name, site.tokens["alertmanager"])
        assert 200 == as_person("").post(PATH, json=webhook(), auth=auth).status_code


def test_the_same_alert_many_times_at_once_is_one_incident(as_person, house):
    """Two Alertmanagers send everything twice."""
    client = as_person("alertmanager")
    with ThreadPoolExecutor(8) as pool:
        codes = list(pool.map(lambda _: client.post(PATH, json=webhook()).status_code, range(16)))
    assert {200} == set(codes)
    assert 1 == len(house.place.journal.streams("incident/"))
    resolved = {**ALERT, "status": "resolved", "endsAt": "2026-11-21T10:40:00Z"}
    assert client.post(PATH, json=webhook(resolved)).json()["folded"]
    [stream] = house.place.journal.streams("incident/")
    kinds = [entry.kind for entry in house.place.journal.entries(stream)]
    assert ["incident-opened", "alert-received"] == kinds


def test_a_flawed_alert_does_not_take_the_others_with_it(as_person, capfd):
    """What can be understood is taken, what cannot is named in the answer and in the log."""
    answer = as_person("alertmanager").post(PATH, json=webhook({"status": "firing"}, ALERT))
    assert (200, 1) == (answer.status_code, len(answer.json()["opened"]))
    flaws = answer.json()["flaws"]
    assert ["alerts[0].labels: Field required", "alerts[0].startsAt: Field required"] == flaws
    [line] = capfd.readouterr().err.splitlines()
    assert f"drillbook: a webhook of alertmanager: {flaws[0]}, and 1 more" == line


def test_alerts_that_were_left_out_are_named(as_person, capfd):
    """Alertmanager cuts large groups, and says only how many are missing."""
    body = {**webhook(), "truncatedAlerts": 7}
    answer = as_person("alertmanager").post(PATH, json=body)
    assert ["7 alerts of the group are left out"] == answer.json()["flaws"]
    assert "7 alerts of the group are left out\n" in capfd.readouterr().err


def test_a_hostile_flaw_is_one_line_of_the_log(as_person, capfd):
    """It is text from outside."""
    hostile = {**ALERT, "status": "\x1b[2J\nfiring" + "x" * 9_000}
    answer = as_person("alertmanager").post(PATH, json=webhook(hostile, ALERT))
    [line] = capfd.readouterr().err.splitlines()
    assert 200 == answer.status_code
    assert line.isprintable()
    assert len(line) < 700


def test_a_webhook_without_a_flaw_says_nothing(as_person, capfd):
    """A log that repeats every alert is read by nobody."""
    answer = as_person("alertmanager").post(PATH, json=webhook())
    assert (200, []) == (answer.status_code, answer.json()["flaws"])
    assert "" == capfd.readouterr().err


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b"\xff\xfe",
        b'{"version": "4", "alerts": []}',
        b'{"version": "4", "alerts": [{"labels": {}}]}',
        b"[" * 100_000,
        json.dumps({"version": "4", "alerts": [{**ALERT, "startsAt": "yesterday"}]}).encode(),
        json.dumps({"version": "4", "alerts": [{**ALERT, "labels": {"a": "\ud800"}}]}).encode(),
    ],
)
def test_a_bad_body_is_one_line_and_no_entry(as_person, house, body):
    """A 4xx, which Alertmanager does not send again."""
    answer = as_person("alertmanager").post(PATH, content=body)
    assert 400 == answer.status_code
    assert answer.json()["error"]["message"].isprintable()
    assert () == tuple(house.place.journal.streams("incident/"))


def test_a_journal_that_is_away_is_a_503(as_person, house):
    """Alertmanager sends it again then; nothing was taken."""
    client = as_person("alertmanager")
    client.get("/health/ready")
    house.place.journal.close()
    answer = client.post(PATH, json=webhook())
    assert (503, "2") == (answer.status_code, answer.headers["Retry-After"])


def test_answers_are_counted(as_person, house):
    """By source and status code."""
    client = as_person("alertmanager")
    client.post(PATH, json=webhook())
    client.post(PATH, json={})
    text = house.meters.text().decode()
    for code in ("200", "400"):
        assert f'answers_total{{code="{code}",source="alertmanager"}} 1.0' in text
