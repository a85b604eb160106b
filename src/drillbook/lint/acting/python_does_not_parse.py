"""A fence that is called python and is not Python."""

import ast
import re
import textwrap
import warnings
from collections.abc import Iterator

from drillbook.lint.shell.acts import Act, acts_of
from drillbook.model.document import Document
from drillbook.model.finding import Severity
from drillbook.model.lint import Circumstances, DocumentLint, Flaw, Rung

SCRIPT_CHARS_MAX = 20_000
_LANGUAGES = ("python", "python3", "py")
# Placeholders, prompts, notebooks, and excerpts that are shown rather than run.
_UNSURE = re.compile(r"<[A-Za-z_]|\{\{|^\s*(?:>>>|[!%])|…|^\s*\.\.\.$", re.MULTILINE)
_EXCERPT = re.compile(r"\s*(?:elif|else|except|finally|case|@\w+\s*$)")
_SHELL = re.compile(
    r"^\s*(?:\$ |python3?\s+(?:-c\b|-\s*<<|<<|-m\b|\S+\.py\b)|\w+.*<<\s*-?['\"]?[A-Z]+\b)",
    re.MULTILINE,
)
# Python reads `python << 'EOF'` as an expression.
_HERE = re.compile(r"^python3?\s+(?:-\s*)?<<", re.MULTILINE)


def _check(document: Document, _: Circumstances) -> Iterator[Flaw]:
    for act in acts_of(document):
        text = act.fence.content
        if act.fence.language not in _LANGUAGES or len(text) > SCRIPT_CHARS_MAX:
            continue
        if found := _error(text):
            yield _flaw(document, act, found.lineno or 1, found.msg or "invalid syntax")
        elif here := _HERE.search(text):
            yield _flaw(document, act, text.count("\n", 0, here.start()) + 1, "")


def _error(text: str) -> SyntaxError | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(
                textwrap.dedent(text),
                "fence",
                "exec",
                flags=ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT,
            )
    except SyntaxError as error:
        is_left_out = "expected an indented block" in (error.msg or "")
        is_unsure = is_left_out or _UNSURE.search(text) or _EXCERPT.match(text)
        return None if is_unsure and not _SHELL.search(text) else error
    except (ValueError, RecursionError, MemoryError):
        return None
    return None


def _flaw(document: Document, act: Act, line: int, cause: str) -> Flaw:
    line += act.fence.content_line - 1
    if _SHELL.search(act.fence.content):
        return Flaw(
            place=document.place_of("", line),
            message="this is a script of the shell, though the fence is called python",
            help="call the fence sh",
            severity=Severity.ERROR if act.step else Severity.WARNING,
        )
    return Flaw(
        place=document.place_of("", line),
        message=f"this is no Python: {cause[:80]}",
        help="mend it, or call the fence text if it is not to be run",
    )


LINT = DocumentLint(
    name="python-does-not-parse",
    summary="a fence that is called python and is not Python",
    severity=Severity.ERROR,
    rung=Rung.RUNNABLE,
    check=_check,
)
