"""A script's text → the command that runs it under bash: errors end it, gaps are noticed."""

# What is said of a program whose name bash does not tell us.
UNNAMED = "a program that ended with 126 or 127"
# No file's name is longer than 255 bytes. Never cut: half of a secret is not masked any more.
NAME_CHARACTERS_MAX = 255
# The guardian counts bytes, and takes fewer.
EXPORT_CHARACTERS_MAX = 4_096
LONG = f"a name of over {NAME_CHARACTERS_MAX} characters"

# One line, so that the lines of the script keep their numbers. The script comes as an argument
# and is only ever read by bash's own parser: no character of it can end the prelude.
#
# Bash calls the handler in a subshell of its own for a program that it does not find, wherever
# the command stands: behind `if !`, in a pipeline, before `|| true`. It names the program in
# the attempt's pipe (opened both ways, so that it never waits for a reader) and then does what
# bash does. Its single variable is the marker that every process of the attempt carries.
#
# It is not called for a path (`/opt/pg/bin/pg_isready`), for a file that may not be executed, nor
# for what `timeout`, `env` or `docker exec` did not find. These give 127 or 126, which
# `if !` and a pipeline hide from the exit code of the script, so the exit codes of every
# command are looked at before the next one and at the end. `named` says that the handler has
# already told which program it was.
_RUN = 'eval "shift; $1"'
_TELL = '2>/dev/null 1<>"$DRILLBOOK_ATTEMPT/missing"'
_LOOK = (
    '{ case " ${PIPESTATUS[*]} " in *" 126 "*|*" 127 "*) '
    "[[ ! -p ${DRILLBOOK_ATTEMPT-}/missing || -e $DRILLBOOK_ATTEMPT/named ]] || "
    f'builtin printf "%s\\0" "{UNNAMED}" {_TELL};; esac; }} 2>/dev/null'
)
#
# What a step exports is told there too, as `/NAME=VALUE`: no program's name, since bash does not
# search for one with a slash. Told at the last line and by the EXIT trap, so that a script may
# leave early, or have an EXIT trap of its own.
_EXPORT = (
    "drillbook_exports() { local c=$? n v; "
    'if [[ -p ${DRILLBOOK_ATTEMPT-}/missing ]]; then for n in "$@"; do '
    "if [[ -v $n ]]; then v=${!n}; "
    f"if (( ${{#v}} <= {EXPORT_CHARACTERS_MAX} )); "
    f'then builtin printf "/%s=%s\\0" "$n" "$v" {_TELL}; fi; '
    "fi; done; fi; return $c; }; "
)
_PRELUDE = (
    "unset -v BASH_ENV ENV; "
    "command_not_found_handle() { "
    "[[ -p ${DRILLBOOK_ATTEMPT-}/missing ]] && { "
    '{ : >"$DRILLBOOK_ATTEMPT/named"; } 2>/dev/null; '
    f"if (( ${{#1}} > {NAME_CHARACTERS_MAX} )); "
    f'then builtin printf "%s\\0" "{LONG}" {_TELL}; '
    f'else builtin printf "%s\\0" "$1" {_TELL}; fi; }}; '
    'builtin printf "bash: line %s: %s: command not found\\n" "${BASH_LINENO[0]}" "$1" >&2; '
    "return 127; }; "
    f"trap '{_LOOK}' DEBUG EXIT; set -T; "
    f"{_RUN}"
)


def bash_argv(command: str, exports: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The command that runs a script under bash with errexit and pipefail.

    `exports` are variables, plain or exported, whose values at its end are told. `-p` (no
    privileges are involved) has bash ignore BASH_ENV, SHELLOPTS and functions that come in its
    environment. A syntax error gives exit code 2 and bash's own message.
    """
    prelude = _exporting(exports) if exports else _PRELUDE
    return ("bash", "-p", "-e", "-o", "pipefail", "-c", prelude, "bash", command)


def _exporting(names: tuple[str, ...]) -> str:
    tell = f"drillbook_exports {' '.join(names)}"
    told = f"trap '{_LOOK}; {tell}' EXIT; {_RUN}; {tell}"
    return _EXPORT + _PRELUDE.removesuffix(_RUN) + told
