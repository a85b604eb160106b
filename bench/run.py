"""All benchmarks → a table in the terminal, and docs/benchmarks.md written anew.

Run: .venv/bin/python bench/run.py [--only NAME] [--quick]
"""

import argparse
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

# Started as a script, only this file's own folder is searched.
sys.path.insert(0, str(Path(__file__).parents[1]))
# The servers that benchmarks need are started as the tests start them.
sys.path.insert(1, str(Path(__file__).parents[1] / "tests" / "support"))

from bench import (
    appending,
    finding,
    hostile,
    jobs,
    linting,
    parsing,
    runners,
    start_up,
    store,
    supervised,
    whole_run,
)
from bench.figures import Figure
from bench.page import machine, page, table

ROOT = Path(__file__).parents[1]
BENCHMARKS: dict[str, Callable[..., list[Figure]]] = {
    "step": whole_run.measure,
    "supervisor": supervised.measure,
    "parse": parsing.measure,
    "lint": linting.measure,
    "start": start_up.measure,
    "find": finding.measure,
    "journal": appending.measure,
    "store": store.measure,
    "jobs": jobs.measure,
    "runners": runners.measure,
    "hostile": hostile.measure,
}


def main() -> None:
    """Measure, show, and write the page where everything was measured in full."""
    arguments = _parser().parse_args()
    names = [arguments.only] if arguments.only else list(BENCHMARKS)
    figures = [figure for name in names for figure in _measured(name, arguments.quick)]
    print(f"{machine()}\n\n{table(figures)}")
    if arguments.only is None and not arguments.quick:
        path = ROOT / "docs" / "benchmarks.md"
        path.write_text(page(figures, list(BENCHMARKS)), encoding="utf-8")
        print(f"\nwritten to {path.relative_to(ROOT)}")


def _measured(name: str, is_quick: bool) -> list[Figure]:
    print(f"measuring {name} …", file=sys.stderr)
    # Not below /tmp, which may be memory: what is written has to reach a disk.
    build = ROOT / "build"
    build.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bench-", dir=build) as folder:
        return BENCHMARKS[name](Path(folder), is_quick=is_quick)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=list(BENCHMARKS), help="measure this one alone")
    parser.add_argument("--quick", action="store_true", help="fewer samples; writes no page")
    return parser


if __name__ == "__main__":
    main()
