"""What git is told to ignore is known, and without git nothing is."""

import subprocess

from drillbook.read.ignored import ignored_below


def test_ignored_files_and_folders_are_named_from_the_folder(tmp_path):
    """What was written by hand is not among them."""
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    (tmp_path / ".gitignore").write_text("build/\n*.log\n")
    for path in ("build/a/b.md", "docs/a.md", "docs/x.log", "docs/build/c.md"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("")
    assert ("build", "docs/build", "docs/x.log") == ignored_below(tmp_path)
    assert ("build", "x.log") == ignored_below(tmp_path / "docs")


def test_outside_of_a_work_tree_nothing_is_ignored(tmp_path, monkeypatch):
    """Nor where git is not installed, or the folder is gone."""
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert () == ignored_below(tmp_path)
    assert () == ignored_below(tmp_path / "gone")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert () == ignored_below(tmp_path)
