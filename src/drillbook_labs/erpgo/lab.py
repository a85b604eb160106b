"""LabOrder → a running ERP system and its alerting; and back to nothing.

Everything is an ordinary process under one supervisord, below one scratch folder.
"""

import shutil
from collections.abc import Sequence
from pathlib import Path

from drillbook.model.lab import ClientCount, Lab, LabError, LabOrder, LabView, Observation
from drillbook.model.target import Target
from drillbook_labs.erpgo import layout as layouts
from drillbook_labs.erpgo import ledger, traces, watch
from drillbook_labs.erpgo.configs import CLIENT, SERVERS
from drillbook_labs.erpgo.counting import count
from drillbook_labs.erpgo.layout import FULL_PACING, PORTS, Layout
from drillbook_labs.erpgo.ports import Reservation
from drillbook_labs.erpgo.raising import make_layout, raise_lab
from drillbook_labs.erpgo.supervision import Supervision
from drillbook_labs.erpgo.targets import targets_of
from drillbook_labs.erpgo.waiting import wait_until

CLIENT_START_S_MAX = 10.0
SHUT_DOWN_S_MAX = 15.0


class ErpgoLab:
    """The lab `erpgo`; `folder` is None until it is up."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._layout = layouts.load(folder) if folder else None
        self._supervision = Supervision(self._layout.socket) if self._layout else None

    def up(self, order: LabOrder) -> LabView:
        """Start everything and return when it serves. Raises LabError, with all taken down."""
        if self._folder is not None:
            raise LabError(f"the lab in {self._folder} is up already; take it down first")
        with Reservation(PORTS) as reservation:
            layout = make_layout(order, reservation.ports)
            self._folder, self._layout = layout.folder, layout
            self._supervision = Supervision(layout.socket)
            try:
                raise_lab(layout, order, self._supervision, reservation)
            except BaseException:
                self.down()
                raise
        return self.view()

    def view(self) -> LabView:
        """Answer what a started lab shows."""
        layout, _ = self._started()
        return LabView(
            targets=targets_of(layout),
            prometheus_url=layout.url("prometheus"),
            alertmanager_url=layout.url("alertmanager"),
            pacing=layout.pacing,
            full_pacing=FULL_PACING,
        )

    def steady(self) -> Observation:
        """Whether everything serves, the servers of alerting included."""
        return watch.steady(*self._started())

    def serves(self) -> Observation:
        """Whether users are served right now: one real read and one real write."""
        layout, _ = self._started()
        return watch.serves(layout)

    def start_client(self) -> None:
        """Start the writer, and return when its first order is noted."""
        layout, supervision = self._started()
        supervision.start(CLIENT)
        wait_until(
            lambda: layout.client_log.exists() and layout.client_log.stat().st_size > 0,
            within_s=CLIENT_START_S_MAX,
            what="the writer's first order",
        )

    def first_failure_ns(self, *, since_ns: int) -> int | None:
        """When the writer's first refused order since then began, or None."""
        layout, _ = self._started()
        return ledger.first_refusal_ns(layout.client_log, since_ns=since_ns)

    def stop_client(self) -> ClientCount:
        """Stop the writer and count. Raises LabError where it cannot be counted."""
        layout, supervision = self._started()
        supervision.stop(CLIENT)
        return count(layout)

    def pid(self, process: str) -> int | None:
        """The process id of one of the lab's processes, or None where it does not run."""
        self._known(process)
        _, supervision = self._started()
        pid = supervision.processes()[process].pid
        # supervisord may take a second to notice that a process has ended.
        return pid if pid and traces.is_alive(pid) else None

    def accepts(self, process: str) -> bool:
        """Whether that process answers on its port."""
        layout, _ = self._started()
        return watch.answers(layout, process)

    def start(self, process: str, *, timeout_s: float) -> None:
        """Start one process and return when it answers. Raises LabError where it does not."""
        self._known(process)
        layout, supervision = self._started()

        def answers() -> bool:
            if self.pid(process) is None:
                supervision.start(process)
            return process == CLIENT or watch.answers(layout, process)

        wait_until(answers, within_s=timeout_s, what=f"{process} answering")

    def target(self, name: str) -> Target:
        """One of the lab's targets by name. Raises LabError for one that it has not."""
        targets = {target.name: target for target in self.view().targets}
        if name not in targets:
            raise LabError(f"the lab erpgo has no target {name}; it has {', '.join(targets)}")
        return targets[name]

    def down(self) -> Sequence[str]:
        """Take everything down; the answer names what was left behind (none: all gone)."""
        folder, layout = self._folder, self._layout
        if folder is None:
            return ()
        traces.wake(folder, layout)
        if self._supervision is not None and self._supervision.answers():
            _shut_down(self._supervision)
            traces.wait_gone(folder, layout, within_s=SHUT_DOWN_S_MAX)
        left = [f"process {pid}" for pid in traces.end_all(folder, layout)]
        if self._supervision is not None:
            self._supervision.reap(within_s=SHUT_DOWN_S_MAX)
        left += _remove(folder, layout)
        if not left:
            self._folder, self._layout, self._supervision = None, None, None
        return left

    def _started(self) -> tuple[Layout, Supervision]:
        if self._layout is None or self._supervision is None:
            raise LabError("the lab erpgo is not up; start it first")
        return self._layout, self._supervision

    def _known(self, process: str) -> None:
        known = (*SERVERS, CLIENT)
        if process not in known:
            raise LabError(f"the lab erpgo has no process {process}; it has {', '.join(known)}")


def _shut_down(supervision: Supervision) -> None:
    """Ask supervisord to end all; what does not heed is killed afterwards."""
    try:
        supervision.shut_down()
    except LabError:
        # It ended in this moment, or it hangs: both are seen by whether its processes go.
        return


def _remove(folder: Path, layout: Layout | None) -> list[str]:
    """Remove all files of the lab, lab.json last; answer what could not be removed."""
    folders = [folder]
    if layout is not None:
        traces.remove_shared_memory(layout.data)
        folders.insert(0, layout.annex)
    for each in folders:
        shutil.rmtree(each, ignore_errors=True)
    return [str(each) for each in folders if each.exists()]


def make() -> Lab:
    """Answer a lab that is not up yet."""
    return ErpgoLab()


def reopen(folder: Path) -> Lab:
    """Answer the lab that was started in `folder`, whatever of it there still is."""
    return ErpgoLab(folder)
