"""A SQL step + its target's `url` → a client program that puts it to that database.

The URL is SQLAlchemy's, taken apart here, where SQLAlchemy is at hand: the program
itself imports the driver alone and starts in a fraction of the time. Its connection settings
and the password travel by environment, never as arguments.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from drillbook.model.action import Start
from drillbook.model.finding import Finding, Severity
from drillbook.model.plan import PlannedStep
from drillbook.model.runbook import Step
from drillbook.model.target import Target
from drillbook.run.actions.flaw import flaw, without_url
from drillbook.run.actions.program import client_argv, client_limit_s
from drillbook.run.clients.ending import NOT_ASKED, TIME_OUT
from drillbook.run.clients.sql_text import (
    CLICKHOUSE,
    MYSQL,
    POSTGRESQL,
    SQLITE,
    SqlTextError,
    code_of,
    parameters_of,
    statements_of,
)
from drillbook.run.clients.wire import base_of

if TYPE_CHECKING:
    from sqlalchemy.engine.url import URL

ROWS_MAX = 1_000
ROWS_LIMIT_MAX = 100_000
TRAVELS = False
SAYS_NOTHING: Mapping[int, str] = {
    3: "the database could not be reached, or went away",
    TIME_OUT: "the statement took longer than the step's time limit",
    NOT_ASKED: "the statement was not put to the database, or may not run in a Check",
}

EXAMPLE = "postgresql+psycopg://app@db/orders"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """`drivers` as a URL names them, `package` what is imported, and who speaks by it.

    The first driver is meant where a URL names none. `extra` is what of drillbook installs the
    package; empty: it is there.
    """

    name: str
    drivers: tuple[str, ...]
    package: str
    extra: str
    module: str


_POSTGRESQL = Dialect(
    name=POSTGRESQL,
    drivers=("psycopg",),
    package="psycopg",
    extra="postgresql",
    module="drillbook.run.clients.sql_postgresql",
)
_MYSQL = Dialect(
    name=MYSQL,
    drivers=("pymysql",),
    package="pymysql",
    extra="mysql",
    module="drillbook.run.clients.sql_mysql",
)
_SQLITE = Dialect(
    name=SQLITE,
    drivers=("pysqlite",),
    package="sqlite3",
    extra="",
    module="drillbook.run.clients.sql_sqlite",
)
_CLICKHOUSE = Dialect(
    name=CLICKHOUSE,
    drivers=("http", "https"),
    package="http",
    extra="",
    module="drillbook.run.clients.sql_clickhouse",
)
_DIALECTS = {
    "postgresql": _POSTGRESQL,
    "mysql": _MYSQL,
    "mariadb": _MYSQL,
    "sqlite": _SQLITE,
    "clickhouse": _CLICKHOUSE,
}
_CLICKHOUSE_PORTS = {"http": 8123, "https": 8443}
_KILLS = re.compile(r"\s*(KILL)\b", re.IGNORECASE)
# Effects outside of tables, which no read-only transaction stops.
_EFFECTS = {
    POSTGRESQL: re.compile(
        r"\b(?:pg_(?:terminate|cancel)_backend|pg_reload_conf|pg_rotate_logfile|pg_promote"
        r"|pg_switch_wal|pg_create_restore_point|pg_(?:drop|create)_\w*replication_slot|pg_notify"
        r"|pg_wal_replay_(?:pause|resume)|pg_stat_reset\w*|pg_(?:try_)?advisory_\w+|dblink\w*"
        r"|lo_export|COPY\b.*\bTO\s+PROGRAM)\b",
        re.IGNORECASE | re.DOTALL,
    ),
    MYSQL: re.compile(
        r"\b(?:INTO\s+(?:OUTFILE|DUMPFILE)|CALL|GET_LOCK|RELEASE_(?:ALL_)?LOCKS?)\b",
        re.IGNORECASE,
    ),
}
_SECRET_KEYS = {"password", "passwd", "sslpassword"}


def start(planned: PlannedStep) -> Start:
    """The program with the statements as one argument."""
    target = planned.target
    url = _url_of(target.settings["url"])
    arguments = (
        "observe" if planned.observes else "act",
        f"{client_limit_s(planned.timeout_s):g}",
        target.settings.get("row_limit", str(ROWS_MAX)),
        planned.step.command,
    )
    dialect = _dialect(url)
    return Start(
        argv=client_argv(dialect.module, arguments, needs_packages=bool(dialect.extra)),
        env={"DRILLBOOK_CONNECT": json.dumps(_connect_settings(url))},
    )


def flaws(step: Step, target: Target, *, observes: bool) -> Iterable[Finding]:
    """A target without a database, a text that cannot be taken apart, several in a Check."""
    if "url" not in target.settings:
        return (without_url(step, target, EXAMPLE),)
    return tuple(_target_flaws(step, target)) or tuple(_text_flaws(step, target, observes))


def variables(step: Step, target: Target) -> Mapping[str, str]:
    """`:api_url` is the value of API_URL."""
    try:
        dialect = _dialect(_url_of(target.settings.get("url", EXAMPLE)))
        parameters = parameters_of(statements_of(step.command, dialect.name))
    except (SqlTextError, KeyError, ValueError):
        return {}  # which `flaws` names
    return {each.variable: f":{each.name}" for each in parameters}


def secrets(target: Target) -> Mapping[str, str]:
    """The password, where the target names a secret for it."""
    name = target.settings.get("password_secret")
    return {"DRILLBOOK_PASSWORD": name} if name else {}


def _url_of(text: str) -> "URL":
    """The URL as SQLAlchemy understands it. Raises ValueError where it is none.

    Imported when the first SQL step is met: a plan without one is shown 0.3 s sooner.
    """
    try:
        url: URL = import_module("sqlalchemy.engine.url").make_url(text)
    except import_module("sqlalchemy.exc").ArgumentError as error:
        raise ValueError(str(error)) from error
    return url


def _dialect(url: "URL") -> Dialect:
    """Raises KeyError where no program of ours speaks to such a database."""
    name, _, driver = url.drivername.partition("+")
    dialect = _DIALECTS[name]
    if driver and driver not in dialect.drivers:
        raise KeyError(driver)
    return dialect


def _connect_settings(url: "URL") -> dict[str, Any]:
    """What the driver is told, as SQLAlchemy understands the URL. Raises ValueError."""
    dialect = _dialect(url)
    if dialect.name == SQLITE:
        return {"database": url.database}
    if dialect.name == CLICKHOUSE:
        return _clickhouse_settings(url)
    spoken = url.set(drivername=f"{dialect.name}+{dialect.drivers[0]}")
    _, settings = spoken.get_dialect()().create_connect_args(spoken)
    return dict(settings)


def _clickhouse_settings(url: "URL") -> dict[str, Any]:
    """Raises ValueError where the URL names no server, or says more than is read."""
    _, _, scheme = url.drivername.partition("+")
    scheme = scheme or _CLICKHOUSE.drivers[0]
    host = f"[{url.host}]" if ":" in (url.host or "") else url.host
    server = f"{scheme}://{host}:{url.port or _CLICKHOUSE_PORTS[scheme]}"
    if not url.host or base_of(server) is None or url.query.keys() - _SECRET_KEYS:
        raise ValueError("no server, or more than user, host, port and database")
    return {"url": server, "user": url.username or "default", "database": url.database or ""}


def _target_flaws(step: Step, target: Target) -> Iterator[Finding]:
    """What is wrong with the target's settings."""
    try:
        url = _url_of(target.settings["url"])
        dialect = _dialect(url)
        _connect_settings(url)
    except KeyError:
        yield _unsupported(step, target)
        return
    except (ValueError, TypeError):
        message = f"the url of target `{target.name}` is none of a database"
        yield flaw(step, "bad-target-url", message, f'write one as url = "{EXAMPLE}"')
        return
    if url.password is not None or _SECRET_KEYS & url.query.keys():
        message = f"the url of target `{target.name}` holds a password, which could be seen"
        cure = "take it out of the url, and name a secret for it: password_secret = NAME"
        yield flaw(step, "password-in-url", message, cure)
    if dialect.name == SQLITE and not (url.database or "").startswith("/"):
        message = f"the url of target `{target.name}` names no file by its whole path"
        yield flaw(step, "bad-target-url", message, 'write it as url = "sqlite:////DIR/FILE"')
    if not _is_row_limit(target.settings.get("row_limit", "1")):
        message = f"the row_limit of target `{target.name}` is none"
        yield flaw(step, "bad-row-limit", message, f"write a number from 1 to {ROWS_LIMIT_MAX}")
    if find_spec(dialect.package) is None:
        message = f"step `{step.name}` needs the driver {dialect.package}, which is not installed"
        cure = f"install it: pip install 'drillbook[{dialect.extra}]'"
        yield flaw(step, "missing-driver", message, cure)


