"""The info string of a fence → its language and attributes, and Findings for what is wrong.

` ```sh { name=server-ready timeout=5s } `: one brace group after the language.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from drillbook.model.finding import Finding, Fix, Severity
from drillbook.model.place import Place
from drillbook.read.sentences.duration import read_duration
from drillbook.read.sentences.wording import quote, slip_of

INFO_CHARS_MAX = 2_000
COUNT_MAX = 100
EXPORTS_MAX = 16
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.:/@+-]{0,99}")
_VALUE = re.compile(r"[A-Za-z0-9_.,:/@+-]{1,500}")
_VARIABLE = re.compile(r"[A-Z_][A-Z0-9_]{0,99}")
_WORD = re.compile(r"\S+")
_QUOTES = ('"', "'")
_YES = {"yes": True, "true": True, "no": False, "false": False}


@dataclass(slots=True)
class FenceInfo:
    """What a fence says of itself; times in seconds, `language` in small letters."""

    language: str = ""
    name: str | None = None
    cwd: str | None = None
    interpreter: str | None = None
    background: bool = False
    interactive: bool = False
    is_excluded: bool = False
    tags: tuple[str, ...] = ()
    prompt_env: str | None = None
    timeout_s: float | None = None
    on: str | None = None
    is_idempotent: bool = False
    approve: int = 0
    retry: int = 0
    every_s: float | None = None
    exports: tuple[str, ...] = ()
    has_group: bool = False


def _name(value: str) -> str | None:
    return value if _NAME.fullmatch(value) else None


def _text(value: str) -> str | None:
    return value


def _seconds(value: str) -> float | None:
    return read_duration(value) or None


def _yes_or_no(value: str) -> bool | None:
    return _YES.get(value.lower())


def _count(value: str) -> int | None:
    is_small = value.isascii() and value.isdigit() and len(value) <= 3
    return int(value) if is_small and int(value) <= COUNT_MAX else None


def _approvals(value: str) -> int | None:
    return int(_YES[value.lower()]) if value.lower() in _YES else _count(value)


def _tags(value: str) -> tuple[str, ...] | None:
    tags = tuple(value.split(","))
    return tags if all(tags) else None


def _variables(value: str) -> tuple[str, ...] | None:
    names = tuple(dict.fromkeys(value.split(",")))
    is_list = len(names) <= EXPORTS_MAX and all(_VARIABLE.fullmatch(name) for name in names)
    return names if is_list else None


@dataclass(frozen=True, slots=True)
class Attribute:
    """Which field of FenceInfo a key fills, how its value is read, and what it must look like."""

    field: str
    read: Callable[[str], object | None]
    wanted: str


ATTRIBUTES = {
    "name": Attribute("name", _name, "a word such as server-ready"),
    "cwd": Attribute("cwd", _text, "a folder"),
    "interpreter": Attribute("interpreter", _text, "the name of a program"),
    "background": Attribute("background", _yes_or_no, "yes or no"),
    "interactive": Attribute("interactive", _yes_or_no, "yes or no"),
    "excludeFromRunAll": Attribute("is_excluded", _yes_or_no, "yes or no"),
    "tag": Attribute("tags", _tags, "words joined by commas, such as slow,night"),
    "promptEnv": Attribute("prompt_env", _text, "yes, no or auto"),
    "timeout": Attribute("timeout_s", _seconds, "a duration such as 30s"),
    "on": Attribute("on", _name, "the name of a target"),
    "idempotent": Attribute("is_idempotent", _yes_or_no, "yes or no"),
    "approve": Attribute("approve", _approvals, "a number of people, or yes"),
    "retry": Attribute("retry", _count, f"a number up to {COUNT_MAX}"),
    "every": Attribute("every_s", _seconds, "a duration such as 1s"),
    "exports": Attribute(
        "exports", _variables, f"up to {EXPORTS_MAX} variables in capitals, joined by commas"
    ),
}


@dataclass(frozen=True, slots=True)
class At:
    """Where a fence stands, and in which column its info begins; 0 where that is not known."""

    fence: Place
    column: int = 0

    def of(self, start: int, end: int) -> Place:
        """A stretch of the info; the whole fence's place where none can be told."""
        if not self.column:
            return self.fence
        return replace(
            self.fence,
            column=self.column + start,
            end_line=self.fence.line,
            end_column=self.column + end,
        )

    def fix(self, start: int, end: int, text: str) -> Fix | None:
        """The stretch replaced."""
        return Fix(place=self.of(start, end), text=text) if self.column else None


def read_info(info: str, place: Place, column: int = 0) -> tuple[FenceInfo, tuple[Finding, ...]]:
    """The language is empty where the fence names none; words outside the braces are borne.

    `column` is where the info begins on its line; 0 where it does not stand there as it is.
    """
    at = At(place, column)
    info = info.strip()
    words = re.split(r"[\s{]", info[:INFO_CHARS_MAX], maxsplit=1)
    fence = FenceInfo(language=words[0].lower())
    begin, end = info.find("{"), info.rfind("}")
    if begin < 0:
        return fence, ()
    fence.has_group = True
    if end < begin or len(info) > INFO_CHARS_MAX:
        return fence, (_unclosed(info, begin, at),)
    return fence, _read_attributes(_pairs(info, begin + 1, end), fence, at)


