"""drillbook.toml."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from drillbook.model.settings import Limits, Secret
from drillbook.model.target import Target
from drillbook.read.configured.targets import KINDS
from drillbook.read.settings import default_settings, read_settings

SETTINGS = """
state = "var/journal"
packs = ["packs/shop", "/srv/packs/db"]

[targets.queue]
kind = "local"
path = ["/opt/queue/bin"]
cwd = "/opt/queue"
drillable = true
url = "http://127.0.0.1:1"
port = 5672
tls = false
env = { QUEUE_HOME = "/opt/queue" }

[[secrets]]
name = "token"
env = "QUEUE_TOKEN"

[[secrets]]
name = "password"
file = "/etc/queue/password"

[limits]
step_timeout = "2m"
output_head_bytes = 1000
"""


def read(tmp_path: Path, text: str) -> list[tuple[str, str, str]]:
    """Lint, message and help of every Finding."""
    path = tmp_path / "drillbook.toml"
    path.write_text(text, encoding="utf-8")
    found, findings = read_settings(path)
    assert (found is None) == bool(findings)
    return [(finding.lint, finding.message, finding.help) for finding in findings]


def test_settings(tmp_path: Path) -> None:
    """Every key arrives; paths count from the file's folder; other keys are the target's own."""
    path = tmp_path / "drillbook.toml"
    path.write_text(SETTINGS, encoding="utf-8")
    found, findings = read_settings(path)
    assert () == findings
    assert found is not None
    assert (tmp_path, tmp_path / "var/journal") == (found.folder, found.state)
    assert (tmp_path / "packs/shop", Path("/srv/packs/db")) == found.packs
    assert {
        "queue": Target(
            name="queue",
            settings={"url": "http://127.0.0.1:1", "port": "5672", "tls": "false"},
            env={"QUEUE_HOME": "/opt/queue"},
            path=("/opt/queue/bin",),
            cwd="/opt/queue",
            drillable=True,
        )
    } == found.targets
    assert (
        Secret(name="token", env="QUEUE_TOKEN"),
        Secret(name="password", file="/etc/queue/password"),
    ) == found.secrets
    assert Limits(step_timeout_s=120, output_head_bytes=1_000) == found.limits


def test_empty_file_is_the_default(tmp_path: Path) -> None:
    """A file that says nothing, and none at all, mean the same."""
    (tmp_path / "drillbook.toml").write_text("", encoding="utf-8")
    assert (default_settings(tmp_path), ()) == read_settings(tmp_path / "drillbook.toml")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("stat = 'x'", "stat: nothing reads this key"),
        ("packs = 'x'", "packs: it should be a list"),
        (
            "[limits]\nstep_timeout = 'soon'",
            'limits.step_timeout: it is no duration; write one such as "300s"',
        ),
        ("[limits]\nstep_timeout = 300", "limits.step_timeout: it should be a text in quotes"),
        (
            "[limits]\noutput_head_bytes = -1",
            "limits.output_head_bytes: Input should be greater than or equal to 0",
        ),
        (
            "[targets.a]\nkind = 'ftp'",
            f'targets.a.kind: the kind "ftp" is none; write one of {", ".join(KINDS)}',
        ),
        ("[targets.a]\nurl = ['x']", "targets.a.url.str: it should be a text in quotes"),
        (
            "[targets.a.env]\nPATH = 'x'",
            "targets.a.env.PATH: it changes how programs are found or loaded",
        ),
        (
            "[targets.a.env]\nLD_PRELOAD = 'x'",
            "targets.a.env.LD_PRELOAD: it changes how programs are found or loaded",
        ),
        (
            "[targets.a.env]\nBASH_ENV = 'x'",
            "targets.a.env.BASH_ENV: it changes how programs are found or loaded",
        ),
        (
            '[targets.a.env]\nA = "x\\u0000y"',
            "targets.a.env.A: it holds a NUL, which no variable and no folder can",
        ),
        (
            '[targets.a]\ncwd = "/\\u0000"',
            "targets.a.cwd: it holds a NUL, which no variable and no folder can",
        ),
        (
            "[targets.a.env]\nA-B = 'x'",
            "targets.a.env.A-B: it is no name of an environment variable",
        ),
        (
            "[server]\ntls_certificate = 'a.pem'",
            "server: tls_certificate and tls_key need each other",
        ),
        (
            "[server]\nrequests_max = 0",
            "server.requests_max: Input should be greater than or equal to 1",
        ),
        (
            "[[schedules]]\nname = 'a'\ncron = '* * * *'\nchecks = 'a.md'",
            'schedules[0].cron: it has 4 of 5 fields; write it as "30 4 * * 1"',
        ),
        (
            "[[schedules]]\nname = 'a'\ncron = '* * * * *'\nchecks = 'a'\ntimezone = '../x'",
            'schedules[0].timezone: it is no time zone; write one such as "Europe/Berlin"',
        ),
        ("[[secrets]]\nname = 'a'", "secrets[0]: it needs one of env, file and command"),
        (
            "[[secrets]]\nname = 'a'\nenv = 'A'\nfile = 'b'",
            "secrets[0]: it needs one of env, file and command",
        ),
    ],
)
def test_flaw(tmp_path: Path, text: str, message: str) -> None:
    """One clear line with the path of the key."""
    assert message in [found for _, found, _ in read(tmp_path, text)]


def test_how_a_server_works(tmp_path: Path) -> None:
    """Durations become seconds, and files count from the folder of the settings."""
    (tmp_path / "drillbook.toml").write_text(
        "[server]\ntls_certificate = 'c.pem'\ntls_key = 'k.pem'\nrequest_timeout = '5s'\n"
        "stop_within = '1m'\nmetrics_open = true\n",
        encoding="utf-8",
    )
    found, _ = read_settings(tmp_path / "drillbook.toml")
    assert found is not None
    server = found.server
    assert (tmp_path / "c.pem", tmp_path / "k.pem") == (server.tls_certificate, server.tls_key)
    assert (5.0, 60.0, True) == (
        server.request_timeout_s,
        server.stop_within_s,
        server.metrics_open,
    )


def test_all_flaws_at_once(tmp_path: Path) -> None:
    """Whoever has three flaws learns of three."""
    found = read(tmp_path, "stat = 1\n[limits]\nstep_timeout = 1\nstep_timout = '1s'\n")
    assert ["bad-setting"] * 3 == [lint for lint, _, _ in found]
    assert {'write "state"', 'write "step_timeout"', "correct this value"} == {
        cure for _, _, cure in found
    }


@pytest.mark.parametrize("text", ["a = ", "a = " + "[" * 5_000, "a = 1\na = 2", "[" * 5_000])
def test_not_toml(tmp_path: Path, text: str) -> None:
    """A flaw of syntax is one Finding, however deep it lies."""
    assert ["settings-not-toml"] == [lint for lint, _, _ in read(tmp_path, text)]


def test_missing_file(tmp_path: Path) -> None:
    """A missing file is a Finding."""
    found, (finding,) = read_settings(tmp_path / "drillbook.toml")
    assert (None, "file-not-found") == (found, finding.lint)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    st.one_of(
        st.text(max_size=100), st.lists(st.sampled_from(SETTINGS.splitlines())).map("\n".join)
    )
)
def test_no_text_raises(tmp_path: Path, text: str) -> None:
    """Whatever the text: Settings, or a Finding."""
    read(tmp_path, text)
