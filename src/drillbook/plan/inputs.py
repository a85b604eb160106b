"""Inputs of a runbook + where their values come from → environment variables, or Findings."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

import re2

from drillbook.model.finding import Finding
from drillbook.model.runbook import Input, Runbook
from drillbook.model.target import Target
from drillbook.plan.input_types import reason_against_type

# An input's value goes into an environment variable and through a pattern: 4 KiB is many times
# what a host, a URL or a label needs, and far below the kernel's 128 KiB for one variable.
# Another bound is set as `limits.input_bytes_max`.
VALUE_BYTES_MAX = 4096
MASK = "••••••"

_VARIABLE = re.compile(r"[A-Z_][A-Z0-9_]*")
_LOADER_NAMES = frozenset(
    "PATH IFS ENV BASH_ENV BASH_FUNC SHELLOPTS BASHOPTS CDPATH GLOBIGNORE PS4 PROMPT_COMMAND HOME "
    "PYTHONPATH PYTHONHOME PYTHONSTARTUP PYTHONINSPECT PERL5LIB PERL5OPT RUBYLIB RUBYOPT "
    "NODE_OPTIONS NODE_PATH JAVA_TOOL_OPTIONS GCONV_PATH TMPDIR LOCPATH NLSPATH HOSTALIASES "
    "GIT_SSH GIT_SSH_COMMAND GIT_EXEC_PATH EDITOR PAGER SHELL "
    "PYTHONWARNINGS PYTHONBREAKPOINT PYTHONUSERBASE PERLLIB PERL5DB CLASSPATH _JAVA_OPTIONS "
    "JDK_JAVA_OPTIONS OPENSSL_CONF OPENSSL_MODULES OPENSSL_ENGINES RESOLV_HOST_CONF SSH_ASKPASS "
    "VISUAL LESSOPEN LESSCLOSE".split()
)
# bash sets these itself, or counts on from what it is given: a step would see another value than
# the plan shows.
_SHELL_NAMES = frozenset(
    "_ BASH BASHPID COMP_WORDBREAKS DIRSTACK EPOCHREALTIME EPOCHSECONDS EUID FUNCNAME GROUPS "
    "HISTCMD LINENO OLDPWD OPTERR OPTIND PIPESTATUS PPID PWD RANDOM SECONDS SHLVL SRANDOM TMOUT "
    "UID".split()
)
_LOADER_PREFIXES = ("LD_", "DYLD_", "BASH_", "DRILLBOOK_", "GLIBC_", "MALLOC_")


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """`env` holds the values as the steps get them, `shown` the same with secrets masked."""

    env: Mapping[str, str] = field(repr=False)
    shown: Mapping[str, str]
    secret_names: tuple[str, ...]
    findings: tuple[Finding, ...]


def is_loader_name(name: str) -> bool:
    """Whether a variable of this name changes how programs load or start, or is bash's own."""
    return name in _LOADER_NAMES or name in _SHELL_NAMES or name.startswith(_LOADER_PREFIXES)


def bind_inputs(
    runbook: Runbook,
    targets: Mapping[str, Target],
    labels: Mapping[str, str],
    given: Mapping[str, str],
    secrets: Mapping[str, str],
    *,
    bytes_max: int = VALUE_BYTES_MAX,
) -> Binding:
    """Bind every input; a value given by name wins over its source, that over its default.

    A value of more than `bytes_max` is refused, as is one of another type than its input's.
    """
    env: dict[str, str] = {}
    shown: dict[str, str] = {}
    hidden: list[str] = []
    findings = list(_unknown_given(runbook, given))
    for item in runbook.inputs:
        value, problem = _value_of(item, targets, labels, given, secrets)
        problem = problem or _problem_with(item, value, bytes_max)
        if problem or value is None:
            findings.append(problem or _without_value(item, "it has no source and no default"))
            continue
        is_secret = item.is_secret or (item.source or "").startswith("secret.")
        env[item.name.upper()] = value
        shown[item.name] = MASK if is_secret else value
        if is_secret:
            hidden.append(item.name.upper())
    return Binding(env=env, shown=shown, secret_names=tuple(hidden), findings=tuple(findings))


