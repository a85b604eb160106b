"""Files that are no Markdown → rules, packs and drills."""

from datetime import date

from drillbook.model.lint import Circumstances, LintSettings
from drillbook.read.tree import Tree, files_of
from drillbook.verbs.covering.tree import PackFolder, cover_tree
from drillbook.verbs.linting.inspect import Manner
from packs import PackCopy
from trees import RULES, write_tree


def tree_of(root, **settings):
    """What lies below this folder."""
    around = Circumstances(today=date(2026, 11, 21), settings=LintSettings(**settings))
    manner = Manner(root=root, lints=(), around=around, folder=root)
    return cover_tree(list(files_of(Tree(root=root, paths=(".",)))), manner)


def test_rules_are_found_wherever_they_stand(tmp_path):
    """In a manifest of Kubernetes as in a file of Prometheus; other YAML is passed by."""
    write_tree(tmp_path)
    (tmp_path / "values.yaml").write_text("replicas: 3\n")
    assert list(RULES) == [rule.name for rule in tree_of(tmp_path).rules]
    assert () == tree_of(tmp_path).unread


def test_a_pack_is_known_with_its_drills_and_its_rules(tmp_path):
    """By its name and its folder; a drill's rule is the one of its own pack."""
    PackCopy(tmp_path / "packs/one")
    PackCopy(tmp_path / "packs/two").swap("rules/postgresql.yaml", "pg_up == 0", "pg_up < 1")
    tree = tree_of(tmp_path)
    assert ["packs/one", "packs/two"] == [pack.folder for pack in tree.packs]
    assert ["erpgo", "erpgo"] == [pack.name for pack in tree.packs]
    rules = [tree.rule_of(each) for each in tree.drills]
    assert ["pg_up == 0", "pg_up < 1"] == [rule.expr for rule in rules if rule]


def test_urls_of_packs_and_settings_are_put_together(tmp_path):
    """Each counts from where it is written."""
    PackCopy(tmp_path / "packs/one")
    tree = tree_of(tmp_path, runbook_urls={"https://example.org/ops": "docs"})
    assert {
        "https://example.org/ops": "docs",
        "https://runbooks.example.org/erpgo/": "packs/one/runbooks",
    } == tree.library.runbook_urls


def test_paths_of_a_pack(tmp_path):
    """Inside of it, or not; the root itself has no prefix."""
    pack = PackFolder(name="a", folder="packs/a")
    assert ("packs/a/", "rules/x.yaml") == (pack.prefix, pack.inside("packs/a/rules/x.yaml"))
    assert pack.inside("packs/ab/rules/x.yaml") is None
    assert "rules/x.yaml" == PackFolder(name="a", folder="").inside("rules/x.yaml")


def test_what_cannot_be_used_is_told(tmp_path):
    """A rule file of which nothing is left, and a drill that is none."""
    copy = PackCopy(tmp_path / "pack")
    (copy.folder / "rules/broken.yaml").write_text("groups:\n- rules:\n  - alert: [\n")
    (copy.folder / "drills/broken.yaml").write_text("name: only\n")
    tree = tree_of(tmp_path)
    told = {flaw.place.path for flaw in tree.unread}
    assert {"pack/rules/broken.yaml", "pack/drills/broken.yaml"} == told
    assert 1 == len(tree.drills)
