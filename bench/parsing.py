"""How many Markdown runbooks are read in a second, beside markdown-it-py parsing the same files."""

from functools import partial
from pathlib import Path

from markdown_it import MarkdownIt

from bench.figures import Figure, in_turn_ms
from bench.runbook_texts import runbook_texts
from drillbook.read.markdown.runbook import read_runbook_file

WARM_UP = 5


def measure(folder: Path, *, is_quick: bool) -> list[Figure]:
    """Each file by both in turn, from the disk; their totals."""
    paths = []
    for number, text in enumerate(runbook_texts(60 if is_quick else 300)):
        paths.append(folder / f"{number}.md")
        paths[-1].write_text(text, encoding="utf-8")
    parser = MarkdownIt("commonmark")
    for path in paths[:WARM_UP]:
        _read(path)
    ours_ms, peer_ms = 0.0, 0.0
    for path in paths:
        ours, peer = in_turn_ms(partial(_read, path), partial(_tokens, parser, path), times=1)
        ours_ms, peer_ms = ours_ms + ours[0], peer_ms + peer[0]
    return [
        Figure(
            what="runbooks read, with every sentence understood",
            unit="files/s",
            ours=len(paths) / ours_ms * 1000,
            peer=len(paths) / peer_ms * 1000,
            peer_name="markdown-it-py alone, CommonMark",
            samples=len(paths),
        )
    ]


def _read(path: Path) -> None:
    runbooks, findings = read_runbook_file(path)
    (runbook,) = runbooks
    parts = (runbook.checks, runbook.options, runbook.verification)
    assert all(parts), findings


def _tokens(parser: MarkdownIt, path: Path) -> None:
    assert parser.parse(path.read_text(encoding="utf-8"))
