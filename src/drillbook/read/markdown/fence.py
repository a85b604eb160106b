"""The info string of a fence → its language and attributes, and Findings for what is wrong.

` ```sh { name=server-ready timeout=5s } `: one brace group after the language.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from drillbook.model.finding import Finding, Severity
from drillbook.model.place import Place
from drillbook.read.sentences.duration import read_duration
from drillbook.read.sentences.wording import quote, slip_of

INFO_CHARS_MAX = 2_000
COUNT_MAX = 100
EXPORTS_MAX = 16
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.:/@+-]{0,99}")
_VALUE = re.compile(r"[A-Za-z0-9_.,:/@+-]{1,500}")
_VARIABLE = re.compile(r"[A-Z_][A-Z0-9_]{0,99}")
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


def read_info(info: str, place: Place) -> tuple[FenceInfo, tuple[Finding, ...]]:
    """The language is empty where the fence names none; words outside the braces are borne."""
    info = info.strip()
    words = re.split(r"[\s{]", info[:INFO_CHARS_MAX], maxsplit=1)
    fence = FenceInfo(language=words[0].lower())
    begin, end = info.find("{"), info.rfind("}")
    if begin < 0:
        return fence, ()
    fence.has_group = True
    if end < begin or len(info) > INFO_CHARS_MAX:
        flaw = Finding(
            place=place,
            lint="unclosed-brace-group",
            message=f'the braces of the fence "{quote(info)}" are never closed',
            help="end the line with a closing brace, as in { name=server-ready timeout=5s }",
        )
        return fence, (flaw,)
    return fence, _read_attributes(info[begin + 1 : end].split(), fence, place)


def _read_attributes(pairs: list[str], fence: FenceInfo, place: Place) -> tuple[Finding, ...]:
    findings: list[Finding] = []
    seen: set[str] = set()
    for pair in pairs:
        key, is_pair, value = pair.partition("=")
        if key in seen:
            findings.append(_twice(key, place))
        elif key not in ATTRIBUTES:
            findings.append(_unknown(key if is_pair else pair, key, place))
        else:
            findings += _set(fence, key, value, place)
        seen.add(key)
    return tuple(findings)


def _set(fence: FenceInfo, key: str, value: str, place: Place) -> tuple[Finding, ...]:
    attribute = ATTRIBUTES[key]
    read = attribute.read(value) if _VALUE.fullmatch(value) else None
    if read is not None:
        setattr(fence, attribute.field, read)
        return ()
    return (
        Finding(
            place=place,
            lint="bad-fence-attribute",
            message=f'the fence\'s "{key}" cannot be "{quote(value)}"',
            help=f"write {key}= and {attribute.wanted}; a value holds only letters, digits and "
            "_.,:/@+- and no spaces or quotes",
        ),
    )


def _twice(key: str, place: Place) -> Finding:
    return Finding(
        place=place,
        lint="duplicate-fence-attribute",
        message=f'the fence says "{quote(key)}" twice',
        help="keep one of the two",
    )


def _unknown(said: str, key: str, place: Place) -> Finding:
    meant = slip_of(key, ATTRIBUTES)
    known = ", ".join(ATTRIBUTES)
    return Finding(
        place=place,
        lint="unknown-fence-attribute",
        message=f'the fence has an attribute "{quote(said)}" that nothing reads',
        help=f"write {meant}=" if meant else f"remove it; the attributes are {known}",
        # Tools of others have keys of their own; a slip of one of ours changes what is run.
        severity=Severity.ERROR if meant else Severity.WARNING,
    )
