"""`drillbook init` as it is called."""

import shutil
from pathlib import Path

import pytest

from drillbook.cli.init import _progress
from trees import write_tree

STORIES = Path(__file__).parent / "stories"
CORPORA = Path(__file__).parents[3] / "shared" / "corpora"


def test_story(tell, tmp_path, inside):
    """What a team sees, and the settings that come of it; then lint and cover work."""
    write_tree(tmp_path)
    (tmp_path / "prometheus.yml").write_text("scrape_configs:\n  - {job_name: node}\n")
    ended = inside("init")
    assert (0, "") == (ended.code, ended.err)
    story = tell(STORIES / "init.txt")
    story.expect("out", ended.out.rstrip("\n"))
    story.expect("drillbook.toml", (tmp_path / "drillbook.toml").read_text().rstrip("\n"))
    assert inside("lint", "--no-cache").code in (0, 1)
    covered = inside("cover")
    assert 0 == covered.code
    assert "DiskFull" in covered.out


def test_an_empty_folder_is_one_clear_line(tmp_path, inside):
    """And nothing is written."""
    ended = inside("init")
    assert (1, "") == (ended.code, ended.out)
    assert ended.err.startswith("drillbook: .: no runbook and no rule was found in 0 Markdown")
    assert 1 == len(ended.err.splitlines())
    assert not (tmp_path / "drillbook.toml").exists()


def test_settings_that_are_there_are_only_replaced_by_force(tmp_path, inside):
    """--dry-run shows what would be written, and writes nothing."""
    write_tree(tmp_path)
    path = tmp_path / "drillbook.toml"
    path.write_text("# mine\n")
    ended = inside("init")
    assert (2, "# mine\n") == (ended.code, path.read_text())
    assert "--dry-run shows what would be written, --force replaces it" in ended.err
    shown = inside("init", "--dry-run")
    assert (0, "# mine\n") == (shown.code, path.read_text())
    assert shown.out.startswith("# Written by drillbook init.")
    assert "found below ." in shown.err
    assert 0 == inside("init", "--force").code
    assert shown.out == path.read_text()


def test_a_link_is_never_written_through(tmp_path, inside):
    """Not even by force: it leads to somebody else's file."""
    write_tree(tmp_path)
    (tmp_path / "drillbook.toml").symlink_to(tmp_path / "elsewhere")
    assert 2 == inside("init", "--force").code
    assert not (tmp_path / "elsewhere").exists()


def test_another_folder_is_told_to_go_to(tmp_path, inside):
    """The next commands begin there; its name is quoted for a shell."""
    write_tree(tmp_path / "a b")
    ended = inside("init", "a b")
    assert 0 == ended.code
    assert "  cd 'a b'\n" in ended.out
    assert (tmp_path / "a b/drillbook.toml").is_file()


@pytest.mark.parametrize("folder", ["gone", "file", "x\x1b[31m"])
def test_what_is_no_folder_is_told_in_one_line(tmp_path, inside, folder):
    """With the cure."""
    (tmp_path / "file").write_text("")
    ended = inside("init", folder)
    assert (2, "") == (ended.code, ended.out)
    assert "there is no such folder; check the path" in ended.err
    assert "\x1b" not in ended.err


def test_whoever_waits_is_told_how_far_it_is(monkeypatch, capsys):
    """After two seconds and every two from then on."""
    now = [0.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    tell = _progress()
    for number in range(1, 11):
        now[0] += 0.5
        tell(number)
    said = capsys.readouterr().err.splitlines()
    assert ["drillbook: 4 files read …", "drillbook: 8 files read …"] == said


@pytest.mark.skipif(not CORPORA.is_dir(), reason="no public corpora lie beside the checkout")
def test_public_rules_find_public_runbooks(tmp_path, inside):
    """99 of 125 URLs of one set, all 28 of another; the settings of both lint without a crash."""
    for name in CORPORA.iterdir():
        if name.is_dir() and not name.name.startswith("."):
            shutil.copytree(name, tmp_path / name.name)
    ended = inside("init")
    assert 0 == ended.code
    assert "prometheus-operator-runbooks/runbooks: 99 of 125 URLs lead to a file" in ended.out
    assert ": 28 of 28 URLs lead to a file" in ended.out
    before = (tmp_path / "drillbook.toml").read_bytes()
    assert 0 == inside("init", "--force").code
    assert before == (tmp_path / "drillbook.toml").read_bytes()
    assert inside("lint", "--no-cache", "--format", "json").code in (0, 1)
