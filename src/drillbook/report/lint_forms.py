"""The forms in which `drillbook lint` answers. A new one is its module, and one line here."""

from collections.abc import Callable, Mapping

from drillbook.model.linted import Linted, Showing
from drillbook.report.lint_github import lint_github
from drillbook.report.lint_json import lint_json
from drillbook.report.lint_junit import lint_junit
from drillbook.report.lint_sarif import lint_sarif
from drillbook.report.lint_text import lint_text

FORMS: Mapping[str, Callable[[Linted, Showing], str]] = {
    "text": lint_text,
    "json": lint_json,
    "sarif": lint_sarif,
    "github": lint_github,
    "junit": lint_junit,
}
