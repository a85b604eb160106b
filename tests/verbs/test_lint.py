"""`lint_tree`: what a whole tree comes to."""

import os
import re
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from drillbook.lint.choose import Choice
from drillbook.lint.keeping import kept as kept_module
from drillbook.model.finding import Severity
from drillbook.model.lint import LintSettings, Snooze
from drillbook.model.linted import Linted, Silence
from drillbook.model.settings import Settings
from drillbook.read.settings import default_settings
from drillbook.verbs.lint import Wanted, lint_tree
from drillbook.verbs.linting import look as lint_look
from drillbook.verbs.linting import work as lint_work

ROOT = Path(__file__).parents[2]
TODAY = date(2026, 11, 21)
UNCLOSED = "# Disk is full\n\n## Diagnosis\n\n```sh\ndf\n\n## Resolution\n\nDelete logs.\n"
OWNERLESS = """\
---
alerts: [DiskFull]
severity: critical
---
# Disk is full

## Diagnosis
Look.

## Resolution
Delete logs.

## Verification
Look again.
"""
RULES = """\
groups:
  - name: disk
    rules:
      - alert: DiskFull
        expr: disk_free_bytes == 0
        labels: {severity: critical}
        annotations: {note: The disk is full}
"""


@pytest.fixture
def write(tmp_path):
    """Write files below the root."""

    def one(**files: str) -> None:
        for name, text in files.items():
            path = tmp_path / name.replace("__", "/").replace("_md", ".md").replace("_y", ".yaml")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    return one


@pytest.fixture
def lint(tmp_path):
    """Lint the root as somebody who gives these settings and wishes."""

    def run(settings: LintSettings | None = None, packs: tuple[str, ...] = (), **wishes) -> Linted:
        whole = default_settings(tmp_path)
        whole = replace(whole, lint=settings or LintSettings())
        whole = replace(whole, packs=tuple(tmp_path / pack for pack in packs))
        return lint_tree(Wanted(root=tmp_path, today=TODAY, **wishes), whole)

    return run


def names(linted: Linted) -> list[tuple[str, str]]:
    return [(each.place.path, each.lint) for each in linted.findings]


def test_what_reading_finds_is_heard(write, lint):
    """With its place, by the path as it counts from the root."""
    write(runbooks__a_md=UNCLOSED)
    (found,) = lint(choice=Choice(only=("unclosed-fence",))).findings
    assert ("runbooks/a.md", 5, Severity.ERROR) == (
        *(found.place.path, found.place.line),
        found.severity,
    )


def test_what_lints_of_documents_and_rules_find_is_heard(write, lint):
    """In the order of their places."""
    write(a_md=OWNERLESS, r_y=RULES)
    only = ("runbook-without-owner", "alert-without-summary")
    linted = lint(choice=Choice(only=only), severity=Severity.NOTE)
    assert [("a.md", "runbook-without-owner"), ("r.yaml", only[1])] == names(linted)
    assert ("a.md", "r.yaml") == linted.paths


def test_notes_are_counted_where_nobody_asks_for_them(write, lint):
    """And shown to whoever does."""
    write(a_md=OWNERLESS.replace("alerts: [DiskFull]\nseverity: critical\n", "title: x\n"))
    choice = Choice(only=("runbook-without-owner",))
    hidden = lint(choice=choice)
    assert ((), 1) == (hidden.findings, hidden.notes_hidden)
    shown = lint(choice=choice, severity=Severity.NOTE)
    assert (1, 0) == (len(shown.findings), shown.notes_hidden)


@pytest.mark.parametrize("keeps", [False, True])
def test_a_comment_silences_a_note_too(write, lint, keeps):
    """Whether notes are shown or not."""
    text = OWNERLESS.replace("alerts: [DiskFull]\nseverity: critical\n", "title: x\n")
    write(
        a_md=text.replace("# Disk", "<!-- drillbook: ignore-file runbook-without-owner -->\n# Disk")
    )
    choice = Choice(only=("runbook-without-owner", "needless-ignore"))
    for _ in range(2):
        linted = lint(choice=choice, keeps=keeps)
        assert ((), 0) == (linted.findings, linted.notes_hidden)
        assert [Silence.COMMENT] == list(linted.silenced.values())


