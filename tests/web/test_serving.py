"""`drillbook serve` as a real process with real steps: what people, crashes and stops do to it."""

import pytest

from collector import collector
from flagsite import flag_book, give_tokens, make_site
from served import served
from servers import wait_until

SLOW = (
    'echo begun >> "$POLES/begun"; sleep 2; echo "$POLE" >> "$POLES/raised"; touch "$POLES/$POLE"'
)
LOCKED = "service: flags\nlocks: [the-pole]"


def make_all(folder):
    """Runbooks of every risk, one that takes its time, and one that never ends."""
    slow = flag_book(attributes="", step=SLOW)
    return give_tokens(
        make_site(
            folder,
            flag=flag_book(),
            asks=flag_book("disruptive"),
            drastic=flag_book("destructive", attributes=""),
            slow=slow,
            locked=slow.replace("service: flags", LOCKED),
            endless=flag_book(step='echo begun >> "$POLES/begun"; sleep 600'),
        )
    )


@pytest.fixture
def site(tmp_path):
    """A site of the test's own, for tests that end servers."""
    return make_all(tmp_path / "site")


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """One server for all tests that let it live; each of them flies flags of its own."""
    with (
        collector() as otlp,
        served(
            make_all(tmp_path_factory.mktemp("peace") / "site"),
            OTEL_EXPORTER_OTLP_ENDPOINT=otlp.url,
        ) as server,
    ):
        server.otlp = otlp
        yield server


def raised(server, pole):
    """How often this flag was really raised."""
    return server.site.raised().count(pole)


def has_begun(site):
    """Whether the slow step runs."""
    return (site.poles / "begun").exists()


def test_a_run_that_is_asked_for_is_followed_to_its_end(server):
    """By the server's own workers; a trace of it arrives at the collector."""
    assert "6 runbooks of 1 pack, 5 people" in server.said[2]
    run = server.request("alice", inputs={"pole": "followed"})
    found = server.ended(run)
    assert ("recovered", "alice", "flags/runbooks/flag.md") == (
        found["state"],
        found["by"],
        found["runbook"],
    )
    assert 1 == raised(server, "followed")
    wait_until(server.otlp.spans, "a trace arrives")
    names = [span.name for span in server.otlp.spans()]
    assert ["run The flag is down", "step flag-up", "step raise-flag", "step flag-stays"] == names[
        :4
    ]
    text = server.as_person("alice").get("/metrics").text
    assert 'drillbook_runs_ended_total{state="recovered"}' in text
    assert 'drillbook_steps_total{result="met"}' in text
    assert 'drillbook_workers_alive{site="main"} 1.0' in text


def test_a_server_that_is_killed_in_mid_step_goes_on_and_does_nothing_twice(site):
    """The step is not idempotent, and ends while nobody looks; the jobs are lost besides."""
    with served(site) as server:
        run = server.request("alice", "flags/runbooks/slow.md")
        wait_until(lambda: has_begun(site), "the slow step runs")
        server.kill()
    for path in (site.folder / ".drillbook").glob("engine.db*"):
        path.unlink()
    with served(site) as server:
        assert "recovered" == server.ended(run)["state"]
        assert 1 == server.kinds(run).count("run-resumed")
    assert (["north-1"], ["begun"]) == (
        site.raised(),
        (site.poles / "begun").read_text().splitlines(),
    )


def test_a_server_that_is_told_to_stop_leaves_its_steps_and_the_next_goes_on(site):
    """At once and in order: the step ends with its guardian."""
    with served(site) as server:
        run = server.request("alice", "flags/runbooks/slow.md")
        wait_until(lambda: has_begun(site), "the slow step runs")
        code, said = server.stop()
        assert (0, []) == (code, site.raised())
        assert "stops within 20 s" in said
    with served(site) as server:
        assert "recovered" == server.ended(run)["state"]
    assert ["north-1"] == site.raised()


def test_two_people_and_a_restart_between_them(site):
    """Alice asks for something drastic; only Bob can let it run, and his yes is for that alone."""
    with served(site) as server:
        run = server.request("alice", "flags/runbooks/drastic.md")
        server.until(run, lambda found: found["waits_for"].startswith("approval, 0 of 1"))
        server.kill()
    with served(site) as server:
        alice, bob = server.as_person("alice"), server.as_person("bob")
        [waiting] = bob.get("/api/v1/approvals", params={"mine": True}).json()["approvals"]
        assert (run, "Raise the flag", "destructive", ["alice"]) == (
            waiting["run"],
            waiting["option"],
            waiting["risk"],
            waiting["requesters"],
        )
        assert [("raise-flag", "local")] == [(s["name"], s["target"]) for s in waiting["steps"]]
        assert "unhealthy" == waiting["checks"]["flag-up"]["status"]
        path, body = (
            f"/api/v1/runs/{run}/approvals",
            {"hash": waiting["hash"], "decision": "approve"},
        )
        own = alice.post(path, json=body)
        assert (403, []) == (
            own.status_code,
            alice.get("/api/v1/approvals?mine=1").json()["approvals"],
        )
        other = bob.post(path, json={**body, "hash": "0" * 64})
        assert (409, []) == (other.status_code, site.raised())
        assert 200 == bob.post(path, json=body).status_code
        assert "recovered" == server.ended(run)["state"]
        assert 409 == bob.post(path, json=body).status_code
    assert ["north-1"] == site.raised()


