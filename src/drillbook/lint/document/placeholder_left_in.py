"""What stands for a value of one's own in a template, and was never filled in."""

import re
from collections.abc import Iterator
from itertools import chain

from drillbook.lint.texts.said import fence_lines, prose_of, says_any, whole_text, words_of
from drillbook.model.document import Document
from drillbook.model.finding import Severity
from drillbook.model.lint import Circumstances, DocumentLint, Flaw

# A word that is cheap to look for, and what has to stand there as well.
_HINTS = (
    (words_of("your"), ("your_", "your-", "[your")),
    (words_of("example"), ("example.com", "example.org", "example.net")),
    (words_of("me changeme replaceme"), ("changeme", "change_me", "replaceme", "replace_me")),
)
_OWN = (
    "account|app|application|bucket|channel|cluster|company|database|db|domain|email|host|hostname|"
    "instance|key|name|namespace|org|organi[sz]ation|password|project|region|registry|repo|"
    "repository|secret|server|service|slack|team|tenant|token|user|username|workspace"
)
# In angle brackets it is a placeholder of a command, which has a lint of its own.
_VALUE = re.compile(
    r"(?<![\w<${-])(?:YOUR[_-][A-Z][A-Z0-9_-]*|(?:REPLACE|CHANGE)[_-]?ME|"
    rf"your[_-](?:{_OWN})(?:[_-][a-z]+)*)(?![\w>])"
)
_HOST = re.compile(r"https?://(?!www\.)(?:[\w-]+\.)+example\.(?:com|org|net)(?![\w-])")
_ASKING = re.compile(
    r"\[(?:Your|your) [^\[\]\n]{2,40}\](?![(\[:])|\{\{ ?[A-Z][A-Z0-9_]{1,40} ?\}\}"
)
_NOBODYS = re.compile(r"(?:https?:)?//(?:[\w-]+\.)*example\.(?:com|org|net)(?::\d+)?(?:/|$)")
# A line that tells the reader to fill it in is about it.
_SPOKEN_OF = re.compile(r"replac|substitut|placeholder|\b(?:where|set|change)\b", re.IGNORECASE)
# A command that looks for the word, or puts something in its place, knows what it is.
_SOUGHT = re.compile(r"\b(?:sed|perl|grep|rg|ack|awk)\b")
_COMMENT = re.compile(r"(?:^|\s)#.*")
_RUN = frozenset(("sh", "bash", "shell", "console", "sql", "promql", "http", "python"))
_CURE = "write your own value"


def _check(document: Document, _: Circumstances) -> Iterator[Flaw]:
    is_template = "{{" in whole_text(document)
    if is_template or any(_may_hold(document, words, exact) for words, exact in _HINTS):
        yield from _of_links(document)
        yield from _of_words(document)
        yield from _of_commands(document)


def _may_hold(document: Document, words: frozenset[bytes], exact: tuple[str, ...]) -> bool:
    if not says_any(document, words):
        return False
    text = whole_text(document).lower()
    return any(each in text for each in exact)


def _of_links(document: Document) -> Iterator[Flaw]:
    for link in document.links:
        value = _VALUE.search(link.target)
        if value or _NOBODYS.match(link.target):
            what = f'"{value[0]}"' if value else "a host that is nobody's"
            yield Flaw(
                place=link.place,
                message=f"this link leads to {what}",
                help="write your own address",
            )


def _of_words(document: Document) -> Iterator[Flaw]:
    """In prose and front matter; a line with a link has been looked at."""
    linked = {link.place.line for link in document.links}
    defined = {link.text for link in document.links}
    front = enumerate(document.lines[: document.front_lines], start=1)
    for number, line in chain(front, prose_of(document)):
        found = None if number in linked else _VALUE.search(line) or _ASKING.search(line)
        if (
            found
            and not _SPOKEN_OF.search(line.replace(found[0], ""))
            and found[0].strip("[]") not in defined
        ):
            yield Flaw(
                place=document.place_of(found[0], number),
                message=f'"{found[0]}" was never filled in',
                help=_CURE,
            )


def _of_commands(document: Document) -> Iterator[Flaw]:
    """A note in plain Markdown, where it is common practice to have readers fill them in."""
    severity = None if document.is_adopted else Severity.NOTE
    for fence in document.fences:
        if fence.language not in _RUN:
            continue
        for number, line in fence_lines(fence):
            found = _VALUE.search(line) or _HOST.search(line)
            if found and not _is_about(found[0], line):
                yield Flaw(
                    place=document.place_of(found[0], number),
                    message=f'"{found[0]}" stands in a command, but is no value that it works with',
                    help=_CURE,
                    severity=severity,
                )


def _is_about(word: str, line: str) -> bool:
    """Whether the line seeks the word, or has it in a comment alone."""
    return _SOUGHT.search(line) is not None or word not in _COMMENT.sub("", line)


LINT = DocumentLint(
    name="placeholder-left-in",
    summary="a value of a template that was never filled in",
    check=_check,
)