def _unsupported(step: Step, target: Target) -> Finding:
    name = target.settings["url"].partition(":")[0][:40]
    return flaw(
        step,
        "unsupported-database",
        f"target `{target.name}` is a `{name}`, which this version does not speak to",
        "it speaks postgresql+psycopg, mysql+pymysql, mariadb+pymysql, sqlite, clickhouse+http and "
        "clickhouse+https; run another database's own program in a sh step",
    )


def _text_flaws(step: Step, target: Target, observes: bool) -> Iterator[Finding]:
    """What is wrong with the statements."""
    dialect = _dialect(_url_of(target.settings["url"]))
    try:
        statements = statements_of(step.command, dialect.name)
    except SqlTextError as error:
        message = f"the SQL of step `{step.name}` cannot be taken apart: {error}"
        yield flaw(step, "sql-not-closed", message, "close it")
        return
    if not statements:
        message = f"step `{step.name}` holds no statement"
        yield flaw(step, "no-statement", message, "write one, or take the step out")
    if observes and len(statements) > 1:
        message = f"step `{step.name}` only observes, and holds {len(statements)} statements"
        yield flaw(step, "several-statements", message, "make it one, or several Checks")
    if observes:
        yield from _unheld(step, dialect)


def _unheld(step: Step, dialect: Dialect) -> Iterator[Finding]:
    """What a session that can only read does not stop, as far as the text shows it."""
    text = code_of(step.command, dialect.name)
    if (verb := _KILLS.match(text)) and dialect.name in (MYSQL, CLICKHOUSE):
        message = f"step `{step.name}` only observes, and {verb[1].upper()} ends others' work"
        yield flaw(step, "check-may-change", message, "move it to an Option")
    effects = _EFFECTS.get(dialect.name)
    if effects is not None and (found := effects.search(text)):
        yield Finding(
            place=step.place,
            lint="check-not-enforced",
            message=f"step `{step.name}` only observes, and a session that can only read does "
            f"not stop {' '.join(found[0].split())}",
            help="do without it, move it to an Option, or give the target a user without the right",
            severity=Severity.WARNING,
        )


def _is_row_limit(text: str) -> bool:
    return text.isascii() and text.isdecimal() and 1 <= int(text[:9]) <= ROWS_LIMIT_MAX
