"""One file → the Row of it, compact; a Row → the nouns in it again."""

from dataclasses import replace

from drillbook.lint.choose import heard
from drillbook.lint.keeping.compact import understood, written
from drillbook.lint.keeping.kept import Row, hash_of, stamp_of
from drillbook.model.finding import Finding, Severity
from drillbook.model.inspected import Inspected
from drillbook.read.file import read_text
from drillbook.read.tree import Found, whole_path
from drillbook.verbs.linting.inspect import Manner, inspect_text

_FINDINGS = tuple[Finding, ...]


def row_of(found: Found, manner: Manner, known_as: bytes = b"") -> Row | str:
    """What there is to say of the file; where its text has this hash, its stamp of today alone.

    What the settings make of its Findings is done: those that nobody asked for are left out.
    """
    # Taken before the text: whatever changes it from now on changes the stamp.
    path = whole_path(manner.root, found.path)
    stamp = stamp_of(path)
    text, flaws = read_text(path, found.path)
    if text is None:
        return packed(found, Inspected(path=found.path, findings=flaws), manner, "", b"")
    digest = hash_of(text.encode("utf-8"))
    if digest == known_as:
        return stamp
    return packed(found, inspect_text(text, found, manner), manner, stamp, digest)


def packed(found: Found, inspected: Inspected, manner: Manner, stamp: str, digest: bytes) -> Row:
    """The Row."""
    findings = heard(inspected.findings, manner.lints, manner.around.settings)
    quiet = tuple([each for each in findings if each.severity is Severity.NOTE])
    loud = tuple([each for each in findings if each.severity is not Severity.NOTE])
    inspected = replace(inspected, findings=())
    known = written(inspected, Inspected)
    return Row(
        path=found.key,
        stamp=stamp,
        hash=digest,
        loud=written(loud, _FINDINGS) if loud else b"",
        quiet_count=len(quiet),
        has_marks=int(bool(inspected.marks)),
        version=hash_of(known),
        quiet=written(quiet, _FINDINGS) if quiet else b"",
        known=known,
        inspected=inspected,
    )


def findings_in(data: bytes | None) -> tuple[Finding, ...]:
    """The Findings of `loud` or `quiet`. Raises CompactError."""
    return understood(data, _FINDINGS) if data else ()


def inspected_in(data: bytes) -> Inspected:
    """All but the Findings. Raises CompactError."""
    found: Inspected = understood(data, Inspected)
    return found
