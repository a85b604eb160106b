"""Findings with Fixes + the texts that they were found in → files mended, or the difference."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import unified_diff
from pathlib import Path

from drillbook.lint.mending.fixing import Fixed, fixed
from drillbook.lint.mending.writing import NotWrittenError, write_fixed
from drillbook.model.finding import Finding
from drillbook.read.file import read_text


@dataclass(slots=True)
class Mended:
    """`left` would overlap what was done: lint again. `refused` says why a file was not written."""

    paths: list[str] = field(default_factory=list)
    done: list[Finding] = field(default_factory=list)
    left: list[Finding] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


def texts_of(findings: Iterable[Finding], root: Path) -> Mapping[str, str]:
    """What stands in the files that could be mended.

    Taken before they are linted once more: what is there before and after was there between.
    """
    texts: dict[str, str] = {}
    for path in dict.fromkeys(each.place.path for each in findings if each.fix):
        text, _ = read_text(root / path, path)
        if text is not None:
            texts[path] = text
    return texts


def mend(findings: Iterable[Finding], texts: Mapping[str, str], root: Path) -> Mended:
    """Write every file that can be mended, unless it is not as it was when it was linted."""
    mended = Mended()
    for path, result in _results(findings, texts).items():
        try:
            write_fixed(root, path, texts[path], result.text)
        except NotWrittenError as error:
            mended.refused.append(str(error))
            continue
        mended.paths.append(path)
        mended.done += result.done
        mended.left += result.left
    return mended


def difference(findings: Iterable[Finding], texts: Mapping[str, str]) -> str:
    """What mending would change, as a patch that `git apply` takes; empty where nothing."""
    return "".join(
        _patch(path, texts[path], result.text) for path, result in _results(findings, texts).items()
    )


def _results(findings: Iterable[Finding], texts: Mapping[str, str]) -> dict[str, Fixed]:
    """The files in which something can be done, in the order of their paths."""
    by_path: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.fix and finding.fix.place.path == finding.place.path:
            by_path.setdefault(finding.place.path, []).append(finding)
    results = {path: fixed(texts[path], by_path[path]) for path in sorted(by_path) if path in texts}
    return {path: result for path, result in results.items() if result.done}


def _patch(path: str, before: str, after: str) -> str:
    lines = unified_diff(_lines(before), _lines(after), f"a/{path}", f"b/{path}", n=3)
    return "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines
    )


def _lines(text: str) -> list[str]:
    """As git counts them: by line feeds alone, which stay."""
    lines = [f"{line}\n" for line in text.split("\n")]
    lines[-1] = lines[-1].removesuffix("\n")
    return lines if lines[-1] else lines[:-1]
