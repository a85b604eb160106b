"""An Act → its deeds: the commands and statements that change something, and how badly."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from drillbook.lint.shell.acts import Act
from drillbook.lint.shell.calls import Call, calls_of
from drillbook.lint.shell.destructive import (
    COMMANDS,
    LIKE,
    STATEMENTS,
    VALUE_OPTIONS,
    WORDS,
    CommandRow,
)
from drillbook.lint.shell.queries import Query, queries_of, statements_of
from drillbook.model.sentence import Risk

_NOT_DONE = re.compile(r"--dry-?run(?!=none)(?:=.*)?|--help|--version|--simulate")
_PASSING = re.compile(r"(?:/var)?/tmp/|/dev/|.*te?mp.*", re.IGNORECASE)
_CUTS_FILE = frozenset(("", ":", "true"))
_CUT = re.compile(r"(?:^|[;&|]) *:? *>", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Deed:
    """`risk` is NONE where something changes and nobody is interrupted. Offsets are of the act."""

    risk: Risk
    does: str
    start: int
    end: int


def deeds_of(act: Act) -> tuple[Deed, ...]:
    """In their order, the worst that each command does."""
    if WORDS.isdisjoint(act.words) and not _CUT.search(act.text):
        return ()
    if act.fence.language == "sql" or act.is_shell:
        deeds = [*(_of_script(act.text) if act.is_shell else ())]
        deeds += [deed for query in queries_of(act) for deed in _of_query(query)]
        return tuple(sorted(deeds, key=lambda deed: deed.start))
    return ()


@lru_cache(maxsize=64)
def _of_script(text: str) -> tuple[Deed, ...]:
    return tuple(deed for call in calls_of(text) if (deed := _of_call(call, text)))


@cache
def _rows() -> dict[str, list[tuple[CommandRow, tuple[re.Pattern[str], ...]]]]:
    """By program, with the patterns of their words."""
    rows: dict[str, list[tuple[CommandRow, tuple[re.Pattern[str], ...]]]] = {}
    for row in COMMANDS:
        words = tuple(re.compile(word if word != "*" else ".+") for word in row.words.split())
        for program in row.programs.split():
            rows.setdefault(program, []).append((row, words))
    return rows


def _of_call(call: Call, text: str) -> Deed | None:
    if deed := _cut_file(call) or _bare(call):
        return deed
    if not call.args and not call.via:
        return None
    for program in (call.program.split(".")[0], LIKE.get(call.program, "")):
        for row, words in _rows().get(program, ()):
            if _fits(row, words, call, program) and not _is_passing(row, call, text):
                return Deed(row.risk, row.does, call.start, call.end)
    return None


def _bare(call: Call) -> Deed | None:
    if call.program in ("reboot", "shutdown", "halt", "poweroff"):
        return Deed(Risk.DISRUPTIVE, "takes the machine down", call.start, call.end)
    return None


def _fits(row: CommandRow, words: tuple[re.Pattern[str], ...], call: Call, program: str) -> bool:
    texts = call.texts
    if any(_NOT_DONE.fullmatch(text) for text in texts):
        return False
    if row.unless and any(re.fullmatch(row.unless, text) for text in texts):
        return False
    if row.needs and not any(re.fullmatch(row.needs, text) for text in texts):
        return row.needs == "--replicas=0" and "--replicas 0" in " ".join(texts)
    own = own_words(texts, program)
    if program == "redis-cli":
        own = [word.casefold() for word in own[:1]] + [word.casefold() for word in own[1:2]]
    return len(own) >= len(words) and all(
        pattern.fullmatch(word) for pattern, word in zip(words, own, strict=False)
    )


def own_words(texts: tuple[str, ...], program: str) -> list[str]:
    """The arguments without options and their values."""
    values = VALUE_OPTIONS.get(program, frozenset())
    own: list[str] = []
    is_value = False
    for text in texts:
        if is_value:
            is_value = False
        elif text == "--":
            break
        elif text.startswith("-"):
            # `docker compose -f FILE`, but `docker rm -f NAME`.
            is_flag = text == "-f" and program == "docker" and own not in ([], ["compose"])
            is_value = text in values and not is_flag
        else:
            own.append(text)
    return own


def _is_passing(row: CommandRow, call: Call, text: str) -> bool:
    """Files that the script has made itself, or that nobody keeps."""
    if row.programs not in ("rm", "rmdir", "unlink", "truncate", "find", "shred"):
        return False
    files = [word for word in call.texts if not word.startswith("-") and word != ";"]
    before = text[: call.start]
    if row.programs == "find":
        return bool(files) and _PASSING.match(files[0]) is not None
    return all(
        _PASSING.match(file)
        or (len(file) > 3 and file != "{}" and file in before)
        or (file.startswith("$") and "mktemp" in before)
        for file in files
    )


def _cut_file(call: Call) -> Deed | None:
    """`> file`, `: > file` and `cat /dev/null > file`."""
    is_nothing = call.program in _CUTS_FILE or (
        call.program == "cat" and call.texts == ("/dev/null",)
    )
    for redirect in call.command.redirects if is_nothing else ():
        if redirect.operator == ">" and not _PASSING.match(redirect.word.text):
            return Deed(Risk.DESTRUCTIVE, "empties a file", call.start, redirect.word.end)
    return None


def _of_query(query: Query) -> Iterator[Deed]:
    statements = list(statements_of(query))
    if any(statement.casefold().startswith("rollback") for statement, _ in statements):
        return
    for statement, at in statements:
        for row in STATEMENTS:
            found = (row.pattern.search if row.is_anywhere else row.pattern.match)(statement)
            if found:
                start, end = _place_in(query, at, found)
                yield Deed(row.risk, row.does, start, end)
                break


def _place_in(query: Query, at: int, found: re.Match[str]) -> tuple[int, int]:
    """Offsets in the act; exact where the query stands there as it is."""
    word = query.text[at + found.start() : at + found.end()]
    is_quoted = query.end - query.start == len(query.text) + 2
    start = query.start + is_quoted + at + found.start()
    return min(start, query.end), min(start + len(word.rstrip(" (")), query.end)
