"""What the supervisor alone adds to a step: see step_overhead.py, whose measure this is."""

from pathlib import Path

from bench.figures import Figure, median
from bench.step_overhead import measure as times_of
from drillbook.run.supervisor import StepSupervisor


def measure(folder: Path, *, is_quick: bool) -> list[Figure]:
    """`true` under the supervisor beside `bash -c true`, in turn."""
    supervisor = StepSupervisor()
    try:
        times = times_of(supervisor, folder, 40 if is_quick else 300)
    finally:
        supervisor.close()
    ours, peer = median(times["supervisor"]), median(times["bash"])
    return [
        Figure(
            what="a step under the supervisor, without a journal",
            unit="ms",
            ours=ours,
            peer=peer,
            peer_name="`bash -c` by subprocess",
            samples=len(times["supervisor"]),
            aim=f"none of its own; {ours - peer:.2f} ms over",
        )
    ]
