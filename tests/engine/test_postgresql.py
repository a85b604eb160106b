"""The engine on PostgreSQL: its tables and rights, and a database that goes away."""

import subprocess
import sys
import time

import psycopg
import pytest
from sqlalchemy.engine.url import make_url

from drillbook.engine import postgresql, tables
from drillbook.engine.advisory import AdvisorySlots, key_of
from drillbook.engine.open import open_engine
from drillbook.model.clock import SystemClock
from drillbook.model.engine import EngineError, Job, JobState
from engines import Child, Home, Performed, opened, working
from proxy import proxied
from servers import free_port, wait_until

pytestmark = pytest.mark.lab

ROLE_PASSWORD = "a-runners-password"


def home_at(address, tmp_path, **around):
    return Home(state=str(tmp_path / "state"), url=address.url, password=address.password, **around)


def through(address, port):
    """The same database by another way."""
    url = make_url(address.url).set(port=port).render_as_string(hide_password=False)
    return postgresql.Address(url=url, password=address.password)


def refusal_of(address):
    """The one line with which it is refused."""
    with pytest.raises(EngineError) as refusal:
        open_engine(
            Home(state="unused", url=address.url).settings(),
            clock=SystemClock(),
            secrets={"password": address.password},
        )
    (line,) = str(refusal.value).splitlines()
    assert address.password not in line
    return line


@pytest.fixture
def bare(postgresql_server):
    """A database without tables, gone afterwards."""
    server = postgresql.Address(url=postgresql_server, password="a-jobs-password")
    with server.connected(autocommit=True) as connection:
        connection.execute("CREATE DATABASE bare")
    url = make_url(postgresql_server).set(database="bare")
    yield postgresql.Address(
        url=url.render_as_string(hide_password=False), password="a-jobs-password"
    )
    with server.connected(autocommit=True) as connection:
        connection.execute("DROP DATABASE bare WITH (FORCE)")


def test_the_tables_are_made_once(bare):
    """`migrate` says whether there was anything to do; what it made stays apart from others."""
    assert "has no tables of jobs; run `drillbook store migrate`" in refusal_of(bare)
    assert [True, False] == [postgresql.migrate(bare) for _ in range(2)]
    with bare.connected() as connection:
        schemas = connection.execute(
            "SELECT DISTINCT schemaname FROM pg_tables WHERE tablename LIKE 'procrastinate%'"
        ).fetchall()
    assert [("drillbook_jobs",)] == schemas


def test_older_tables_are_brought_to_this_version(database, tmp_path):
    """What a later Procrastinate adds is added, and the jobs stay."""
    last = tables.known_migrations()[-1]
    with opened(home_at(database, tmp_path)) as engine:
        engine.submit(Job(key="run/1", kind="run"))
    with database.connected() as connection:
        connection.execute("DELETE FROM applied WHERE name = %s", (last,))
        connection.execute(
            "DROP FUNCTION procrastinate_trigger_function_status_events_update_v1 CASCADE"
        )
    assert f"of an older version ({last} is missing)" in refusal_of(database)
    assert True is postgresql.migrate(database)
    performed = Performed()
    with opened(home_at(database, tmp_path)) as engine, working(engine, performed):
        wait_until(lambda: not engine.jobs(), "it is done")
    assert ["run/1"] == performed.keys


def test_newer_tables_are_left_alone(database):
    """They belong to a newer Drillbook."""
    with database.connected() as connection:
        connection.execute("INSERT INTO applied VALUES ('99.00.00_01_pre_later.sql')")
    assert "a newer Drillbook made these tables" in refusal_of(database)


def test_a_role_with_the_granted_rights_can_work_and_no_more(database, tmp_path):
    """All that an engine does is allowed; the tables of the journal are not its business."""
    user = make_url(database.url).set(username="runner").render_as_string(hide_password=False)
    runner = postgresql.Address(url=user, password=ROLE_PASSWORD)
    with database.connected() as connection:
        connection.execute(f"CREATE ROLE runner LOGIN PASSWORD '{ROLE_PASSWORD}'")
        connection.execute("CREATE TABLE public.others (x int)")
    try:
        assert "give its role the rights" in refusal_of(runner)
        with database.connected() as connection:
            for statement in postgresql.grants("runner"):
                connection.execute(statement)
        everything_an_engine_does(home_at(runner, tmp_path, dead_after_s=0.3))
        with pytest.raises(EngineError), runner.connected() as connection:
            connection.execute("SELECT * FROM public.others")
        with pytest.raises(EngineError), runner.connected() as connection:
            connection.execute("DROP TABLE procrastinate_jobs")
    finally:
        with database.connected() as connection:
            connection.execute("DROP OWNED BY runner")
            connection.execute("DROP ROLE runner")