def test_settings_snooze_a_lint_in_a_folder(write, lint):
    """Until its day."""
    write(old__a_md=OWNERLESS, new__b_md=OWNERLESS)
    snooze = Snooze(lint="runbook-without-owner", until=date(2026, 12, 1), paths="old/**")
    linted = lint(LintSettings(snooze=(snooze,)), choice=Choice(only=("runbook-without-owner",)))
    assert [("new/b.md", "runbook-without-owner")] == names(linted)
    assert [Silence.SNOOZE] == list(linted.silenced.values())


def test_settings_say_how_grave(write, lint):
    """And what fails."""
    write(a_md=OWNERLESS)
    said = LintSettings(
        severity={"runbook-without-owner": Severity.ERROR}, fail_on=Severity.WARNING
    )
    linted = lint(said, choice=Choice(only=("runbook-without-owner",)))
    assert [Severity.ERROR] == [each.severity for each in linted.findings]
    assert (Severity.WARNING, linted.findings) == (linted.fail_on, linted.failing)


def test_a_slip_in_the_settings_is_heard(write, lint):
    """At the settings' own file."""
    linted = lint(LintSettings(disable=("runbook-without-ownr",)))
    assert [("drillbook.toml", "unknown-lint")] == names(linted)


def test_without_paths_the_settings_say_where(write, lint):
    """Their packs and globs; else everything."""
    write(a_md=OWNERLESS, docs__b_md=OWNERLESS, rules__r_y=RULES, p__runbooks__c_md=OWNERLESS)
    everything = ("a.md", "docs/b.md", "p/runbooks/c.md", "rules/r.yaml")
    assert everything == lint().paths
    globs = LintSettings(runbooks=("docs/*.md",), rules=("rules/*.yaml",))
    assert ("docs/b.md", "rules/r.yaml") == lint(globs).paths
    assert ("p/runbooks/c.md",) == lint(packs=("p",)).paths
    assert ("docs/b.md", "p/runbooks/c.md", "rules/r.yaml") == lint(globs, packs=("p",)).paths
    assert ("a.md",) == lint(globs, packs=("p",), paths=("a.md",)).paths


def test_what_is_excluded_and_the_state_are_not_read(write, lint, tmp_path):
    """Also where the state's folder is no hidden one."""
    write(a_md=OWNERLESS, old__b_md=OWNERLESS, state__c_md=OWNERLESS)
    settings = Settings(
        folder=tmp_path, state=tmp_path / "state", lint=LintSettings(exclude=("old",))
    )
    assert ("a.md",) == lint_tree(Wanted(root=tmp_path, today=TODAY), settings).paths


def test_markdown_that_is_no_runbook_is_one_where_somebody_says_so(write, lint):
    """By naming it, or by a glob of the settings."""
    text = "# Notes\n\n## Thoughts\n\n```sh { name=one }\nls\n"
    plain = text.replace(" { name=one }", "")
    write(a_md=plain)
    choice = Choice(only=("unclosed-fence",))
    assert [] == names(lint(choice=choice))
    assert [("a.md", "unclosed-fence")] == names(lint(choice=choice, paths=("a.md",)))
    globs = LintSettings(runbooks=("*.md",))
    assert [("a.md", "unclosed-fence")] == names(lint(globs, choice=choice))


@pytest.mark.parametrize(
    ("data", "lint_name"),
    [
        (b"\xff\xfe", "file-not-utf-8"),
        (b"a\0b", "file-is-binary"),
        (b"x" * 2_000_001, "file-too-large"),
        (b"\n" * 130_000, "file-too-large"),
    ],
)
def test_a_file_that_cannot_be_read_is_a_finding(write, lint, tmp_path, data, lint_name):
    """And no reason to fall over."""
    (tmp_path / "a.md").write_bytes(data)
    assert [("a.md", lint_name)] == names(lint())


