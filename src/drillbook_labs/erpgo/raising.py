"""LabOrder → Layout, files, checked configurations and started servers, in that order."""

import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from drillbook.model.lab import LabError, LabOrder
from drillbook.model.truth import Truth
from drillbook_labs.erpgo import configs, postgres, watch
from drillbook_labs.erpgo import layout as layouts
from drillbook_labs.erpgo.layout import Layout
from drillbook_labs.erpgo.ports import Reservation
from drillbook_labs.erpgo.programs import (
    find_programs,
    folders_to_search,
    postgres_tree,
    write_operator_folder,
)
from drillbook_labs.erpgo.supervision import Supervision
from drillbook_labs.erpgo.waiting import wait_until

CHECK_S_MAX = 30.0
SERVER_S_MAX = 30.0
LOG_TAIL_BYTES = 2000


def make_layout(order: LabOrder, ports: Mapping[str, int]) -> Layout:
    """Decide where everything goes, and note it before it is made. Raises LabError."""
    layouts.check_order(order)
    programs = find_programs(folders_to_search(os.environ, Path.cwd()))
    tree, user = postgres_tree(), postgres.server_user()
    _own_folder(order.folder)
    annex = layouts.new_annex()
    is_reachable = user is None or postgres.can_enter(user, order.folder)
    runs = user is None or postgres.can_run(user, tree / "pginstall/bin/postgres")
    home = tree if runs else annex / tree.name
    layout = Layout(
        folder=order.folder,
        annex=annex,
        socket=layouts.socket_in(order.folder, annex),
        data=(order.folder if is_reachable else annex) / "postgresql-data",
        postgres_bin=home / "pginstall/bin",
        server_user=user,
        programs=programs,
        ports=ports,
        compression=order.compression,
        without=layouts.without_of(order.settings),
    )
    layouts.save(layout)
    return layout


def _own_folder(folder: Path) -> None:
    """Make the scratch folder; one that holds something is refused, as all in it will go."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # Passable, so that the server's own user gets to its data below it.
        folder.chmod(0o711)
        if any(folder.iterdir()):
            raise LabError(f"{folder} is not empty; give the lab a folder of its own")
    except OSError as error:
        raise LabError(f"{folder} cannot hold a lab: {error}") from error


def raise_lab(
    layout: Layout, order: LabOrder, supervision: Supervision, reservation: Reservation
) -> None:
    """Start everything of a noted layout; several things at once. Raises LabError."""
    _write_files(layout, order)
    with ThreadPoolExecutor(max_workers=3) as pool:
        cluster = pool.submit(_make_cluster, layout)
        checks = pool.submit(_check_configurations, layout)
        supervisor = pool.submit(_launch, layout, supervision)
        checks.result()
        supervisor.result()
        for process in ("prometheus", "alertmanager"):
            _start(process, supervision, reservation)
        cluster.result()
    _start("postgresql", supervision, reservation)
    _wait_answering(layout, supervision, "postgresql")
    postgres.make_database(layout)
    for process in ("orders-api", "postgres-exporter"):
        _start(process, supervision, reservation)
    for process in configs.SERVERS:
        _wait_answering(layout, supervision, process)
    observation = watch.serves(layout)
    if observation.truth is not Truth.TRUE:
        raise LabError(f"the lab is up but serves nobody: {observation.because}")


def _write_files(layout: Layout, order: LabOrder) -> None:
    layout.logs.mkdir()
    rules = _write_rules(layout.folder / "rules", order.rule_files)
    files = {
        "prometheus.yml": configs.prometheus_yml(layout, rules),
        "alertmanager.yml": configs.alertmanager_yml(
            layout, hook_url=order.hook_url, hook_token=order.hook_token
        ),
        layout.configuration.name: configs.supervisord_conf(layout),
    }
    for name, text in files.items():
        path = layout.folder / name
        path.touch(mode=0o600)
        path.write_text(text, encoding="utf-8")
    write_operator_folder(
        layout.operator_bin,
        postgres_bin=postgres_tree() / "pginstall/bin",
        configuration=layout.configuration,
        without=layout.without,
    )
    if _needs_annex(layout):
        layout.annex.mkdir(mode=0o711)


def _needs_annex(layout: Layout) -> bool:
    places = (layout.socket, layout.data, layout.postgres_bin)
    return any(layout.annex in place.parents for place in places)


def _write_rules(folder: Path, rule_files: Mapping[str, str]) -> list[Path]:
    """Write the rule files under names that cannot leave the folder or mean the same file."""
    folder.mkdir()
    written = []
    for number, (name, text) in enumerate(sorted(rule_files.items())):
        path = folder / f"{number:03}-{re.sub(r'[^A-Za-z0-9.-]', '_', name)[-80:]}"
        path.write_text(text, encoding="utf-8")
        written.append(path)
    return written


def _make_cluster(layout: Layout) -> None:
    if layout.annex in layout.postgres_bin.parents:
        postgres.copy_tree(postgres_tree(), layout.annex)
    postgres.make_cluster(layout)


def _check_configurations(layout: Layout) -> None:
    """Have the servers' own tools judge the files; that of the rules comes with Prometheus's."""
    promtool, amtool = str(layout.programs["promtool"]), str(layout.programs["amtool"])
    _check([promtool, "check", "config", str(layout.folder / "prometheus.yml")])
    _check([amtool, "check-config", str(layout.folder / "alertmanager.yml")])


def _check(command: Sequence[str]) -> None:
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
            timeout=CHECK_S_MAX,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise LabError(f"{command[0]}: {error}") from error
    if done.returncode != 0:
        words = " ".join(done.stdout.split())[-600:]
        raise LabError(f"{Path(command[0]).name} refuses the configuration: {words}")


def _launch(layout: Layout, supervision: Supervision) -> None:
    environment = {
        "PATH": configs.BASE_PATH,
        "LANG": "C.UTF-8",
        configs.MARKER: str(layout.folder),
    }
    log = layout.logs / "supervisord.out"
    supervision.launch(layout.configuration, environment=environment, log=log)
    try:
        wait_until(supervision.answers, within_s=SERVER_S_MAX, what="supervisord")
    except LabError as error:
        raise LabError(f"{error}; it says: {_tail(log)}") from error


def _start(process: str, supervision: Supervision, reservation: Reservation) -> None:
    reservation.release(process)
    supervision.start(process)


def _wait_answering(layout: Layout, supervision: Supervision, process: str) -> None:
    def is_settled() -> bool:
        if watch.answers(layout, process):
            return True
        state = supervision.processes()[process].state
        if state in {"EXITED", "FATAL", "BACKOFF"}:
            raise LabError(f"it is {state.lower()}")
        return False

    try:
        wait_until(is_settled, within_s=SERVER_S_MAX, what=f"{process} to answer")
    except LabError as error:
        tail = _tail(layout.logs / f"{process}.log")
        raise LabError(f"{process} does not start: {error}; it says: {tail}") from error


def _tail(log: Path) -> str:
    try:
        text = log.read_bytes()[-LOG_TAIL_BYTES:].decode(errors="replace")
    except OSError as error:
        return f"nothing ({error})"
    return " ".join(text.split())[-400:] or "nothing"
