"""A command that prints a secret, into the terminal and into the journal."""

import re
from collections.abc import Iterator

from drillbook.lint.shell.acts import Act, acts_of, is_advised_against
from drillbook.lint.shell.calls import Call, calls_of
from drillbook.lint.shell.secret_names import is_secret_name, secret_variables
from drillbook.model.document import Document
from drillbook.model.lint import Circumstances, DocumentLint, Flaw

_HINT = re.compile(r"\b(?:echo|printf|printenv|env|cat|set -\w*x|bash -\w*x|sh -\w*x)\b")
_FILES = re.compile(r"(?:.*/)?(?:\.pgpass|\.netrc|id_(?:rsa|ed25519|ecdsa)|\.aws/credentials)")
_SECRETS = re.compile(r"passw|secret|token|credential|api_?key", re.IGNORECASE)
_PIPES = ("|", "|&")


def _check(document: Document, _: Circumstances) -> Iterator[Flaw]:
    for act in acts_of(document):
        if act.is_shell and _HINT.search(act.text):
            for call, what in _printed(act):
                if is_advised_against(act, call.start):
                    continue
                yield Flaw(
                    place=act.place_at(document, call.start, call.end),
                    message=f"this prints {what}, which then stands in the terminal and the "
                    "journal",
                    help="hand it over by standard input, or print only whether it is set",
                )


def _printed(act: Act) -> Iterator[tuple[Call, str]]:
    calls = calls_of(act.text)
    is_traced = False
    for index, call in enumerate(calls):
        before = calls[index - 1] if index else None
        if call.program == "set" and any(re.fullmatch(r"-[a-z]*x[a-z]*", t) for t in call.texts):
            is_traced = True
        elif call.program == "set" and any(t.startswith("+") and "x" in t for t in call.texts):
            is_traced = False
        elif is_traced and (names := _names(call)):
            yield call, f"${names[0]}, because of set -x"
            is_traced = False
        elif is_shown(call) and (what := _said(call, before)):
            yield call, what


def is_shown(call: Call) -> bool:
    """Whether what the call prints is seen: nothing takes it, no file, no other program."""
    is_kept = any(one.operator in (">", ">>", "&>", ">|") for one in call.command.redirects)
    return not (is_kept or call.command.depth or call.command.after in _PIPES)


def _names(call: Call) -> list[str]:
    return [name for text in call.texts for name in secret_variables(text)]


def _said(call: Call, before: Call | None) -> str:
    if call.program in ("echo", "printf"):
        # `printf '%s' "$KEY" > file` is none; a here-string is no output.
        names = [
            n for word in call.args if not word.is_literal for n in secret_variables(word.text)
        ]
        return f"${names[0]}" if names else ""
    if call.program == "printenv" and call.texts and is_secret_name(call.texts[-1]):
        return f"${call.texts[-1]}"
    if call.program == "cat" and any(_FILES.fullmatch(text) for text in call.texts):
        return "the secrets of that file"
    return "secrets of the environment" if _is_search_of_environment(call, before) else ""


def _is_search_of_environment(call: Call, before: Call | None) -> bool:
    """`env | grep -i password`."""
    if call.program not in ("grep", "egrep") or not call.is_piped_to or before is None:
        return False
    is_quiet = any(re.fullmatch(r"-[a-zA-Z]*[cq][a-zA-Z]*|--quiet|--count", t) for t in call.texts)
    pattern = next((text for text in call.texts if not text.startswith("-")), "")
    is_all = before.program in ("env", "printenv") and not before.texts
    return is_all and not is_quiet and _SECRETS.search(pattern) is not None


LINT = DocumentLint(
    name="secret-echoed",
    summary="a command that prints a secret",
    check=_check,
)
