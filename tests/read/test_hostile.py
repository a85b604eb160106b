"""Whatever a text holds, every reader answers with nouns and Findings, in bounded time."""

import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from drillbook.model.finding import Finding
from drillbook.model.place import Place
from drillbook.read.alerts import read_alerts
from drillbook.read.drill import read_drill
from drillbook.read.markdown.runbook import read_runbooks
from drillbook.read.rules import read_rules
from drillbook.read.sentences.sentence import (
    read_capture,
    read_condition,
    read_expectation,
    read_loses,
    read_risk,
)
from drillbook.read.settings import read_settings
from drillbook.read.yaml import read_yaml

PATH = "a.md"
PIECES = st.sampled_from(
    [
        "---\n", "# T\n", "## Diagnosis\n", "## Resolution\n", "## Verification\n", "### A\n",
        "```sh { name=a timeout=2s }\n", "```\n", "~~~ sh {", "    ", "> ", "- ", "1. ", "\t",
        "**Healthy:** ", "**When:** ", "**Risk:** ", "**Loses:** ", "**Capture:** ", "`a` ",
        "exit code is ", "number is between ", "for 10 s ", "within ", "and ", "or ", "not ", "(",
        ")", "runbooks: ", "inputs: ", "a: ", "[", "]", "{", "}", "&a ", "*a ", "<<: ", "!!int ",
        "groups:\n", "rules:\n", "alert: A\n", "expr: ", "for: ", "\n", " ", "0", "9" * 400, "é",
        "\x00", "\x1b[2J", "\u202e", "\ud800", "\r", "\x85", "\u2028", "<!-- ", "-->", "|", "...\n",
    ]
)  # fmt: skip
TEXT = st.one_of(
    st.text(max_size=120),
    st.lists(st.one_of(PIECES, st.text(max_size=3)), max_size=40).map("".join),
)
SENTENCES = (read_expectation, read_condition, read_capture, read_risk, read_loses)
# Quadratic readers take minutes for these; linear ones well under a second.
LARGE = {
    "open brackets": "[" * 200_000,
    "open quotes": "> " * 100_000,
    "nested lists": "".join(f"{'  ' * depth}- a\n" for depth in range(2_000)),
    "emphasis": "**a " * 100_000,
    "backticks": "`" * 100_000 + "a" + "``" * 50_000,
    "labels": "**Healthy:** " * 20_000,
    "links": "[a](" * 60_000,
    "brackets in a sentence": "**When:** " + "(" * 100_000,
    "one long heading": "# " + "a" * 1_000_000,
    "many headings": "# a\n" * 60_000,
}


def assert_findings(findings: tuple[Finding, ...]) -> None:
    """Each has a place, a cause and a cure in one line each."""
    for finding in findings:
        assert finding.place.line >= 1
        assert finding.place.column >= 1
        assert finding.message
        assert "\n" not in finding.message
        assert finding.help


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=TEXT)
@example(text="---\n? [a]\n: b\n---\n")
@example(text="---\na: &a [*a]\n---\n")
def test_no_text_raises(text):
    """Runbooks, rules, drills and YAML of any text are read to their end."""
    _, findings = read_runbooks(text, PATH)
    assert_findings(findings)
    lines = text.count("\n") + text.count("\r") + 1
    assert all(finding.place.line <= lines + 1 for finding in findings)
    assert_findings(read_rules(text, PATH)[1])
    assert_findings(read_drill(text, PATH)[1])
    assert_findings(read_yaml(text, PATH)[1])


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=TEXT)
def test_no_sentence_raises(text):
    """A sentence is understood, or one Finding says the nearest form that is."""
    for read in SENTENCES:
        understood, findings = read(text, Place(path=PATH))
        assert_findings(findings)
        assert understood is not None or findings


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.one_of(st.binary(max_size=300), TEXT.map(lambda t: t.encode("utf-8", "replace"))))
def test_no_bytes_raise(data, tmp_path_factory):
    """Webhooks and settings of any bytes are read to their end."""
    assert_findings(read_alerts(data, "webhook")[1])
    path = tmp_path_factory.getbasetemp() / "hostile.toml"
    path.write_bytes(data)
    said, findings = read_settings(Path(path))
    assert_findings(findings)
    assert said is not None or findings


@pytest.mark.parametrize("what", LARGE)
def test_large_text_is_read_in_bounded_time(what):
    """What makes careless readers slow costs seconds of the processor, however busy it is."""
    began_s = time.process_time()
    assert_findings(read_runbooks(LARGE[what], PATH)[1])
    assert_findings(read_rules(LARGE[what], PATH)[1])
    assert time.process_time() - began_s < 20
