"""A script's text → the command that runs it under bash: errors end it, gaps are noticed."""

# One line, so that the lines of the script keep their numbers. The script comes as an argument
# and is only ever read by bash's own parser: no character of it can end the prelude.
#
# Bash calls the handler in a subshell of its own for a program that it does not find, wherever
# the command stands: behind `if !`, in a pipeline, before `|| true`. It names the program in
# the attempt's pipe (opened both ways, so that it never waits for a reader) and then does what
# bash does. Its single variable is the marker that every process of the attempt carries.
_PRELUDE = (
    "unset -v BASH_ENV ENV; "
    "command_not_found_handle() { "
    '[[ -p ${DRILLBOOK_ATTEMPT-}/missing ]] && builtin printf "%s\\0" "${1:0:200}"'
    ' 2>/dev/null 1<>"$DRILLBOOK_ATTEMPT/missing"; '
    'builtin printf "bash: line %s: %s: command not found\\n" "${BASH_LINENO[0]}" "$1" >&2; '
    "return 127; }; "
    'eval "shift; $1"'
)


def bash_argv(command: str) -> tuple[str, ...]:
    """The command that runs a script under bash with errexit and pipefail.

    `-p` (no privileges are involved) has bash ignore BASH_ENV, SHELLOPTS and functions that
    come in its environment. A syntax error gives exit code 2 and bash's own message.
    """
    return ("bash", "-p", "-e", "-o", "pipefail", "-c", _PRELUDE, "bash", command)
