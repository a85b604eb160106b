"""A step without a time limit of its own."""

from drillbook.lint.document.step_without_time_limit import LINT
from told import FRONT, findings, severities, told

STEPS = (
    "# It\n\n## Diagnosis\n```sh { name=look }\ndf\n```\n## Resolution\n### Start\n"
    "```sql { name=start }\nselect 1\n```\n"
    "## Verification\n```sh { name=see timeout=5s }\ndf\n```\n"
)


def test_every_step_is_asked():
    """Those of an Option too."""
    assert ["8: ```sh { name=look }", "13: ```sql { name=start }"] == told(LINT, FRONT + STEPS)
    assert ["warning", "warning"] == severities(LINT, FRONT + STEPS)


def test_the_cure_is_what_the_fence_is_to_begin_with():
    """It can be copied."""
    cures = [one.help for one in findings(LINT, FRONT + STEPS)]
    assert "write ```sql { name=start timeout=30s }" == cures[1]


def test_plain_markdown_is_told_once():
    """All its steps lack it."""
    plain = "# It\n\n## Diagnosis\n" + "```sh\ndf\n```\nWords.\n" * 3
    assert ["4: ```sh"] == told(LINT, plain)
    assert ["note"] == severities(LINT, plain)


def test_a_fence_that_is_not_run_needs_none():
    """It shows what others wrote."""
    assert [] == told(LINT, FRONT + "# It\n\n## Diagnosis\n```text\nFilesystem\n```\n")