def everything_an_engine_does(home):
    """Submit, sooner, withdraw, perform, fail, wait behind, hand on, slots."""

    def perform(job):
        if job.kind == "bad":
            raise OSError("bad")

    with opened(home) as engine, opened(home) as dead:
        store = dead._store
        store.take(store.enrol("dead", ["main"]), ["main"])
        engine.submit(Job(key="run/held", kind="run"))
        assert store.take(next(iter(store._listeners)), ["main"]) is not None
        engine.submit(Job(key="run/held", kind="run", due_at_ns=time.time_ns() + 10**12))
        engine.submit(Job(key="run/held", kind="run", due_at_ns=time.time_ns() + 10**11))
        engine.submit(Job(key="run/gone", kind="run"))
        assert engine.withdraw("run/gone")
        with working(engine, perform), engine.slot("x", 1):
            engine.submit(Job(key="run/bad", kind="bad"))
            wait_until(
                lambda: [each.state for each in engine.jobs()] == [JobState.FAILED], "it works"
            )
        assert engine.withdraw("run/bad")


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("not a url", "the store's url is none"),
        ("mysql://x@localhost/db", 'the store\'s url is for "mysql"'),
        ("postgresql+psycopg://x@127.0.0.1:1/db", "127.0.0.1:1/db: the jobs cannot be used: "),
        ("postgresql://x@127.0.0.1:1/db?sslmode=nonsense", "sslmode"),
    ],
)
def test_what_cannot_be_reached_is_said_in_one_line(url, said):
    """With the address and without the password."""
    assert said in refusal_of(postgresql.Address(url=url, password="pass-w0rd"))


def test_settings_of_the_url_reach_the_driver():
    """TLS and whatever else the driver knows; its options beside ours."""
    url = "postgresql://u:inner@h:1/d?sslmode=verify-full&sslrootcert=/ca.pem&options=-c%20x=1"
    given = postgresql.Address(url=url).arguments()
    assert ("verify-full", "/ca.pem") == (given["sslmode"], given["sslrootcert"])
    assert given["options"].endswith("-c x=1")
    assert "search_path=drillbook_jobs" in given["options"]
    assert ("u", "h", 1, "d", "inner") == tuple(
        given[name] for name in ("user", "host", "port", "dbname", "password")
    )
    assert "outer" == postgresql.Address(url=url, password="outer").arguments()["password"]


def test_a_worker_outlives_the_absence_of_its_database(database, tmp_path):
    """What was at work meanwhile is finished, what came is performed; two lines say it all."""
    said, performed = [], Performed(lambda _job: time.sleep(1.0))
    at = make_url(database.url)
    with proxied(at.host, at.port) as proxy, opened(home_at(database, tmp_path)) as near:
        far = home_at(through(database, proxy.port), tmp_path)
        with opened(far, said) as engine, working(engine, performed, name="far"):
            near.submit(Job(key="run/1", kind="run"))
            wait_until(lambda: performed.keys == ["run/1"], "the first is begun")
            proxy.cut()
            near.submit(Job(key="run/2", kind="run"))
            wait_until(lambda: said, "it is said")
            assert ["run/1"] == performed.keys
            proxy.restore()
            wait_until(lambda: not near.jobs(), "all is done")
            assert ["run/1", "run/2"] == performed.keys
            wait_until(lambda: len(said) == 2, "it is said")
            assert ["far"] == [each.name for each in near.workers()]
    assert "the worker goes on as soon as it can" in said[0]
    assert said[1].startswith("the engine's store is back after ")


def test_a_worker_that_starts_without_its_database_waits_for_it(database, tmp_path):
    """Once opened, `work` waits for the database however early it went."""
    performed = Performed()
    at = make_url(database.url)
    with (
        proxied(at.host, at.port) as proxy,
        opened(home_at(database, tmp_path)) as near,
        opened(home_at(through(database, proxy.port), tmp_path)) as engine,
    ):
        proxy.cut()
        near.submit(Job(key="run/1", kind="run"))
        with working(engine, performed):
            time.sleep(0.5)
            proxy.restore()
            wait_until(lambda: not near.jobs(), "it is done")
    assert ["run/1"] == performed.keys


