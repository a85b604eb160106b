"""The page of a lint."""

import subprocess
import sys
import zipfile
from pathlib import Path

from drillbook.lint import pages
from drillbook.lint.pages import page_of
from drillbook.lint.registry import BY_NAME
from drillbook.model.lint import ReadingLint

ROOT = Path(__file__).parents[2]


def test_every_lint_has_its_page():
    """It begins with its name."""
    for name, lint in BY_NAME.items():
        assert page_of(lint).startswith(f"# {name}\n")


def test_a_lint_without_a_page_speaks_for_itself():
    """As while it is being written."""
    text = page_of(ReadingLint(name="a-b", summary="what is odd"))
    assert text.startswith("# a-b\n\nFlags what is odd.\n")
    assert "Severity: warning. Keeps a runbook from being: readable." in text


def test_the_installed_page_comes_first(tmp_path, monkeypatch):
    """A wheel has no folder docs."""
    (tmp_path / "a-b.md").write_text("# a-b\n\nInstalled.\n")
    monkeypatch.setattr(pages, "INSTALLED", tmp_path)
    assert "Installed." in page_of(ReadingLint(name="a-b", summary="x"))


def test_the_pages_come_along_in_a_wheel(tmp_path):
    """Whoever has no source tree can read them too."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=120)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as inside:
        names = set(inside.namelist())
    assert {f"drillbook/lint/pages/{name}.md" for name in BY_NAME} <= names
