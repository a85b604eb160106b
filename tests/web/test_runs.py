"""The list of runs, and one of them, over real HTTP."""

import pytest

NAMES = [f"20261121-10304{number}-7f3a" for number in range(6)]


@pytest.fixture
def runs(house):
    """Six runs, of which the first, third and fifth have ended."""
    for number, name in enumerate(NAMES):
        body = {"runbook": "flags/runbooks/flag.md", "anchor": "", "title": "The flag is down"}
        house.place.journal.append(f"run/{name}", "run-requested", {**body, "requested_by": "bob"})
        if number % 2 == 0:
            ending = {"state": "recovered", "because": "it stayed so"}
            house.place.journal.append(f"run/{name}", "run-ended", ending)
    return NAMES


def names(answer):
    return [run["run"] for run in answer["runs"]]


def test_all_runs_the_latest_first(as_person, runs):
    """With where each stands."""
    answer = as_person("guest").get("/api/v1/runs").json()
    assert (runs[::-1], None) == (names(answer), answer["next"])
    first, second = answer["runs"][:2]
    assert ("open", "a runner", "bob") == (first["state"], first["waits_for"], first["by"])
    assert ("recovered", "it stayed so", "") == (
        second["state"],
        second["because"],
        second["waits_for"],
    )


def test_page_by_page(as_person, runs):
    """Each page says where the next one begins; together they are all, each once."""
    client, found, before = as_person("guest"), [], None
    for _ in range(3):
        query = {"limit": 2} | ({"before": before} if before else {})
        page = client.get("/api/v1/runs", params=query).json()
        found += names(page)
        before = page["next"]
    assert (runs[::-1], None) == (found, before)


@pytest.mark.parametrize(("is_open", "first"), [("true", 1), ("false", 0)])
def test_only_open_ones_or_only_ended_ones(as_person, runs, is_open, first):
    """Also page by page."""
    client = as_person("guest")
    assert runs[first::2][::-1] == names(client.get(f"/api/v1/runs?open={is_open}").json())
    page = client.get(f"/api/v1/runs?open={is_open}&limit=2").json()
    rest = client.get(f"/api/v1/runs?open={is_open}&limit=2&before={page['next']}").json()
    assert runs[first::2][::-1] == names(page) + names(rest)


def test_no_runs_at_all(as_person):
    """An empty journal has an empty list."""
    assert {"runs": [], "next": None} == as_person("guest").get("/api/v1/runs").json()


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=201", "open=perhaps", f"before={'x' * 101}", "before=%00"]
)
def test_queries_that_mean_nothing(as_person, query):
    """Refused with the name of what is wrong."""
    answer = as_person("guest").get(f"/api/v1/runs?{query}")
    assert (422, True) == (
        answer.status_code,
        query.split("=")[0] in answer.json()["error"]["message"],
    )


def test_what_a_run_asks(as_person, house, runs):
    """Its question with the choices, until it is answered."""
    stream = f"run/{runs[1]}"
    house.place.journal.append(stream, "option-chosen", {"option": "mend", "risk": "disruptive"})
    asked = house.place.journal.append(stream, "asked", {"step": "mend-it", "kind": "step"})
    house.place.journal.append(stream, "noted", {"by": "bob", "text": "hm"})
    found = as_person("guest").get(f"/api/v1/runs/{runs[1]}").json()
    assert {
        "question": asked.seq,
        "about": "mend-it",
        "text": "Run `mend-it`? It is disruptive.",
        "choices": ["yes", "no", "stop"],
    } == found["asks"]
    house.place.journal.append(stream, "answered", {"question": asked.seq, "answer": "no"})
    assert as_person("guest").get(f"/api/v1/runs/{runs[1]}").json()["asks"] is None


def test_what_became_of_a_step_is_asked_with_other_choices(as_person, house, runs):
    """A lost one happened, or runs again; a guided run is asked in its terminal alone."""
    stream = f"run/{runs[1]}"
    house.place.journal.append(stream, "step-lost", {"step": "mend-it", "because": "nobody saw"})
    asks = as_person("guest").get(f"/api/v1/runs/{runs[1]}").json()["asks"]
    assert (["happened", "again", "stop"], "destructive") == (
        asks["choices"],
        asks["text"].split()[-1].rstrip("."),
    )
    house.place.journal.append(f"run/{runs[3]}", "asked", {"step": "look", "kind": "guided"})
    assert as_person("guest").get(f"/api/v1/runs/{runs[3]}").json()["asks"] is None


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("answers", {"question": 1, "answer": "yes"}),
        ("approvals", {"hash": "0" * 64, "decision": "approve"}),
        ("notes", {"text": "hm"}),
        ("cancel", {}),
    ],
)
def test_of_a_run_that_is_not_there_nothing_can_be_said(as_person, path, body):
    """404, and no stream is begun."""
    answer = as_person("alice").post(f"/api/v1/runs/none/{path}", json=body)
    assert 404 == answer.status_code


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("answers", {"question": 1, "answer": "yes"}),
        ("approvals", {"hash": "0" * 64, "decision": "approve"}),
        ("cancel", {}),
    ],
)
def test_to_a_run_that_has_ended_nothing_is_said_any_more(as_person, house, runs, path, body):
    """409 with the reason; a note may still be written."""
    client, before = as_person("alice"), house.place.journal.head(f"run/{runs[0]}")
    answer = client.post(f"/api/v1/runs/{runs[0]}/{path}", json=body)
    assert 409 == answer.status_code
    assert before == house.place.journal.head(f"run/{runs[0]}")
    assert 200 == client.post(f"/api/v1/runs/{runs[0]}/notes", json={"text": "hm"}).status_code


@pytest.mark.parametrize("text", ["", "   ", "x" * 4_001])
def test_a_note_has_words_and_an_end(as_person, runs, text):
    """Neither nothing nor a book."""
    answer = as_person("alice").post(f"/api/v1/runs/{runs[0]}/notes", json={"text": text})
    assert 422 == answer.status_code
