"""Documents → what `secret-written-down` says of them."""

import pytest

from acting import findings_of, marked, plain, runbook
from drillbook.lint.acting.secret_written_down import LINT
from drillbook.model.finding import Severity

# Made up here; each is put together so that no scanner takes this file for a leak.
RANDOM = "Zk7Qw2Rt9Yx4Vb6Nm1Lp8Hj3Gf5Dc0SaKe2U"
BODY = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7"
SECRETS = [
    ("a GitHub token", "gh" + "p_" + RANDOM),
    ("an AWS access key", "AKI" + "AZQ3WRTXLMNPV7B2D"),
    ("a GitLab token", "glp" + "at-Zk7Qw2Rt9Yx4Vb6Nm1Lp"),
    ("a Stripe key", "sk_li" + "ve_" + RANDOM[:24]),
    ("a Slack token", "https://hooks.slack." + "com/services/T0Q9Z7X2W/B0Q9Z7X2W/" + RANDOM[:24]),
    ("a password", "postgres://orders:" + "k9Xw2Lq7Zt4v" + "@db/orders"),
    ("a password", "https://orders:" + "Xw9Lq7Zt" + "@db.test/orders"),
    ("a secret", "DB_PASSWORD=" + "k9Xw2Lq7Zt4v"),
    ("a secret", "apiKey: '" + "k9Xw2Lq7Zt4vQ" + "'"),
]


@pytest.mark.parametrize(("kind", "text"), SECRETS)
def test_a_secret_is_flagged_by_its_kind(kind, text):
    """In a block."""
    (finding,) = findings_of(LINT, plain(f"run {text}"))
    assert finding.message.startswith(kind)
    assert Severity.ERROR is finding.severity


@pytest.mark.parametrize(("kind", "text"), SECRETS)
def test_prose_is_looked_at(kind, text):
    """Also in Markdown that is no runbook."""
    (finding,) = findings_of(LINT, f"# Notes\n\nWrite {text} into it.\n")
    assert finding.message.startswith(kind)


def test_a_private_key_with_its_body_is_flagged():
    """The line that begins it is underlined."""
    begin = "-----BEGIN RSA PRIV" + "ATE KEY-----"
    assert [begin] == marked(LINT, plain(f"{begin}\n{BODY}\n-----END"))
    assert [] == findings_of(LINT, plain(f"{begin}\n...\n-----END"))


@pytest.mark.parametrize(
    "text",
    [
        "postgres://user:password@db/orders",
        "postgres://app:$PASSWORD@db/orders",
        "https://<user>:<password>@host/",
        "postgres://app:Summer21@db/orders",
        "postgres://app:orders42@db/orders",
        '"password": "c0rrugated12"',
        "DB_PASSWORD=changeme",
        "DB_PASSWORD=$(vault read -field=a secret/b)",
        "password: <the password>",
        "AKIAIOSFODNN7EXAMPLE",
        "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        "token: eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9...",
        "secretName: orders-db-credentials-2",
        "secret: kube-system/orders-tls-9x7k2",
        "token = sha256:9f86d081884c7d659a2feaa0c55ad015",
        "kubectl get secret prometheus-k8s",
        "the password is stored in the vault",
        "commit 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b",
        "image: app@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    ],
)
def test_a_placeholder_or_a_name_is_no_secret(text):
    """A long word alone is none."""
    assert [] == findings_of(LINT, plain(text))


def test_a_line_is_told_once():
    """However many there are on it."""
    text = "A_PASSWORD=k9Xw2Lq7Zt4v B_PASSWORD=q7Rn3Vb8Wm5c"
    assert ["k9Xw2Lq7Zt4v"] == marked(LINT, plain(text))


def test_a_step_is_looked_at():
    """As plain Markdown is."""
    assert 1 == len(findings_of(LINT, runbook(option="export API_TOKEN=k9Xw2Lq7Zt4v")))
