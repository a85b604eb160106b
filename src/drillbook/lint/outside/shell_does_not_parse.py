"""A script that bash cannot read, asked of bash itself, which runs nothing of it."""

import re
from collections.abc import Iterator
from functools import lru_cache

from drillbook.lint.metrics.promql import parse
from drillbook.lint.outside.program import ask
from drillbook.lint.outside.scripts import Script, scripts_of
from drillbook.lint.shell.acts import is_meant_to_run
from drillbook.lint.shell.shell_text import read_shell
from drillbook.model.document import Document
from drillbook.model.finding import Severity
from drillbook.model.lint import Circumstances, DocumentLint, Flaw

# What may be wrong in more than its words and quotes.
_COMPOUND = re.compile(
    r"(?:^|[\s;&|(])(?:if|then|fi|for|while|until|do|done|case|esac|select|function|[{}])(?=[\s;()]|$)"
    r"|[()]|;;|<<|&&\s*$|\|\s*$|^\s*[|&;]|[|&;]\s*[|&;]|\[\[",
    re.MULTILINE,
)
_SAID = re.compile(r"line (\d+): (.+)")


def _check(document: Document, _: Circumstances) -> Iterator[Flaw]:
    for script in scripts_of(document):
        if _is_simple(script.text):
            continue
        if error := _error(script.text):
            line, cause = error
            is_step = script.act.step is not None and is_meant_to_run(document)
            yield Flaw(
                place=document.place_of("", _line(script, line)),
                message=f"bash cannot read this: {cause}",
                help=_cure(script.act.text),
                severity=Severity.ERROR if is_step else Severity.WARNING,
            )


def _is_simple(text: str) -> bool:
    """Commands of words alone; our own reader understands these as bash does."""
    return not _COMPOUND.search(text) and bool(read_shell(text))


@lru_cache(maxsize=4_096)
def _error(text: str) -> tuple[int, str] | None:
    answer = ask("bash", "-n", text=text)
    if not answer.is_asked or answer.code == 0:
        return None
    for said in answer.err.split("\n"):
        if found := _SAID.search(said):
            return int(found[1]), found[2].replace("`", "'").strip()[:120]
    return None


def _cure(text: str) -> str:
    """Most are no scripts at all: queries, or output."""
    if parse(text.strip()) is not None:
        return "call the fence promql, which is what it is"
    return "mend it; call the fence text where it is output, or console with prompts"


def _line(script: Script, line: int) -> int:
    """A text that breaks off is wrong at its last line."""
    lines = script.text.rstrip().count("\n") + 1
    return script.act.fence.content_line + min(line, lines) - 1


LINT = DocumentLint(
    name="shell-does-not-parse",
    summary="a script that bash cannot read",
    severity=Severity.ERROR,
    asks_outside=True,
    check=_check,
)
