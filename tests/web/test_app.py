"""The whole application over real HTTP: which routes there are, and who is let into which."""

import pytest
from fastapi.routing import APIRoute

from drillbook.web.app import create_routes
from drillbook.web.door import OPEN
from drillbook.web.serving import Order, start_server
from servers import wait_until

CHANGES = {"POST", "PUT", "PATCH", "DELETE"}
EXAMPLE = "20261121-103045-7f3a"


@pytest.fixture
def routes(house):
    """Every route: its method, and its path with a name in it."""
    found = [
        (method, path.replace("{run}", EXAMPLE))
        for path, methods in flat(create_routes(house).routes)
        for method in sorted(methods)
    ]
    assert len(found) >= 10
    return found


def flat(routes, prefix=""):
    """Those of routers within routers too; nothing that is no route may hide among them."""
    for route in routes:
        if isinstance(route, APIRoute):
            yield f"{prefix}{route.path}", route.methods
        else:
            inner = route.include_context
            yield from flat(inner.included_router.routes, f"{prefix}{inner.prefix}")


def test_no_route_is_open_without_a_token_but_health(routes, as_person):
    """Each is asked by its own method: without a token, with a wrong one, with a password."""
    stranger, liar = as_person(""), as_person("dbk_0123456789_" + "x" * 43)
    is_open = set()
    for method, path in routes:
        codes = {client.request(method, path).status_code for client in (stranger, liar)}
        codes.add(stranger.request(method, path, auth=("alice", "guess")).status_code)
        assert codes in ({401}, {200}), (method, path)
        if codes == {200}:
            is_open.add(path)
            assert method not in CHANGES
    assert set(OPEN) == is_open


def test_a_webhooks_token_opens_hooks_and_nothing_else(routes, as_person):
    """It stands in another system's configuration, so it may not start anything."""
    source = as_person("alertmanager")
    for method, path in routes:
        if path.startswith("/api/"):
            assert 403 == source.request(method, path).status_code, path
    person = as_person("alice").post("/hooks/alertmanager", json={})
    assert 403 == person.status_code
    assert 'with the role "webhook"' in person.json()["error"]["cure"]


def test_a_token_that_was_taken_back_lets_nobody_in(house, site, as_person):
    """At once."""
    assert 200 == as_person("bob").get("/api/v1/runbooks").status_code
    name = site.tokens["bob"].split("_")[1]
    house.place.journal.append(f"token/{name}", "token-revoked", {"by": "alice"})
    answer = as_person("bob").get("/api/v1/runbooks")
    assert 401 == answer.status_code
    assert "was revoked by alice" in answer.json()["error"]["message"]


def test_the_description_names_every_route_with_its_errors(routes, as_person):
    """OpenAPI, with an example for each body, and which token it asks for."""
    described = as_person("guest").get("/api/v1/openapi.json").json()
    paths = {path.replace("{run}", EXAMPLE) for path in described["paths"]}
    assert {path for _, path in routes} == paths
    for path, item in described["paths"].items():
        for operation in item.values():
            assert operation["description"]
            assert "401" in operation["responses"]
            assert (path in OPEN) == (operation["security"] == [])
    shapes = described["components"]["schemas"]
    for name in ("RunAsked", "PlanAsked", "PlanAnswer", "RunSaid", "ErrorAnswer", "HookAnswer"):
        assert shapes[name]["examples"], name


def test_no_page_loads_scripts_from_elsewhere(as_person):
    """The usual pages of the framework are not there."""
    for path in ("/docs", "/redoc", "/openapi.json"):
        assert 404 == as_person("alice").get(path).status_code


def test_health(house, as_person):
    """Live as long as it answers, ready as long as it can work; the reason is said."""
    assert {"status": "live"} == as_person("").get("/health/live").json()
    assert {"status": "ready"} == as_person("").get("/health/ready").json()
    house.health.is_stopping = True
    answer = as_person("").get("/health/ready")
    assert (503, "this process is being stopped") == (
        answer.status_code,
        answer.json()["error"]["message"],
    )
    assert 200 == as_person("").get("/health/live").status_code


def test_what_keeps_single_runs_stands_beside_ready(house, as_person, monkeypatch):
    """On one line each; this server is as ready as any other."""
    said = ("run r cannot go on: why\nand more",)
    monkeypatch.setattr(house.health, "_troubles", lambda: said)
    answer = as_person("").get("/health/ready")
    expected = {"status": "ready", "troubles": ["run r cannot go on: why?and more"]}
    assert (200, expected) == (answer.status_code, answer.json())


def test_a_server_whose_parts_have_ended_is_not_ready(site):
    """Workers, and who looks for lost work: each is named."""
    order = Order(listen="127.0.0.1:0", sites=("main",))
    with start_server(site.settings, order) as server:
        assert () == server.house.health.ready().because
        server.crew.stop(30)
        server.sweeper.stop()
        wait_until(lambda: len(server.house.health.ready().because) == 2, "both are named")
        assert (
            "the workers have ended",
            "nobody looks for lost work and submits ticks any more",
        ) == server.house.health.ready().because


def test_metrics_ask_for_a_token(as_person):
    """And say what was counted."""
    assert 401 == as_person("").get("/metrics").status_code
    answer = as_person("guest").get("/metrics")
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    assert "drillbook_stores_up 1.0" in answer.text
