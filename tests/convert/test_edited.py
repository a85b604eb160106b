"""A page of others keeps its own lines, and gets what our format asks for."""

from drillbook.convert.edited import edited, front_lines
from sources import source_of


def made(text, owner=""):
    return edited(source_of(text, "a.md", owner), lambda *_: {})


def test_lines_that_are_not_ours_to_change_stay():
    """Only the line with the ticks, and placeholders."""
    text = "# T\n\n## Diagnosis\n\nWords <b>.\n\n```sh\nls <a-b>\n```\n\n```go\n<x-y>\n```"
    lines = made(text).lines
    changed = [(old, new) for old, new in zip(text.split("\n"), lines, strict=True) if old != new]
    assert [("```sh", "```sh { name=diagnosis }"), ("ls <a-b>", 'ls "${A_B}"')] == changed


def test_a_placeholder_in_a_list_keeps_its_indentation():
    """And that of the lines around it."""
    text = "## Diagnosis\n\n- a\n\n  ```sh\n  if x; then\n    ls <a-b>\n  fi\n  ```\n"
    assert ["  if x; then", '    ls "${A_B}"', "  fi"] == made(text).lines[5:8]


def test_a_placeholder_that_stays_is_said_with_its_place():
    """In a prompt's lines, and where a program would read it as code."""
    for fence in ("```console\n$ ls <a-b>\n```", "```sh\nssh h ls <a-b>\n```"):
        done = made(f"## Diagnosis\n\n{fence}\n")
        (left,) = done.leftovers
        assert (4, "<a-b> stays") == (left.place.line, left.message[:11])
        assert {} == done.inputs


def test_variables_are_asked_for_once():
    """Those that the script sets itself, or that are not in capitals, are not."""
    done = made("## Diagnosis\n\n```sh\nA=1\nls $A $B $HOME $c\n```\n\n```sh\nls $B\n```\n")
    assert {"b": "B"} == done.inputs
    assert ["nothing says where the variable c comes from"] == [e.message for e in done.leftovers]


def test_the_front_matter_has_each_key_once():
    """What the page says goes before what we would add."""
    source = source_of("# T\n\n```sh\nls $B\n```\n", "a.md", "ops")
    done = edited(source, lambda *_: {})
    own = ["kind: procedure", "owner: me"]
    assert ["---", *own, "inputs:", "  b: {prompt: B}", "---"] == list(
        front_lines(done, source, own)
    )
    empty = edited(source_of("words", "a.md", ""), lambda *_: {})
    assert [] == list(front_lines(empty, source_of("words", "a.md", ""), []))
