"""The systemd units that we ship start what there is, and let steps outlive a restart."""

import configparser
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from drillbook.cli.main import drillbook
from drillbook.model.settings import Server

UNITS = sorted((Path(__file__).parents[2] / "docs" / "deploy").glob("*.service"))


def read(unit):
    """Its sections; a key that may stand several times does not stand so in ours."""
    parser = configparser.ConfigParser(interpolation=None, delimiters=("=",))
    parser.optionxform = str
    parser.read_string(unit.read_text(encoding="utf-8"))
    return parser


def test_there_is_one_for_servers_and_one_for_runners():
    """A page says how they are installed, and links both."""
    assert ["drillbook-runner@.service", "drillbook.service"] == [unit.name for unit in UNITS]
    page = UNITS[0].with_name("systemd.md").read_text(encoding="utf-8")
    assert all(f"({unit.name})" in page for unit in UNITS)


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_steps_outlive_a_restart(unit):
    """Systemd ends the one process, gives it time enough, and starts it again."""
    service = read(unit)["Service"]
    assert ("process", "always") == (service["KillMode"], service["Restart"])
    stop_s = float(service["TimeoutStopSec"].removesuffix("s"))
    assert stop_s > Server().stop_within_s
    assert "0" == read(unit)["Unit"]["StartLimitIntervalSec"]


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_what_it_starts_is_there(unit):
    """A command of ours, with options that it has."""
    _, command, *options = read(unit)["Service"]["ExecStart"].split()
    shown = CliRunner().invoke(drillbook, [command, "--help"])
    assert 0 == shown.exit_code
    assert set(re.findall(r"--[a-z-]+", " ".join(options))) <= set(
        re.findall(r"--[a-z-]+", shown.output)
    )


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is missing")
@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_systemd_knows_every_line(unit, tmp_path):
    """Its own check, but for the program, which is not installed here."""
    shutil.copy(unit, tmp_path)
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", tmp_path / unit.name.replace("@", "@x")],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    unknown = [line for line in done.stderr.splitlines() if "Unknown" in line]
    assert [] == unknown
