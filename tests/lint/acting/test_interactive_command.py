"""Documents → what `interactive-command` says of them."""

import pytest

from acting import findings_of, marked, plain, runbook
from drillbook.lint.acting.interactive_command import LINT
from drillbook.model.finding import Severity

WAITS = [
    "vi /etc/hosts",
    "sudo vim /etc/hosts",
    "nano a",
    "less /var/log/syslog",
    "cat a | less",
    "top",
    "htop",
    "psql",
    "psql -d orders -U app",
    "mysql -u app -p",
    "kubectl exec -it db-0 -- psql orders",
    "clickhouse-client",
    "kubectl edit deployment/orders",
    "oc -n orders edit cm a",
    "crontab -e",
    "ssh db-1",
    "read -p 'Sure? ' answer",
    "sudo -i",
    "sudo -s",
    "su - postgres",
]
ENDS = [
    "psql -c 'SELECT 1'",
    "psql -tAc 'SELECT 1'",
    "psql -f a.sql",
    "psql -l",
    "psql --command 'SELECT 1'",
    "psql < a.sql",
    "psql <<EOF\nSELECT 1;\nEOF",
    "echo 'SELECT 1' | psql",
    "psql --version",
    "mysql -e 'SELECT 1'",
    "clickhouse-client -q 'SELECT 1'",
    "top -b -n 1",
    "crontab -l",
    "ssh db-1 uptime",
    "ssh -fN -L 5432:db:5432 bastion",
    'ssh "$HOST" <<EOF\nls\nEOF',
    "while read -r line; do echo $line; done < a",
    "ls | while read -r f; do echo $f; done",
    "read -t 5 answer",
    "sudo -u postgres ls",
    "su - postgres -c ls",
    "kubectl get pods",
    "kubectl logs edit",
    "sed -i s/a/b/ c",
    "echo vi",
    "PAGER=cat git log",
    "vim -es -c 'wq' a",
    "head -20 a",
]


@pytest.mark.parametrize("command", WAITS)
def test_a_step_that_waits_at_the_keyboard_is_flagged(command):
    """It has none, and waits until its time limit."""
    (finding,) = findings_of(LINT, runbook(option=command))
    assert Severity.ERROR is finding.severity
    assert finding.help.endswith(", or add interactive=yes")


@pytest.mark.parametrize("command", ENDS)
def test_a_step_that_ends_by_itself_is_fine(command):
    """It was handed all that it asks for."""
    assert [] == findings_of(LINT, runbook(option=command))


def test_the_command_is_underlined():
    """Without what feeds it."""
    assert ["less"] == marked(LINT, runbook(option="cat a | less"))


def test_a_step_that_says_so_is_fine():
    """It gets the terminal."""
    text = runbook(option="psql").replace("name=act", "name=act interactive=yes")
    assert [] == findings_of(LINT, text)


def test_plain_markdown_is_followed_by_hand():
    """A person has a keyboard."""
    assert [] == findings_of(LINT, plain("psql"))


def test_a_front_matter_of_another_tool_asks_for_nothing():
    """Its steps are followed by hand."""
    assert [] == findings_of(LINT, "---\nseverity: high\n---\n" + plain("psql"))
