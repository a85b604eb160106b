"""A shell script → the variables that it reads and does not set itself.

This is no shell parser: it knows quoting, comments, here-documents' quotes and the usual ways
to set a variable, and errs on the side of naming a variable too many, which costs the author
one line in `inputs`, rather than one too few, which costs a `rm -rf "$DIR/"` at 3 a.m.
"""

import re
from collections.abc import Iterator

# What bash sets by itself, and what every step is given (drillbook.plan.bind.BASE_ENV).
SHELL_VARIABLES = frozenset(
    "BASHPID BASH_REMATCH BASH_SOURCE BASH_VERSION DIRSTACK EPOCHREALTIME EPOCHSECONDS EUID "
    "FUNCNAME GROUPS HOSTNAME HOSTTYPE IFS LINENO MACHTYPE MAPFILE OLDPWD OPTARG OPTIND OSTYPE "
    "PIPESTATUS PPID PWD RANDOM REPLY SECONDS SHELL SHLVL SRANDOM UID".split()
)

_NAME = r"[A-Za-z_][A-Za-z0-9_]*"
_READ = re.compile(rf"\$(?:({_NAME})|\{{[#!]?({_NAME})([^}}]?))")
_SET = (
    re.compile(rf"(?:^|[\s;&|(`])({_NAME})(?:\[[^\]]*\])?\+?="),
    re.compile(rf"\bfor\s+({_NAME})\b"),
    re.compile(r"\b(?:read|mapfile|readarray|getopts\s+\S+)((?:\s+[-\w]+)+)"),
    re.compile(r"\b(?:local|declare|typeset|export|readonly)((?:\s+[-\w]+)+)"),
    re.compile(rf"\bprintf\s+-v\s+({_NAME})"),
)
_ASSIGNS_DEFAULT = re.compile(rf"\$\{{({_NAME}):?=")


def variables_read(script: str) -> frozenset[str]:
    """Names of the variables that the script takes from outside.

    `${NAME:-default}` and `${NAME:=default}` say what holds without a value, so they are not
    counted. Text in single quotes, comments and here-documents with a quoted end are skipped.
    """
    text = without_literals(script)
    names = set()
    for plain, braced, follows in _READ.findall(text):
        if plain or follows not in (":", "-", "=", "+"):
            names.add(plain or braced)
    return frozenset(names) - _variables_set(text) - SHELL_VARIABLES


def _variables_set(text: str) -> frozenset[str]:
    names: set[str] = set(_ASSIGNS_DEFAULT.findall(text))
    for pattern in _SET:
        for found in pattern.findall(text):
            names.update(word for word in found.split() if not word.startswith("-"))
    return frozenset(names)


_HEREDOC = re.compile(r"<<-?\s*(['\"])(\w+)\1")
_LITERAL = re.compile(
    r"""
    \\.                                   # an escaped character, `\$` among them
    | \$'(?:[^'\\]|\\.)*'                 # ANSI-C quotes
    | '[^']*'                             # single quotes, not inside double ones
    | "(?:[^"\\]|\\.)*"                   # double quotes, in which `$` counts
    | (?:(?<=\s)|(?<=^)|(?<=;))\#[^\n]*   # a comment
    """,
    re.VERBOSE | re.MULTILINE | re.DOTALL,
)


def without_literals(script: str) -> str:
    """The script without text in which `$` means nothing."""
    return _LITERAL.sub(_without_literal, "\n".join(_without_heredocs(script)))


def _without_heredocs(script: str) -> Iterator[str]:
    """The lines but for those of here-documents with a quoted end; one look at each line."""
    end = None
    for line in script.split("\n"):
        if end is not None:
            end = None if line.strip() == end else end
            continue
        yield line
        begun = _HEREDOC.search(line)
        end = begun.group(2) if begun else None


def _without_literal(found: re.Match[str]) -> str:
    text = found.group(0)
    return re.sub(r"\\.", " ", text, flags=re.DOTALL) if text.startswith('"') else " "
