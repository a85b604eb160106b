"""The text of a shell script → its simple commands, in words as the shell would see them.

It reads what people write in runbooks, `<namespace>` included, and says nothing of a text that it
cannot read: whether that is right is the shell's own to say.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

DEPTH_MAX = 12
_BLANK = re.compile(r"(?:[ \t\r]|\\\n)+")
_COMMENT = re.compile(r"#[^\n]*")
_OPERATOR = re.compile(r"&&|\|\||;;&?|;&|\|&|[|&;\n()]")
_REDIRECT = re.compile(r"[0-9]*(?:<<<|<<-?|>>|>\||<>|[<>]&|[<>](?!\())|&>>?")
_PLAIN = re.compile(r"[^\s'\"\\$`|&;()<>]+")
_PLACEHOLDER = re.compile(r"<[A-Za-z](?:[\w .:/|-]{0,60}[\w.:/-])?>")
_IN_QUOTES = re.compile(r"[^\"\\$`]+")
_NAME = re.compile(r"\$(?:[A-Za-z_][A-Za-z0-9_]*|[0-9@*#?$!-])?")
_ASSIGNED = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\+?=")
_BEFORE_COMMANDS = frozenset(
    ("if", "then", "elif", "else", "do", "while", "until", "!", "{", "time")
)
_AFTER_COMMANDS = frozenset(("fi", "done", "esac", "}"))


class UnreadableError(Exception):
    """The text is none that this reader understands."""


@dataclass(frozen=True, slots=True)
class Word:
    """`text` is without its quotes; what the shell would put in stands as written, `$NAME`.

    `is_literal`: in single quotes or without anything that the shell puts in. `start` and `end`
    count the characters of the script.
    """

    text: str
    start: int
    end: int
    is_quoted: bool = False
    is_literal: bool = True


@dataclass(frozen=True, slots=True)
class Redirect:
    """`word` is the file, or for a here-document its content."""

    operator: str
    word: Word


@dataclass(frozen=True, slots=True)
class Command:
    """`before` and `after` are the operators on both sides; `depth` counts the `$(…)` around."""

    words: tuple[Word, ...]
    assigned: tuple[Word, ...]
    redirects: tuple[Redirect, ...]
    start: int
    end: int
    before: str = ""
    after: str = ""
    depth: int = 0


@lru_cache(maxsize=128)
def read_shell(text: str) -> tuple[Command, ...]:
    """The commands in their order; none where the text cannot be read."""
    reader = _Reader(text)
    try:
        reader.script("", 0)
    except UnreadableError:
        return ()
    return tuple(sorted(reader.commands, key=lambda command: command.start))


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._awaited: list[tuple[str, list[Redirect], int]] = []
        self.commands: list[Command] = []

    def script(self, until: str, depth: int) -> None:
        """Reads commands up to the bracket that ends a substitution, or to the end."""
        if depth > DEPTH_MAX:
            raise UnreadableError
        before, opened = "", 0
        while True:
            before = self._command(before, depth)
            if before == "(":
                opened += 1
            elif before == ")" and opened:
                opened -= 1
            elif before == ")" and until == ")":
                return
            elif not before:
                if until:
                    raise UnreadableError
                return

    def _command(self, before: str, depth: int) -> str:
        """Reads one command; the operator that ended it, empty at the end of the text."""
        words: list[Word] = []
        redirects: list[Redirect] = []
        while True:
            self._skip_blanks()
            if self._at >= len(self._text):
                operator = ""
                break
            if found := _REDIRECT.match(self._text, self._at):
                if not _PLACEHOLDER.match(self._text, self._at):
                    self._redirect(found, redirects, depth)
                    continue
            elif found := _OPERATOR.match(self._text, self._at):
                self._at, operator = found.end(), found[0]
                break
            words.append(self._word(depth))
        self._keep(words, redirects, before, operator, depth)
        if operator == "\n":
            self._read_awaited()
        return operator

    def _keep(
        self, words: list[Word], redirects: list[Redirect], before: str, after: str, depth: int
    ) -> None:
        first = 0
        while first < len(words) and words[first].text in _BEFORE_COMMANDS:
            first += 1
        if first < len(words) and words[first].text in _AFTER_COMMANDS:
            first += 1
        named = first
        while named < len(words) and _ASSIGNED.match(self._text, words[named].start):
            named += 1
        all_words = words[first:] or [redirect.word for redirect in redirects]
        if all_words:
            command = Command(
                words=tuple(words[named:]),
                assigned=tuple(words[first:named]),
                redirects=(),
                start=all_words[0].start,
                end=all_words[-1].end,
                before=before,
                after=after,
                depth=depth,
            )
            self._finish(command, redirects)

    def _finish(self, command: Command, redirects: list[Redirect]) -> None:
        """A here-document's content stands behind the line, so its command is kept first."""
        place = len(self.commands)
        self.commands.append(_with(command, redirects))
        if any(found is redirects for _, found, _ in self._awaited):
            self._awaited = [
                (end, found, place if found is redirects else kept)
                for end, found, kept in self._awaited
            ]

    def _skip_blanks(self) -> None:
        if found := _BLANK.match(self._text, self._at):
            self._at = found.end()
        if found := _COMMENT.match(self._text, self._at):
            self._at = found.end()

    def _redirect(self, found: re.Match[str], redirects: list[Redirect], depth: int) -> None:
        self._at = found.end()
        self._skip_blanks()
        if self._at >= len(self._text) or self._text[self._at] in "\n;|&()":
            return
        word = self._word(depth)
        operator = found[0].lstrip("0123456789")
        redirects.append(Redirect(operator, word))
        if operator in ("<<", "<<-"):
            self._awaited.append((word.text, redirects, -1))

    def _read_awaited(self) -> None:
        """The here-documents of the line that has just ended."""
        awaited, self._awaited = self._awaited, []
        for end, redirects, place in awaited:
            start = self._at
            content = self._content_up_to(end)
            for number, redirect in enumerate(redirects):
                if redirect.operator in ("<<", "<<-") and redirect.word.text == end:
                    redirects[number] = Redirect("<<", Word(content, start, start + len(content)))
            if place >= 0:
                self.commands[place] = _with(self.commands[place], redirects)

    def _content_up_to(self, end: str) -> str:
        start = self._at
        while self._at < len(self._text):
            stop = self._text.find("\n", self._at)
            stop = len(self._text) if stop < 0 else stop
            line, line_start = self._text[self._at : stop], self._at
            self._at = min(stop + 1, len(self._text))
            if line.strip() == end:
                return self._text[start:line_start]
        raise UnreadableError

    def _word(self, depth: int) -> Word:
        start = self._at
        parts: list[str] = []
        is_quoted, is_literal = False, True
        while self._at < len(self._text):
            if found := _PLAIN.match(self._text, self._at):
                parts.append(found[0])
                self._at = found.end()
                continue
            sign = self._text[self._at]
            if sign == "'":
                parts.append(self._single())
                is_quoted = True
            elif sign == '"':
                inner, is_inner_literal = self._double(depth)
                parts.append(inner)
                is_quoted, is_literal = True, is_literal and is_inner_literal
            elif sign in "$`":
                parts.append(self._expansion(depth))
                is_literal = False
            elif sign == "\\":
                parts.append(self._text[self._at + 1 : self._at + 2])
                self._at = min(self._at + 2, len(self._text))
            elif not self._bracket(parts, depth):
                break
        if self._at == start:
            raise UnreadableError
        return Word("".join(parts), start, self._at, is_quoted, is_literal)

    def _bracket(self, parts: list[str], depth: int) -> bool:
        """A placeholder, a process substitution or an array; else the word ends here."""
        start = self._at
        if found := _PLACEHOLDER.match(self._text, start):
            self._at = found.end()
        elif self._text.startswith(("<(", ">("), start):
            self._at += 2
            self.script(")", depth + 1)
        elif parts and parts[-1].endswith("=") and self._text[start] == "(":
            self._at = self._closing("(", ")", start + 1)
        else:
            return False
        parts.append(self._text[start : self._at])
        return True

    def _single(self) -> str:
        end = self._text.find("'", self._at + 1)
        if end < 0:
            raise UnreadableError
        inner = self._text[self._at + 1 : end]
        self._at = end + 1
        return inner

    def _double(self, depth: int) -> tuple[str, bool]:
        self._at += 1
        parts: list[str] = []
        is_literal = True
        while self._at < len(self._text):
            if found := _IN_QUOTES.match(self._text, self._at):
                parts.append(found[0])
                self._at = found.end()
                continue
            sign = self._text[self._at]
            if sign == '"':
                self._at += 1
                return "".join(parts), is_literal
            if sign == "\\":
                following = self._text[self._at + 1 : self._at + 2]
                parts.append(following if following in '"\\$`' else sign + following)
                self._at += 2
            else:
                parts.append(self._expansion(depth))
                is_literal = False
        raise UnreadableError

    def _expansion(self, depth: int) -> str:
        start, text = self._at, self._text
        if text.startswith("$((", start):
            self._at = self._closing("(", ")", start + 2)
        elif text.startswith("$(", start):
            self._at += 2
            self.script(")", depth + 1)
        elif text.startswith("${", start):
            self._at = self._closing("{", "}", start + 2)
        elif text[start] == "`":
            self._backticks(depth)
        elif text.startswith("$'", start):
            self._at += 1
            self._single()
        else:
            found = _NAME.match(text, start)
            assert found is not None, "the text goes on with a dollar sign"
            self._at = found.end()
        return text[start : self._at]

    def _backticks(self, depth: int) -> None:
        end = self._text.find("`", self._at + 1)
        if end < 0 or depth >= DEPTH_MAX:
            raise UnreadableError
        offset = self._at + 1
        for inner in read_shell(self._text[offset:end]):
            self.commands.append(_moved(inner, offset))
        self._at = end + 1

    def _closing(self, opening: str, closing: str, at: int) -> int:
        """Behind the bracket that closes the one before `at`."""
        depth = 1
        for index in range(at, len(self._text)):
            sign = self._text[index]
            depth += (sign == opening) - (sign == closing)
            if not depth:
                return index + 1
        raise UnreadableError


def _with(command: Command, redirects: list[Redirect]) -> Command:
    return Command(
        command.words,
        command.assigned,
        tuple(redirects),
        command.start,
        command.end,
        command.before,
        command.after,
        command.depth,
    )


def _moved(command: Command, by: int) -> Command:
    def moved(word: Word) -> Word:
        return Word(word.text, word.start + by, word.end + by, word.is_quoted, word.is_literal)

    return Command(
        tuple(moved(word) for word in command.words),
        tuple(moved(word) for word in command.assigned),
        tuple(Redirect(one.operator, moved(one.word)) for one in command.redirects),
        command.start + by,
        command.end + by,
        command.before,
        command.after,
        command.depth + 1,
    )
