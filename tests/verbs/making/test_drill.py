"""A new drill names only what there is, and lints clean."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from drillbook.read.drill import read_drill
from drillbook.read.settings import default_settings
from drillbook.verbs.making.drill import SaidDrill, new_drill
from drillbook.verbs.making.files import CannotCreateError, write_new
from fresh import complaints

PACK = Path(__file__).parents[3] / "packs" / "erpgo"
SAID = SaidDrill(
    name="server stopped",
    labs=("erpgo",),
    pack="packs/erpgo",
    option="start-the-server",
    fault="kill",
    settings={"process": "postgresql"},
)


@pytest.fixture
def tree(tmp_path):
    shutil.copytree(PACK, tmp_path / "packs/erpgo")
    return tmp_path


def test_a_drill_is_read_as_it_was_said(tree):
    """What the pack has only one of need not be said."""
    made = new_drill(tree, SAID, default_settings(tree))
    assert "packs/erpgo/drills/server-stopped.yaml" == made.path
    drill, findings = read_drill(made.text, made.path)
    assert () == findings
    assert ("PostgreSQLDown", "runbooks/database-connectivity.md", "erpgo") == (
        drill.alert,
        drill.runbook,
        drill.lab.name,
    )
    assert ("kill", {"process": "postgresql"}) == (drill.fault.kind, drill.fault.settings)
    write_new(tree, {made.path: made.text})
    assert [] == complaints(tree)


def test_the_risk_is_that_of_the_option_that_must_recover(tree):
    """A drill allows no more than its Option needs."""
    mild = replace(SAID, option="let-it-finish-its-recovery")
    drill, _ = read_drill(new_drill(tree, mild, default_settings(tree)).text, "d.yaml")
    assert "none" == drill.risk.value


def test_the_only_pack_of_the_settings_is_meant(tree):
    """Without --pack."""
    settings = replace(default_settings(tree), packs=(tree / "packs/erpgo",))
    assert new_drill(tree, replace(SAID, pack=""), settings).path.startswith("packs/erpgo/")


@pytest.mark.parametrize(
    ("change", "because"),
    [
        ({"option": ""}, "say which option is meant; --option is one of: let-it-finish"),
        ({"option": "pray"}, 'there is no option "pray"; --option is one of'),
        ({"fault": "meteor"}, "--fault is one of: commands, kill, pause"),
        ({"lab": "moon"}, "--lab is one of: erpgo"),
        ({"runbook": "x.md"}, "--runbook is one of: runbooks/database-connectivity.md"),
        ({"alert": "X"}, "--alert is one of: PostgreSQLDown"),
        ({"pack": "nowhere"}, "there is no such folder"),
        ({"pack": "."}, "the folder is no pack"),
        ({"pack": ""}, "name its folder by --pack"),
        ({"name": "a/b"}, "cannot be the name of a drill"),
        ({"hold": "long"}, "the drill cannot be so"),
    ],
)
def test_a_name_of_nothing_is_refused_with_what_there_is(tree, change, because):
    """In one line."""
    with pytest.raises(CannotCreateError) as caught:
        new_drill(tree, replace(SAID, **change), default_settings(tree))
    assert because in str(caught.value)


def test_a_runbook_without_options_cannot_be_drilled(tree):
    """Nothing in it could recover."""
    (tree / "packs/erpgo/runbooks/x.md").write_text("# X\n\n## Diagnosis\nLook.\n")
    with pytest.raises(CannotCreateError, match="there is no option of this runbook"):
        new_drill(tree, replace(SAID, runbook="runbooks/x.md"), default_settings(tree))
