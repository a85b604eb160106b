"""Scripts that are written to keep a reader busy."""

import subprocess
import sys

import pytest

from drillbook.plan.variables import variables_read

HOSTILE = [
    """"cat <<'a'\\\\n" * 20_000""",
    """"$'" * 50_000""",
    """"read " + "a " * 50_000""",
    """"${" * 50_000""",
]


@pytest.mark.parametrize("script", HOSTILE)
def test_a_hostile_script_is_read_in_time(script: str) -> None:
    """A hundred kilobytes take well under the minute that a quadratic reader takes for them."""
    program = f"from drillbook.plan.variables import variables_read; variables_read({script})"
    done = subprocess.run([sys.executable, "-c", program], check=False, timeout=50)
    assert 0 == done.returncode


@pytest.mark.parametrize(
    ("script", "names"),
    [
        ("cat <<'E'\n$A\nE\necho $B", {"B"}),
        ("cat <<E\n$A\nE\necho $B", {"A", "B"}),
        ('cat <<-"E"\n\t$A\n\tE\necho $B', {"B"}),
        ("cat <<'E'\n$A\n", set()),
    ],
)
def test_a_here_document_with_a_quoted_end_is_skipped(script: str, names: set[str]) -> None:
    """Also one that never ends: bash reads it to the end of the script."""
    assert names == variables_read(script)
