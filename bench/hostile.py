"""What a hostile step costs: a flood of output, and a thousand steps that are silent at once."""

import os
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bench.figures import Figure, median
from drillbook.model.attempt import AttemptOrder
from drillbook.run.guard.kernel import command, descendants
from drillbook.run.prelude import bash_argv
from drillbook.run.supervisor import StepSupervisor

GB = 1_000_000_000
UP_WITHIN_S = 300.0
THREAD_STACK_BYTES = 512 * 1024


def measure(folder: Path, *, is_quick: bool) -> list[Figure]:
    """Output through a guardian beside a pipe into `cat`; memory beside that of the bare steps."""
    size = GB // 10 if is_quick else 10 * GB
    return [_flood(folder, size), _many(folder, 50 if is_quick else 1_000)]


def _flood(folder: Path, size: int) -> Figure:
    supervisor = StepSupervisor()
    ours, peers = [], []
    try:
        for number in range(3):
            script = f"set +o pipefail; cat /dev/zero | head -c {size}"
            begun_s = time.monotonic()
            supervisor.perform(_order(folder / f"flood-{number}", script), lambda _: None)
            ours.append(time.monotonic() - begun_s)
            begun_s = time.monotonic()
            subprocess.run(
                ["bash", "-c", f"cat /dev/zero | head -c {size} | cat >/dev/null"], check=True
            )
            peers.append(time.monotonic() - begun_s)
    finally:
        supervisor.close()
    return Figure(
        what=f"{size / GB:g} GB of output from one step",
        unit="s",
        ours=median(ours),
        peer=median(peers),
        peer_name="the same into `cat >/dev/null`",
        samples=len(ours),
        aim="bounded memory",
    )


def _many(folder: Path, count: int) -> Figure:
    supervisor = StepSupervisor()
    folders = [folder / f"many-{number}" for number in range(count)]
    threading.stack_size(THREAD_STACK_BYTES)
    try:
        with ThreadPoolExecutor(count) as pool:
            for each in folders:
                order = _order(each, "echo up; sleep 600")
                pool.submit(supervisor.perform, order, lambda _: None)
            until_s = time.monotonic() + UP_WITHIN_S
            while not all((each / "out").exists() for each in folders):
                if time.monotonic() > until_s:
                    raise TimeoutError("the steps did not come up")
                time.sleep(0.5)
            ours, bare = _memory_mb()
            for each in folders:
                supervisor.cancel(each)
    finally:
        threading.stack_size(0)
        supervisor.close()
    return Figure(
        what=f"{count:,} steps at once, all processes together",
        unit="MB",
        ours=ours,
        peer=bare,
        peer_name="`bash` and `sleep` of the steps alone",
        samples=1,
        aim="under 1,000 MB",
    )


def _order(folder: Path, script: str) -> AttemptOrder:
    env = {"PATH": os.environ["PATH"]}
    return AttemptOrder(folder=folder, argv=bash_argv(script), env=env, timeout_s=UP_WITHIN_S)


def _memory_mb() -> tuple[float, float]:
    """Proportional memory of this process and all below it, and of the steps among them."""
    whole, steps = 0, 0
    for pid in (os.getpid(), *descendants(os.getpid())):
        pss = _pss_bytes(pid)
        whole += pss
        is_ours = pid == os.getpid() or b"from drillbook.run.guard." in command(pid)
        steps += 0 if is_ours else pss
    return whole / 1e6, steps / 1e6


def _pss_bytes(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8").splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
