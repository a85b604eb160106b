"""Fixed thresholds that nothing foretells."""

import pytest

from drillbook.lint.library.threshold_stands_alone import LINT
from lint_trees import of_rule, rules, told

DISK = of_rule("node_filesystem_avail_bytes / node_filesystem_size_bytes < 0.1")
ERRORS = of_rule("sum(rate(http_errors_total[5m])) / sum(rate(http_requests_total[5m])) > 0.05")


@pytest.mark.parametrize(("text", "word"), [(DISK, "predict_linear"), (ERRORS, "burn rate")])
def test_a_prediction_or_a_burn_rate_is_suggested(text: str, word: str) -> None:
    """As a note, and only where it is asked for."""
    [flaw] = told(LINT, {"r.yaml": text})
    assert word in flaw.help
    assert (False, "note") == (LINT.is_on, LINT.severity.value)


@pytest.mark.parametrize(
    "text",
    [
        rules(DISK, of_rule("predict_linear(node_filesystem_avail_bytes[6h], 3600) < 0")),
        rules(ERRORS, of_rule("x > 14.4", name="ErrorBudgetBurn")),
        of_rule("up == 0"),
        of_rule("sum(a) / sum(b) > 0.5"),
    ],
)
def test_where_something_foretells_nothing_is_said(text: str) -> None:
    """In the same file; of other things."""
    assert [] == told(LINT, {"r.yaml": text})
