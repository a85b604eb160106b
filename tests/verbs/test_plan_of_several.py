"""A runbook's name + settings → its Plan, out of a file that holds several."""

from drillbook.model.finding import Severity
from drillbook.read.markdown.runbook import read_runbooks
from drillbook.read.pack import read_pack
from drillbook.verbs.plan import Wanted, concerning, plan_file

FRONT = """\
---
runbooks:
  flag-down: {alerts: [FlagDown]}
  no-such-section: {alerts: [TideHigh]}
---
"""
TWO = """\
# Flags

## Flag down
### Diagnosis
```sh { name=flag-up timeout=20s }
test -e flag
```
**Healthy:** exit code is 0.
### Resolution
#### Raise it
**When:** `flag-up` is unhealthy.
**Risk:** none.
**Loses:** nothing.
```sh { name=raise-it timeout=20s }
touch flag
```

## Pole down
### Diagnosis
```sh { name=pole-up timeout=20s }
test -e pole
```
**Healthy:** exit code is 0.
### Resolution
#### Put it up
**When:** `moon-up` is unhealthy.
**Risk:** none.
**Loses:** nothing.
```sh { name=put-it-up timeout=20s }
touch pole
```
"""


def lints(findings):
    """The names of the ERRORs."""
    return [each.lint for each in findings if each.severity is Severity.ERROR]


def test_a_runbook_of_several_has_its_own_lines():
    """Its place ends where the next one has not begun yet; a file's only one has no end."""
    first, second = read_runbooks(TWO, "two.md")[0]
    lines = TWO.splitlines()
    assert ("## Flag down", "## Pole down") == tuple(
        lines[each.place.line - 1] for each in (first, second)
    )
    assert first.place.line < first.place.end_line < second.place.line
    assert ("```", "```") == tuple(lines[each.place.end_line - 1] for each in (first, second))
    (whole,), _ = read_runbooks(TWO.partition("## Pole down")[0], "one.md")
    assert ("", 0) == (whole.anchor, whole.place.end_line)


def test_a_flaw_of_a_sibling_section_stops_no_plan(desk, place):
    """Each runbook of a file is stopped by its own flaws alone."""
    path = desk.write(TWO, "two.md")
    sound, _ = desk.plan(place, f"{path}#flag-down")
    flawed, _ = desk.plan(place, f"{path}#pole-down")
    assert ([], ["when-names-no-check"]) == (lints(sound.findings), lints(flawed.findings))


def test_a_flaw_of_the_front_matter_concerns_every_runbook(desk, place):
    """What is said of the whole file is said to whoever plans a part of it."""
    path = desk.write(FRONT + TWO, "two.md")
    wanted = Wanted(path=f"{path}#flag-down")
    plan, findings, _ = plan_file(wanted, desk.settings, place.secrets)
    assert plan is not None
    assert ["runbook-names-no-section"] == lints(findings)


def test_findings_of_another_file_are_not_this_one_s(desk, tmp_path):
    """Of a pack's Findings, those of the runbook's own file and lines are left."""
    books = tmp_path / "pack/runbooks"
    books.mkdir(parents=True)
    (books.parent / "pack.yaml").write_text("name: flags\n", encoding="utf-8")
    (books / "two.md").write_text(TWO, encoding="utf-8")
    (books / "other.md").write_text(TWO, encoding="utf-8")
    pack = read_pack(books.parent)
    pole = next(
        each
        for each in pack.runbooks
        if (each.path, each.anchor) == ("runbooks/two.md", "pole-down")
    )
    [finding] = [
        each
        for each in concerning(pole, pack.runbooks, pack.findings)
        if each.severity is Severity.ERROR
    ]
    assert ("runbooks/two.md", "when-names-no-check") == (finding.place.path, finding.lint)
