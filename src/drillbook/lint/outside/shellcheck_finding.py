"""What shellcheck says of a script, as far as it makes the script do something else."""

import json
from collections.abc import Iterator
from functools import lru_cache

from drillbook.lint.outside.program import ask
from drillbook.lint.outside.scripts import Script, scripts_of
from drillbook.model.document import Document
from drillbook.model.lint import Circumstances, DocumentLint, Flaw, Rung

# Those that change what a command does, and that a block which is not a whole program can have.
CODES = {
    1037: "write ${10}",
    1087: "write ${name[…]}",
    1101: "take away what stands behind the backslash",
    2035: "write ./*",
    2048: 'write "$@"',
    2049: "write == for a pattern with *",
    2050: "look at the constant",
    2068: 'write "$@"',
    2069: "write >FILE 2>&1",
    2070: "quote the variable",
    2071: "write -gt or -lt for numbers",
    2073: "escape the sign",
    2076: "take the quotes off the pattern",
    2091: "take the $() away",
    2094: "write into another file first",
    2097: "set the variable in a line before",
    2115: 'write "${name:?}"/…',
    2122: "use -le or -ge",
    2144: "loop over the files",
    2168: "leave local away",
    2198: "loop over the array",
    2199: "loop over the array",
    2216: "use xargs",
    2218: "define the function before it is called",
    2238: "look at the redirection",
    2261: "redirect once",
}
_OPTIONS = ("--format=json1", "--shell=bash", "--severity=warning", "--norc", "-")


def _check(document: Document, _: Circumstances) -> Iterator[Flaw]:
    for script in scripts_of(document):
        for code, line, column, end_column, message in _said(script.text):
            yield Flaw(
                place=document.place_of(
                    _words(script, line, column, end_column),
                    script.act.fence.content_line + line - 1,
                ),
                message=f"{message.rstrip('.')} (shellcheck SC{code})".replace("\n", " "),
                help=CODES[code],
            )


def _words(script: Script, line: int, column: int, end_column: int) -> str:
    lines = script.act.text.split("\n")
    return lines[line - 1][column - 1 : end_column - 1].strip() if line <= len(lines) else ""


Said = tuple[int, int, int, int, str]


@lru_cache(maxsize=4_096)
def _said(text: str) -> tuple[Said, ...]:
    answer = ask("shellcheck", *_OPTIONS, text=text)
    if not answer.is_asked:
        return ()
    try:
        comments = json.loads(answer.out)["comments"]
    except (ValueError, KeyError, TypeError):
        return ()
    return tuple(
        (one["code"], one["line"], one["column"], one["endColumn"], one["message"])
        for one in comments
        if one["code"] in CODES
    )


LINT = DocumentLint(
    name="shellcheck-finding",
    summary="what shellcheck says changes what a script does (asked only when enabled)",
    rung=Rung.RUNNABLE,
    is_on=False,
    asks_outside=True,
    check=_check,
)
