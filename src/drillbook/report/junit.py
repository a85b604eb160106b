"""Verdict → JUnit XML, so that any CI shows each ruling as a test."""

from xml.etree import ElementTree as ET

from drillbook.model.verdict import Ruling, Verdict, VerdictState
from drillbook.report.clean import clean
from drillbook.report.summary import effort, length
from drillbook.report.times import utc


def verdict_junit(verdict: Verdict) -> str:
    """One suite of one test case for each ruling: failed is a failure, unknown an error."""
    suite = ET.Element("testsuite", _attributes(verdict))
    properties = ET.SubElement(suite, "properties")
    for name, value in _properties(verdict).items():
        ET.SubElement(properties, "property", name=clean(name), value=clean(value))
    for ruling in verdict.rulings:
        _case(suite, verdict, ruling)
    root = ET.Element("testsuites")
    root.append(suite)
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _attributes(verdict: Verdict) -> dict[str, str]:
    states = [ruling.state for ruling in verdict.rulings]
    begin_ns = min((phase.begin_ns for phase in verdict.phases), default=None)
    attributes = {
        "name": clean(verdict.drill),
        "tests": str(len(states)),
        "failures": str(states.count(VerdictState.FAILED)),
        "errors": str(states.count(VerdictState.UNKNOWN)),
        "time": f"{verdict.total_s or 0:.3f}",
    }
    return attributes if begin_ns is None else {**attributes, "timestamp": utc(begin_ns)[:19]}


def _properties(verdict: Verdict) -> dict[str, str]:
    return {
        "state": verdict.state.value,
        "runbook": verdict.runbook,
        "stream": verdict.stream,
        "length": length(verdict),
        "effort": effort(verdict),
        **{f"hash.{name}": digest for name, digest in sorted(verdict.hashes.items())},
    }


def _case(suite: ET.Element, verdict: Verdict, ruling: Ruling) -> None:
    case = ET.SubElement(suite, "testcase", classname=clean(verdict.drill), name=clean(ruling.name))
    because = clean(ruling.because)
    match ruling.state:
        case VerdictState.PASSED:
            ET.SubElement(case, "system-out").text = because
        case VerdictState.FAILED:
            ET.SubElement(case, "failure", message=because, type="failed").text = because
        case VerdictState.UNKNOWN:
            ET.SubElement(case, "error", message=because, type="unknown").text = because
