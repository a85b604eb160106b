"""What the journal knows → how accurate runbooks are, and how drills ended."""

from pathlib import Path

from covers import studied
from drillbook.model.coverage import Tally
from drillbook.model.verdict import VerdictState
from drillbook.verbs.covering.tree import PackFolder
from drillbook.verbs.linting.remembered import remembered
from small_lab import small_facts
from stories import passed

PACK = PackFolder(name="erp", folder="packs/erp")
BOOK = studied("packs/erp/runbooks/a.md", source_hash="5" * 64)


def run(place, name: str, runbook: str, *, source: str = "", anchor: str = "", met: bool = True):
    """A run of one step, in the journal."""
    begun = {"runbook": runbook, "anchor": anchor, "source": source}
    place.journal.append(f"run/{name}", "run-started", begun)
    step = {"step": "act", "part": "option", "option": "o", "round": 1, "attempt": 1}
    place.journal.append(f"run/{name}", "step-started", step)
    ended = {**step, "result": "met" if met else "not met"}
    place.journal.append(f"run/{name}", "step-finished", ended)


def told(place, *books, root=Path("/tmp/x"), packs=(PACK,), drills=()):
    """What the journal of the test tells of these runbooks."""
    return remembered(place, root, books or (BOOK,), packs, drills)


def test_runs_are_known_by_every_name_that_a_runbook_has(place):
    """From the root, whole, as the pack has it, and as the API calls it."""
    root = Path("/tmp/x")
    names = ("packs/erp/runbooks/a.md", f"{root}/packs/erp/runbooks/a.md")
    for number, name in enumerate((*names, "runbooks/a.md", "erp/runbooks/a.md")):
        run(place, f"2026-{number}", name)
    run(place, "2026-9", "runbooks/other.md")
    found = told(place, root=root)
    assert (4, {BOOK.name: {"act": Tally(as_said=4)}}) == (found.runs, found.tallies)


def test_a_run_of_just_this_text_is_known_wherever_it_lay(place):
    """By the hash of the text."""
    run(place, "2026-1", "elsewhere.md", source="5" * 64, met=False)
    assert {BOOK.name: {"act": Tally(otherwise=1)}} == told(place).tallies


def test_a_name_that_two_packs_have_is_nobodys_unless_the_text_says_whose(place):
    """A run is counted for the right runbook, or for none."""
    other = studied("packs/crm/runbooks/a.md", source_hash="6" * 64)
    packs = (PACK, PackFolder(name="crm", folder="packs/crm"))
    run(place, "2026-1", "runbooks/a.md")
    run(place, "2026-2", "runbooks/a.md", source="6" * 64)
    found = told(place, BOOK, other, packs=packs)
    assert (1, [other.name]) == (found.runs, list(found.tallies))


def test_of_a_file_of_several_the_anchor_counts(place):
    """A run of one section says nothing of another."""
    one, two = studied("all.md#one"), studied("all.md#two")
    run(place, "2026-1", "all.md", anchor="two")
    assert [two.name] == list(told(place, one, two).tallies)


def test_the_last_verdict_of_each_drill_is_judged_again(place, tmp_path):
    """Of the drills that there are, and of each the last."""
    facts = {**small_facts(tmp_path), "pack": "erp"}
    for name in ("2026-1", "2026-2"):
        for _, kind, body in passed():
            what = {**facts, **body} if kind == "drill-started" else body
            place.journal.append(f"drill/{name}", kind, what)
    key = ("erp", str(place.journal.entries("drill/2026-1")[0].body["drill"]))
    found = told(place, drills=[key]).verdicts
    at_ns = place.journal.entries("drill/2026-2")[0].at_ns
    assert {key: (VerdictState.PASSED, at_ns)} == found
    assert {} == told(place, drills=[("other", "drill")]).verdicts
