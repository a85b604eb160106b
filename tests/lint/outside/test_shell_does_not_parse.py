"""Documents → what `shell-does-not-parse` says of them."""

import pytest

from acting import findings_of, marked, plain, runbook
from drillbook.lint.outside.shell_does_not_parse import LINT
from drillbook.model.finding import Severity


@pytest.mark.parametrize(
    "script",
    [
        "if true; then\n  ls",
        "for i in a b; do ls",
        "echo 'never closed",
        "ls | | wc",
        "sum(rate(a[5m])) by (job)",
        "done",
        "cat a |\n",
        "{ ls",
    ],
)
def test_a_script_that_bash_cannot_read_is_flagged(script):
    """A warning in plain Markdown, an error in a step."""
    assert [Severity.WARNING] == [one.severity for one in findings_of(LINT, plain(script))]
    assert [Severity.ERROR] == [one.severity for one in findings_of(LINT, runbook(option=script))]


def test_its_line_is_underlined():
    """The one that bash names."""
    assert ["ls | | wc"] == marked(LINT, plain("pwd\nls | | wc\ntrue"))


def test_a_text_that_breaks_off_is_wrong_at_its_end():
    """Bash names the line after it."""
    assert ["ls"] == marked(LINT, plain("if true; then\nls"))


@pytest.mark.parametrize(
    "script",
    [
        "if true; then\n  ls\nfi",
        "for i in a b; do ls $i; done",
        "ls -l | wc -l && true",
        "get -n <namespace>",
        "cat <<EOF\nx (\nEOF",
        'echo "a (b)"',
        "[[ $a == b* ]] && ls",
        "f() { ls; }",
        "diff <(ls) <(ls)",
        "a=(b c)",
        "case $1 in\nstart) ls;;\nesac",
        "ls\n...\ndone",
        "",
    ],
)
def test_a_script_that_bash_reads_is_fine(script):
    """Nothing of it is run."""
    assert [] == findings_of(LINT, plain(script))


def test_nothing_is_run(tmp_path):
    """A script is only read."""
    probe = tmp_path / "probe"
    assert [] == findings_of(LINT, plain(f"if true; then touch {probe}; fi"))
    assert not probe.exists()


def test_output_in_a_console_is_no_script():
    """Only its prompted lines are."""
    assert [] == findings_of(LINT, plain("$ ls\na (b) | |", language="console"))


def test_a_query_is_told_as_one():
    """It is in the wrong kind of fence, and right otherwise."""
    (query,) = findings_of(LINT, plain("sum(rate(a[5m])) by (job)"))
    (script,) = findings_of(LINT, plain("if true; then"))
    assert "call the fence promql, which is what it is" == query.help
    assert script.help.startswith("mend it")


def test_a_front_matter_of_another_tool_makes_no_step():
    """So it stays a warning."""
    text = "---\nseverity: high\n---\n" + plain("done", section="Resolution")
    assert [Severity.WARNING] == [one.severity for one in findings_of(LINT, text)]
