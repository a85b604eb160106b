"""What a plan says a step will get is what the step gets: asked of bash itself."""

import shutil
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drillbook.model.runbook import Input, InputType
from drillbook.plan.bind import THERE
from drillbook.plan.inputs import bind_inputs, is_loader_name, reason_against
from drillbook.plan.variables import variables_read
from nouns import HERE, runbook

BASH = shutil.which("bash")
pytestmark = pytest.mark.skipif(BASH is None, reason="there is no bash here")


def of_bash(script, **env):
    """What bash prints, in an environment that holds nothing else."""
    done = subprocess.run(
        [str(BASH), "--norc", "--noprofile", "-c", script],
        env=env,
        capture_output=True,
        check=False,
        timeout=30,
    )
    return done.stdout.decode("utf-8", "surrogateescape")


def own_names():
    """The variables that bash has where nobody gave it any."""
    return sorted(of_bash("compgen -v").split()) if BASH else []


def test_bash_has_names_of_its_own():
    """So that the next test asks for something."""
    assert {"PPID", "SHLVL", "BASHOPTS"} <= {*own_names()}


@pytest.mark.parametrize("name", own_names())
def test_a_name_that_bash_does_not_leave_alone_is_refused(name):
    """An input of any other name arrives as it was bound."""
    seen = of_bash(f'printf %s "${name}"', **{name: "7-as-bound"})
    assert is_loader_name(name) or seen == "7-as-bound"


@pytest.mark.parametrize("name", own_names())
def test_a_name_that_bash_has_is_not_asked_for(name):
    """A step may look at `$BASH_VERSINFO` without anybody giving it a value."""
    assert not variables_read(f'echo "${{{name}[0]}}" ${name}') - THERE


@pytest.mark.parametrize(
    "name",
    [
        "PATH", "LD_PRELOAD", "LD_LIBRARY_PATH", "DYLD_INSERT_LIBRARIES", "BASH_ENV", "ENV", "IFS",
        "PYTHONPATH", "PYTHONSTARTUP", "PERL5OPT", "RUBYOPT", "NODE_OPTIONS", "JAVA_TOOL_OPTIONS",
        "GIT_SSH_COMMAND", "SSH_ASKPASS", "DRILLBOOK_STORE", "GLIBC_TUNABLES", "MALLOC_CHECK_",
        "OPENSSL_CONF", "EDITOR", "PAGER", "LESSOPEN", "PROMPT_COMMAND", "PS4", "CDPATH", "HOME",
    ],
)  # fmt: skip
def test_a_name_by_which_programs_load_code_is_refused(name):
    """Whoever sends an alert would choose what runs."""
    item = Input(place=HERE, name=name.lower(), source="label.x")
    binding = bind_inputs(runbook(inputs=(item,)), {}, {"x": "/tmp/evil"}, {}, {})
    assert {} == binding.env
    assert ["refused-input-name"] == [each.lint for each in binding.findings]


@pytest.mark.parametrize("name", ["host", "pghost", "namespace", "pod_2", "ld", "path_to"])
def test_an_ordinary_name_is_not(name):
    """Also where it only begins like one of those."""
    assert not is_loader_name(name.upper())


@settings(max_examples=40)
@given(
    st.text(max_size=60) | st.sampled_from(("$(id)", "`id`", "';id;'", "a\nb\n", "\r", "-n", ""))
)
def test_a_value_that_is_taken_arrives_whole_or_is_refused(text):
    """Nothing of it is run, cut or changed on its way, whatever it holds."""
    item = Input(place=HERE, name="value", source="label.x")
    binding = bind_inputs(runbook(inputs=(item,)), {}, {"x": text}, {}, {})
    assert bool(binding.findings) is ("VALUE" not in binding.env)
    if binding.env:
        assert text == of_bash('printf %s "$VALUE"', **binding.env)


@settings(max_examples=150)
@given(
    st.sampled_from([kind for kind in InputType if kind is not InputType.TEXT]),
    st.text(max_size=30) | st.from_regex(r"[-+]?[0-9.eE:/a-z\[\]@%-]{1,30}"),
)
def test_a_value_of_a_type_cannot_end_a_word(kind, text):
    """Of every type but text: no blank, no double quote and no backslash, nor is it empty."""
    if not reason_against(Input(place=HERE, name="value", type=kind), text):
        assert text
        assert not {*text} & {*' \t\r\n"`\\|<>{}'}
        assert text.isascii()


@settings(max_examples=150)
@given(st.integers() | st.floats() | st.text(alphabet="0123456789.-+eE_ ", max_size=12))
def test_a_number_is_one_for_a_program_too(value):
    """What is taken as integer or number, Python reads as the same."""
    text = str(value)
    as_integer = Input(place=HERE, name="value", type=InputType.INTEGER)
    as_number = Input(place=HERE, name="value", type=InputType.NUMBER)
    if not reason_against(as_integer, text):
        assert -(2**63) <= int(text) < 2**63
        assert not reason_against(as_number, text)
    if not reason_against(as_number, text):
        assert abs(float(text)) < float("inf")