def test_a_refusal_leaves_the_option(server):
    """The run goes on without it, and escalates."""
    run = server.request("alice", "flags/runbooks/drastic.md", inputs={"pole": "refused"})
    server.until(run, lambda found: "approval" in found["waits_for"])
    bob = server.as_person("bob")
    [waiting] = bob.get("/api/v1/approvals").json()["approvals"]
    body = {"hash": waiting["hash"], "decision": "refuse", "because": "not at noon"}
    assert 200 == bob.post(f"/api/v1/runs/{run}/approvals", json=body).status_code
    assert "escalated" == server.ended(run)["state"]
    assert 0 == raised(server, "refused")


def test_a_question_is_answered_by_the_api(server):
    """What it asks is shown with its choices; a wrong one, and one that is past, is refused."""
    run = server.request("alice", "flags/runbooks/asks.md", inputs={"pole": "asked"})
    asks = server.until(run, lambda found: found["asks"])["asks"]
    assert ("raise-flag", ["yes", "no", "stop"]) == (asks["about"], asks["choices"])
    path, bob = f"/api/v1/runs/{run}/answers", server.as_person("bob")
    word = {"question": asks["question"], "answer": "yes", "text": "go ahead"}
    for wrong in ({"answer": "happened"}, {"question": 1}):
        assert 409 == bob.post(path, json={**word, **wrong}).status_code
    assert 422 == bob.post(path, json={**word, "answer": "maybe"}).status_code
    assert 200 == bob.post(path, json=word).status_code
    assert 409 == bob.post(path, json=word).status_code
    assert "recovered" == server.ended(run)["state"]
    entries = bob.get(f"/api/v1/runs/{run}/timeline").json()["entries"]
    [answered] = [entry["body"] for entry in entries if entry["kind"] == "answered"]
    assert ("bob", "go ahead") == (answered["by"], answered["text"])
    assert 1 == raised(server, "asked")


def test_a_run_is_cancelled_and_noted(server):
    """The step that would sleep for ten minutes ends, and then the run."""
    run = server.request("alice", "flags/runbooks/endless.md", inputs={"pole": "cancelled"})
    wait_until(lambda: "step-started" in server.kinds(run)[-1:], "a step runs")
    wait_until(lambda: server.kinds(run).count("step-started") == 2, "the endless step runs")
    bob = server.as_person("bob")
    assert 200 == bob.post(f"/api/v1/runs/{run}/notes", json={"text": "hm"}).status_code
    because = {"because": "the wrong pole"}
    assert 200 == bob.post(f"/api/v1/runs/{run}/cancel", json=because).status_code
    found = server.ended(run)
    assert ("cancelled", "bob stopped it: the wrong pole") == (found["state"], found["because"])
    assert "noted" in server.kinds(run)
    assert 409 == bob.post(f"/api/v1/runs/{run}/cancel").status_code


def test_of_two_runs_that_lock_the_same_one_waits(server):
    """It is put off, takes no worker meanwhile, and goes on when the other has ended."""
    book = "flags/runbooks/locked.md"
    first = server.request("alice", book, inputs={"pole": "lock-a"})
    wait_until(lambda: "run-started" in server.kinds(first), "the first one has the lock")
    second = server.request("alice", book, inputs={"pole": "lock-b"})
    assert ["recovered"] * 2 == [server.ended(run)["state"] for run in (first, second)]
    times = [
        [
            entry["at_ns"]
            for entry in server.as_person("bob")
            .get(f"/api/v1/runs/{run}/timeline")
            .json()["entries"]
            if entry["kind"] in {"run-started", "run-ended"}
        ]
        for run in (first, second)
    ]
    assert times[0][1] < times[1][0]


def test_checks_only_name_the_option_and_do_nothing(server):
    """For whoever only wants to know."""
    book, pole = "flags/runbooks/drastic.md", {"pole": "only"}
    run = server.request("guest", book, checks_only=True, inputs=pole)
    assert "Raise the flag would be chosen" in server.ended(run)["because"]
    assert 0 == raised(server, "only")


def test_the_same_key_is_one_run(house, as_person):
    """However often it is sent; for another wish it is refused, and for another person another."""
    body, headers = {"runbook": "flags/runbooks/flag.md"}, {"Idempotency-Key": "deploy-42"}
    alice = as_person("alice")
    answers = [alice.post("/api/v1/runs", json=body, headers=headers) for _ in range(3)]
    [run] = {answer.json()["run"] for answer in answers}
    assert f"/api/v1/runs/{run}" == answers[0].headers["Location"]
    other = {**body, "inputs": {"pole": "x"}}
    assert 409 == alice.post("/api/v1/runs", json=other, headers=headers).status_code
    bob = as_person("bob").post("/api/v1/runs", json=other, headers=headers)
    assert (202, True) == (bob.status_code, bob.json()["run"] != run)
    assert 2 == len(house.place.journal.streams("run/"))
    assert 2 == len(house.engine.jobs())


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ({"runbook": "flags/runbooks/../flag.md"}, 404, "no configured pack"),
        ({"runbook": "flags/runbooks/flag.md", "site": "mars"}, 422, "no site of this name"),
        ({"runbook": "flags/runbooks/flag.md", "inputs": {"pole": "$(id)"}}, 422, "pole"),
        ({"runbook": "flags/runbooks/flag.md", "sites": "x"}, 422, "sites"),
    ],
)
def test_a_run_that_cannot_be_is_refused_at_once(house, as_person, body, status, words):
    """And nothing of it is journaled."""
    answer = as_person("alice").post("/api/v1/runs", json=body)
    assert status == answer.status_code
    assert words in answer.json()["error"]["message"]
    assert () == tuple(house.place.journal.streams("run/"))
