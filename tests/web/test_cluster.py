"""Two servers and a runner on one PostgreSQL, each with a role of its own and least rights."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

from drillbook.cli.options import settings_of
from drillbook.model.engine import NoSlotError
from drillbook.verbs.serve import open_shop
from flagsite import PEOPLE, Site, flag_book, make_site
from served import Process, Served
from servers import postgresql, wait_until
from terminal import environment

pytestmark = pytest.mark.lab

PASSWORD = "one-for-all"
ROLES = ("the_owner", "the_server", "the_runner")
SLOW = (
    'echo begun >> "$POLES/begun"; sleep 2; echo "$POLE" >> "$POLES/raised"; touch "$POLES/$POLE"'
)
STORE = """
[store]
url = "URL"
password_secret = "store"
[[secrets]]
name = "store"
env = "STORE_PASSWORD"
[server]
dead_after = "4s"
"""


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    """The URL of a database with three roles; the tables are the owner's."""
    with postgresql(PASSWORD) as url:
        address = make_url(url).set(drivername="postgresql", password=PASSWORD)
        with psycopg.connect(address.render_as_string(False), autocommit=True) as connection:
            for role in ROLES:
                connection.execute(f"CREATE ROLE {role} LOGIN PASSWORD '{PASSWORD}'".encode())
            connection.execute(b"GRANT CREATE ON DATABASE postgres TO the_owner")
            connection.execute(b"GRANT CREATE, USAGE ON SCHEMA public TO the_owner")
        yield url


class Room:
    """One site, and the settings of each of its machines, which differ in state and role."""

    def __init__(self, folder: Path, url: str) -> None:
        drastic = flag_book("destructive", attributes="", step=SLOW)
        self.site = make_site(folder, flag=flag_book(), slow=flag_book(step=SLOW), drastic=drastic)
        self.url = url
        self.text = self.site.config.read_text()

    def machine(self, name: str, role: str, site: str = "main") -> Site:
        """The same site as this machine is configured."""
        folder = self.site.folder / name
        folder.mkdir()
        url = self.url.replace("postgres@", f"{role}@")
        text = self.text.replace('packs = ["pack"]', f'packs = ["{self.site.folder}/pack"]')
        text = text.replace("\n[people", f"{STORE.replace('URL', url)}\n[people", 1)
        place = f'site = "{site}"\n' if site != "main" else ""
        (folder / "drillbook.toml").write_text(f"{text}{place}", encoding="utf-8")
        return Site(folder, self.site.tokens)

    def drillbook(self, at: Site, *arguments: str) -> str:
        """Run a command there; what it prints."""
        done = subprocess.run(
            [sys.executable, "-m", "drillbook", *arguments, "--config", str(at.config)],
            env=environment({"STORE_PASSWORD": PASSWORD, **self.token()}),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert 0 == done.returncode, done.stderr
        return done.stdout

    def token(self) -> dict[str, str]:
        """Alice's, once she has one."""
        tokens = self.site.tokens
        return {"DRILLBOOK_TOKEN": tokens["alice"]} if "alice" in tokens else {}


@pytest.fixture(name="machines")
def _machines(tmp_path: Path, database: str) -> Room:
    """Tables made, rights given."""
    room = Room(tmp_path / "site", database)
    owner = room.machine("owner", "the_owner")
    room.drillbook(owner, "store", "migrate")
    rights = ("--server", "the_server", "--runner", "the_runner", "--apply")
    room.drillbook(owner, "store", "roles", *rights)
    return room


@pytest.fixture
def room(machines: Room) -> Room:
    """And tokens for all people."""
    owner = Site(machines.site.folder / "owner", machines.site.tokens)
    for name in PEOPLE:
        made = machines.drillbook(owner, "token", "create", name, "--format", "json")
        machines.site.tokens[name] = json.loads(made)["token"]
    return machines


def test_two_servers_and_a_runner_share_the_work(room):
    """One server is asked, the other hears the approval, a runner follows; all may die."""
    env = {"STORE_PASSWORD": PASSWORD}
    first = Served(room.machine("one", "the_server"), "--no-workers", **env)
    second = Served(room.machine("two", "the_server"), "--no-workers", **env)
    at = room.machine("three", "the_runner", site="north")
    start = ("runner", "--site", "north", "--slots", "2", "--config", str(at.config))
    with closing(first), closing(second):
        runner = Process(*start, **env)
        assert "performs the runs of north, 2 at once" in runner.line()
        wait_until(
            lambda: "north" in str(first.as_person("bob").get("/api/v1/workers").json()),
            "the runner is known to the servers",
        )
        book = "flags/runbooks/drastic.md"
        run = first.request("alice", book, site="north")
        second.until(run, lambda found: "approval" in found["waits_for"])
        bob = second.as_person("bob")
        [waiting] = bob.get("/api/v1/approvals").json()["approvals"]
        first.kill()
        body = {"hash": waiting["hash"], "decision": "approve"}
        assert 200 == bob.post(f"/api/v1/runs/{run}/approvals", json=body).status_code
        wait_until((room.site.poles / "begun").exists, "the runner performs the step")
        runner.kill()
        runner = Process(*start, **env)
        assert "recovered" == second.ended(run)["state"]
        assert ["north-1"] == room.site.raised()
        code, _ = runner.stop()
        assert 0 == code
        other = second.as_person("alice").post(
            "/api/v1/runs", json={"runbook": "flags/runbooks/flag.md", "inputs": {"pole": "main"}}
        )
        jobs = second.as_person("alice").get("/api/v1/jobs").json()["jobs"]
        assert [f"run/{other.json()['run']}"] == [job["key"] for job in jobs]


def test_machines_count_the_steps_on_a_target_together(machines, monkeypatch):
    """What one is at, another with a state folder of its own waits for."""
    monkeypatch.setenv("STORE_PASSWORD", PASSWORD)
    ours, theirs = (
        settings_of(machines.machine(name, "the_runner").config) for name in ("four", "five")
    )
    with open_shop(ours) as one, open_shop(theirs) as other:
        with one.place.slot("target/main/db", 1, within_s=5.0):
            with pytest.raises(NoSlotError), other.place.slot("target/main/db", 1, within_s=0.1):
                pass
            with other.place.slot("target/north/db", 1, within_s=5.0):
                pass
        with other.place.slot("target/main/db", 1, within_s=5.0):
            pass
