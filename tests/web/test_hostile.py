"""Whatever is sent: one line of an error or an answer, never a traceback, and nothing is run."""

import json
from string import printable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

PATHS = (
    "/api/v1/runs",
    "/api/v1/plans",
    "/api/v1/runs/20261121-103045-7f3a/answers",
    "/api/v1/runs/20261121-103045-7f3a/approvals",
    "/api/v1/runs/20261121-103045-7f3a/notes",
    "/api/v1/runs/20261121-103045-7f3a/cancel",
    "/hooks/alertmanager",
)
BOOK = "flags/runbooks/flag.md"
HOSTILE = (
    "'; DROP TABLE entries; --",
    "$(touch pwned)",
    "`touch pwned`",
    "a\nb",
    "\0",
    "-rf",
    "--help",
    "../../etc/passwd",
    "\u202e\x1b[2J",
    "A" * 100_000,
)
TEXTS = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=30))
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), TEXTS),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=10), inner, max_size=4)
    ),
    max_leaves=8,
)
KEYS = st.sampled_from(
    ["runbook", "inputs", "site", "checks_only", "question", "answer", "text", "hash", "decision",
     "because", "version", "alerts", "labels"]
)  # fmt: skip
BODIES = st.one_of(VALUES, st.dictionaries(KEYS, VALUES, max_size=5))
FUZZ = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def is_in_shape(answer):
    """Every answer that is no success is the one shape, on one line each."""
    if answer.status_code < 300:
        return True
    error = answer.json()["error"]
    is_a_line = all(error[key].isprintable() and error[key] for key in ("message", "cure"))
    return 400 <= answer.status_code < 500 and is_a_line and "Traceback" not in answer.text


@FUZZ
@given(path=st.sampled_from(PATHS), body=BODIES)
def test_any_json_to_any_path(as_person, house, capfd, path, body):
    """Nothing that can be sent is a bug of ours."""
    client = as_person("alertmanager" if path.startswith("/hooks") else "alice")
    answer = client.post(path, content=json.dumps(body), headers={"Content-Type": "text/plain"})
    typed = client.post(
        path, content=json.dumps(body), headers={"Content-Type": "application/json"}
    )
    assert is_in_shape(answer)
    assert is_in_shape(typed)
    assert "Traceback" not in capfd.readouterr().err


@FUZZ
@given(path=st.sampled_from(PATHS), body=st.binary(max_size=200))
def test_any_bytes_to_any_path(as_person, path, body):
    """Bytes that are no JSON, or no text."""
    client = as_person("alertmanager" if path.startswith("/hooks") else "alice")
    headers = {"Content-Type": "application/json"}
    assert is_in_shape(client.post(path, content=body, headers=headers))


@FUZZ
@given(path=st.text(alphabet=printable, max_size=40))
def test_any_path(as_person, path):
    """Paths that lead out of everything."""
    url = as_person("alice").base_url.copy_with(
        raw_path=b"/" + path.encode("unicode_escape").replace(b" ", b"%20").replace(b"#", b"%23")
    )
    assert is_in_shape(as_person("alice").get(url))


@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_inputs_are_refused_and_never_run(as_person, house, site, value):
    """The pattern of the input holds for the whole value."""
    body = {"runbook": BOOK, "inputs": {"pole": value}}
    answer = as_person("alice").post("/api/v1/runs", json=body)
    assert 422 == answer.status_code
    assert is_in_shape(answer)
    assert ([], ()) == (list(site.poles.iterdir()), tuple(house.place.journal.streams("run/")))


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_of_inputs_sites_and_keys(as_person, house, name):
    """What is no input is flagged; a key may be any text, and names no stream by itself."""
    client = as_person("alice")
    for body in ({"inputs": {name: "x"}}, {"site": name}):
        assert is_in_shape(client.post("/api/v1/runs", json={"runbook": BOOK, **body}))
    key = name.encode("unicode_escape").decode()[:150]
    done = client.post("/api/v1/runs", json={"runbook": BOOK}, headers={"Idempotency-Key": key})
    assert 202 == done.status_code
    [stream] = house.place.journal.streams("request/")
    assert stream.removeprefix("request/").isalnum()
