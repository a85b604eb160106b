"""Documents → what `secret-echoed` says of them."""

import pytest

from acting import findings_of, marked, plain, runbook
from drillbook.lint.acting.secret_echoed import LINT


@pytest.mark.parametrize(
    "command",
    [
        "echo $DB_PASSWORD",
        'echo "the key is ${STRIPE_API_KEY}"',
        'printf "%s\\n" "$TOKEN"',
        "printenv GITHUB_TOKEN",
        "cat ~/.pgpass",
        "cat ~/.ssh/id_rsa",
        "ssh db-1 'echo $PGPASSWORD'",
        "kubectl exec api-0 -- sh -c 'echo \"$JWT_SECRET\"'",
    ],
)
def test_a_secret_that_is_printed_is_flagged(command):
    """It stands in the terminal and in the journal."""
    assert 1 == len(findings_of(LINT, plain(command)))


@pytest.mark.parametrize("command", ["env | grep -i password", "printenv | grep TOKEN"])
def test_a_search_of_the_environment_is_flagged(command):
    """It shows the value beside the name."""
    assert [command.split(" | ")[1]] == marked(LINT, plain(command))


def test_a_trace_prints_what_is_put_in():
    """The first command that uses one, after `set -x`."""
    text = plain("set -x\nls\ncurl -u app:$API_TOKEN http://a\necho done")
    assert ["curl -u app:$API_TOKEN http://a"] == marked(LINT, text)
    assert [] == findings_of(LINT, plain("set -x\nset +x\ncurl -u app:$API_TOKEN http://a"))


@pytest.mark.parametrize(
    "command",
    [
        'echo "$DB_PASSWORD" | docker login --password-stdin',
        'echo "$DB_PASSWORD" > /run/secret',
        'hash=$(echo -n "$DB_PASSWORD" | sha256sum)',
        "x=$(printenv API_TOKEN)",
        'echo "${DB_PASSWORD:+set}"',
        "echo ${#DB_PASSWORD}",
        "echo '$DB_PASSWORD'",
        "echo $HOST",
        "echo DB_PASSWORD",
        "env | grep -c password",
        "env | grep -qi password",
        "env | grep PATH",
        "printenv HOME",
        "cat /etc/hosts",
        "grep password /etc/ssh/sshd_config",
        "set -e",
    ],
)
def test_what_is_handed_over_or_hidden_is_fine(command):
    """Or no secret at all."""
    assert [] == findings_of(LINT, plain(command))


def test_a_step_is_looked_at():
    """As plain Markdown is."""
    assert ["echo $API_KEY"] == marked(LINT, runbook(check="echo $API_KEY"))
