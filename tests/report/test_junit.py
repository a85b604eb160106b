"""The Verdict as JUnit XML."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from drillbook.model.verdict import Verdict
from drillbook.report.junit import verdict_junit

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


def test_hostile_text_stays_text(verdict_of: VerdictOf) -> None:
    """Markup, controls and lone surrogates come out as text of a well-formed document."""
    suite = suite_of(verdict_junit(verdict_of("hostile")).encode().decode())
    failure = suite.find("testcase/failure")
    assert failure is not None
    assert "\ufffd]0;owned\ufffd a\nb </script><script>" in (failure.text or "")
    assert {"properties", "testcase"} == {child.tag for child in suite}
