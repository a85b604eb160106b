"""Folders as teams have them → the coverage."""

import pytest

from drillbook.model.lint import LintSettings, Rung
from drillbook.model.settings import Settings
from drillbook.read.settings import default_settings
from drillbook.verbs.cover import Asked, cover
from drillbook_labs.registry import LABS
from proofs import DRILLED_AT_NS
from trees import SITE, proven_pack, write_tree

NOW_NS = DRILLED_AT_NS + 10**15
BROKEN = b"---\nalerts: [\n---\n# X\n## Diagnosis\nLook.\n## Resolution\nAct.\n"


def covered(root, *paths, **lint):
    """The coverage of these paths, counted from `root`."""
    settings = Settings(folder=root, state=root / ".drillbook", lint=LintSettings(**lint))
    return cover(Asked(root=root, now_ns=NOW_NS, paths=paths, labs=LABS), settings)


def figures(coverage):
    """Count and total of each."""
    return {each.name: (each.count, each.total) for each in coverage.figures}


def test_plain_folders_are_linked_by_the_urls_of_their_rules(tmp_path):
    """Nobody has configured anything; the tree is the source of the site that the URLs name."""
    coverage = covered(write_tree(tmp_path), "docs", "manifests")
    leads = {alert.name: (alert.runbook, alert.leads_back) for alert in coverage.alerts}
    assert {
        "DiskFull": ("docs/runbooks/disk/DiskFull.md", True),
        "DiskSlow": ("docs/runbooks/disk/DiskSlow.md", True),
        "NodeDown": ("docs/runbooks/node/NodeDown.md", True),
        "NodeGone": ("", False),
        "QueueFull": ("docs/runbooks/several.md#queue-full", True),
        "Unknown": ("", False),
    } == leads


def test_every_runbook_stands_on_its_rung(tmp_path):
    """A page of notes is none; of a file of several each counts by itself."""
    coverage = covered(write_tree(tmp_path))
    rungs = {each.studied.name: each.rung for each in coverage.runbooks}
    assert {
        "docs/runbooks/disk/DiskFull.md": Rung.LINKED,
        "docs/runbooks/disk/DiskSlow.md": Rung.LINKED,
        "docs/runbooks/node/NodeDown.md": Rung.LINKED,
        "docs/runbooks/several.md#queue-full": Rung.LINKED,
        "docs/runbooks/several.md#deploy": Rung.READABLE,
    } == rungs
    expected = {
        "covered": (4, 6),
        "readable": (5, 5),
        "linked": (4, 4),
        "runnable": (0, 5),
        "proven": (0, 5),
        "accuracy": (0, 0),
    }
    assert expected == figures(coverage)


def test_the_settings_say_where_a_site_lies(tmp_path):
    """A prefix of runbook_urls decides, and what is missing there is missing."""
    write_tree(tmp_path)
    coverage = covered(tmp_path, "docs", "manifests", runbook_urls={SITE: "docs/runbooks/disk"})
    because = {alert.name: alert.because for alert in coverage.alerts}
    assert "its runbook_url names a file that is not there" == because["NodeDown"]


def test_it_does_not_matter_where_one_stands(tmp_path):
    """In a folder of the tree with paths that lead upwards, or with whole paths."""
    write_tree(tmp_path)
    whole = (str(tmp_path / "docs"), str(tmp_path / "manifests"))
    for root, paths in ((tmp_path / "docs", (".", "../manifests")), (tmp_path / "docs", whole)):
        coverage = covered(root, *paths)
        assert ((4, 6), (4, 4)) == (figures(coverage)["covered"], figures(coverage)["linked"])
        assert all((root / each.studied.path).is_file() for each in coverage.runbooks)


def test_settings_above_are_understood_from_below(tmp_path):
    """Their folders count from the file that they stand in."""
    write_tree(tmp_path)
    lint = LintSettings(
        runbooks=("docs/**",),
        rules=("manifests/**",),
        runbook_urls={SITE: "docs/runbooks"},
    )
    settings = Settings(folder=tmp_path, state=tmp_path / ".drillbook", lint=lint)
    coverage = cover(Asked(root=tmp_path / "docs", now_ns=NOW_NS, labs=LABS), settings)
    assert (4, 6) == figures(coverage)["covered"]
    assert "../docs/runbooks/disk/DiskFull.md" in {each.runbook for each in coverage.alerts}


