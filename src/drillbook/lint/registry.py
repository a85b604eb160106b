"""All lints, by name. A new one is its module, its page below docs/lints, and one line here."""

from drillbook.lint.comments import COMMENTS
from drillbook.lint.document import (
    check_never_used,
    drastic_before_mild,
    empty_section,
    option_without_loses,
    option_without_steps,
    recovery_without_duration,
    runbook_without_diagnosis,
    runbook_without_objectives,
    runbook_without_owner,
    runbook_without_resolution,
    runbook_without_severity,
    runbook_without_verification,
    section_out_of_order,
    step_without_expectation,
    step_without_name,
    step_without_time_limit,
    unknown_severity,
)
from drillbook.lint.reading import READING
from drillbook.model.lint import Lint

LINTS: tuple[Lint, ...] = (
    *READING,
    check_never_used.LINT,
    drastic_before_mild.LINT,
    empty_section.LINT,
    option_without_loses.LINT,
    option_without_steps.LINT,
    recovery_without_duration.LINT,
    runbook_without_diagnosis.LINT,
    runbook_without_objectives.LINT,
    runbook_without_owner.LINT,
    runbook_without_resolution.LINT,
    runbook_without_severity.LINT,
    runbook_without_verification.LINT,
    section_out_of_order.LINT,
    step_without_expectation.LINT,
    step_without_name.LINT,
    step_without_time_limit.LINT,
    unknown_severity.LINT,
    *COMMENTS,
)

BY_NAME = {lint.name: lint for lint in LINTS}
