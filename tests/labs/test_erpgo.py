"""The lab on its real servers: up, broken, repaired, counted, and gone."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest

from drillbook.model.lab import Lab, LabError, LabOrder, Observation, Pacing
from drillbook.model.target import Target
from drillbook.model.truth import Truth
from drillbook_labs.erpgo import lab as erpgo
from drillbook_labs.erpgo import traces
from drillbook_labs.erpgo.programs import find_programs, folders_to_search
from drillbook_labs.registry import LABS

pytestmark = pytest.mark.lab

GENEROUS_S = 60.0
SERVERS = ("postgresql", "orders-api", "postgres-exporter", "prometheus", "alertmanager")
# A child that starts a lab and dies at the point it is told to, as a crash of ours would.
CRASH = """
import os, signal, sys
from pathlib import Path
from typing import Any
from drillbook.model.lab import LabOrder
from drillbook_labs.erpgo import lab, raising

def die(*_args, **_kwargs):
    os.kill(os.getpid(), signal.SIGKILL)

if sys.argv[2] == "half-way":
    raising.postgres.make_database = die
lab.make().up(LabOrder(folder=Path(sys.argv[1]), rule_files={}, hook_url="http://127.0.0.1:9/",
                       hook_token="t", compression=10))
die()
"""


def wait_for(observe: Callable[[], Observation], truth: Truth) -> Observation:
    """Wait until an observation comes out so, or fail with the last one."""
    deadline = time.monotonic() + GENEROUS_S
    while (seen := observe()).truth is not truth:
        assert time.monotonic() < deadline, seen.because
        time.sleep(0.05)
    return seen


def on_target(target: Target, command: str) -> subprocess.CompletedProcess[str]:
    """Run a command as a step on that target would."""
    return subprocess.run(
        ["/bin/bash", "-c", command],
        cwd=target.cwd,
        env={**target.env, "PATH": os.pathsep.join(target.path)},
        capture_output=True,
        text=True,
        timeout=GENEROUS_S,
        check=False,
    )


def conninfo(settings: Mapping[str, str]) -> str:
    """Answer how to connect to the lab's database as its administrator."""
    names = {"host": "host", "port": "port", "user": "user", "database": "dbname"}
    return " ".join(f"{name}={settings[key]}" for key, name in names.items())


def kill_database(lab: Lab) -> int:
    """Kill PostgreSQL as the drill's fault does; answer when, in nanoseconds."""
    pid = lab.pid("postgresql")
    assert pid is not None
    at_ns = time.time_ns()
    os.kill(pid, signal.SIGKILL)
    return at_ns


def free(port: str) -> bool:
    """Tell whether nobody listens on a loopback port."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", int(port))) != 0


def ports_of(lab: Lab) -> list[str]:
    """Answer the ports that the lab's targets name."""
    urls = [lab.target(name).settings["url"] for name in ("orders-api", "prometheus")]
    return [lab.target("orders-db").settings["port"], *(url.rpartition(":")[2] for url in urls)]


