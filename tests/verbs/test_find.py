"""Finding: the index follows the files, and nothing that happens to it costs an answer."""

import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from drillbook.read.settings import default_settings
from drillbook.search.cache import open_cache, writing
from drillbook.search.watching import SETTLED_NS
from drillbook.verbs import find as finding
from drillbook.verbs.find import NothingAskedError, Scope, find
from drillbook.verbs.indexing.tree import index_tree

DISK = "# The disk is full\n\n## Symptoms\nWrites fail.\n"
LAG = "# Replicas lag\n\n## Symptoms\nReads are old.\n"


@dataclass
class Tree:
    """A folder of runbooks; `indexed` counts how often the index had to be brought up to date."""

    root: Path
    indexed: int = 0
    told: list[str] = field(default_factory=list)

    @property
    def scope(self) -> Scope:
        return Scope(root=self.root, state=self.root / ".drillbook")

    def ask(self, text: str, scope: Scope | None = None) -> list[str]:
        """The paths of what is found."""
        scope = scope or self.scope

        def refresh(connection):
            self.indexed += 1
            index_tree(connection, scope, default_settings(self.root), tell=self.told.append)

        found = find(text, scope, 5, here=self.root, refresh=refresh)
        return [hit.path for hit in found.hits]

    def settle(self) -> None:
        """As if everything had been written long ago and indexed since."""
        for _ in range(2):
            time.sleep(0.01)
            self.ask("disk")


@pytest.fixture
def tree(tmp_path, monkeypatch) -> Tree:
    """Two runbooks. Times are settled at once: what waits for them has a test of its own."""
    monkeypatch.setattr("drillbook.search.watching.SETTLED_NS", 0)
    (tmp_path / "runbooks").mkdir()
    (tmp_path / "runbooks" / "disk.md").write_text(DISK)
    (tmp_path / "runbooks" / "lag.md").write_text(LAG)
    made = Tree(tmp_path)
    made.settle()
    made.indexed = 0
    return made


def test_what_did_not_change_is_not_read_again(tree):
    """A question alone opens no runbook."""
    (tree.root / "runbooks" / "disk.md").chmod(0o600)
    tree.settle()
    tree.indexed = 0
    assert ["runbooks/disk.md"] == tree.ask("disk full")
    assert ["runbooks/lag.md"] == tree.ask("replicas lag")
    assert 0 == tree.indexed


CHANGES: dict[str, tuple[Callable[[Path], object], str, list[str]]] = {
    "added": (
        lambda folder: (folder / "new.md").write_text("# Queue stuck\n"),
        "queue",
        ["new.md"],
    ),
    "written": (
        lambda folder: (folder / "lag.md").write_text("# Queue stuck\n"),
        "queue",
        ["lag.md"],
    ),
    "removed": (lambda folder: (folder / "lag.md").unlink(), "replicas", []),
    "renamed": (lambda folder: (folder / "lag.md").rename(folder / "z.md"), "replicas", ["z.md"]),
    "emptied": (lambda folder: (folder / "lag.md").write_text(""), "replicas", []),
}


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_is_seen_by_the_next_question(tree, change):
    """Nobody has to ask for the index."""
    act, text, wanted = CHANGES[change]
    time.sleep(0.02)
    act(tree.root / "runbooks")
    assert [f"runbooks/{name}" for name in wanted] == tree.ask(text)
    assert 1 == tree.indexed


def test_a_new_folder_is_seen(tree):
    """Also deep below one that was empty."""
    time.sleep(0.02)
    (tree.root / "a" / "b").mkdir(parents=True)
    tree.settle()
    (tree.root / "a" / "b" / "queue.md").write_text("# Queue stuck\n")
    assert ["a/b/queue.md"] == tree.ask("queue")


def test_a_file_that_was_touched_is_not_indexed_again(tree, monkeypatch):
    """Its hash says that it is the same."""
    time.sleep(0.02)
    os.utime(tree.root / "runbooks" / "lag.md", (1, 1))
    read = []
    monkeypatch.setattr(
        "drillbook.verbs.indexing.tree.skim_document",
        lambda *a: read.append(a) or pytest.fail("read"),
    )
    assert ["runbooks/lag.md"] == tree.ask("replicas")
    assert (1, []) == (tree.indexed, read)


def test_what_was_just_written_is_looked_at_again(tree, monkeypatch):
    """Until its time is far enough away that a second change would show."""
    monkeypatch.setattr("drillbook.search.watching.SETTLED_NS", SETTLED_NS * 1_000)
    (tree.root / "runbooks" / "lag.md").write_text("# Queue stuck\n")
    tree.ask("queue")
    tree.ask("queue")
    assert 2 == tree.indexed


