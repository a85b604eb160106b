"""The lines of prose → the links in them, with their exact places, and the anchors of HTML tags.

What stands in backticks is no link. A link that goes over two lines is not seen.
"""

import re
from collections.abc import Iterable, Iterator

from drillbook.model.document import Link
from drillbook.model.place import Place

LINE_CHARS_MAX = 5_000
LINKS_MAX = 5_000
_SPAN = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)")
_TARGET = r"(?:<(?P<angled>[^<>]*)>|(?P<plain>[^\s()<>]*(?:\([^\s()<>]*\)[^\s()<>]*)*))"
_LINK = re.compile(
    r"\[(?P<text>[^\[\]]*)\]\(\s*" + _TARGET + r"(?:\s+(?:\"[^\"]*\"|'[^']*'|\([^()]*\)))?\s*\)"
)
_DEFINITION = re.compile(r" {0,3}\[(?P<text>[^\[\]^][^\[\]]*)\]:\s+" + _TARGET)
_HTML_ANCHOR = re.compile(r"<[a-zA-Z][^<>]*?\s(?:id|name)\s*=\s*[\"']?([^\"'\s<>]+)")

# As Hugo, Docusaurus, kramdown, Pandoc and MkDocs name a heading: `# A {#b}`, `{: #b .c}`.
_NAMED_ANCHOR = re.compile(r"(?:^|(?<=[ \t]))\{:?[ \t]{0,3}#([\w.:-]{1,200})[^{}\n]{0,200}\}")


def links_on(numbers: Iterable[int], lines: list[str], path: str) -> Iterator[Link]:
    """The links on the lines of these numbers, which count from 1."""
    count = 0
    for number in numbers:
        line = lines[number - 1] if number <= len(lines) else ""
        if "]" not in line or len(line) > LINE_CHARS_MAX:
            continue
        for match in _links_in(line):
            count += 1
            if count > LINKS_MAX:
                return
            yield _link(match, line, number, path)


def _links_in(line: str) -> Iterator[re.Match[str]]:
    """Each line is at most a definition or holds links."""
    # As long as the line, so that columns stay.
    bare = _SPAN.sub(lambda match: "`" * len(match[0]), line) if "`" in line else line
    definition = _DEFINITION.match(bare)
    if definition is not None:
        yield definition
    elif "](" in bare:
        yield from _LINK.finditer(bare)


def _link(match: re.Match[str], line: str, number: int, path: str) -> Link:
    group = "angled" if match["angled"] is not None else "plain"
    place = Place(
        path=path,
        line=number,
        column=match.start(group) + 1,
        end_line=number,
        end_column=match.end(group) + 1,
    )
    return Link(place=place, target=match[group], text=line[slice(*match.span("text"))].strip("`"))


def html_anchors(lines: Iterable[str]) -> Iterator[str]:
    """What `id=` and `name=` of HTML tags say, and names in braces as generators of sites read."""
    for line in lines:
        if "<" in line and len(line) <= LINE_CHARS_MAX and ("id" in line or "name" in line):
            yield from _HTML_ANCHOR.findall(line)
        if "{" in line and "#" in line and len(line) <= LINE_CHARS_MAX:
            yield from _NAMED_ANCHOR.findall(line)
