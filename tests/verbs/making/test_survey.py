"""A team's tree is known by looking at it, the same every time."""

import subprocess
from pathlib import Path

import pytest

from drillbook.convert.settings import settings_file
from drillbook.read.settings import read_settings
from drillbook.verbs.making.survey import survey
from fresh import TODAY, complaints
from trees import write_tree


def surveyed(folder, **more):
    return survey(folder, TODAY, lambda _: None, **more)


def test_a_plain_tree(tmp_path):
    """Runbooks by what they are, rules also in manifests, and where their URLs lead."""
    found = surveyed(write_tree(tmp_path))
    assert (5, 4, 5) == (found.documents, found.runbook_files, found.runbooks)
    assert (1, 6, 6) == (found.rule_files, found.rules, len(found.alerts))
    assert ("docs/runbooks/**/*.md",) == found.tree.runbooks
    assert ("manifests/rules.yaml",) == found.tree.rules
    assert ("docs/runbooks/node/notes.md",) == found.tree.exclude
    (prefix,) = found.prefixes
    assert ("https://runbooks.example.org/", 3, 4) == (
        prefix.url.partition("ops")[0],
        prefix.found,
        prefix.total,
    )


def test_its_settings_lint_as_the_tree_does(tmp_path):
    """They add what the prefix shows: a page that is not there."""
    found = surveyed(write_tree(tmp_path))
    path = tmp_path / "drillbook.toml"
    path.write_text(settings_file(found.tree))
    settings, findings = read_settings(path)
    assert () == findings
    said = complaints(tmp_path, settings)
    assert any(each.startswith("runbook-url-leads-nowhere") for each in said)


def test_an_empty_folder_has_nothing(tmp_path):
    """And nothing is made up."""
    found = surveyed(tmp_path)
    assert (0, 0, 0, ()) == (found.documents, found.runbooks, found.rule_files, found.alerts)


def test_a_pack_is_named_and_not_its_files(tmp_path):
    """It is looked at as a whole, and says itself where its URLs lead."""
    pack = Path(__file__).parents[3] / "packs"
    (tmp_path / "packs").symlink_to(pack)
    assert () == surveyed(tmp_path).tree.packs
    found = surveyed(pack)
    assert (("erpgo",), (), (), {}) == (
        found.tree.packs,
        found.tree.runbooks,
        found.tree.rules,
        found.tree.runbook_urls,
    )


def test_a_page_that_an_alert_leads_to_is_a_runbook(tmp_path):
    """Whatever its titles are called."""
    write_tree(tmp_path)
    (tmp_path / "docs/runbooks/node/NodeGone.md").write_text("# NodeGone\n\nLook at it.\n")
    found = surveyed(tmp_path)
    assert "docs/runbooks/node/NodeGone.md" not in found.tree.exclude
    assert 4 == found.prefixes[0].found


def test_a_configuration_that_scrapes_is_known(tmp_path):
    """A test of rules, which names rule files too, is none."""
    (tmp_path / "prometheus.yml").write_text("scrape_configs:\n  - {job_name: a}\n")
    (tmp_path / "a.test.yaml").write_text("rule_files: [a.yaml]\ntests: []\n")
    assert ("prometheus.yml",) == surveyed(tmp_path).tree.scrape


def test_what_git_ignores_is_not_looked_at(tmp_path):
    """As what a build makes of the runbooks; a glob that would fit it leaves it out."""
    write_tree(tmp_path)
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    (tmp_path / ".gitignore").write_text("site/\n")
    site = tmp_path / "docs/runbooks/site"
    site.mkdir()
    (site / "a.md").write_text("# A\n\n## Diagnosis\n\n## Resolution\n")
    found = surveyed(tmp_path)
    assert 5 == found.documents
    assert "docs/runbooks/site" in found.tree.exclude


def test_a_bound_ends_the_looking_and_is_said(tmp_path):
    """The count of what was looked at is told on the way."""
    write_tree(tmp_path)
    told = []
    found = survey(tmp_path, TODAY, told.append, files_max=3)
    assert (True, [1, 2, 3]) == (found.is_cut, told)
    assert not surveyed(tmp_path).is_cut


@pytest.mark.parametrize("name", ["a\nb", "a\x1b[31m", 'a"b', "a*b", "a\\b", "-rf", "ü"])
def test_hostile_names_are_borne_and_settings_stay_readable(tmp_path, name):
    """The glob of such a file fits it."""
    folder = tmp_path / name
    folder.mkdir()
    text = "# The disk is full\n\n## Diagnosis\nLook.\n\n## Resolution\nDo.\n"
    (folder / f"{name}.md").write_text(text)
    (folder / "b.md").write_text(text)
    found = surveyed(tmp_path)
    path = tmp_path / "drillbook.toml"
    path.write_text(settings_file(found.tree))
    settings, findings = read_settings(path)
    assert () == findings
    assert 1 == len(settings.lint.runbooks)
    assert 2 == found.runbook_files


def test_what_cannot_be_read_is_counted(tmp_path):
    """Binary, too large, no UTF-8, and a link to itself."""
    (tmp_path / "a.md").write_bytes(b"# A\0")
    (tmp_path / "b.md").write_bytes(b"\xff\xfe")
    (tmp_path / "c.md").write_text("x" * 2_000_001)
    (tmp_path / "d.md").symlink_to(tmp_path / "d.md")
    assert (3, 0) == (surveyed(tmp_path).unread, surveyed(tmp_path).documents)


@pytest.mark.parametrize("folder", ["docs/runbooks", "Runbooks/db", "ops/playbooks", "runbook"])
def test_what_shows_commands_in_a_folder_of_runbooks_is_one(tmp_path, folder):
    """Whatever its titles are called; so all of the folder is named, and what is new in it."""
    shelf = tmp_path / folder
    shelf.mkdir(parents=True)
    (shelf / "queue.md").write_text("# Queue\n\n## Steps\n```sh\nlist_queues\n```\n")
    (shelf / "cert.md").write_text("# Cert\n\n## What to do\n~~~sh\nrenew\n~~~\n")
    found = surveyed(tmp_path)
    assert (2, 2) == (found.runbook_files, found.runbooks)
    assert (f"{folder}/**/*.md",) == found.tree.runbooks


@pytest.mark.parametrize(
    "path",
    ["docs/queue.md", "runbooks/README.md", "runbooks/_index.md", "runbooks.md", "runbooks/db.md"],
)
def test_other_pages_are_not_meant_as_runbooks(tmp_path, path):
    """Those elsewhere, those that say what lies in the folder, and those with nothing to type."""
    fence = "" if path.endswith("db.md") else "```sh\nlist_queues\n```\n"
    (tmp_path / path).parent.mkdir(exist_ok=True)
    (tmp_path / path).write_text(f"# Queue\n\n## Steps\n{fence}")
    assert (0, 0) == (surveyed(tmp_path).runbook_files, surveyed(tmp_path).runbooks)


def test_figures_are_those_of_cover(tmp_path):
    """A rule counts as often as it stands there, and a page that an alert leads to as one."""
    write_tree(tmp_path)
    rules = tmp_path / "manifests/rules.yaml"
    (tmp_path / "manifests/again.yaml").write_text(rules.read_text())
    (tmp_path / "docs/runbooks/node/NodeGone.md").write_text("Look at it.\n")
    found = surveyed(tmp_path)
    assert (12, 6) == (found.rules, len(found.alerts))
    assert (5, 6) == (found.runbook_files, found.runbooks)
