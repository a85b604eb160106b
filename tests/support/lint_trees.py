"""The files of a small tree, made for a test, and what a lint says of them together."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from drillbook.link.leads import leads_of
from drillbook.lint.card import card_of
from drillbook.model.library import Library
from drillbook.model.lint import Circumstances, Flaw, LibraryLint
from drillbook.read.markdown.runbook import read_document
from drillbook.read.rules import read_rule_file
from lint_rules import rule_text

AROUND = Circumstances(today=date(2026, 11, 21))
BOOK = "# The disk is full\n\n## Diagnosis\n## Resolution\n"
SITE = "https://wiki.acme.dev"


def book(front: str, body: str = BOOK) -> str:
    """A runbook with that front matter."""
    return f"---\n{front}\n---\n{body}"


def url(path: str) -> str:
    """YAML of a rule that leads to that page."""
    return f"annotations:\n  runbook_url: {SITE}/{path}\n"


def rules(*texts: str) -> str:
    """Several rule files' texts as one."""
    return texts[0] + "".join(text.partition("  rules:\n")[2] for text in texts[1:])


def library_of(files: Mapping[str, str], **more: object) -> Library:
    """Everything as the verb would read it; `.md` are documents, `.yaml` rules."""
    documents = [read_document(t, p) for p, t in files.items() if p.endswith(".md")]
    folders = {"/".join(p.split("/")[:n]) for p in files for n in range(1, p.count("/") + 1)}
    library = Library(
        cards=tuple(card_of(document) for document in documents),
        rule_files=tuple(read_rule_file(t, p)[0] for p, t in files.items() if p.endswith("yaml")),
        has_file=lambda path: path in files or path in folders,
        runbook_urls={SITE: "runbooks"},
    )
    library = replace(library, **more)  # type: ignore[arg-type]
    return replace(library, leads=leads_of(library))


def told(lint: LibraryLint, files: Mapping[str, str], **more: object) -> list[Flaw]:
    """What the lint says of the tree."""
    return list(lint.check(library_of(files, **more), AROUND))


def of_rule(expr: str = "disk_used_ratio > 0.9", **more: str) -> str:
    """A rule file with the alert DiskFull."""
    return rule_text(expr, **more)
