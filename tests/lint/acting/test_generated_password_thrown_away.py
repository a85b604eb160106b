"""Documents → what `generated-password-thrown-away` says of them."""

import pytest

from acting import findings_of, marked, plain
from drillbook.lint.acting.generated_password_thrown_away import LINT


@pytest.mark.parametrize(
    "command",
    [
        'aws rds modify-db-instance --master-user-password "$(openssl rand -base64 32)"',
        "aws rds modify-db-instance --master-user-password=$(openssl rand -hex 16)",
        "aws rds modify-db-instance --master-user-password `openssl rand -hex 16`",
        "psql -c \"ALTER USER app PASSWORD '$(openssl rand -hex 12)'\"",
        "gcloud sql users set-password app --password=$(pwgen 20 1)",
        "az sql server update --admin-password $(openssl rand -base64 24)",
        "mysqladmin password $(openssl rand -hex 8)",
    ],
)
def test_a_password_that_nobody_keeps_is_flagged(command):
    """From then on nobody can log in."""
    assert 1 == len(findings_of(LINT, plain(command)))


def test_the_word_is_underlined():
    """With its quotes."""
    text = plain('aws rds modify-db-instance --master-user-password "$(openssl rand -base64 32)"')
    assert ['"$(openssl rand -base64 32)"'] == marked(LINT, text)


@pytest.mark.parametrize(
    "command",
    [
        'new="$(openssl rand -hex 8)"\naws rds modify-db-instance --master-user-password "$new"',
        "kubectl create secret generic a --from-literal=password=$(openssl rand -hex 8)",
        "vault kv put secret/a password=$(openssl rand -hex 8)",
        'aws secretsmanager put-secret-value --secret-string "$(openssl rand -hex 8)"',
        "openssl rand -hex 8",
        "echo id-$(uuidgen)",
        "curl -u app:$PASSWORD http://a",
    ],
)
def test_a_password_that_is_kept_is_fine(command):
    """In a variable, or in the very store that it is made for."""
    assert [] == findings_of(LINT, plain(command))
