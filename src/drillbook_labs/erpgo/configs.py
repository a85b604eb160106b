"""Layout + order → the text of every configuration file, as an operations team would write it."""

import shlex
import sys
from collections.abc import Mapping
from pathlib import Path

import yaml

from drillbook_labs.erpgo.layout import Layout

SERVERS = ("postgresql", "orders-api", "postgres-exporter", "prometheus", "alertmanager")
CLIENT = "writer"
DATABASE = "erpgo"
APPLICATION_USER = "erpgo"
METRICS_USER = "metrics"
SCRAPE_TIMEOUT_S_MAX = 10.0
# As production's Alertmanager has it for critical alerts: longer than any drill.
REPEAT_INTERVAL = "30m"
MARKER = "DRILLBOOK_LAB"
BASE_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def milliseconds(seconds: float) -> str:
    """Write a duration as Prometheus and Alertmanager read it."""
    return f"{round(seconds * 1000)}ms"


def postgresql_conf(layout: Layout) -> str:
    """Answer what is added to initdb's configuration.

    Durability stays as production has it, because what was acknowledged must be readable.
    Shared memory lies in the data folder where it can, so that it goes when the folder goes.
    """
    return f"""
listen_addresses = '127.0.0.1'
port = {layout.ports["postgresql"]}
unix_socket_directories = ''
max_connections = 60
shared_buffers = 16MB
dynamic_shared_memory_type = mmap
fsync = on
synchronous_commit = on
full_page_writes = on
timezone = 'UTC'
log_timezone = 'UTC'
"""


def prometheus_yml(layout: Layout, rule_files: list[Path]) -> str:
    """Answer Prometheus's configuration; `instance` names the database, not its exporter."""
    pacing = layout.pacing
    database = f"127.0.0.1:{layout.ports['postgresql']}"
    return _yaml(
        {
            "global": {
                "scrape_interval": milliseconds(pacing.scrape_s),
                "scrape_timeout": milliseconds(min(SCRAPE_TIMEOUT_S_MAX, pacing.scrape_s)),
                "evaluation_interval": milliseconds(pacing.evaluation_s),
            },
            "rule_files": [str(path) for path in rule_files],
            "alerting": {
                "alertmanagers": [{"static_configs": [_static(layout, "alertmanager")]}],
            },
            "scrape_configs": [
                {
                    "job_name": "postgres",
                    "static_configs": [
                        {
                            **_static(layout, "postgres-exporter"),
                            "labels": {"instance": database, "service": "erp-api"},
                        }
                    ],
                },
                {"job_name": "orders-api", "static_configs": [_static(layout, "orders-api")]},
            ],
        }
    )


def _static(layout: Layout, process: str) -> dict[str, list[str]]:
    return {"targets": [f"127.0.0.1:{layout.ports[process]}"]}


def alertmanager_yml(layout: Layout, *, hook_url: str, hook_token: str) -> str:
    """Answer Alertmanager's configuration: one webhook, asked for with a bearer token."""
    authorization = {"authorization": {"type": "Bearer", "credentials": hook_token}}
    hook = {"url": hook_url, "send_resolved": True, "http_config": authorization}
    if not hook_token:
        del hook["http_config"]
    return _yaml(
        {
            "route": {
                "receiver": "drillbook",
                "group_by": ["alertname", "service"],
                "group_wait": milliseconds(layout.pacing.group_wait_s),
                "group_interval": milliseconds(layout.pacing.group_interval_s),
                "repeat_interval": REPEAT_INTERVAL,
            },
            "receivers": [{"name": "drillbook", "webhook_configs": [hook]}],
        }
    )


def _yaml(value: object) -> str:
    return yaml.safe_dump(value, sort_keys=False)


def supervisord_conf(layout: Layout) -> str:
    """Answer supervisord's configuration. Nothing is restarted by itself, nothing heals."""
    socket = f"unix://{layout.socket}"
    head = f"""[unix_http_server]
file = {layout.socket}
chmod = 0700

[supervisord]
directory = {layout.folder}
logfile = {layout.logs / "supervisord.log"}
pidfile = {layout.folder / "supervisord.pid"}
childlogdir = {layout.logs}
nodaemon = true
{"user = root" if layout.server_user else "; started by an ordinary user"}

[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface

[supervisorctl]
serverurl = {socket}
"""
    return head + "".join(_program(layout, name) for name in (*SERVERS, CLIENT))


