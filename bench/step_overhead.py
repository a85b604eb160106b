"""What the supervisor adds to a step: `true` under it beside plain `bash -c true`, interleaved.

Run: python bench/step_overhead.py --steps 300
"""

import argparse
import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from drillbook.model.attempt import AttemptOrder, Ending
from drillbook.run.prelude import bash_argv
from drillbook.run.supervisor import StepSupervisor

ENV = {"PATH": os.environ["PATH"]}
WARM_UP = 3


def timed_ms(act: Callable[[], None]) -> float:
    """How long one act takes, in milliseconds."""
    begin = time.perf_counter()
    act()
    return (time.perf_counter() - begin) * 1000


def plain() -> None:
    """What a step costs without us."""
    subprocess.run(["bash", "-c", "true"], env=ENV, check=True)


def measure(supervisor: StepSupervisor, folder: Path, steps: int) -> dict[str, list[float]]:
    """Both ways in turn, so that whatever else the machine does meets both."""
    times: dict[str, list[float]] = {"bash": [], "supervisor": []}
    argv = bash_argv("true")
    for number in range(WARM_UP + steps):
        order = AttemptOrder(folder=folder / str(number), argv=argv, env=ENV, timeout_s=60)

        def supervised(order: AttemptOrder = order) -> None:
            outcome = supervisor.perform(order, lambda _text: None)
            assert outcome.ending is Ending.EXITED, outcome

        times["supervisor"].append(timed_ms(supervised))
        times["bash"].append(timed_ms(plain))
    return {name: values[WARM_UP:] for name, values in times.items()}


def show(times: dict[str, list[float]]) -> None:
    """A small table, and what the supervisor adds."""
    print(f"{'':12}{'median ms':>10}{'p90 ms':>10}{'best ms':>10}")
    for name, values in times.items():
        p90 = statistics.quantiles(values, n=10)[-1]
        print(f"{name:12}{statistics.median(values):10.2f}{p90:10.2f}{min(values):10.2f}")
    bash, ours = (statistics.median(times[name]) for name in ("bash", "supervisor"))
    print(f"added by the supervisor: {ours - bash:.2f} ms (ratio {ours / bash:.2f})")


def main() -> None:
    """Measure and show."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=300, help="how many of each, at least 2")
    steps = max(2, parser.parse_args().steps)
    supervisor = StepSupervisor()
    with tempfile.TemporaryDirectory() as folder:
        show(measure(supervisor, Path(folder), steps))
    supervisor.close()


if __name__ == "__main__":
    main()
