"""Every entry that is narrated can be told, whatever it holds."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.text import Text

from drillbook.cli.lines import LINES, text_of
from drillbook.cli.narrator import Narrator
from drillbook.cli.upcoming import overview, upcoming
from drillbook.cli.voice import Voice
from drillbook.read.markdown.runbook import read_runbooks
from drillbook.report.plain import plain

BODY = {
    "phase": "lab up", "drill": "d", "runbook": "a.md", "alert": "A", "truth": "true",
    "because": "so", "state": "recovered", "acknowledged": 9, "readable": 9, "lost": 0, "twice": 0,
    "flaws": ["f"], "by": "me", "title": "T", "part": "check", "step": "s", "on": "local",
    "timeout_s": 5.0, "command": "true", "result": "met", "started_at_ns": 1, "ended_at_ns": 2,
    "risk": "none", "option": "o", "poll": 1, "answer": "yes", "text": "t", "about": "s",
    "to": "you", "hash": "h", "approvals": 1, "requested_by": "me", "lock": "l", "run": "r",
}  # fmt: skip
HOSTILE = "\x1b[2J\n0:00  run ended: recovered\n[/bold][link=x]:boom:\\"


@pytest.mark.parametrize("kind", LINES)
def test_every_line_can_be_told_of_hostile_text(kind):
    """No text breaks the markup, ends the line, or reaches the terminal as a command."""
    spoiled = {
        key: HOSTILE if isinstance(value, str) and key not in ("truth", "result") else value
        for key, value in BODY.items()
    }
    lists = {"flaws": [HOSTILE], "roles": [HOSTILE], "steps": [{"name": HOSTILE}]}
    shown = Text.from_markup(LINES[kind](spoiled | lists)).plain
    assert "\n" not in shown
    assert "\x1b" not in shown


@given(text=st.text())
def test_text_is_shown_as_it_is(text):
    """What is printable comes out of the markup unchanged."""
    shown = Text.from_markup(text_of(text) + "[bold].[/]", emoji=False).plain
    assert plain(text).replace("\n", "\\n") + "." == shown


@given(text=st.text())
def test_plain_text_holds_no_control_character(text):
    """Nothing that a terminal obeys is left, but newlines and tabs."""
    assert not [one for one in plain(text) if one != "\n" and one != "\t" and one < " "]
    assert plain("\x7f\x9b\u202e\ud800") == r"\x7f\x9b\u202e\ud800"


def test_voice_falls_silent():
    """A stream that fails once is not written to again, and nobody is told."""

    class Full(io.StringIO):
        tries = 0

        def write(self, _):
            self.tries += 1
            raise OSError(28, "No space left on device")

    full = Full()
    voice = Voice(full)
    assert [3, 3] == [voice.write("one"), voice.write("two")]
    voice.flush()
    assert 1 == full.tries
    assert not voice.isatty()
    assert 3 == Voice(None).write("one")


def test_output_without_line_ends_is_bounded(capsys):
    """A step that writes one endless line is shown in pieces, and its rest at the end."""
    narrator = Narrator()
    for _ in range(100):
        narrator.output("x" * 1_000)
    narrator.end_wait()
    told = capsys.readouterr().err
    assert 100_000 == told.count("x")
    assert 25 == told.count("│")


def test_what_comes_next():
    """Each step is followed by the next one of its part, or by the part that comes then."""
    fence = "```sh {{ name={} timeout=2s }}\ntrue\n```\n**{}:** exit code is 0.\n"
    text = "# T\n## Diagnosis\n" + fence.format("a", "Healthy") + fence.format("b", "Healthy")
    text += "## Resolution\n### Mend\n**When:** `a` is unhealthy.\n" + fence.format("c", "Expect")
    text += "## Verification\n" + fence.format("d", "Recovered")
    (runbook,), _ = read_runbooks(text, "a.md")
    assert "2 checks, 1 option, 1 verification" == overview(runbook)
    expected = {
        ("check", "a"): "b",
        ("check", "b"): "the choice of an option",
        ("option", "c"): "the verification",
        ("verification", "d"): "the end",
        ("verification", "away"): "the end",
    }
    for (part, step), then in expected.items():
        assert then == upcoming(runbook, {"part": part, "step": step, "option": "mend"})


def test_what_comes_next_in_a_procedure():
    """Its stages follow each other, and its Undo goes backwards."""
    fence = "```sh {{ name={} timeout=2s }}\ntrue\n```\n"
    text = "---\nkind: procedure\n---\n# T\n## Gates\n" + fence.format("a")
    text += "## Steps\n### Blue\n" + fence.format("b") + "**Undo:** away.\n" + fence.format("u")
    text += "### Green\n" + fence.format("c")
    (runbook,), _ = read_runbooks(text, "a.md")
    assert "1 gate, 2 stages, 0 verifications" == overview(runbook)
    expected = {
        ("check", "a", None): "the stage Blue",
        ("option", "b", "blue"): "the stage Green",
        ("option", "c", "green"): "the end",
        ("undo", "u", "blue"): "the undo of what was done before it",
    }
    for (part, step, option), then in expected.items():
        assert then == upcoming(runbook, {"part": part, "step": step, "option": option})
