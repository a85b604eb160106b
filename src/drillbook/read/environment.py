"""The name of an environment variable → whether it changes how programs are found and loaded."""

import re

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}")
_REFUSED = frozenset(
    "PATH IFS ENV BASH_ENV BASHOPTS SHELLOPTS SHELL PS4 PROMPT_COMMAND CDPATH GLOBIGNORE "
    "PYTHONPATH PYTHONHOME PYTHONSTARTUP PYTHONINSPECT PYTHONWARNINGS PYTHONBREAKPOINT "
    "PERL5LIB PERL5OPT PERLLIB RUBYLIB RUBYOPT NODE_OPTIONS NODE_PATH CLASSPATH "
    "JAVA_TOOL_OPTIONS _JAVA_OPTIONS JDK_JAVA_OPTIONS GCONV_PATH LOCPATH NLSPATH HOSTALIASES "
    "MALLOC_TRACE RESOLV_HOST_CONF GIT_SSH GIT_SSH_COMMAND GIT_EXEC_PATH EDITOR VISUAL PAGER "
    "LESSOPEN LESSCLOSE".split()
)
_REFUSED_BEGINNINGS = ("LD_", "DYLD_", "BASH_FUNC_", "DRILLBOOK_")


def is_variable_name(name: str) -> bool:
    """Whether the name can be an environment variable at all."""
    return _NAME.fullmatch(name) is not None


def is_refused_variable(name: str) -> bool:
    """Whether a variable of this name would change which program runs, or what it loads."""
    return name.upper() in _REFUSED or name.upper().startswith(_REFUSED_BEGINNINGS)
