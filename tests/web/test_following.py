"""A run's entries as they come, as JSON and as server-sent events, over real HTTP."""

import json
import threading
from contextlib import ExitStack

import pytest

from drillbook.web.following import STREAMS_EACH_MAX
from servers import wait_until

RUN = "20261121-103045-7f3a"
PATH = f"/api/v1/runs/{RUN}"


@pytest.fixture
def tell(house):
    """Journal entries of the run."""

    def tell(*kinds):
        for kind in kinds:
            house.place.journal.append(f"run/{RUN}", kind, {"words": "ä\n\u2028\x1b"})

    return tell


def test_the_timeline_after_an_entry(as_person, tell):
    """Whoever asks after the last one they saw misses nothing and sees nothing twice."""
    tell("run-requested", "run-started", "checks-ended")
    client = as_person("guest")
    first = client.get(f"{PATH}/timeline", params={"limit": 2}).json()
    assert ([1, 2], False) == ([entry["seq"] for entry in first["entries"]], first["has_ended"])
    tell("run-ended")
    rest = client.get(f"{PATH}/timeline", params={"after": 2}).json()
    assert (["checks-ended", "run-ended"], True) == (
        [entry["kind"] for entry in rest["entries"]],
        rest["has_ended"],
    )
    assert {"words": "ä\n\u2028\x1b"} == rest["entries"][0]["body"]
    assert [] == client.get(f"{PATH}/timeline", params={"after": 99}).json()["entries"]


@pytest.mark.parametrize("path", ["timeline", "events", ""])
@pytest.mark.parametrize("name", ["none-such", "..%2ftoken", "a%00b", "x" * 200])
def test_a_run_that_is_not_there(as_person, path, name):
    """404, or 422 for what cannot be a name; other streams cannot be named."""
    answer = as_person("guest").get(f"/api/v1/runs/{name}/{path}".rstrip("/"))
    assert answer.status_code in {404, 422}
    assert answer.json()["error"]["cure"]


@pytest.mark.parametrize(
    "query", ["after=-1", "after=x", f"after={2**63}", "limit=0", "limit=100000"]
)
def test_numbers_that_are_none(as_person, tell, query):
    """Refused with the name of the parameter."""
    tell("run-started")
    answer = as_person("guest").get(f"{PATH}/timeline?{query}")
    assert 422 == answer.status_code
    assert query.split("=")[0] in answer.json()["error"]["message"]


def events(lines, *, until):
    """The ids, kinds and data of the events, up to one of that kind."""
    found, event = [], {}
    for line in lines:
        if line:
            name, _, value = line.partition(": ")
            event[name] = value
        elif "event" in event:
            found.append((int(event["id"]), event["event"], json.loads(event["data"])))
            if event["event"] == until:
                return found
            event = {}
    return found


def test_events_come_as_they_are_journaled_and_end_with_the_run(as_person, tell):
    """Each is one event with its seq as id; what its body holds cannot break out of it."""
    tell("run-started")
    with as_person("guest").stream("GET", f"{PATH}/events") as stream:
        assert "text/event-stream" in stream.headers["Content-Type"]
        lines = stream.iter_lines()
        assert [(1, "run-started")] == [each[:2] for each in events(lines, until="run-started")]
        threading.Timer(0.3, tell, ["checks-ended", "run-ended"]).start()
        rest = events(lines, until=None)
    assert [(2, "checks-ended"), (3, "run-ended")] == [each[:2] for each in rest]
    assert {"words": "ä\n\u2028\x1b"} == rest[0][2]["body"]


def test_a_client_that_was_cut_off_goes_on_where_it_was(as_person, tell):
    """With the id of the last event that it saw, as browsers do."""
    tell("run-started", "checks-ended", "run-ended")
    headers = {"Last-Event-ID": "2"}
    with as_person("guest").stream("GET", f"{PATH}/events", headers=headers) as stream:
        assert [(3, "run-ended")] == [each[:2] for each in events(stream.iter_lines(), until=None)]


def test_following_ends_when_the_server_stops(as_person, tell, house):
    """An orderly stop does not wait for those who only look on."""
    tell("run-started")
    with as_person("guest").stream("GET", f"{PATH}/events") as stream:
        lines = stream.iter_lines()
        events(lines, until="run-started")
        house.health.is_stopping = True
        assert [] == events(lines, until=None)


def test_the_latest_number_there_can_be(as_person, tell):
    """Behind it is nothing, and that is no error."""
    tell("run-ended")
    last = 2**63 - 1
    assert [] == as_person("guest").get(f"{PATH}/timeline?after={last}").json()["entries"]


def test_one_person_leaves_room_for_others(as_person, house, tell):
    """Whoever follows too many is told so; who leaves one may follow another."""
    tell("run-started")
    guest, path = as_person("guest"), f"{PATH}/events"
    with ExitStack() as followed:
        for _ in range(STREAMS_EACH_MAX):
            answer = followed.enter_context(guest.stream("GET", path))
            assert 200 == answer.status_code
        wait_until(lambda: house.followers["guest"] == STREAMS_EACH_MAX, "all follow")
        refused = guest.get(path)
        assert (503, "2") == (refused.status_code, refused.headers["Retry-After"])
        assert "guest follows 50 runs already" == refused.json()["error"]["message"]
        with as_person("bob").stream("GET", path) as other:
            assert 200 == other.status_code
    wait_until(lambda: house.followers["guest"] == 0, "nobody follows any more")
    with guest.stream("GET", path) as again:
        assert 200 == again.status_code
    tell("run-ended")
