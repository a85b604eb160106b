"""All lints, by name. A new one is its module, its page below docs/lints, and one line here."""

from drillbook.lint.comments import COMMENTS
from drillbook.lint.document import (
    empty_section,
    runbook_without_diagnosis,
    runbook_without_objectives,
    runbook_without_owner,
    runbook_without_resolution,
    runbook_without_severity,
    runbook_without_verification,
    section_out_of_order,
    unknown_severity,
)
from drillbook.lint.reading import READING
from drillbook.model.lint import Lint

LINTS: tuple[Lint, ...] = (
    *READING,
    *COMMENTS,
    empty_section.LINT,
    runbook_without_diagnosis.LINT,
    runbook_without_objectives.LINT,
    runbook_without_owner.LINT,
    runbook_without_resolution.LINT,
    runbook_without_severity.LINT,
    runbook_without_verification.LINT,
    section_out_of_order.LINT,
    unknown_severity.LINT,
)

BY_NAME = {lint.name: lint for lint in LINTS}
