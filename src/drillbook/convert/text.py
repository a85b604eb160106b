"""Text from outside → Markdown and YAML that say it, and in which nothing of it acts.

No heading, fence, label, comment or key comes of what a text holds.
"""

import re
import unicodedata

import yaml

# What acts anywhere in a line of Markdown; `_` and `#` only do at the edge of a word or line.
_ACTING = re.compile(r"[\\`*\[\]<>&]|(?<!\w)_|_(?!\w)|~(?=~)")
_ACTING_FIRST = re.compile(r"(?:#|={2,}\s*$|-{2,}\s*$|~{2,}|\+\+\+)")
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_./-]*|(?:[0-9]{1,6}(?:ms|[smhdw])){1,4}")
_TICKS = re.compile(r"`+")
# Words that YAML 1.1 or 1.2 take for something else than a text.
_NO_TEXT = frozenset("y n yes no on off true false null nan".split())
_NOT_IN_A_NAME = re.compile(r"[^a-z0-9]+")
NAME_CHARS_MAX = 60
TITLE_CHARS_MAX = 120


def one_line(text: str, chars_max: int = TITLE_CHARS_MAX) -> str:
    """The text without line ends and what cannot be seen, cut at a title's length."""
    kept = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in text)
    line = " ".join(kept.split())
    return line if len(line) <= chars_max else line[: chars_max - 1].rstrip() + "…"


def inline(text: str, chars_max: int = TITLE_CHARS_MAX) -> str:
    """The text on one line, as words of a sentence."""
    return _escaped(one_line(text, chars_max))


def words(text: str) -> str:
    """The text as paragraphs; its own lines stay lines."""
    lines = [_line(line) for line in text.replace("\r\n", "\n").split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


def _line(line: str) -> str:
    kept = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in line).strip()
    return _escaped(kept)


def _escaped(line: str) -> str:
    said = _ACTING.sub(lambda found: "\\" + found[0], line)
    said = "\\" + said if _ACTING_FIRST.match(said) else said
    return said[:-1] + "\\#" if said.endswith("#") else said


def code(text: str) -> str:
    """The text as a piece of code in a sentence."""
    line = one_line(text)
    longest = max((len(run) for run in _TICKS.findall(line)), default=0)
    ticks = "`" * (longest + 1)
    edge = " " if line.startswith("`") or line.endswith("`") or not line else ""
    return f"{ticks}{edge}{line}{edge}{ticks}"


def fence(info: str, content: str) -> str:
    """A block out of which the content cannot break; `info` is ours."""
    body = content.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    longest = max((len(run) for run in _TICKS.findall(body)), default=0)
    ticks = "`" * max(3, longest + 1)
    return f"{ticks}{info}\n{body}\n{ticks}"


def scalar(text: str) -> str:
    """The text as a value of YAML, plain where nobody can take it for another thing."""
    if _PLAIN.fullmatch(text) and text.casefold() not in _NO_TEXT:
        return text
    dumped: str = yaml.safe_dump(text, default_style='"', allow_unicode=True, width=1_000_000)
    return dumped.strip("\n")


def slug(text: str, otherwise: str) -> str:
    """A name for a step or a file, of small letters, digits and `-`."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return _NOT_IN_A_NAME.sub("-", plain).strip("-")[:NAME_CHARS_MAX].strip("-") or otherwise


def spoken(name: str) -> str:
    """The name of an alert or a file as words: `DiskFull` and `disk-full` are "Disk full"."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", one_line(name))
    said = re.sub(r"[-_\s]+", " ", apart).strip().split(" ")
    small = [w if len(w) > 1 and w.isupper() else w.lower() for w in said]
    text = " ".join(small)
    return text[:1].upper() + text[1:]
