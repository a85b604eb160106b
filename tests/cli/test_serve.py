"""`drillbook serve` and `runner`: what they refuse, in one line, and how they are told to stop."""

import signal
import subprocess
import sys
import time

import pytest

from terminal import environment

PEOPLE = '[people.alice]\nroles = ["admin"]\n'
BELL = """
import time
from drillbook.cli.bell import Bell
with Bell() as bell:
    print("ready", flush=True)
    bell.rung.wait(60)
    print("rung", flush=True)
    time.sleep(60)
"""


@pytest.mark.parametrize(
    ("settings", "arguments", "words"),
    [
        ("", (), "nobody is configured, so nobody could be let in; add [people.NAME]"),
        (PEOPLE, (), "run `drillbook token create alice`"),
        (PEOPLE, ("--listen", "0.0.0.0:0"), "say --insecure"),
        (PEOPLE, ("--listen", "nonsense"), "is no HOST:PORT"),
        (PEOPLE, ("--sites", " , "), "names no site"),
        (f'packs = ["none"]\n{PEOPLE}', (), "there is no such pack"),
        (
            f'{PEOPLE}[server]\ntls_certificate = "c"\ntls_key = "k"\n',
            ("--listen", "0.0.0.0:0"),
            "are no certificate with its key",
        ),
        (
            f'{PEOPLE}[[schedules]]\nname = "a"\ncron = "0 0 30 2 *"\nchecks = "a.md"\n',
            (),
            "cron",
        ),
    ],
)
def test_what_cannot_be_served_is_one_line_with_the_cure(
    drillbook, tmp_path, settings, arguments, words
):
    """And nothing is listened to."""
    (tmp_path / "drillbook.toml").write_text(settings, encoding="utf-8")
    done = drillbook("serve", *arguments)
    assert 2 == done.returncode
    assert words in done.stderr.replace("\n", " ")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("arguments", [(), ("--site", "a", "--slots", "0")])
def test_a_runner_is_for_a_site_and_has_slots(drillbook, arguments):
    """Usage errors, as for every command."""
    done = drillbook("runner", *arguments)
    assert (2, True) == (done.returncode, "Error: " in done.stderr)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_first_signal_is_heard_and_the_second_ends_at_once(number):
    """Whatever the command does meanwhile."""
    with subprocess.Popen(
        [sys.executable, "-c", BELL],
        env=environment({}),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert "ready\n" == process.stdout.readline()
        process.send_signal(number)
        assert "rung\n" == process.stdout.readline()
        began_s = time.monotonic()
        process.send_signal(number)
        assert 130 == process.wait(30)
        assert time.monotonic() - began_s < 30
        assert "ended at once" in process.stderr.read()


def test_help_needs_no_web_framework(drillbook):
    """It is imported when something is served."""
    code = (
        "import sys\nfrom click.testing import CliRunner\n"
        "from drillbook.cli.main import drillbook\n"
        "assert 0 == CliRunner().invoke(drillbook, ['serve', '--help']).exit_code\n"
        "assert not {'fastapi', 'uvicorn', 'sqlalchemy'} & sys.modules.keys()\n"
    )
    subprocess.run([sys.executable, "-c", code], env=environment({}), check=True, timeout=60)
    assert "SIGTERM stops it in order" in drillbook("serve", "--help").stdout
