"""A shell script → the variables that it reads and does not set itself.

This is no shell parser: it knows quoting, comments, here-documents' quotes and the usual ways
to set a variable, and errs on the side of naming a variable too many, which costs the author
one line in `inputs`, rather than one too few, which costs a `rm -rf "$DIR/"` at 3 a.m.
"""

import re

# What bash sets by itself; what else a step is given says `plan/bind`.
SHELL_VARIABLES = frozenset(
    "_ BASH BASHOPTS BASHPID BASH_ALIASES BASH_ARGC BASH_ARGV BASH_ARGV0 BASH_CMDS BASH_COMMAND "
    "BASH_EXECUTION_STRING BASH_LINENO BASH_LOADABLES_PATH BASH_REMATCH BASH_SOURCE "
    "BASH_SUBSHELL BASH_VERSINFO BASH_VERSION "
    "COMP_WORDBREAKS COPROC DIRSTACK EPOCHREALTIME EPOCHSECONDS EUID FUNCNAME GROUPS HISTCMD "
    "HOSTNAME HOSTTYPE IFS LINENO MACHTYPE MAPFILE OLDPWD OPTARG OPTERR OPTIND OSTYPE PIPESTATUS "
    "PPID PS4 PWD RANDOM REPLY SECONDS SHELL SHELLOPTS SHLVL SRANDOM TERM UID".split()
)

_NAME = r"[A-Za-z_][A-Za-z0-9_]*"
_READ = re.compile(rf"\$(?:({_NAME})|\{{[#!]?({_NAME})(:?[-=+])?)")
_WORDS = r"((?:[ \t]+[-\w]+)+)"
_SET = (
    re.compile(rf"(?:^|[\s;&|(`])({_NAME})(?:\[[^\]]*\])?\+?="),
    re.compile(rf"\bfor\s+({_NAME})\b"),
    re.compile(rf"\b(?:read|mapfile|readarray|getopts[ \t]+\S+){_WORDS}"),
    # Without a `=`, `export` and `readonly` give no value: they pass on one from outside.
    re.compile(rf"\b(?:local|declare|typeset){_WORDS}"),
    re.compile(rf"\bprintf\s+-v\s+({_NAME})"),
)
_ASSIGNS_DEFAULT = re.compile(rf"\$\{{({_NAME}):?=")


def variables_read(script: str) -> frozenset[str]:
    """Names of the variables that the script takes from outside.

    `${NAME:-default}` and `${NAME:=default}` say what holds without a value, so they are not
    counted. Text in single quotes, comments and here-documents with a quoted end are skipped.
    """
    text, documents = _without_literals(script)
    names = set()
    for plain, braced, default in _READ.findall(f"{text}\n{documents}"):
        if not default:
            names.add(plain or braced)
    return frozenset(names) - _variables_set(text) - SHELL_VARIABLES


def _variables_set(text: str) -> frozenset[str]:
    names: set[str] = set(_ASSIGNS_DEFAULT.findall(text))
    for pattern in _SET:
        for found in pattern.findall(text):
            names.update(word for word in found.split() if not word.startswith("-"))
    return frozenset(names)


_TOKEN = re.compile(
    r"""
    \\.                                   # an escaped character, `\$` among them
    | \$'(?:[^'\\]|\\.)*'                 # ANSI-C quotes
    | '[^']*'                             # single quotes, not inside double ones
    | "(?:[^"\\]|\\.)*"                   # double quotes, in which `$` counts
    | (?:(?<=\s)|(?<=^)|(?<=;))\#[^\n]*   # a comment
    | <<<                                 # a here-string is no here-document
    | <<-?[ \t]*(?:(?P<mark>['"])(?P<quoted>[^'"\n]+)(?P=mark)|(?P<end>\\?[A-Za-z_]\w*))
    | \n
    """,
    re.VERBOSE | re.MULTILINE | re.DOTALL,
)
_KEPT = ("\n", "<<")
# In a here-document these are letters like others, `$` is not.
_LETTERS = re.compile(r"\\.|['\"#]", re.DOTALL)


def _without_literals(script: str) -> tuple[str, str]:
    """The script without text in which `$` means nothing; and its here-documents' text."""
    kept: list[str] = []
    documents: list[str] = []
    waiting: list[tuple[str, bool]] = []
    position = 0
    while found := _TOKEN.search(script, position):
        kept += [script[position : found.start()], _without_literal(found[0])]
        position = found.end()
        if end := found["quoted"] or found["end"]:
            is_literal = found["quoted"] is not None or end.startswith("\\")
            waiting.append((end.lstrip("\\"), is_literal))
        elif found[0] == "\n":
            for end, is_literal in waiting:
                body, position = _document(script, position, end)
                documents += [] if is_literal else [_LETTERS.sub(" ", body)]
            waiting = []
    return "".join([*kept, script[position:]]), "\n".join(documents)


def _document(script: str, position: int, end: str) -> tuple[str, int]:
    """The here-document's text from `position` to its end, and where the script goes on."""
    begin = position
    while position < len(script):
        start = position
        stop = script.find("\n", start)
        position = len(script) if stop < 0 else stop + 1
        if script[start:position].removesuffix("\n").lstrip("\t") == end:
            return script[begin:start], position
    return script[begin:], position


def _without_literal(token: str) -> str:
    if token.startswith('"'):
        return re.sub(r"\\.", " ", token, flags=re.DOTALL)
    return token if token.startswith(_KEPT) else " "