def test_a_rule_leads_to_its_runbook(tree):
    """What only the rule says finds the runbook; when the rule changes, it follows."""
    rule = """groups:
- name: a
  rules:
  - alert: BacklogGrowing
    expr: consumer_backlog > 10
    annotations:
      summary: The backlog grows.
      runbook_url: https://wiki.example/runbooks/lag.md
"""
    time.sleep(0.02)
    (tree.root / "rules.yaml").write_text(rule)
    assert ["runbooks/lag.md"] == tree.ask("BacklogGrowing")
    assert ["runbooks/lag.md"] == tree.ask("consumer_backlog")
    time.sleep(0.02)
    (tree.root / "rules.yaml").write_text(rule.replace("lag.md", "disk.md"))
    assert ["runbooks/disk.md"] == tree.ask("BacklogGrowing")
    time.sleep(0.02)
    (tree.root / "rules.yaml").unlink()
    assert [] == tree.ask("BacklogGrowing")


def test_a_pack_says_where_its_runbooks_are_published(tree):
    """Then a URL that looks like none of its files leads to one."""
    rule = """groups:
- name: a
  rules:
  - alert: BacklogGrowing
    expr: a > 1
    annotations: {runbook_url: "https://wiki.example/on-call/lag"}
"""
    time.sleep(0.02)
    (tree.root / "pack.yaml").write_text(
        "name: orders\nrunbook_urls: {'https://wiki.example/on-call': runbooks}\n"
    )
    (tree.root / "rules.yaml").write_text(rule)
    assert ["runbooks/lag.md"] == tree.ask("BacklogGrowing")


def test_paths_are_looked_in_alone_and_have_an_index_of_their_own(tree):
    """Neither disturbs the other."""
    scope = Scope(root=tree.root, state=tree.root / ".drillbook", paths=("runbooks/lag.md",))
    assert scope.cache != tree.scope.cache
    assert [] == tree.ask("disk", scope)
    assert ["runbooks/lag.md"] == tree.ask("replicas", scope)
    assert ["runbooks/disk.md"] == tree.ask("disk")


def test_a_state_folder_among_the_runbooks_disturbs_nothing(tree, monkeypatch):
    """What the index writes there is no change of the tree."""
    settings = replace(default_settings(tree.root), state=tree.root / "runbooks" / "state")
    monkeypatch.setattr(f"{__name__}.default_settings", lambda _: settings)
    scope = Scope(root=tree.root, state=settings.state)
    for _ in range(3):
        time.sleep(0.02)
        tree.ask("disk", scope)
    tree.indexed = 0
    tree.ask("disk", scope)
    assert 0 == tree.indexed


def test_a_tree_that_moved_is_indexed_anew(tree, tmp_path):
    """Its index came along, and tells of other places."""
    moved = tmp_path.with_name(f"{tmp_path.name}-moved")
    tree.root.rename(moved)
    assert ["runbooks/disk.md"] == Tree(moved).ask("disk full")


def _execute(path, statement):
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(statement)
        connection.commit()


def _folder(path):
    path.unlink()
    path.mkdir()


def _foreign(path):
    path.unlink()
    _execute(path, "CREATE TABLE theirs (a)")


