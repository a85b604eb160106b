"""A shell script → the programs that it calls."""

import pytest

from drillbook.lint.shell.calls import calls_of


def called(text: str) -> list[str]:
    """Programs with their arguments."""
    return [" ".join((call.program, *call.texts)) for call in calls_of(text)]


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        ("rm x", "sudo -u postgres rm x"),
        ("rm x", "sudo A=1 rm x"),
        ("rm x", "env A=1 B=2 rm x"),
        ("rm x", "nohup rm x &"),
        ("rm x", "timeout -k 5 30s rm x"),
        ("rm x", "nice -n 10 rm x"),
        ("rm x", "chroot /host rm x"),
        ("rm x", "watch -n 2 rm x"),
        ("rm x", "bash -c 'rm x'"),
        ("rm x", "sh -ec 'cd /; rm x'"),
        ("rm x", "bash <<'EOF'\nrm x\nEOF"),
        ("rm x", "eval 'rm x'"),
        ("rm x", "ssh db-1 rm x"),
        ("rm x", "ssh -i key -p 22 me@db-1 'ls; rm x'"),
        ("rm x", "ssh db-1 sudo rm x"),
        ("rm x", "ssh db-1 <<EOF\nrm x\nEOF"),
        ("rm x", "su - postgres -c 'rm x'"),
        ("rm x", "kubectl exec pod -- rm x"),
        ("rm x", "kubectl -n orders exec -it pod -c app -- rm x"),
        ("rm x", "kubectl exec pod -- sh -c 'rm x'"),
        ("rm x", "oc rsh -n orders pod rm x"),
        ("rm x", "oc debug node/one -- chroot /host rm x"),
        ("rm x", "docker exec -it db rm x"),
        ("rm x", "docker exec -u root db rm x"),
        ("rm x", "docker compose -f a.yml exec -T db rm x"),
        ("rm x", "docker-compose exec db rm x"),
        ("rm {} ;", "find / -name y -exec rm {} \\;"),
        ("rm", "ls | xargs -n 1 rm"),
        ("rm x", "/usr/bin/rm x"),
        ("rm x", "echo $(rm x)"),
    ],
)
def test_a_carried_command_is_called(expected, text):
    """Whoever carries it: sudo, a time limit, ssh, a container, another shell."""
    assert expected in called(text)


@pytest.mark.parametrize(
    "text",
    [
        "echo rm x",
        "grep 'rm x' log",
        "ls # rm x",
        "cat <<EOF\nrm x\nEOF",
        "kubectl get pods -- rm",
        "docker run image rm x",
        "ssh host",
        "sudo -i",
        "kubectl exec",
        "docker exec",
        "man rm",
    ],
)
def test_a_word_is_no_call(text):
    """What is printed, searched for or written down is not done."""
    assert not [call for call in called(text) if call.startswith("rm")]


def test_carriers_are_told():
    """From the outermost on."""
    assert ("kubectl exec db-0", "bash") == calls_of("kubectl exec db-0 -- bash -c 'ls'")[-1].via
    assert ("ssh db-1", "sudo") == calls_of("ssh db-1 sudo ls")[-1].via


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        ("SELECT 1", "psql <<< 'SELECT 1'"),
        ("SELECT 1;\n", "psql <<EOF\nSELECT 1;\nEOF"),
        ("SELECT 1", "echo 'SELECT 1' | psql"),
        ("SELECT 1", "echo -n 'SELECT 1' | psql"),
        ("", "cat query.sql | psql"),
        ("", "psql"),
    ],
)
def test_what_a_program_is_fed_is_known_where_the_script_says_it(expected, text):
    """By a here-document, a here-string or an echo."""
    assert expected == calls_of(text)[-1].fed


def test_places_are_of_the_whole_script():
    """Also of what stands in the quotes of a carrier."""
    text = "ls\nssh db-1 'uptime; rm -r /x'"
    removed = calls_of(text)[-1]
    assert "rm -r /x" == text[removed.start : removed.end]


def test_a_carrier_of_carriers_has_an_end():
    """A hostile text cannot exhaust the stack."""
    assert len(called("sudo " * 5_000 + "ls")) < 10
