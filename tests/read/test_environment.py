"""Which names an environment variable may have."""

import shlex
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillbook.plan.inputs import is_loader_name
from drillbook.read.environment import is_refused_variable, is_variable_name


@pytest.mark.parametrize("name", ["A", "_", "_1", "api_url", "PGHOST", "a" * 100])
def test_letters_digits_and_underscores_make_a_name(name: str) -> None:
    """As long as no digit is first."""
    assert is_variable_name(name)


@pytest.mark.parametrize(
    "name",
    ["", "1a", "a-b", "a b", "a.b", "a\n", "a\0", "é", "A=B", "a" * 101, "$A", "BASH_FUNC_x%%"],
)
def test_everything_else_makes_none(name: str) -> None:
    """Nothing that a shell, a `KEY=VALUE` line or a page could read as more than a name."""
    assert not is_variable_name(name)


@pytest.mark.parametrize(
    "name",
    """PATH path Path IFS ENV BASH_ENV bash_env SHELLOPTS PS4 PROMPT_COMMAND CDPATH LD_PRELOAD
    LD_LIBRARY_PATH ld_audit DYLD_INSERT_LIBRARIES PYTHONPATH PYTHONSTARTUP PERL5OPT RUBYOPT
    NODE_OPTIONS JAVA_TOOL_OPTIONS _JAVA_OPTIONS GCONV_PATH GIT_SSH_COMMAND PAGER LESSOPEN
    BASH_FUNC_ls DRILLBOOK_CRASH_AT drillbook_attempt""".split(),
)
def test_what_changes_how_programs_start_is_refused(name: str) -> None:
    """In any case: an input is put into capitals before it becomes a variable."""
    assert is_refused_variable(name)
    assert is_loader_name(name.upper()), "what reading refuses, planning refuses as well"


@pytest.mark.parametrize(
    "name",
    ["PGHOST", "PATHS", "MY_PATH", "LD", "LDAP_URL", "BASHFUL", "ENVIRONMENT", "DRILL", "", "P"],
)
def test_a_name_that_only_looks_like_one_is_not(name: str) -> None:
    """`paths` and `ldap_url` are what people call their inputs."""
    assert not is_refused_variable(name)


@given(st.text(alphabet="abAB_01=-\n $", max_size=8))
def test_a_name_is_what_bash_takes_for_one(name: str) -> None:
    """No name passes that could break out of an assignment."""
    if is_variable_name(name):
        assert shlex.quote(name) == name
        assert name.isidentifier()


def test_bash_agrees() -> None:
    """Each name that passes can be exported, and comes back as it is."""
    names = ["A", "_1", "api_url", "a" * 100]
    script = "; ".join(f"declare -x {name}=here; printf '%s ' \"${name}\"" for name in names)
    done = subprocess.run(
        ["bash", "-c", script], capture_output=True, text=True, check=True, timeout=20
    )
    assert ["here"] * len(names) == done.stdout.split()
