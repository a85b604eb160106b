"""A link to a heading that is not in the file."""

from collections.abc import Iterator, Mapping

from drillbook.lint.texts.nearest import nearest
from drillbook.lint.texts.paths import parts_of, resolved
from drillbook.model.library import Card, Library, ReferenceKind
from drillbook.model.lint import Circumstances, Flaw, LibraryLint, Rung

# What browsers and code hosts understand by themselves.
_OWN = ("top", "readme")


def _check(library: Library, _: Circumstances) -> Iterator[Flaw]:
    cards = {card.path: card for card in library.cards}
    for card in library.cards:
        for reference in card.references:
            path, anchor = parts_of(reference.target)
            if reference.kind is not ReferenceKind.LINK or not anchor:
                continue
            target = _target(path, card, cards)
            if target is not None and not _has(target, anchor):
                found = nearest(anchor, target.anchors)
                yield Flaw(
                    place=reference.place,
                    message=f'no heading of {path or "this file"} has the anchor "{anchor}"',
                    help=f"did you mean #{found}?" if found else "name one of its headings",
                )


def _target(path: str, card: Card, cards: Mapping[str, Card]) -> Card | None:
    """The document that the link names, where that is certain."""
    if not path:
        return card
    return next((cards[each] for each in resolved(path, card.path) if each in cards), None)


def _has(card: Card, anchor: str) -> bool:
    """Code hosts make anchors in small letters and prefix those of HTML."""
    small = anchor.casefold().removeprefix("user-content-")
    is_own = small in _OWN or small.startswith(":~:") or (small[:1] == "l" and small[1:2].isdigit())
    return is_own or small in {each.casefold() for each in card.anchors}


LINT = LibraryLint(
    name="dead-anchor",
    summary="a link to a heading that is not there",
    rung=Rung.READABLE,
    check=_check,
)