DAMAGES: dict[str, Callable[[Path], object]] = {
    "nonsense": lambda path: path.write_bytes(b"nonsense" * 1_000),
    "cut": lambda path: os.truncate(path, path.stat().st_size // 2),
    "empty": lambda path: path.write_bytes(b""),
    "gone": lambda path: path.unlink(),
    "foreign": _foreign,
    "postings": lambda path: _execute(path, "UPDATE posting SET entries = x'0102'"),
    "rows": lambda path: _execute(path, "UPDATE entry SET rows = 'x'"),
    "ids": lambda path: _execute(path, "UPDATE entry SET id = id + 1000"),
    "table": lambda path: _execute(path, "DROP TABLE posting"),
    "count": lambda path: _execute(path, "UPDATE said SET value = 'x' WHERE name = 'count'"),
    "folder": _folder,
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_index_costs_nothing_but_time(tree, damage):
    """It is made anew without a word, or done without."""
    DAMAGES[damage](tree.scope.cache)
    assert ["runbooks/disk.md"] == tree.ask("disk full")
    assert ["runbooks/lag.md"] == tree.ask("replicas")


def test_where_nothing_can_be_kept_it_answers_all_the_same(tree):
    """As on a disk that is read only."""
    (tree.root / "state").write_text("no folder")
    scope = Scope(root=tree.root, state=tree.root / "state" / "below")
    assert ["runbooks/disk.md"] == tree.ask("disk full", scope)
    assert ["runbooks/disk.md"] == tree.ask("disk full", scope)
    assert 2 == tree.indexed


def test_an_index_that_is_held_by_another_is_left_to_it(tree, monkeypatch):
    """After a while one answers from memory; nothing of the other's is lost."""
    monkeypatch.setattr("drillbook.search.cache.BUSY_TIMEOUT_S", 0.05)
    time.sleep(0.02)
    (tree.root / "runbooks" / "new.md").write_text("# Queue stuck\n")
    with closing(open_cache(tree.scope.cache)) as other, writing(other):
        assert ["runbooks/new.md"] == tree.ask("queue")
    assert ["runbooks/new.md"] == tree.ask("queue")


ASKING = """
import sys
from pathlib import Path
from drillbook.read.settings import default_settings
from drillbook.verbs.find import Scope, find
from drillbook.verbs.indexing.tree import index_tree
root = Path(sys.argv[1])
scope = Scope(root=root, state=root / ".drillbook")
settings = default_settings(root)
refresh = lambda connection: index_tree(connection, scope, settings, tell=print)
for _ in range(3):
    found = find("disk full", scope, 5, here=root, refresh=refresh)
    assert found.hits[0].path == "runbooks/disk.md", found
    (root / "runbooks" / f"{sys.argv[2]}.md").write_text(f"# Runbook {sys.argv[2]} {_}")
"""


def started(tree, name):
    return subprocess.Popen([sys.executable, "-c", ASKING, tree.root, name])


def test_two_processes_at_once_harm_nobody(tree):
    """Both answer, and the index is whole after."""
    tree.scope.cache.unlink()
    both = [started(tree, name) for name in ("one", "other")]
    assert [0, 0] == [process.wait(timeout=120) for process in both]
    tree.settle()
    with closing(sqlite3.connect(tree.scope.cache)) as other:
        assert ("ok",) == other.execute("PRAGMA integrity_check").fetchone()
    assert ["runbooks/disk.md"] == tree.ask("disk full")


@pytest.mark.parametrize("after_s", [0.05, 0.3, 0.8])
def test_a_process_killed_at_any_time_leaves_an_index_that_can_be_used(tree, after_s):
    """Or one that is made anew."""
    for number in range(40):
        (tree.root / "runbooks" / f"r{number}.md").write_text(LAG * 20)
    process = started(tree, "one")
    time.sleep(after_s)
    process.kill()
    process.wait(timeout=60)
    assert "runbooks/disk.md" in tree.ask("disk full")


@pytest.mark.parametrize("text", ["", " \n", "2026-01-01T00:00:00Z 10.0.0.1", "the of and", "{}[]"])
def test_a_question_without_words_is_refused(tree, text):
    """Before anything is opened."""
    with pytest.raises(NothingAskedError):
        tree.ask(text)
    assert 0 == tree.indexed


def test_many_files_are_spoken_of(tree, monkeypatch):
    """The first time takes a while."""
    monkeypatch.setattr("drillbook.verbs.indexing.tree.TOLD_FROM", 2)
    tree.scope.cache.unlink()
    tree.ask("disk")
    assert ["indexing 2 runbooks; this is done once"] == tree.told


def test_paths_count_from_where_one_stands(tree):
    """What is shown can be opened."""
    refresh = lambda _: None  # noqa: E731
    (hit,) = find("disk full", tree.scope, 1, here=tree.root / "runbooks", refresh=refresh).hits
    assert "disk.md" == hit.path


def test_answering_imports_no_reader():
    """What only indexing needs took longer than the whole answer."""
    program = (
        "import sys, drillbook.cli.find; "
        "sys.exit(any(name.partition('.')[0] in ('pydantic', 'markdown_it', 'yaml', 'sqlalchemy', "
        "'hashlib') for name in sys.modules))"
    )
    assert 0 == subprocess.run([sys.executable, "-c", program], check=False, timeout=60).returncode
    assert "index_tree" not in vars(finding)


def test_a_name_that_is_no_utf_8_is_borne(tree):
    """Its runbook is found, also from the index that is kept, and gone when it is gone."""
    file = tree.root / "runbooks" / os.fsdecode(b"caf\xe9.md")
    file.write_text("# The espresso machine leaks\n\n## Symptoms\nWater everywhere.\n")
    found = [f"runbooks/{file.name}"]
    assert found == tree.ask("espresso")
    tree.settle()
    before = tree.indexed
    assert found == tree.ask("espresso")
    assert before == tree.indexed
    file.write_text("# The kettle leaks\n")
    assert ([], found) == (tree.ask("espresso"), tree.ask("kettle"))
    file.unlink()
    assert [] == tree.ask("kettle")


def test_a_folder_whose_name_is_no_utf_8_is_borne(tmp_path):
    """What is watched is kept with it."""
    root = tmp_path / os.fsdecode(b"d\xe9p\xf4t")
    root.mkdir()
    (root / "disk.md").write_text(DISK)
    assert ["disk.md"] == Tree(root).ask("disk full")
    assert ["disk.md"] == Tree(root).ask("disk full")


def test_what_was_kept_of_another_place_is_removed_in_time(tree):
    """What is newer, or not ours, stays."""
    tree.ask("disk")
    state = next(tree.root.rglob("find.db")).parent
    old, new, other = (state / f"find-{name}.db" for name in ("0a", "0b", "0c"))
    for path in (old, new):
        path.write_bytes((state / "find.db").read_bytes())
    other.write_bytes(b"mine")
    for path in (old, other):
        os.utime(path, (1, 1))
    (tree.root / "runbooks" / "lag.md").write_text("# Changed\n")
    tree.ask("disk")
    assert (False, True, True) == (old.exists(), new.exists(), other.exists())
