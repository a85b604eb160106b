"""The benchmarks run and show what they measured; no figure decides anything here."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "benchmarks.md"


def bench(*arguments):
    command = [sys.executable, ROOT / "bench" / "run.py", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)


@pytest.mark.parametrize(
    "name", ["step", "supervisor", "parse", "start", "journal", "jobs", "hostile"]
)
def test_one_benchmark_shows_both_ways_and_their_ratio(name):
    """A row with our figure, the peer's, and one divided by the other; the page is left alone."""
    before = PAGE.read_bytes() if PAGE.exists() else None
    done = bench("--quick", "--only", name)
    assert 0 == done.returncode, done.stderr
    row = [cell.strip() for cell in done.stdout.splitlines()[-1].strip("|").split("|")]
    ours, peer = (float(cell.split()[0].replace(",", "")) for cell in row[1:3])
    assert ours > 0 < peer
    # The figures are shown rounded, the ratio is of what was measured.
    assert float(row[3]) == pytest.approx(ours / peer, rel=0.05, abs=0.02)
    assert before == (PAGE.read_bytes() if PAGE.exists() else None)


@pytest.mark.lab
def test_the_store_is_measured_on_both_kinds():
    """Appending, and reading in a large journal beside a small one."""
    done = bench("--quick", "--only", "store")
    assert 0 == done.returncode, done.stderr
    whats = [line.split("|")[1].strip() for line in done.stdout.splitlines() if " ms " in line]
    assert ["SQLite", "PostgreSQL"] == [
        store for store in ("SQLite", "PostgreSQL") if any(f" on {store}" in what for what in whats)
    ]


def test_an_unknown_benchmark_is_refused():
    """With the names that there are."""
    done = bench("--only", "speed")
    assert (2, True) == (done.returncode, "'journal'" in done.stderr)
