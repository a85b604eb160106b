"""The files of a pack are read as they were meant."""

import pytest

from drillbook.convert.pack import KnownDrill, drill_file, pack_files
from drillbook.read.drill import read_drill
from drillbook.read.pack_file import read_pack_file

KNOWN = KnownDrill(
    name="a", runbook="runbooks/a.md", alert="A", lab="lab", fault="kill", option="mend",
    settings={"process": "x: {y}"}, invariants=("none-twice",),
)  # fmt: skip


def test_a_drill_is_read_without_a_word():
    """Also with a setting that YAML would take for another thing."""
    drill, findings = read_drill(drill_file(KNOWN), "drills/a.yaml")
    assert () == findings
    assert ("runbooks/a.md", "A", "mend", {"process": "x: {y}"}, 30.0, 10.0) == (
        drill.runbook,
        drill.alert,
        drill.option,
        drill.fault.settings,
        drill.control.hold_s,
        drill.stays_s,
    )


@pytest.mark.parametrize("name", ["shop", "no", "a b", "#1", "2.0"])
def test_a_pack_has_the_name_that_it_was_given(name):
    """Whatever YAML would make of it."""
    files = pack_files(name, "https://wiki.acme.dev/x/")
    assert {"pack.yaml", "README.md"} == files.keys()
    said, findings = read_pack_file(files["pack.yaml"], "pack.yaml", "folder")
    assert ((), name) == (findings, said.name)
    assert {"https://wiki.acme.dev/x/": "runbooks/"} == said.runbook_urls
    assert "runbook_urls" not in pack_files(name)["pack.yaml"]
