"""Documents → what `curl-without-fail` says of them."""

import pytest

from acting import findings_of, marked, plain, runbook
from drillbook.lint.acting.curl_without_fail import LINT


@pytest.mark.parametrize(
    "command",
    [
        "curl -s http://a/x\nif [ $? -eq 0 ]; then echo up; fi",
        'curl -s http://a/x\nif [ "$?" -ne 0 ]; then exit 1; fi',
        "curl -s -X POST -d @b.json http://a/x; [ $? -eq 0 ]",
        "if curl -s http://a/x; then echo up; fi",
        "if ! curl -s http://a/x\nthen echo down; fi",
        "until curl -s http://a/x; do sleep 1; done",
    ],
)
def test_an_exit_code_that_is_believed_is_flagged(command):
    """An error page leaves it at 0."""
    assert 1 == len(findings_of(LINT, plain(command)))


def test_the_command_is_underlined():
    """Not the question that is asked of it."""
    assert ["curl -s http://a"] == marked(LINT, plain("if curl -s http://a; then echo; fi"))


@pytest.mark.parametrize(
    "command",
    [
        "curl http://a/x",
        "curl -sf http://a/x\nif [ $? -eq 0 ]; then echo up; fi",
        "if curl --fail -s http://a/x; then echo up; fi",
        "if curl -fsSL http://a/x; then echo up; fi",
        "if curl --fail-with-body http://a/x; then echo up; fi",
        "if curl -s http://a/x | grep -q ok; then echo up; fi",
        "code=$(curl -s -w '%{http_code}' http://a)\nif [ $code = 200 ]; then echo; fi",
        "curl -s http://a/x\ngrep ok log\nif [ $? -eq 0 ]; then echo up; fi",
        "if curl telnet://db:5432; then echo up; fi",
        "if curl -I http://a/x; then echo up; fi",
    ],
)
def test_an_answer_that_is_looked_at_is_fine(command):
    """Or one that nobody asks for."""
    assert [] == findings_of(LINT, plain(command))


def test_a_verification_believes_it():
    """Its sentence asks for nothing but the exit code."""
    assert ["curl -s http://a"] == marked(LINT, runbook(verify="curl -s http://a"))
    assert [] == findings_of(LINT, runbook(verify="curl -sf http://a"))


def test_a_check_believes_it():
    """As a Verification does."""
    assert ["curl -s http://a"] == marked(LINT, runbook(check="curl -s http://a"))


def test_a_sentence_that_looks_at_the_output_is_fine():
    """The page of an error does not hold the word."""
    text = runbook(verify="curl -s http://a").replace(
        "**Recovered:** exit code is 0.", "**Recovered:** output contains `ok`."
    )
    assert [] == findings_of(LINT, text)


def test_an_option_is_not_judged_by_its_last_command():
    """It may be one whose answer does not matter."""
    assert [] == findings_of(LINT, runbook(option="curl -s -X POST http://a/reload"))