@dataclass(frozen=True, slots=True)
class _Pair:
    """`key=value`, from `start` to `end` of the info; `is_pair` where it has a `=`."""

    key: str
    value: str
    is_pair: bool
    start: int
    end: int

    @property
    def value_start(self) -> int:
        return self.start + len(self.key) + 1


def _pairs(info: str, begin: int, end: int) -> list[_Pair]:
    found = []
    for word in _WORD.finditer(info, begin, end):
        key, is_pair, value = word[0].partition("=")
        found.append(_Pair(key, value, bool(is_pair), word.start(), word.end()))
    return found


def _unclosed(info: str, begin: int, at: At) -> Finding:
    pairs = _pairs(info, begin + 1, len(info)) if len(info) <= INFO_CHARS_MAX else []
    # Only where all behind the brace is ours, the brace is all that is missing.
    is_plain = bool(pairs) and all(_value(pair) is not None for pair in pairs)
    return Finding(
        place=at.of(begin, len(info)),
        lint="unclosed-brace-group",
        message=f'the braces of the fence "{quote(info)}" are never closed',
        help="end the line with a closing brace, as in { name=server-ready timeout=5s }",
        fix=at.fix(len(info), len(info), " }") if is_plain else None,
    )


def _read_attributes(pairs: list[_Pair], fence: FenceInfo, at: At) -> tuple[Finding, ...]:
    findings: list[Finding] = []
    seen: dict[str, _Pair] = {}
    for pair in pairs:
        if pair.key in seen:
            findings.append(_twice(pair, seen[pair.key], at))
        elif pair.key not in ATTRIBUTES:
            findings.append(_unknown(pair, {each.key for each in pairs}, at))
        elif (value := _value(pair)) is not None:
            setattr(fence, ATTRIBUTES[pair.key].field, value)
        else:
            findings.append(_bad(pair, at))
        seen.setdefault(pair.key, pair)
    return tuple(findings)


def _value(pair: _Pair) -> object | None:
    """What the pair says; None where its key or its value cannot be."""
    attribute = ATTRIBUTES.get(pair.key)
    is_value = attribute is not None and _VALUE.fullmatch(pair.value)
    return attribute.read(pair.value) if attribute and is_value else None


def _bad(pair: _Pair, at: At) -> Finding:
    is_in_quotes = pair.value[:1] in _QUOTES and pair.value[:1] == pair.value[-1:]
    bare = pair.value[1:-1] if is_in_quotes else ""
    is_quoted = bool(bare) and _value(replace(pair, value=bare)) is not None
    return Finding(
        place=at.of(pair.start, pair.end),
        lint="bad-fence-attribute",
        message=f'the fence\'s "{pair.key}" cannot be "{quote(pair.value)}"',
        help=f"write {pair.key}= and {ATTRIBUTES[pair.key].wanted}; a value holds only letters, "
        "digits and _.,:/@+- and no spaces or quotes",
        fix=at.fix(pair.value_start, pair.end, bare) if is_quoted else None,
    )


def _twice(pair: _Pair, first: _Pair, at: At) -> Finding:
    # With the space before it; what is said twice alike is said as well once.
    is_same = pair.value == first.value and pair.is_pair == first.is_pair
    return Finding(
        place=at.of(pair.start, pair.end),
        lint="duplicate-fence-attribute",
        message=f'the fence says "{quote(pair.key)}" twice',
        help="keep one of the two",
        fix=at.fix(pair.start - 1, pair.end, "") if is_same else None,
    )


def _unknown(pair: _Pair, keys: set[str], at: At) -> Finding:
    meant = slip_of(pair.key, ATTRIBUTES)
    known = ", ".join(ATTRIBUTES)
    # Other capitals and joints are no other word.
    same = _BARE.get(_bare(pair.key)) if pair.is_pair else None
    is_sure = same is not None and same not in keys and _value(replace(pair, key=same)) is not None
    key_end = pair.start + len(pair.key)
    return Finding(
        place=at.of(pair.start, key_end),
        lint="unknown-fence-attribute",
        message=f'the fence has an attribute "{quote(pair.key)}" that nothing reads',
        help=f"write {meant}=" if meant else f"remove it; the attributes are {known}",
        # Tools of others have keys of their own; a slip of one of ours changes what is run.
        severity=Severity.ERROR if meant else Severity.WARNING,
        fix=at.fix(pair.start, key_end, same) if same and is_sure else None,
    )


def _bare(key: str) -> str:
    return key.lower().replace("-", "").replace("_", "")


_BARE = {_bare(key): key for key in ATTRIBUTES}
