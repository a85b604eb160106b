"""Documents → what `shellcheck-finding` says of them."""

import pytest

from acting import findings_of, marked, plain
from drillbook.lint.outside.program import path_of
from drillbook.lint.outside.shellcheck_finding import CODES, LINT

pytestmark = pytest.mark.skipif(path_of("shellcheck") is None, reason="shellcheck is not installed")


@pytest.mark.parametrize(
    ("code", "script"),
    [
        (2115, 'rm -rf "$DIR"/*'),
        (2071, "[ $a > 3 ] && ls"),
        (2069, "ls 2>&1 >a"),
        (2216, "ls | rm"),
    ],
)
def test_what_changes_a_script_is_told(code, script):
    """With its number, which shellcheck's pages explain."""
    (finding,) = findings_of(LINT, plain(script))
    assert f"(shellcheck SC{code})" in finding.message
    assert CODES[code] == finding.help


def test_the_words_are_underlined():
    """As shellcheck places them."""
    assert ['"$DIR"/*'] == marked(LINT, plain('ls\nrm -rf "$DIR"/*'))


@pytest.mark.parametrize(
    "script",
    ["ls $DIR", "a=`ls`", "echo $1", "x=1", "get <ns>", "get -o jsonpath={.a}", "cd /a\nls"],
)
def test_style_is_none_of_it(script):
    """Nor what a block that is part of a runbook cannot have."""
    assert [] == findings_of(LINT, plain(script))


def test_it_is_asked_only_when_enabled():
    """It takes longer than all others together."""
    assert not LINT.is_on
