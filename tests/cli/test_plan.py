"""`drillbook plan`: everything that would run, for a person and for a machine."""

import subprocess
import sys
from pathlib import Path

STORIES = Path(__file__).parent / "stories"


def test_plan(drillbook, tell, tmp_path):
    """A story: the plan as text and as JSON, and what it finds, all from one runbook."""
    story = tell(STORIES / "plan.txt")
    (tmp_path / "web.md").write_text(story.given("runbook") + "\n", encoding="utf-8")
    text = drillbook("plan", "web.md")
    story.expect("plan", text.stdout.rstrip("\n"))
    story.expect("findings", text.stderr.rstrip("\n"))
    story.expect("json", drillbook("plan", "web.md", "--format", "json").stdout.rstrip("\n"))


def test_inputs_are_bound(drillbook, tell, tmp_path):
    """--input gives an input its value, and a value that its pattern refuses is a Finding."""
    runbook = tell(STORIES / "plan.txt").given("runbook")
    (tmp_path / "web.md").write_text(runbook + "\n", encoding="utf-8")
    given = drillbook("plan", "web.md", "--input", "unit=api", "--input", "port=80")
    assert "  input unit = api\n  input port = 80\n" in given.stdout
    refused = drillbook("plan", "web.md", "--input", "port=80; reboot")
    assert 1 == refused.returncode
    assert "input `port`" in refused.stderr


def test_runbook_of_a_file_of_several(drillbook, tmp_path):
    """FILE#ANCHOR chooses one; without it, or with a wrong one, the anchors are named."""
    part = (
        "### Diagnosis\n```sh { name=NAME timeout=2s }\ntrue\n```\n**Healthy:** exit code is 0.\n"
    )
    text = "---\nrunbooks: {disk-full: {owner: a}, cpu-hot: {owner: b}}\n---\n# All\n"
    for title, name in (("Disk full", "disk"), ("CPU hot", "cpu")):
        text += f"## {title}\n{part.replace('NAME', name)}"
    (tmp_path / "all.md").write_text(text, encoding="utf-8")
    assert "CPU hot" in drillbook("plan", "all.md#cpu-hot").stdout
    for name in ("all.md", "all.md#cpu"):
        result = drillbook("plan", name)
        assert 1 == result.returncode
        assert "#disk-full, #cpu-hot" in result.stderr


def test_a_plan_needs_no_journal(tmp_path):
    """What only a run needs is not imported: it took longer than the whole plan."""
    program = (
        "import sys; from drillbook.cli.main import code_of; code_of(['plan', 'web.md']); "
        "sys.exit(any(name.startswith('sqlalchemy') for name in sys.modules))"
    )
    runbook = "# A\n\n## Diagnosis\n\n```sh { name=a timeout=2s }\ntrue\n```\n"
    (tmp_path / "web.md").write_text(runbook, encoding="utf-8")
    command = [sys.executable, "-c", program]
    done = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60
    )
    assert (0, True) == (done.returncode, "$ true" in done.stdout), done.stderr
