"""Documents → what `secret-on-command-line` says of them."""

import pytest

from acting import findings_of, marked, plain
from drillbook.lint.acting.secret_on_command_line import LINT
from drillbook.model.finding import Severity


@pytest.mark.parametrize(
    ("cure", "command"),
    [
        ("REDISCLI_AUTH", 'redis-cli -a "$REDIS_PASSWORD" INFO'),
        ("option file", "mysql -u app -p$MYSQL_PASSWORD -e 'SELECT 1'"),
        ("option file", 'mysql --password="$MYSQL_PASSWORD" -e "SELECT 1"'),
        ("--password-stdin", "docker login -u bot -p $REGISTRY_TOKEN"),
        ("sshpass -e", "sshpass -p $ROOT_PASSWORD ssh db-1 ls"),
        ("environment", "tool --api-key $STRIPE_API_KEY list"),
        ("environment", "tool --auth-token=${GITHUB_TOKEN} list"),
    ],
)
def test_a_secret_as_an_argument_is_noted(cure, command):
    """Everybody on the machine can read it."""
    (finding,) = findings_of(LINT, plain(command))
    assert cure in finding.help
    assert Severity.NOTE is finding.severity


def test_the_command_is_underlined():
    """Without what stands around it."""
    assert ["redis-cli -a $A_PASSWORD PING"] == marked(
        LINT, plain("ls; redis-cli -a $A_PASSWORD PING")
    )


@pytest.mark.parametrize(
    "command",
    [
        'REDISCLI_AUTH="$REDIS_PASSWORD" redis-cli INFO',
        "mysql -p -e 'SELECT 1'",
        "mysql -P $PORT -e 'SELECT 1'",
        "docker run -p $PORT:80 a",
        "docker login --password-stdin < $TOKEN_FILE",
        'curl -H "Authorization: Bearer $API_TOKEN" http://a',
        "mkdir -p $PASSWORD_DIR",
        "export DB_PASSWORD=$OTHER_PASSWORD",
        "psql -U app -c 'SELECT 1'",
        "tool --password-file $SECRET",
    ],
)
def test_other_ways_are_fine(command):
    """By the environment, by a file, by standard input."""
    assert [] == findings_of(LINT, plain(command))
