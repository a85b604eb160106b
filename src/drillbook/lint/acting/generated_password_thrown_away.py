"""A password that is made in the command that sets it, and kept nowhere."""

import re
from collections.abc import Iterator

from drillbook.lint.shell.acts import acts_of
from drillbook.lint.shell.calls import calls_of
from drillbook.model.document import Document
from drillbook.model.finding import Severity
from drillbook.model.lint import Circumstances, DocumentLint, Flaw

_MADE = re.compile(
    r"(?:\$\(|`)\s*(?:openssl\s+rand|pwgen|uuidgen|head\s+-c\s*\d+\s+/dev/u?random|apg|"
    r"tr\s+-dc[^|)]{0,60}<\s*/dev/u?random|(?:aws\s+secretsmanager\s+)?get-random-password)"
)
_PASSWORD = re.compile(
    r"(?:--(?:master-user-|new-|admin-)?password|--secret-string)(?:=|$)|password\s*'?\s*$|-p$",
    re.IGNORECASE,
)
_WORDS = frozenset(("openssl", "pwgen", "uuidgen", "urandom", "random", "apg", "password"))
# Where the command's own store keeps it.
_KEPT = re.compile(r"--from-literal|secret-string|vault\s+kv\s+put|\btee\b")


def _check(document: Document, _: Circumstances) -> Iterator[Flaw]:
    for act in acts_of(document):
        if not act.is_shell or _WORDS.isdisjoint(act.words) or not _MADE.search(act.text):
            continue
        for call in calls_of(act.text):
            said = act.text[call.start : call.end]
            if call.command.depth or call.via or _KEPT.search(said):
                continue
            for index, word in enumerate(call.args):
                before = call.args[index - 1].text if index else ""
                found = _MADE.search(word.text)
                own = word.text[: found.start()] if found else ""
                if found and (
                    _PASSWORD.search(own.rstrip("\"' ")) or (not own and _PASSWORD.search(before))
                ):
                    yield Flaw(
                        place=act.place_at(document, word.start, word.end),
                        message="this password is made here and kept nowhere, so nobody can log in "
                        "with it",
                        help="make it in a line before, put it into the secret store, then set it",
                    )


LINT = DocumentLint(
    name="generated-password-thrown-away",
    summary="a password that is made in the command that sets it, and kept nowhere",
    severity=Severity.ERROR,
    check=_check,
)
