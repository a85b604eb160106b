"""A secret as an argument: everybody on the machine can read it in the list of processes."""

import re
from collections.abc import Iterator

from drillbook.lint.shell.acts import acts_of, is_advised_against
from drillbook.lint.shell.calls import Call, calls_of
from drillbook.lint.shell.secret_names import secret_variables
from drillbook.model.document import Document
from drillbook.model.finding import Severity
from drillbook.model.lint import Circumstances, DocumentLint, Flaw

_OPTION = re.compile(
    r"--(?:\w+-)*(?:password|passwd|pass|token|secret|secret-key|api-key)(?:=(.+))?"
)
_SHORT = {
    "mysql": "-p", "mysqldump": "-p", "mysqladmin": "-p", "mariadb": "-p", "sshpass": "-p",
    "redis-cli": "-a", "valkey-cli": "-a", "docker": "-p", "podman": "-p",
}  # fmt: skip
_CURES = {
    "redis-cli": "export REDISCLI_AUTH instead of -a",
    "mysql": "read it from an option file: mysql --defaults-extra-file=FILE",
    "docker": "use --password-stdin",
    "sshpass": "use a key, or sshpass -e",
}


def _check(document: Document, _: Circumstances) -> Iterator[Flaw]:
    for act in acts_of(document):
        if not act.is_shell or "$" not in act.text or "-" not in act.text:
            continue
        if not secret_variables(act.text):
            continue
        for call in calls_of(act.text):
            if (name := _secret(call)) and not is_advised_against(act, call.start):
                yield Flaw(
                    place=act.place_at(document, call.start, call.end),
                    message=f"${name} stands in the list of processes while this runs",
                    help=_CURES.get(
                        call.program, "hand it over by the environment, a file or standard input"
                    ),
                )


def _secret(call: Call) -> str:
    short = _SHORT.get(call.program, "")
    if call.program in ("docker", "podman") and "login" not in call.texts:
        short = ""
    for index, text in enumerate(call.texts):
        before = call.texts[index - 1] if index else ""
        is_value = (short and before == short and short != "-p") or _is_open(before)
        if call.program == "sshpass" or "login" in call.texts:
            is_value = is_value or before == "-p"
        found = _OPTION.fullmatch(text)
        value = found[1] if found and found[1] else ""
        if short == "-p" and text.startswith("-p") and not text.startswith("--"):
            value = text[2:]
        if is_value:
            value = text
        if names := secret_variables(value):
            return names[0]
    return ""


def _is_open(option: str) -> bool:
    """`--password` whose value is the next word."""
    found = _OPTION.fullmatch(option)
    return found is not None and found[1] is None


LINT = DocumentLint(
    name="secret-on-command-line",
    summary="a secret as an argument of a command",
    severity=Severity.NOTE,
    check=_check,
)