def test_nobody_is_taken_for_dead_because_the_database_was_away(database, tmp_path):
    """Who comes back first cannot tell who is dead; so no job is at work twice."""
    at = make_url(database.url)
    performed = [Performed(lambda _job: time.sleep(4.0)), Performed()]
    with proxied(at.host, at.port) as proxy, opened(home_at(database, tmp_path)) as near:
        far = home_at(through(database, proxy.port), tmp_path, dead_after_s=2.0)
        with opened(far) as one, opened(far) as other:
            near.submit(Job(key="run/1", kind="run"))
            with working(one, performed[0], slots=1):
                wait_until(lambda: performed[0].keys == ["run/1"], "it is begun")
                with working(other, performed[1]):
                    proxy.cut()
                    time.sleep(2.5)
                    proxy.restore()
                    wait_until(lambda: not near.jobs(), "it is done")
    assert [["run/1"], []] == [each.keys for each in performed]


def test_told_to_stop_without_a_database_a_worker_ends(database, tmp_path):
    """It does not wait longer than until it counts as dead; its job is handed on later."""
    at = make_url(database.url)
    said, performed = [], Performed()
    with proxied(at.host, at.port) as proxy, opened(home_at(database, tmp_path)) as near:
        far = home_at(through(database, proxy.port), tmp_path, dead_after_s=0.5)
        with opened(far, said) as engine:
            near.submit(Job(key="run/1", kind="run"))
            with working(engine, lambda _job: proxy.cut()) as stop:
                wait_until(lambda: said, "it is away")
                stop.set()
            assert "run/1" == near.jobs()[0].job.key
        dying = home_at(database, tmp_path, dead_after_s=0.5)
        with opened(dying) as engine, working(engine, performed):
            wait_until(lambda: not engine.jobs(), "it is handed on")
    assert ["run/1"] == performed.keys


class TestSlots:
    """Advisory locks, all of a process on one connection."""

    def test_who_waits_while_the_database_is_away_gets_one_when_it_is_back(self, database):
        """And what the process held is held again."""
        at = make_url(database.url)
        with proxied(at.host, at.port) as proxy:
            slots = AdvisorySlots(through(database, proxy.port), clock=SystemClock())
            others = AdvisorySlots(database, clock=SystemClock())
            with slots.slot("x", 1, within_s=1):
                proxy.cut()
                away = pytest.raises(EngineError, match="the jobs cannot be used")
                with away, slots.slot("y", 1, within_s=0.3):
                    pass
                proxy.restore()
                with slots.slot("y", 1, within_s=30):
                    assert others._take("x", 0) is None
            wait_until(lambda: others._take("x", 0) is not None, "it is free")
            slots.close()
            others.close()

    def test_the_numbers_fit(self):
        """64 bits with a sign, another for each name and number, whatever the name holds."""
        keys = [key_of(name, n) for name in ("a", "b", "\udcff\0") for n in range(100)]
        assert 300 == len(set(keys))
        assert all(-(1 << 63) <= key < 1 << 63 for key in keys)


def test_a_missing_driver_is_named_with_its_cure(tmp_path):
    """An installation without the extra says what to install."""
    (tmp_path / "procrastinate.py").write_text("raise ModuleNotFoundError(name='procrastinate')")
    program = (
        "from pathlib import Path\n"
        "from drillbook.engine.open import open_engine\n"
        "from drillbook.model.clock import SystemClock\n"
        "from drillbook.model.settings import Settings, Store\n"
        "store = Store(url='postgresql://h/d')\n"
        "open_engine(Settings(folder=Path(), state=Path(), store=store), clock=SystemClock())\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (
        "drillbook.model.engine.EngineError: the store's url needs the Python package "
        'procrastinate; install it with pip install "drillbook[server]"'
    ) == result.stderr.splitlines()[-1]


def test_a_child_dies_where_its_database_does(tmp_path):
    """Nobody listens there: one line, and no process waits for ever."""
    url = f"postgresql+psycopg://x@127.0.0.1:{free_port()}/none"
    child = Child(home=Home(state=str(tmp_path), url=url), folder=str(tmp_path))
    with child.running() as process:
        assert 1 == process.wait(60)
    said = (tmp_path / "child.said").read_text()
    assert "the jobs cannot be used" in said.splitlines()[-1]


def test_a_psycopg_error_never_reaches_a_caller(database, tmp_path):
    """Tables that somebody dropped meanwhile are an EngineError with its cure."""
    with opened(home_at(database, tmp_path)) as engine:
        with database.connected() as connection:
            connection.execute("DROP SCHEMA drillbook_jobs CASCADE")
        for act in (engine.jobs, engine.workers, lambda: engine.submit(Job(key="x", kind="y"))):
            with pytest.raises(EngineError, match="run `drillbook store migrate`") as refusal:
                act()
            assert isinstance(refusal.value.__cause__, psycopg.Error) or refusal.value.__cause__