def test_a_killed_database_is_alerted_on_and_started_with_nothing_lost(
    lab: Lab, order: LabOrder, hook: Any
) -> None:
    """A kill -9 fires the pack's rule, `supervisorctl start` repairs it, nothing is lost."""
    view = lab.up(order)
    wait_for(lab.steady, Truth.TRUE)
    assert Truth.TRUE is lab.serves().truth
    lab.start_client()
    ports = ports_of(lab)

    killed_ns = kill_database(lab)
    wait_for(lab.serves, Truth.FALSE)
    assert not lab.accepts("postgresql")
    assert lab.pid("postgresql") is None
    assert "postgresql is exited" in wait_for(lab.steady, Truth.FALSE).because

    alert = hook.wait_for("firing", within_s=GENEROUS_S)
    labels = alert["labels"]
    database = view.targets[0].settings
    assert "PostgreSQLDown" == labels["alertname"]
    assert f"{database['host']}:{database['port']}" == labels["instance"]
    assert {"Bearer token-of-the-test"} == hook.authorizations
    first = lab.first_failure_ns(since_ns=killed_ns)
    assert first is not None
    assert 0 <= first - killed_ns < 5e9

    done = on_target(lab.target("orders-db"), "supervisorctl start postgresql")
    assert (0, "postgresql: started\n") == (done.returncode, done.stdout)
    wait_for(lab.serves, Truth.TRUE)
    assert "resolved" == hook.wait_for("resolved", within_s=GENEROUS_S)["status"]
    wait_for(lab.steady, Truth.TRUE)
    assert ports == ports_of(lab)

    count = lab.stop_client()
    assert count.acknowledged > 0
    assert count.failures > 0
    assert (count.acknowledged, 0, ()) == (count.readable, count.twice, count.lost_at_ns)


def test_at_twenty_times_the_speed_a_killed_database_is_alerted_on(
    lab: Lab, order: LabOrder, hook: Any
) -> None:
    """The exporter needs a second to say that the database is away, and it is given that."""
    rules = {path: text.replace("for: 6s", "for: 3s") for path, text in order.rule_files.items()}
    view = lab.up(replace(order, compression=20, rule_files=rules))
    assert (1.5, 0.75) == (view.pacing.scrape_s, view.pacing.evaluation_s)
    wait_for(lab.steady, Truth.TRUE)
    kill_database(lab)
    alert = hook.wait_for("firing", within_s=GENEROUS_S)
    assert "PostgreSQLDown" == alert["labels"]["alertname"]


def test_down_leaves_no_process_no_port_and_no_file(lab: Lab, order: LabOrder) -> None:
    """After down() nothing of the lab is left, and down() again is harmless."""
    lab.up(order)
    lab.start_client()
    ports = ports_of(lab)
    data = Path(lab.target("orders-db").settings["data_directory"])
    assert len(traces.marked(order.folder)) >= len(SERVERS)
    assert traces.serving_from(data)

    assert () == tuple(lab.down())

    assert [] == traces.marked(order.folder)
    assert [] == traces.serving_from(data)
    assert [True] * 3 == [free(port) for port in ports]
    assert not order.folder.exists()
    assert not data.exists()
    assert () == tuple(lab.down())


