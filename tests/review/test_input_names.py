"""Inputs whose names are not free."""

import os
import subprocess

import pytest

from drillbook.plan.inputs import is_loader_name
from drillbook.read import environment
from drillbook.run.prelude import bash_argv

BASHS_OWN = ["RANDOM", "SECONDS", "PPID", "LINENO", "PWD", "SHLVL", "EPOCHSECONDS", "SRANDOM"]


@pytest.mark.parametrize("name", BASHS_OWN)
def test_a_name_whose_value_bash_would_replace_is_refused(name):
    """The plan would show one value, and the step see another."""
    seen = subprocess.run(
        bash_argv(f'sleep 1.01; echo "${name}"'),
        env={"PATH": os.environ["PATH"], name: "4242"},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    ).stdout
    assert (True, False) == (is_loader_name(name), seen == "4242\n")


@pytest.mark.parametrize("name", sorted(environment._REFUSED))
def test_what_a_target_may_not_set_an_alert_may_not_either(name):
    """A label comes from further away than the configuration."""
    assert is_loader_name(name)


@pytest.mark.parametrize("name", ["OPENSSL_CONF", "PYTHONUSERBASE", "SSH_ASKPASS", "PERL5DB"])
def test_a_name_that_has_programs_load_other_code_is_refused(name):
    """A value from an alert must not choose what runs."""
    assert is_loader_name(name)


@pytest.mark.parametrize("name", ["INSTANCE", "PGHOST", "API_URL", "REPLICA"])
def test_an_ordinary_name_is_free(name):
    """Most names are."""
    assert not is_loader_name(name)
