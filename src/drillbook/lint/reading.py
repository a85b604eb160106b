"""The lints that reading and planning find on their way."""

from drillbook.model.finding import Severity
from drillbook.model.lint import ReadingLint, Rung

READING: tuple[ReadingLint, ...] = (
    ReadingLint(
        name="unclosed-fence",
        summary="a fence that is never closed",
        severity=Severity.ERROR,
        rung=Rung.READABLE,
    ),
)
