"""Documents → what `python-does-not-parse` says of them."""

import pytest

from acting import findings_of, marked, plain, runbook
from drillbook.lint.acting.python_does_not_parse import LINT
from drillbook.model.finding import Severity


@pytest.mark.parametrize(
    "script",
    [
        "python3 - <<EOF\nprint(1)\nEOF",
        "python <<'EOF'\nprint(1)\nEOF",
        "python3 -c 'print(1)'",
        "$ python3 a.py",
        "python scripts/backfill.py --full",
    ],
)
def test_a_script_of_the_shell_is_told_as_one(script):
    """Also where Python could read its first line."""
    (finding,) = findings_of(LINT, plain(script, language="python"))
    assert "call the fence sh" == finding.help


@pytest.mark.parametrize(
    "script", ["def f(:\n    pass", "print 'a'", "x = = 1", "import os os.getcwd()"]
)
def test_what_is_no_python_is_flagged(script):
    """A note in plain Markdown, an error in a step."""
    assert [Severity.NOTE] == [
        one.severity for one in findings_of(LINT, plain(script, language="python"))
    ]
    severities = {
        one.severity for one in findings_of(LINT, runbook(check=script, language="python"))
    }
    assert Severity.ERROR in severities


def test_its_line_is_underlined():
    """The one that Python names."""
    assert ["y = = 2"] == marked(LINT, plain("x = 1\ny = = 2", language="python"))


@pytest.mark.parametrize(
    "script",
    [
        "import os\nprint(os.getcwd())",
        "    x = 1\n    y = 2",
        "x = ...",
        "await run()",
        "x = <value>",
        "x = {{ value }}",
        ">>> 1 1",
        "!pip install a b",
        "except ValueError:\n    pass",
        "if ready:\n    # and so on",
        "match x:\n    case 1:\n        pass",
        "",
    ],
)
def test_what_is_python_or_an_excerpt_is_fine(script):
    """A placeholder, a notebook, a part of something."""
    assert [] == findings_of(LINT, plain(script, language="python"))


def test_other_fences_are_not_read():
    """A shell's script is a shell's."""
    assert [] == findings_of(LINT, plain("x = = 1", language="bash"))
