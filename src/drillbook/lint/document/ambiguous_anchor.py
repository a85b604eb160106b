"""A link or a key that names a heading which stands twice in the file."""

from collections.abc import Iterator

from drillbook.model.document import Document, Heading
from drillbook.model.lint import Circumstances, DocumentLint, Flaw


def _check(document: Document, _: Circumstances) -> Iterator[Flaw]:
    links = {
        link.target.removeprefix("#"): link
        for link in document.links
        if link.target[:1] == "#" and not _is_contents(link.target, link.text)
    }
    if not links:
        return
    lines: dict[str, list[int]] = {}
    anchors: dict[str, str] = {}
    for block in document.blocks:
        if isinstance(block, Heading):
            lines.setdefault(block.title.casefold(), []).append(block.line)
            anchors.setdefault(block.title.casefold(), block.anchor)
    for title, anchor in anchors.items():
        # Who links to the second one as well knows that there are two.
        others = any(f"{anchor}-{number}" in links for number in range(1, len(lines[title])))
        if len(lines[title]) > 1 and anchor in links and not others:
            first, second, *_more = lines[title]
            yield Flaw(
                place=links[anchor].place,
                message=f'the title of "#{anchor}" stands on line {first} and on line {second}; '
                "this leads to the first one",
                help="give one of them another title",
            )


def _is_contents(target: str, text: str) -> bool:
    """A table of contents names the title itself, and means the one that it lists."""
    words = "".join(c if c.isalnum() else "-" for c in text.casefold()).strip("-")
    return words == target.removeprefix("#").strip("-")


LINT = DocumentLint(
    name="ambiguous-anchor",
    summary="a link to a heading that stands twice in the file",
    check=_check,
)
