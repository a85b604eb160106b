"""A document → what each runbook of it lacks, in words that say the cure."""

import pytest

from drillbook.cover.study import FLAWS_MAX, Barrier, study
from drillbook.model.coverage import Lack, Studied
from drillbook.model.finding import Finding
from drillbook.model.lint import Rung
from drillbook.model.place import Place
from drillbook.read.markdown.runbook import read_document

WHOLE = """---
alerts: [DiskFull]
---
# The disk is full

## Diagnosis
### How full is it?
```sh { name=disk-used timeout=5s }
df /
```
**Healthy:** exit code is 0.

## Resolution
### Delete what is old
**When:** `disk-used` is unhealthy.
**Risk:** disruptive.
```sh { name=delete-old timeout=30s }
true
```

## Verification
```sh { name=is-free timeout=5s }
true
```
**Recovered:** exit code is 0.
"""
PLAIN = """# DiskFull

It fires with NodeDown, as DiskFullSoon says.

## Diagnosis

```shell
df /
```

## Mitigation

1. Delete something:

   ```shell
   rm -r /var/cache
   ```
"""
SEVERAL = """# Runbooks

## DiskFull
### Diagnosis
```sh { name=look timeout=5s }
true
```
**Healthy:** exit code is 0.
### Verification
```sh { name=is-well timeout=5s }
true
```
**Recovered:** exit code is 0.

## NodeDown
### Diagnosis
Look at it.
"""
LANGUAGES = frozenset({"sh", "shell"})
ALERTS = frozenset({"DiskFull", "NodeDown", "Elsewhere"})


def studied(text: str, number: int = 0, **more: object) -> Studied:
    """The runbook of that number in the file `runbooks/a.md`."""
    document = read_document(text, "runbooks/a.md")
    barriers = more.get("barriers", [])
    assert isinstance(barriers, list)
    return study(
        document,
        document.runbooks[number],
        languages=LANGUAGES,
        alerts=ALERTS,
        barriers=barriers,
    )


def test_a_whole_runbook_lacks_nothing():
    """Its steps in the order of the text, each with its part, and the alert that it lists."""
    found = studied(WHOLE)
    assert ("runbooks/a.md", ()) == (found.name, found.lacks)
    assert ["disk-used", "delete-old", "is-free"] == [step.name for step in found.steps]
    assert ["check", "option", "verification"] == [step.part.value for step in found.steps]
    assert [()] * 3 == [step.lacks for step in found.steps]
    assert (("DiskFull",), {"DiskFull"}) == (found.listed, found.named)


def test_silence_of_a_named_step_means_exit_code_0():
    """The format says so; of a fence that was not written for us, nothing is known."""
    assert "**Expect" not in WHOLE
    assert ["time limit", "expectation"] == list(studied(PLAIN).steps[-1].lacks)


def test_what_plain_markdown_lacks_is_told_in_one_line_for_each_kind():
    """How many steps, the first names, and the cure with the command that shows them."""
    lacks = {lack.because: lack for lack in studied(PLAIN).lacks}
    assert {
        "steps have no time limit",
        "steps have no expectation",
        "nothing says when it has recovered",
    } == set(lacks)
    unbounded = lacks["steps have no time limit"]
    assert Rung.RUNNABLE is unbounded.rung
    assert "2 of 2, diagnosis, mitigation" == unbounded.detail
    assert "`drillbook plan RUNBOOK`" in unbounded.cure


def test_it_names_the_alerts_whose_names_are_words_of_it():
    """`DiskFullSoon` is another alert; one of which nobody knows is none."""
    assert {"DiskFull", "NodeDown"} == studied(PLAIN).named


@pytest.mark.parametrize(("number", "named"), [(0, {"DiskFull"}), (1, {"NodeDown"})])
def test_a_runbook_of_a_file_of_several_counts_by_itself(number, named):
    """Its own name, its own words and its own lacks."""
    found = studied(SEVERAL, number)
    assert named == found.named
    assert found.name == f"runbooks/a.md#{found.anchor}"
    assert ([] if number == 0 else ["it has no step"]) == [lack.because for lack in found.lacks]


def test_a_title_and_a_file_are_names_too():
    """A page that is called like its alert leads back to it."""
    document = read_document("# What to do\n\n## Diagnosis\nLook.\n", "x/NodeDown.md")
    found = study(document, document.runbooks[0], languages=LANGUAGES, alerts=ALERTS)
    assert {"NodeDown"} == found.named


def test_a_page_without_sections_is_not_readable():
    """Nothing in it says where to look and what to do."""
    [lack] = [each for each in studied("# Notes\n\nWords.\n").lacks if each.rung is Rung.READABLE]
    assert "no section of a runbook is found" == lack.because


def test_a_language_that_nobody_runs_is_no_step():
    """It is named, so that people see what is meant."""
    text = WHOLE.replace("```sh { name=delete-old", "```python { name=delete-old")
    lacks = studied(text).lacks
    assert ["steps have no language that is run"] == [lack.because for lack in lacks]


def test_a_step_for_people_alone_is_theirs():
    """excludeFromRunAll=true: Drillbook does not run it, and it need not be bounded."""
    text = WHOLE.replace("name=delete-old timeout=30s", "name=delete-old excludeFromRunAll=true")
    assert ["disk-used", "is-free"] == [step.name for step in studied(text).steps]


def test_a_procedure_needs_no_verification():
    """What it has to reach stands in its gates."""
    text = WHOLE.replace("alerts: [DiskFull]", "kind: procedure").partition("## Verification")[0]
    assert () == studied(text).lacks


def finding(number: int) -> Finding:
    """An error on that line."""
    place = Place(path="runbooks/a.md", line=number)
    return Finding(place=place, lint="a-lint", message=f"flaw {number}", help="mend it")


def test_what_is_wrong_keeps_it_from_the_rung_that_the_lint_names():
    """With line and cure, the first few; the rest is counted."""
    barriers = [Barrier(rung=Rung.READABLE, finding=finding(n)) for n in range(1, FLAWS_MAX + 3)]
    lacks = studied(WHOLE, barriers=barriers).lacks
    assert {Rung.READABLE} == {lack.rung for lack in lacks}
    first = Lack(rung=Rung.READABLE, because="flaw 1", cure="mend it", detail="line 1")
    assert (first, FLAWS_MAX + 1) == (lacks[0], len(lacks))
    assert "there are more errors: 2 of them" == lacks[-1].sentence