def test_names_that_are_no_text_and_links_that_lead_nowhere(lint, tmp_path):
    """Nothing of a folder is a reason to fall over, the second time neither."""
    (tmp_path / os.fsdecode(b"\xff")).mkdir()
    (tmp_path / os.fsdecode(b"\xff") / os.fsdecode(b"\xfe\n.md")).write_bytes(UNCLOSED.encode())
    (tmp_path / "loop.md").symlink_to("loop.md")
    (tmp_path / "nowhere.md").symlink_to("nothing")
    os.mkfifo(tmp_path / "pipe.md")
    (tmp_path / "folder.md").mkdir()
    first = lint(keeps=True, severity=Severity.NOTE)
    assert (os.fsdecode(b"\xff/\xfe\n.md"),) == first.paths
    assert first == lint(keeps=True, severity=Severity.NOTE)


def test_a_path_that_is_not_there_is_a_finding(lint):
    """Whoever named it must know."""
    assert [("gone.md", "file-not-found")] == names(lint(paths=("gone.md",)))


def test_a_drill_that_names_what_its_pack_has_not(write, lint):
    """Only where the whole pack is looked at."""
    drill = (ROOT / "packs/erpgo/drills/postgresql-killed.yaml").read_text()
    drill = re.sub("(?m)^alert: .*", "alert: DiskFull", drill)
    write(p__pack_y="name: p\n", p__drills__d_y=drill, p__rules__r_y=RULES)
    linted = lint(choice=Choice(only=("drill-names-no-runbook", "drill-names-no-alert")))
    assert [("p/drills/d.yaml", "drill-names-no-runbook")] == names(linted)
    alone = lint(paths=("p/drills/d.yaml",), choice=Choice(only=("drill-names-no-runbook",)))
    assert [] == names(alone)


def test_what_would_not_run_is_found_without_a_plan(write, lint):
    """In documents that want to be run, and in no others."""
    text = OWNERLESS.replace("Look.", "```sh { name=look interactive=yes }\ntop\n```", 1)
    write(a_md=text, b_md=text.replace("{ name=look interactive=yes }", "").split("---\n")[2])
    choice = Choice(only=("interactive-step",))
    assert [("a.md", "interactive-step")] == names(lint(choice=choice))


