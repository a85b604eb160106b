"""Findings → JUnit XML: each file is a test case, which fails by the Findings in it."""

from collections import defaultdict
from xml.etree import ElementTree as ET

from drillbook.model.finding import Finding
from drillbook.model.linted import Linted, Showing
from drillbook.report.clean import clean, one_line
from drillbook.report.lint_text import severities

SUITE = "drillbook lint"


def lint_junit(linted: Linted, showing: Showing) -> str:
    """What does not fail stands in the case's output. Findings without a file have one case."""
    findings: dict[str, list[Finding]] = defaultdict(list)
    for finding in linted.findings:
        findings[finding.place.path].append(finding)
    failing = set(linted.failing)
    failed = {each.place.path for each in failing}
    paths = dict.fromkeys((*linted.paths, *findings))
    suite = ET.Element("testsuite", name=SUITE, tests=str(len(paths)), failures=str(len(failed)))
    suite.set("errors", "0")
    suite.set("time", "0.000")
    for path in paths:
        _case(suite, path, tuple(findings[path]), failing, showing)
    root = ET.Element("testsuites")
    root.append(suite)
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _case(
    suite: ET.Element,
    path: str,
    findings: tuple[Finding, ...],
    failing: set[Finding],
    showing: Showing,
) -> None:
    case = ET.SubElement(suite, "testcase", classname=SUITE, name=one_line(path), time="0.000")
    failed = tuple(each for each in findings if each in failing)
    others = tuple(each for each in findings if each not in failing)
    if failed:
        failure = ET.SubElement(case, "failure", message=severities(failed), type="lint")
        failure.text = _text(failed, showing)
    if others:
        ET.SubElement(case, "system-out").text = _text(others, showing)


def _text(findings: tuple[Finding, ...], showing: Showing) -> str:
    return "\n".join(line for each in findings for line in _lines(each, showing))


def _lines(finding: Finding, showing: Showing) -> list[str]:
    place = finding.place
    where = f"{one_line(place.path)}:{place.line}:{place.column}"
    source = clean(showing.line_of(place.path, place.line)).strip()
    said = [f"{where}: {finding.severity.value}: {one_line(finding.message)} [{finding.lint}]"]
    return [*said, *([f"    {source}"] if source else []), f"    help: {one_line(finding.help)}"]
