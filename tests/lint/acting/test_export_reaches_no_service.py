"""Documents → what `export-reaches-no-service` says of them."""

import pytest

from acting import findings_of, marked, plain
from drillbook.lint.acting.export_reaches_no_service import LINT

SET = "export CONTROL_DB=postgres://standby/control\n"


@pytest.mark.parametrize(
    "restart",
    [
        "kubectl rollout restart deployment/api",
        "kubectl -n orders rollout restart deployment api",
        "sudo systemctl restart api",
        "pm2 restart api",
        "supervisorctl restart api",
    ],
)
def test_an_export_before_a_restart_is_flagged(restart):
    """The service gets its environment from somewhere else."""
    assert ["export CONTROL_DB=postgres://standby/control"] == marked(LINT, plain(SET + restart))


def test_the_next_block_goes_on():
    """As people follow it."""
    text = plain(SET + "```\n\nThen:\n\n```bash\nkubectl rollout restart deployment/api")
    (finding,) = findings_of(LINT, text)
    assert '"kubectl rollout restart deployment/api" starts without it' in finding.message


@pytest.mark.parametrize(
    "command",
    [
        SET + "./start-api",
        SET + "psql $CONTROL_DB -c 'SELECT 1'\nsystemctl restart api",
        SET + 'kubectl set env deployment/api CONTROL_DB="$CONTROL_DB"',
        SET + "pm2 restart api --update-env",
        SET + "docker compose up -d\nsystemctl restart proxy",
        "systemctl restart api\n" + SET,
        "export KUBECONFIG=/etc/a\nkubectl rollout restart deployment/api",
        "export AWS_PROFILE=a\nsystemctl restart api",
        "export NAMESPACE=a\nkubectl rollout restart deployment/api",
        "export POD=$(kubectl get pods -o name)\nsystemctl restart api",
    ],
)
def test_an_export_for_this_shell_is_fine(command):
    """For its own programs, or handed on."""
    assert [] == findings_of(LINT, plain(command))


def test_another_heading_is_another_way():
    """Its restart is not this one's."""
    text = plain(SET + "```\n### Other\n```bash\nsystemctl restart api")
    assert [] == findings_of(LINT, text)
