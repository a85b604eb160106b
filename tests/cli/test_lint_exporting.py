"""`drillbook lint --metrics` and `--prometheus`."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from drillbook.cli.lint import command
from drillbook.cli.main import code_of
from lint_rules import rule_text
from servers import free_port


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "rules.yaml").write_text(rule_text("feed_last_seconds > 1"))
    (tmp_path / "m.prom").write_text("feed_trades_total 1\n")
    (tmp_path / "page.html").write_text("<html>\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(command, [*words, "--no-cache"], standalone_mode=True)
    return result.exit_code, result.output


def test_rules_are_held_against_a_file(tree: Path) -> None:
    """What it does not have is told."""
    assert tree.is_dir()
    code, said = run("rules.yaml", "--metrics", "m.prom")
    assert "metric-exported-by-nothing" in said
    assert "feed_last_seconds" in said
    assert code in (0, 1)


@pytest.mark.parametrize("name", ["gone.prom", "page.html"])
def test_a_file_that_is_no_exposition_is_a_slip(tree: Path, name: str) -> None:
    """Usage, not a finding: it was named by hand."""
    assert tree.is_dir()
    code, said = run("rules.yaml", "--metrics", name)
    assert 2 == code
    assert name in said


def test_a_prometheus_that_does_not_answer_is_unknown(tree: Path) -> None:
    """What was not looked at has not passed."""
    assert tree.is_dir()
    code, said = run("rules.yaml", "--prometheus", f"http://127.0.0.1:{free_port()}")
    assert 4 == code
    assert "does not answer" in said


def test_the_program_itself_ends_so_too(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """By the code that its outermost edge gives."""
    assert tree.is_dir()
    assert 4 == code_of(["lint", "rules.yaml", "--prometheus", f"http://127.0.0.1:{free_port()}"])
    said = capsys.readouterr().err
    assert (1, True) == (len(said.splitlines()), "does not answer" in said)


def test_what_is_no_url_is_a_slip(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """There was nobody to ask."""
    assert tree.is_dir()
    assert 2 == code_of(["lint", "rules.yaml", "--prometheus", "prometheus:9090"])
    assert "is no http://HOST:PORT" in capsys.readouterr().err
