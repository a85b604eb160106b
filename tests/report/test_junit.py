"""The Verdict as JUnit XML."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillbook.model.verdict import Ruling, Verdict, VerdictState
from drillbook.report.clean import clean
from drillbook.report.junit import verdict_junit

ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()), max_size=60)
VerdictOf = Callable[[str], Verdict]
STORIES = Path(__file__).parent / "stories"


def suite_of(text: str) -> ET.Element:
    """The one suite of a report."""
    (suite,) = ET.fromstring(text)
    return suite


@pytest.mark.parametrize("name", ["passed", "failed", "unknown"])
def test_stories(tell: Callable[[Path], Any], verdict_of: VerdictOf, name: str) -> None:
    """Each state as a CI reads it."""
    tell(STORIES / f"{name}.txt").expect("junit", verdict_junit(verdict_of(name)).strip())


def test_unknown_is_an_error_and_failed_a_failure(verdict_of: VerdictOf) -> None:
    """No CI takes unknown for passed."""
    failed, unknown = (suite_of(verdict_junit(verdict_of(name))) for name in ("failed", "unknown"))
    assert ("6", "2", "0") == tuple(failed.attrib[key] for key in ("tests", "failures", "errors"))
    assert ("2", "0", "1") == tuple(unknown.attrib[key] for key in ("tests", "failures", "errors"))
    assert ["option", "invariants"] == [
        case.attrib["name"] for case in failed.findall("testcase[failure]")
    ]
    assert ["control"] == [case.attrib["name"] for case in unknown.findall("testcase[error]")]


@given(ANY_TEXT, ANY_TEXT)
def test_every_text_reads_back(name: str, because: str) -> None:
    """Whatever a ruling says, the document is well-formed and says the same, cleaned."""
    ruling = Ruling(name=name, state=VerdictState.UNKNOWN, because=because)
    verdict = Verdict(
        drill=name, runbook=name, stream=name, state=VerdictState.UNKNOWN, rulings=(ruling,)
    )
    suite = suite_of(verdict_junit(verdict).encode().decode())
    error = suite.find("testcase/error")
    assert error is not None
    assert clean(because) == (error.text or "")
    assert clean(name) == suite.attrib["name"]


def test_a_suite_begins_when_the_drill_did(verdict_of: VerdictOf) -> None:
    """The time stamp is the first phase's, without a zone as the format wants it."""
    suite = suite_of(verdict_junit(verdict_of("passed")))
    assert ("2026-11-21T10:00:00", "71.300") == (suite.attrib["timestamp"], suite.attrib["time"])


def test_hostile_text_stays_text(verdict_of: VerdictOf) -> None:
    """Markup, controls and lone surrogates come out as text of a well-formed document."""
    suite = suite_of(verdict_junit(verdict_of("hostile")).encode().decode())
    failure = suite.find("testcase/failure")
    assert failure is not None
    assert "\ufffd]0;owned\ufffd a\nb </script><script>" in (failure.text or "")
    assert {"properties", "testcase"} == {child.tag for child in suite}
