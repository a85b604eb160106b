"""The benchmarks run and show what they measured; no figure decides anything here."""

import re
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
    "name", ["step", "supervisor", "parse", "start", "find", "journal", "jobs", "hostile"]
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


@pytest.mark.lab
def test_runs_are_measured_on_both_kinds_and_by_more_and_more_runners():
    """From request to end, and many at once, each beside the bare loop; all of them recovered."""
    done = bench("--quick", "--only", "runners")
    assert 0 == done.returncode, done.stderr
    rows = [line for line in done.stdout.splitlines() if "in a bare loop" in line]
    whats = [row.split("|")[1].strip() for row in rows]
    wanted = ("on SQLite", "by 1 runner on PostgreSQL", "by 2 runners on PostgreSQL")
    assert [3, 3, 1] == [sum(each in what for what in whats) for each in wanted]
    assert all(float(row.split("|")[4]) > 0 for row in rows)


def test_a_name_that_is_measured_stands_on_the_page():
    """Whoever reads a figure finds how it was measured."""
    page = (ROOT / "bench" / "page.py").read_text(encoding="utf-8")
    names = (ROOT / "bench" / "run.py").read_text(encoding="utf-8")
    for name in re.findall(r'^    "(\w+)": \w+\.measure', names, re.MULTILINE):
        assert f"- **{name}**:" in page, name


def test_an_unknown_benchmark_is_refused():
    """With the names that there are."""
    done = bench("--only", "speed")
    assert (2, True) == (done.returncode, "'journal'" in done.stderr)