def test_rules_alone_and_runbooks_alone_are_no_coverage(tmp_path):
    """What is missing is said, and nothing is a hundred per cent."""
    write_tree(tmp_path)
    rules, books = covered(tmp_path, "manifests"), covered(tmp_path, "docs")
    assert ("no runbook was found; name the folder in which they lie",) == rules.notes
    assert (0, 0) == figures(rules)["proven"]
    assert books.notes[0].startswith("no alerting rule was found")
    assert ((0, 0), (0, 4)) == (figures(books)["covered"], figures(books)["linked"])


def test_a_pack_with_its_proof_is_proven(tmp_path):
    """Named by its folder, by the one above, or from within."""
    proven_pack(tmp_path / "packs/erpgo")
    for root, paths in ((tmp_path, ("packs",)), (tmp_path / "packs/erpgo", ())):
        coverage = covered(root, *paths)
        [runbook] = coverage.runbooks
        assert (Rung.PROVEN, (), ("PostgreSQLDown",)) == (
            runbook.rung,
            runbook.lacks,
            runbook.alerts,
        )
        assert {(1, 1)} == {each for name, each in figures(coverage).items() if name != "accuracy"}


def test_a_pack_whose_folder_is_the_current_one_is_drilled_by_a_dot(tmp_path):
    """The command that is shown can be pasted."""
    copy = proven_pack(tmp_path / "pack")
    (copy.folder / "proofs/postgresql-killed.json").unlink()
    [lack] = covered(copy.folder).runbooks[0].lacks
    assert "`drillbook drill . --only postgresql-killed`" == lack.cure


def test_what_lies_among_the_runbooks_of_a_pack_is_one(tmp_path):
    """Also where it has no section yet."""
    copy = proven_pack(tmp_path / "pack")
    (copy.folder / "runbooks/new.md").write_text("# Something new\n\nWords.\n")
    rungs = {each.studied.path: each.rung for each in covered(tmp_path, "pack").runbooks}
    assert rungs["pack/runbooks/new.md"] is None


def test_an_error_keeps_a_runbook_from_running(tmp_path):
    """With the line, the message and the cure of the finding; an ignored one does not count."""
    copy = proven_pack(tmp_path / "pack")
    book = "runbooks/database-connectivity.md"
    copy.swap(book, "**When:** `turns-nobody-away`", "**When:** `turns-nobody-awy`")
    [runbook] = covered(tmp_path, "pack").runbooks
    assert Rung.LINKED is runbook.rung
    assert any("turns-nobody-awy" in lack.because for lack in runbook.lacks)


@pytest.mark.parametrize("data", [b"\xff\xfe", b"\0", BROKEN])
def test_files_that_nobody_can_read_are_told(tmp_path, data):
    """Or count as not readable; nothing raises."""
    (tmp_path / "x.md").write_bytes(data)
    (tmp_path / "rules.yaml").write_bytes(b"groups: [{rules: [{alert: A, expr: [\n" + data)
    coverage = covered(tmp_path)
    told = {flaw.place.path for flaw in coverage.unread}
    told |= {each.studied.path for each in coverage.runbooks if each.rung is None}
    assert {"x.md", "rules.yaml"} == told


def test_many_files_are_studied_by_several_processes(tmp_path):
    """In their order, each told; the result is the same as of few."""
    for number in range(150):
        text = f"# Alert{number}\n\n## Diagnosis\nLook.\n\n## Resolution\nAct.\n"
        (tmp_path / f"a{number:03}.md").write_text(text)
    told = []
    asked = Asked(
        root=tmp_path, now_ns=NOW_NS, labs=LABS, tell=lambda done, total: told.append((done, total))
    )
    coverage = cover(asked, default_settings(tmp_path))
    names = [each.studied.name for each in coverage.runbooks]
    assert [f"a{number:03}.md" for number in range(150)] == names
    assert [(number, 150) for number in range(1, 151)] == told
