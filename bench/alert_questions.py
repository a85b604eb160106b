"""Public rules and runbooks → questions whose answers are known, with the alerts' names masked.

A question is what an alert says of itself; its answer is the document that its runbook_url names.
A document's name is often the alert's: names are taken out of the question and out of every
document, with the titles, the titles of front matter and the names of the files.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from drillbook.model.rule import Rule
from drillbook.read.rules import read_rule_file

URL = "runbook_url"
_TEMPLATE = re.compile(r"\{\{.*?\}\}", re.DOTALL)
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z][a-z0-9]*|[a-z0-9]+")
_FRONT_TITLE = re.compile(r"^(?:title|linkTitle):.*$", re.MULTILINE)
_TITLE = re.compile(r"^# .*$", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """`description` and `summary` are what is asked; `document` is what should be found."""

    alert: str
    document: str
    description: str
    summary: str

    @property
    def is_held_out(self) -> bool:
        """One half only ever measures: nothing was tuned on it."""
        return int(hashlib.sha256(self.alert.encode()).hexdigest(), 16) % 2 == 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """Masked documents by their path, and the questions about them."""

    name: str
    documents: Mapping[str, str]
    questions: tuple[Question, ...]


def labelled(name: str, rules: Path, documents: Path) -> Labelled:
    """Each alert once, though several of its rules may say so."""
    texts = {
        path.relative_to(documents).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(documents.rglob("*.md"))
    }
    found = {
        rule.name: (document, rule)
        for rule in reversed(list(_rules(rules)))
        if (document := _document(rule.annotations.get(URL, ""), texts)) is not None
    }
    owners: dict[str, set[str]] = {}
    for alert, (document, _) in found.items():
        owners.setdefault(document, set()).add(alert)
    alerts = {rule.name for rule in _rules(rules)}
    return Labelled(
        name=name,
        documents=_masked_documents(texts, owners, alerts),
        questions=tuple(
            _question(alert, *found[alert])
            for alert in dict.fromkeys(rule.name for rule in _rules(rules))
            if alert in found
        ),
    )


def _rules(folder: Path) -> Iterator[Rule]:
    for path in sorted(folder.glob("*.yaml")):
        yield from read_rule_file(path.read_text(encoding="utf-8"), path.name)[0].rules


def _document(url: str, documents: Iterable[str]) -> str | None:
    """By the last name of the address; by its folder where several documents have that name."""
    parts = url.split("#", maxsplit=1)[0].rstrip("/").removesuffix(".md").casefold().rsplit("/", 2)
    named = [path for path in documents if Path(path).stem.casefold() == parts[-1]]
    near = [path for path in named if Path(path).parent.name.casefold() in parts]
    return next(iter(near or named), None)


def _question(alert: str, document: str, rule: Rule) -> Question:
    said = rule.annotations
    description = said.get("description") or said.get("message") or said.get("summary", "")
    return Question(
        alert=alert,
        document=document,
        description=_asked(description, alert),
        summary=_asked(said.get("summary") or description, alert),
    )


def _asked(text: str, alert: str) -> str:
    return " ".join(_without(_TEMPLATE.sub(" ", text), [_spaced(alert)]).split())


def _masked_documents(
    texts: Mapping[str, str], owners: Mapping[str, set[str]], alerts: set[str]
) -> dict[str, str]:
    stems = {Path(path).stem for path in texts}
    names = alerts | {stem for stem in stems if len(_PART.findall(stem)) > 1}
    everywhere = [re.escape(name) for name in names]
    masked = {}
    for path, text in texts.items():
        own = owners.get(path, set()) | {Path(path).stem}
        said = _without(_without(text, everywhere), [_spaced(name) for name in own])
        masked[path] = _TITLE.sub("# ", _FRONT_TITLE.sub("", said), count=1)
    return masked


def _without(text: str, patterns: Iterable[str]) -> str:
    longest_first = sorted(patterns, key=len, reverse=True)
    return re.sub("|".join(longest_first), " ", text, flags=re.IGNORECASE)


def _spaced(name: str) -> str:
    """`DiskFull` also as "disk full" and "disk-full"."""
    return r"[\s_-]*".join(map(re.escape, _PART.findall(name)))