def _value_of(
    item: Input,
    targets: Mapping[str, Target],
    labels: Mapping[str, str],
    given: Mapping[str, str],
    secrets: Mapping[str, str],
) -> tuple[str | None, Finding | None]:
    """The value, or the Finding that says why there is none."""
    if item.name in given:
        return given[item.name], None
    if item.source is None:
        return item.default, None
    place, _, name = item.source.partition(".")
    if place == "target":
        value, why = _from_target(name, targets)
    elif place in ("label", "secret"):
        value = (labels if place == "label" else secrets).get(name)
        why = f"there is no {place} `{name}`"
    else:
        value, why = None, f"`{item.source}` is no source"
    if value is None and item.default is None:
        return None, _without_value(item, why)
    return item.default if value is None else value, None


def _from_target(name: str, targets: Mapping[str, Target]) -> tuple[str | None, str]:
    target_name, _, key = name.partition(".")
    target = targets.get(target_name)
    if target is None:
        nearest = get_close_matches(target_name, targets, n=1)
        known = f"; did you mean `{nearest[0]}`?" if nearest else ""
        return None, f"no target is called `{target_name}`{known}"
    return target.settings.get(key), f"target `{target_name}` has no setting `{key}`"


def _without_value(item: Input, why: str) -> Finding:
    return Finding(
        place=item.place,
        lint="input-without-value",
        message=f"input `{item.name}` has no value: {why}",
        help=f"give it with --input {item.name}=VALUE, or from: target.NAME.KEY, "
        "label.NAME or secret.NAME (targets and secrets stand in drillbook.toml)",
    )


def _problem_with(item: Input, value: str | None, bytes_max: int) -> Finding | None:
    """What forbids this value: its name, its length, its characters, its pattern."""
    name = item.name.upper()
    if not _VARIABLE.fullmatch(name) or is_loader_name(name):
        return Finding(
            place=item.place,
            lint="refused-input-name",
            message=f"input `{item.name}` would be the variable {name}, which is refused",
            help="use letters, digits and _, and no name that changes how programs load "
            "or that bash sets itself",
        )
    reason = reason_against(item, value, bytes_max=bytes_max) if value is not None else ""
    if not reason:
        return None
    return Finding(
        place=item.place,
        lint="input-value-refused",
        message=f"the value for input `{item.name}` is refused: {reason}",
        help="correct the value, or the input's type, pattern or choices in the front matter",
    )


def reason_against(item: Input, value: str, *, bytes_max: int = VALUE_BYTES_MAX) -> str:
    """Why the input cannot have this value, in words without the value; empty where it can."""
    if len(value.encode(errors="replace")) > bytes_max:
        return f"it is longer than {bytes_max} bytes (limits.input_bytes_max in drillbook.toml)"
    if "\0" in value or any("\ud800" <= character <= "\udfff" for character in value):
        return "it holds a character that no environment variable can hold"
    if because := reason_against_type(item.type, value):
        return because
    if item.choices and value not in item.choices:
        return f"it is none of {', '.join(item.choices)}"
    if item.pattern is not None and not _matches_whole(item.pattern, value):
        return f"it does not match `{item.pattern}`"
    return ""


def _matches_whole(pattern: str, value: str) -> bool:
    """False also for a pattern that is none: `read` has named it already."""
    try:
        return re2.fullmatch(pattern, value) is not None
    except re2.error:
        return False


def _unknown_given(runbook: Runbook, given: Mapping[str, str]) -> list[Finding]:
    names = [item.name for item in runbook.inputs]
    return [
        Finding(
            place=runbook.place,
            lint="unknown-input",
            message=f"the runbook has no input `{name}`",
            help=f"its inputs are: {', '.join(names) or 'none'}",
        )
        for name in given
        if name not in names
    ]
