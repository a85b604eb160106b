"""A name or a value → whether a secret stands there."""

import pytest

from drillbook.lint.shell.secret_names import (
    is_example,
    is_random,
    is_secret_name,
    secret_variables,
)


@pytest.mark.parametrize(
    "name",
    "DB_PASSWORD PGPASSWORD password MYSQL_PASS API_KEY STRIPE_APIKEY GITHUB_TOKEN CLIENT_SECRET "
    "AWS_SECRET_ACCESS_KEY TLS_PRIVATE_KEY KEY_PASSPHRASE SECRET db_credentials".split(),
)
def test_a_name_of_a_secret(name):
    """As people call them."""
    assert is_secret_name(name)


@pytest.mark.parametrize(
    "name",
    "PWD PASSWORD_FILE TOKEN_COUNT SECRET_NAME KEY SSH_KEY_PATH PASSED BYPASS COMPASS HOST "
    "NEXT_TOKEN PAGE_TOKEN MAX_TOKEN TOKENS PUBLIC_KEY API_URL".split(),
)
def test_a_name_of_none(name):
    """A file, a count, a folder."""
    assert not is_secret_name(name)


def test_variables_of_a_text():
    """Only those that the shell puts in whole."""
    assert ["DB_PASSWORD", "API_KEY"] == secret_variables("$DB_PASSWORD:${API_KEY}@$HOST")
    assert [] == secret_variables("${DB_PASSWORD:+set} ${#API_KEY} ${TOKEN:0:4}")
    assert [] == secret_variables("DB_PASSWORD")


@pytest.mark.parametrize(
    "value",
    [
        "changeme", "your-api-key", "<password>", "$PASSWORD", "${TOKEN}", "{{ token }}",
        "xxxxxxxxxxxx",
        "password1234", "secret", "abc123def456", "********", "SuperSecret99!", "example-key-42",
        "aaaaaaaaaaaa", "[REDACTED]", "sk_test_4eC39", "hunter2hunter2", "YOUR_TOKEN_HERE",
    ],
)  # fmt: skip
def test_what_manuals_write_is_an_example(value):
    """Nobody can log in with it."""
    assert is_example(value)
    assert not is_random(value)


@pytest.mark.parametrize("value", ["kJ8s2Lq9Zx4w", "9fQx27LmZr84WvTn", "c2VjM2x0Vw9zdGhpcw7Lk"])
def test_what_nobody_would_invent_is_random(value):
    """Letters, digits, hardly one twice."""
    assert is_random(value)


@pytest.mark.parametrize("value", ["short1", "onlylettershere", "482910573826"])
def test_what_is_short_or_plain_is_not_random(value):
    """It may be a word, or a number of something."""
    assert not is_random(value)
