"""The examples of all lints' pages, with hostile pieces in them → what is said of them, in memory.

Nothing is written to a disk and no program is asked, so that thousands can be tried.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath

from hypothesis import strategies as st

from drillbook.lint.ask import of_library
from drillbook.lint.registry import LINTS
from drillbook.model.finding import Finding
from drillbook.model.inspected import Inspected
from drillbook.model.lint import Circumstances, LintSettings
from drillbook.read.markdown.blocks import text_lines
from drillbook.read.tree import FileKind, Found
from drillbook.verbs.linting.inspect import Manner, inspect_text
from drillbook.verbs.linting.library import library_of
from lint_pages import examples, pages

ROOT = Path("/tree")
URLS = {"https://wiki.acme.dev": "runbooks", "https://example.com/runbooks": "runbooks"}
SETTINGS = LintSettings(runbooks=("**/*.md",), rules=("rules/**",), runbook_urls=URLS)
MANNER = Manner(
    root=ROOT,
    lints=tuple(lint for lint in LINTS if not lint.asks_outside),
    around=Circumstances(today=date(2026, 11, 21), settings=SETTINGS),
    folder=ROOT,
)
# Texts that are read on their own: the files of every example, each once.
TREES = [
    each.files
    for name, text in pages().items()
    for each in examples(name, text)
    if not each.odd and sum(map(len, each.files.values())) < 20_000
]
PIECES = (
    "\n", "\r", "\r\n", "\t", "\0", "\x1b[31m", "\x85", "\u2028", "\u202e", "\ufeff", "\ud800",
    "é́", "🔥", "\\", "`", "```", "~~~~", "'", '"', "$(", "${A", "{{", "}}", "<!--", "-->", "<",
    ">", "|", "---", "- ", ": ", "#", "*", "&a ", "*a ", "!!", "? ", "[", "](", ")", "{", "}",
    ",", "%", "@", " " * 40, "x" * 900, "ab " * 300, "(" * 90, "[" * 90, "> " * 30, "9" * 400,
    "1e999", "-1", "NaN", "9999-99-99", "../" * 30, "http://[::1", "//", "a=b ", "{ name=a }",
    "timeout=5s ", "kubectl exec a -- ", "SELECT * FROM", "sum(rate(", " by (",
    "# drillbook: ignore ", "<!-- drillbook: ignore=", "null", "groups:\n- rules:\n",
    "  - alert: A\n    expr: up\n", "owner: {}\n", "alerts: [A, [B]]\n",
)  # fmt: skip


@dataclass(frozen=True)
class Change:
    """A cut of some characters, and what stands in their place; `at` of a thousand of the text."""

    at: int
    cut: int
    text: str

    def of(self, text: str) -> str:
        """The text with the change in it."""
        begin = len(text) * self.at // 1_000
        return text[:begin] + self.text + text[begin + self.cut :]


CHANGES = st.lists(
    st.builds(
        Change,
        at=st.integers(0, 1_000),
        cut=st.sampled_from((0, 0, 0, 1, 3, 20, 200)),
        text=st.one_of(st.sampled_from(PIECES), st.text(max_size=8)),
    ),
    max_size=6,
)


@st.composite
def trees(draw: st.DrawFn) -> dict[str, str]:
    """The files of an example, each with changes in it."""
    files = draw(st.sampled_from(TREES))
    return {path: _changed(text, draw(CHANGES)) for path, text in files.items()}


def _changed(text: str, changes: Iterable[Change]) -> str:
    for change in changes:
        text = change.of(text)
    return text


def found_at(path: str) -> Found:
    """The file as a walk through a tree finds it; an example has no others than these."""
    kind = FileKind.DOCUMENT if path.endswith(".md") else FileKind.YAML
    if PurePosixPath(path).name == "pack.yaml":
        kind = FileKind.PACK
    elif "drills/" in path:
        kind = FileKind.DRILL
    return Found(path=path, kind=kind)


def inspected(files: dict[str, str]) -> list[Inspected]:
    """Each file that is read, by itself."""
    endings = (".md", ".yaml", ".yml")
    paths = [path for path in files if path.endswith(endings)]
    return [inspect_text(files[path], found_at(path), MANNER) for path in paths]


def of_tree(files: dict[str, str], seen: Iterable[Inspected]) -> list[Finding]:
    """What the files say of each other that is not so."""
    library = library_of(seen, MANNER, lambda path: path in files)
    return list(of_library(library, MANNER.lints, MANNER.around))


def lines_of(text: str) -> list[str]:
    """The lines that a place counts."""
    return text_lines(text)