class TestKept:
    """What was found the last time."""

    @pytest.fixture(autouse=True)
    def later(self, monkeypatch):
        """A while later, so that times of files can be trusted."""
        now = time.time_ns
        monkeypatch.setattr(kept_module.time, "time_ns", lambda: now() + 10 * kept_module.FRESH_NS)

    @pytest.fixture
    def looked(self, monkeypatch) -> list[str]:
        """The files that are looked at, in order."""
        seen: list[str] = []
        really = lint_work.worked

        def worked(tasks, manner):
            seen.extend(task.found.path for task in tasks)
            return really(tasks, manner)

        monkeypatch.setattr(lint_look, "worked", worked)
        return seen

    def test_a_file_is_looked_at_once(self, write, lint, looked):
        """And what is said of it is the same."""
        write(a_md=OWNERLESS, b_md=UNCLOSED, r_y=RULES)
        first = lint(keeps=True)
        assert ["a.md", "b.md", "r.yaml"] == looked
        looked.clear()
        assert first == lint(keeps=True)
        assert [] == looked

    def test_a_file_that_was_changed_is_looked_at_again(self, write, lint, looked):
        """And no other."""
        write(a_md=OWNERLESS, b_md=UNCLOSED)
        lint(keeps=True)
        looked.clear()
        write(a_md=OWNERLESS.replace("alerts:", "owner: x\nalerts:"))
        linted = lint(keeps=True, choice=Choice(only=()))
        assert ["a.md"] == looked
        assert ("a.md", "runbook-without-owner") not in names(linted)

    def test_the_same_text_with_other_times_is_not_read_anew(self, write, lint, looked, tmp_path):
        """As after a checkout: its hash is enough."""
        write(a_md=OWNERLESS)
        first = lint(keeps=True)
        os.utime(tmp_path / "a.md", ns=(5, 5))
        assert first == lint(keeps=True)
        looked.clear()
        assert first == lint(keeps=True)
        assert [] == looked

    def test_a_change_that_its_times_do_not_show_is_seen(self, write, lint, monkeypatch):
        """Within the same tick of the clock, and of the same length."""
        monkeypatch.setattr(kept_module.time, "time_ns", lambda: 0)
        choice = Choice(only=("runbook-without-owner",))
        write(a_md=OWNERLESS)
        assert 1 == len(lint(keeps=True, choice=choice).findings)
        write(a_md=OWNERLESS.replace("severity: critical\n", "owner: team, page\n"[:19]))
        assert 0 == len(lint(keeps=True, choice=choice).findings)

    def test_what_one_file_says_of_another_follows_the_other(self, write, lint, tmp_path):
        """Also where the other is none that is linted."""
        write(a_md=OWNERLESS + "\nSee [the plan](plan.txt).\n")
        choice = Choice(only=("link-to-missing-file",))
        missing = [("a.md", "link-to-missing-file")]
        assert missing == names(lint(keeps=True, choice=choice))
        assert missing == names(lint(keeps=True, choice=choice))
        (tmp_path / "plan.txt").write_text("")
        assert [] == names(lint(keeps=True, choice=choice))

    def test_other_settings_and_flags_have_their_own(self, write, lint):
        """Nothing is heard that nobody asked for this time."""
        write(a_md=OWNERLESS)
        both = [lint(keeps=True), lint(keeps=True, choice=Choice(only=("unclosed-fence",)))]
        assert both[0].findings
        assert () == both[1].findings
        assert both == [lint(keeps=True), lint(keeps=True, choice=Choice(only=("unclosed-fence",)))]
        graver = LintSettings(severity={"runbook-without-owner": Severity.ERROR})
        linted = lint(graver, keeps=True, choice=Choice(only=("runbook-without-owner",)))
        assert [Severity.ERROR] == [each.severity for each in linted.findings]

    def test_notes_are_still_there(self, write, lint):
        """Whoever asks for them later gets them."""
        write(a_md=OWNERLESS.replace("alerts: [DiskFull]\nseverity: critical\n", "title: x\n"))
        lint(keeps=True)
        every = lint(keeps=True, severity=Severity.NOTE)
        assert every.findings
        assert every == lint(severity=Severity.NOTE)

    def test_a_file_that_is_gone_is_not_spoken_of(self, write, lint, tmp_path):
        """And a new one is."""
        write(a_md=OWNERLESS, b_md=OWNERLESS)
        lint(keeps=True)
        (tmp_path / "a.md").unlink()
        write(c_md=OWNERLESS)
        assert ("b.md", "c.md") == lint(keeps=True).paths

    @pytest.mark.parametrize("column", ["loud", "version"])
    def test_what_was_kept_and_is_broken_is_done_without(self, write, lint, tmp_path, column):
        """Half a page of the file, or somebody's joke."""
        write(a_md=OWNERLESS)
        first = lint(keeps=True)
        (path,) = (tmp_path / ".drillbook" / "lint").glob("*.db")
        base = kept_module.sqlite3.connect(path)
        with base:
            base.execute(f"update file set {column} = x'ff'")
            base.execute("update rest set known = x'ff', quiet = x'ff'")
            base.execute("update whole set said = x'ff', asked = x'ff'")
        base.close()
        assert first == lint(keeps=True)
        assert first == lint(keeps=True)
