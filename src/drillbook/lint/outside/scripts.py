"""A document → the scripts of the shell in it, as a program outside can read them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from drillbook.lint.shell.acts import Act, acts_of
from drillbook.model.document import Document

SCRIPT_CHARS_MAX = 20_000
# `<namespace>` is told of by a lint of its own, and would hide everything behind it; so is `[pod]`.
_PLACEHOLDER = re.compile(
    r"<<(?=[A-Za-z_])[\w .:/-]{0,80}\w>>|<(?=[A-Za-z_])[\w.:/|-]{1,80}>"
    r"|<(?=[A-Za-z_])[^<>\n|&;]{0,80}[^\s<>|&;]>|\{\{[^{}\n]{0,80}\}\}"
)
_ELLIPSIS = re.compile(r"^\s*(?:\.\.\.|…).*$|\.\.\.", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Script:
    """`text` has as many lines as the act, and a word as long for every placeholder."""

    act: Act
    text: str


def scripts_of(document: Document) -> Iterator[Script]:
    """Scripts that are no excerpts."""
    for act in acts_of(document):
        is_short = 0 < len(act.text) <= SCRIPT_CHARS_MAX
        is_bash = act.is_shell and act.fence.language != "zsh"
        if is_short and is_bash and act.text.strip() and not _ELLIPSIS.search(act.text):
            yield Script(act, _PLACEHOLDER.sub(_word, act.text))


def _word(found: re.Match[str]) -> str:
    return "x" * len(found[0])