def test_down_after_a_kill_leaves_no_shared_memory(lab: Lab, order: LabOrder) -> None:
    """A PostgreSQL that was killed and never started again leaves no segment behind."""
    lab.up(order)
    data = Path(lab.target("orders-db").settings["data_directory"])
    lock = (data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
    segment = lock[6].split()[1]
    kill_database(lab)

    assert () == tuple(lab.down())

    rows = Path("/proc/sysvipc/shm").read_text(encoding="ascii").splitlines()[1:]
    assert segment not in [row.split()[1] for row in rows]


@pytest.mark.parametrize("moment", ["half-way", "up"])
def test_reopen_takes_down_what_a_crash_left(tmp_path: Path, moment: str) -> None:
    """A lab whose starter was killed, half way up or later, is found and goes whole."""
    folder = tmp_path / "lab"
    crashed = subprocess.run(
        [sys.executable, "-c", CRASH, str(folder), moment],
        capture_output=True,
        timeout=GENEROUS_S,
        check=False,
    )
    assert -signal.SIGKILL == crashed.returncode
    assert traces.marked(folder)

    found = erpgo.reopen(folder)
    assert found.pid("postgresql") is not None
    assert () == tuple(found.down())

    assert [] == traces.marked(folder)
    assert not folder.exists()


def test_reopen_starts_a_database_that_a_crashed_drill_left_dead(tmp_path: Path) -> None:
    """What was broken before the crash is started again through the reopened lab."""
    folder = tmp_path / "lab"
    command = [sys.executable, "-c", CRASH, str(folder), "up"]
    subprocess.run(command, capture_output=True, timeout=GENEROUS_S, check=False)
    found = erpgo.reopen(folder)
    try:
        kill_database(found)
        found.start("postgresql", timeout_s=GENEROUS_S)
        assert found.accepts("postgresql")
        wait_for(found.serves, Truth.TRUE)
    finally:
        assert () == tuple(found.down())


def test_the_database_survives_repeated_kills(lab: Lab, order: LabOrder) -> None:
    """Each kill -9 is followed by a clean start, with no orphan in the way."""
    lab.up(order)
    lab.start_client()
    for _ in range(4):
        kill_database(lab)
        lab.start("postgresql", timeout_s=GENEROUS_S)
        wait_for(lab.serves, Truth.TRUE)
    count = lab.stop_client()
    assert (0, ()) == (count.twice, count.lost_at_ns)
    assert count.acknowledged == count.readable


def test_a_lost_and_a_doubled_order_are_found(lab: Lab, order: LabOrder) -> None:
    """An acknowledged row that is deleted counts as lost, one that is copied as stored twice."""
    lab.up(order)
    lab.start_client()
    settings = lab.target("orders-db").settings
    with psycopg.connect(conninfo(settings), autocommit=True) as connection:
        deadline = time.monotonic() + GENEROUS_S
        written = "SELECT FROM orders WHERE amount = 12.50"
        while len(connection.execute(written).fetchall()) < 4:
            assert time.monotonic() < deadline, "the writer writes nothing"
            time.sleep(0.05)
        oldest = "SELECT min(sequence) FROM orders WHERE amount = 12.50"
        connection.execute(f"DELETE FROM orders WHERE sequence = ({oldest})".encode())
        connection.execute("DROP INDEX orders_reference")
        copied = f"SELECT reference, amount FROM orders WHERE sequence = ({oldest})"
        connection.execute(f"INSERT INTO orders (reference, amount) {copied}".encode())

    count = lab.stop_client()

    assert (1, 1, 1) == (count.acknowledged - count.readable, len(count.lost_at_ns), count.twice)


def test_a_count_without_a_database_is_an_error(lab: Lab, order: LabOrder) -> None:
    """Where nothing can be read back nothing is counted, rather than all called lost."""
    lab.up(order)
    lab.start_client()
    kill_database(lab)
    with pytest.raises(LabError, match="cannot be read back"):
        lab.stop_client()


def test_the_operator_finds_the_lab_s_own_programs(lab: Lab, order: LabOrder) -> None:
    """`pg_isready` and `supervisorctl` are those of the lab, and need no flags to find it."""
    lab.up(order)
    database = lab.target("orders-db")
    names = "pg_isready supervisorctl psql"
    found = on_target(database, f"command -v {names}").stdout.split()
    assert [str(order.folder / "bin" / name) for name in names.split()] == found
    ready = on_target(database, f"pg_isready --host 127.0.0.1 --port {database.settings['port']}")
    assert 0 == ready.returncode
    running = on_target(database, "supervisorctl status postgresql")
    assert 0 == running.returncode


def test_without_hides_a_program_and_nothing_else(lab: Lab, order: LabOrder) -> None:
    """A program that shall not be there is not found: exit code 127; the others are."""
    hidden = LabOrder(
        folder=order.folder,
        rule_files=order.rule_files,
        hook_url=order.hook_url,
        hook_token=order.hook_token,
        compression=10,
        settings={"without": ("pg_isready",)},
    )
    lab.up(hidden)
    database = lab.target("orders-db")
    assert 127 == on_target(database, "pg_isready --version").returncode
    assert 0 == on_target(database, "psql --version && df / && sleep 0").returncode
    assert 0 == on_target(database, "supervisorctl status postgresql").returncode


def test_rules_that_promtool_refuses_stop_the_lab(lab: Lab, order: LabOrder) -> None:
    """The lab does not start on a broken rule, says promtool's words, and leaves nothing."""
    broken = LabOrder(
        folder=order.folder,
        rule_files={"rules/a.yaml": "groups: [{name: a, rules: [{alert: A, expr: 'pg_up =='}]}]"},
        hook_url=order.hook_url,
        hook_token=order.hook_token,
    )
    with pytest.raises(LabError, match=r"promtool refuses .* parse error"):
        lab.up(broken)
    assert not order.folder.exists()
    assert [] == traces.marked(order.folder)


def test_a_dead_prometheus_is_named(lab: Lab, order: LabOrder) -> None:
    """steady() says which process is not there."""
    lab.up(order)
    wait_for(lab.steady, Truth.TRUE)
    pid = lab.pid("prometheus")
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    assert "prometheus" in wait_for(lab.steady, Truth.FALSE).because
    assert not lab.accepts("prometheus")
    assert Truth.TRUE is lab.serves().truth


def test_a_database_that_hangs_is_not_called_serving(lab: Lab, order: LabOrder) -> None:
    """With every PostgreSQL process stopped the API answers 503 within its limit."""
    lab.up(order)
    assert Truth.TRUE is lab.serves().truth
    processes = traces.serving_from(Path(lab.target("orders-db").settings["data_directory"]))
    for pid in processes:
        os.kill(pid, signal.SIGSTOP)
    assert "the API answers 503 to a write" == wait_for(lab.serves, Truth.FALSE).because
    assert not lab.accepts("postgresql")
    for pid in processes:
        os.kill(pid, signal.SIGCONT)
    wait_for(lab.serves, Truth.TRUE)


def test_a_hanging_server_is_recovered_by_the_runbook_s_restart(lab: Lab, order: LabOrder) -> None:
    """The Option for a server that hangs does what it says."""
    lab.up(order)
    pid = lab.pid("postgresql")
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    assert not lab.accepts("postgresql")
    done = on_target(lab.target("orders-db"), "supervisorctl restart postgresql")
    assert (0, "postgresql: stopped\npostgresql: started\n") == (done.returncode, done.stdout)
    assert lab.accepts("postgresql")
    assert Truth.TRUE is wait_for(lab.serves, Truth.TRUE).truth


def test_the_view_names_targets_and_true_intervals(lab: Lab, order: LabOrder) -> None:
    """The view holds the intervals as they run and as they would at full length."""
    view = lab.up(order)
    assert ["orders-db", "orders-api", "prometheus", "alertmanager"] == [
        target.name for target in view.targets
    ]
    compressed = Pacing(scrape_s=1.5, evaluation_s=1.5, group_wait_s=1, group_interval_s=1)
    full = Pacing(scrape_s=15, evaluation_s=15, group_wait_s=10, group_interval_s=10)
    assert (compressed, full) == (view.pacing, view.full_pacing)
    with pytest.raises(LabError, match="has no target orders-cache; it has orders-db"):
        lab.target("orders-cache")
    with pytest.raises(LabError, match="has no process redis; it has postgresql"):
        lab.pid("redis")
    with pytest.raises(LabError, match="is up already"):
        lab.up(order)


def test_the_pack_s_rule_passes_its_own_unit_tests() -> None:
    """Promtool runs the pack's rule tests: a dead database fires, a dead exporter does not."""
    tests = Path(__file__).parents[2] / "packs/erpgo/rules-tests/postgresql.test.yaml"
    found = find_programs(folders_to_search(os.environ, Path.cwd()), ["promtool"])
    done = subprocess.run(
        [str(found["promtool"]), "test", "rules", str(tests)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (0, "") == (done.returncode, done.stderr)


def test_the_registry_makes_this_lab() -> None:
    """The name in a drill's file leads to this lab."""
    with pytest.raises(LabError, match="is not up"):
        LABS["erpgo"].make().serves()