def _program(layout: Layout, name: str) -> str:
    is_database = name == "postgresql"
    extra = [f"environment = {_assignments(environment_of(layout, name))}"]
    if is_database:
        # SIGINT is PostgreSQL's fast shutdown, which Debian's own unit uses too.
        extra.append("stopsignal = INT")
        extra += [f"user = {layout.server_user}"] if layout.server_user else []
    return f"""
[program:{name}]
command = {shlex.join(command_of(layout, name))}
directory = {folder_of(layout, name)}
autostart = false
autorestart = false
startsecs = 1
stopwaitsecs = 5
redirect_stderr = true
stdout_logfile = {layout.logs / f"{name}.log"}
stdout_logfile_maxbytes = 4MB
stdout_logfile_backups = 1
{chr(10).join(extra)}
"""


def folder_of(layout: Layout, process: str) -> Path:
    """Answer the folder that a process works in.

    An Alertmanager that was unpacked, not installed, looks for its templates below that.
    """
    if process == "alertmanager":
        return layout.programs["prometheus-alertmanager"].parent.parent
    return layout.data if process == "postgresql" else layout.folder


def _assignments(environment: Mapping[str, str]) -> str:
    return ",".join(f'{name}="{value}"' for name, value in environment.items())


def environment_of(layout: Layout, process: str) -> dict[str, str]:
    """Answer the variables of one process beyond those that supervisord was started with."""
    home = layout.data if process == "postgresql" else layout.folder
    environment = {"HOME": str(home)}
    if process == "postgres-exporter":
        environment["DATA_SOURCE_NAME"] = _database(layout, METRICS_USER) + " sslmode=disable"
    if process == "orders-api":
        environment["ORDERS_DATABASE"] = _database(layout, APPLICATION_USER)
    return environment


def _database(layout: Layout, user: str) -> str:
    port = layout.ports["postgresql"]
    return f"host=127.0.0.1 port={port} user={user} dbname={DATABASE} connect_timeout=2"


def command_of(layout: Layout, process: str) -> list[str]:
    """Answer the command line of one process."""
    return _COMMANDS[process](layout)


def _postgresql(layout: Layout) -> list[str]:
    return [str(layout.postgres_bin / "postgres"), "-D", str(layout.data)]


def _orders_api(layout: Layout) -> list[str]:
    port = str(layout.ports["orders-api"])
    return [sys.executable, "-I", "-m", "drillbook_labs.erpgo.api", "--port", port]


def _writer(layout: Layout) -> list[str]:
    url, log = layout.url("orders-api"), str(layout.client_log)
    module = "drillbook_labs.erpgo.writer"
    return [sys.executable, "-I", "-m", module, "--url", url, "--log", log]


def _postgres_exporter(layout: Layout) -> list[str]:
    listen = f"127.0.0.1:{layout.ports['postgres-exporter']}"
    return [
        str(layout.programs["prometheus-postgres-exporter"]),
        f"--web.listen-address={listen}",
        # Its own queries know PostgreSQL up to 15 only; whether the server is up needs none.
        "--disable-default-metrics",
        "--disable-settings-metrics",
    ]


def _prometheus(layout: Layout) -> list[str]:
    return [
        str(layout.programs["prometheus"]),
        f"--config.file={layout.folder / 'prometheus.yml'}",
        f"--storage.tsdb.path={layout.folder / 'prometheus-data'}",
        f"--web.listen-address=127.0.0.1:{layout.ports['prometheus']}",
    ]


def _alertmanager(layout: Layout) -> list[str]:
    return [
        str(layout.programs["prometheus-alertmanager"]),
        f"--config.file={layout.folder / 'alertmanager.yml'}",
        f"--storage.path={layout.folder / 'alertmanager-data'}",
        f"--web.listen-address=127.0.0.1:{layout.ports['alertmanager']}",
        "--cluster.listen-address=",
    ]


_COMMANDS = {
    "postgresql": _postgresql,
    "orders-api": _orders_api,
    "writer": _writer,
    "postgres-exporter": _postgres_exporter,
    "prometheus": _prometheus,
    "alertmanager": _alertmanager,
}
