"""All lints, by name. A new one is its module, its page below docs/lints, and one line here."""

from drillbook.lint.document import runbook_without_owner
from drillbook.lint.reading import READING
from drillbook.model.lint import Lint

LINTS: tuple[Lint, ...] = (
    *READING,
    runbook_without_owner.LINT,
)

BY_NAME = {lint.name: lint for lint in LINTS}
