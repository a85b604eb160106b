"""Text from outside → text that a terminal shows and does not obey."""

import unicodedata

# Controls, directions, halves of characters, private ones, and what ends a line elsewhere.
HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
# Letters and signs that are drawn as nothing at all.
BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")


def plain(text: str) -> str:
    r"""The text with what cannot be seen, or is obeyed, as `\x1b`; newlines and tabs stay."""
    # Most text is such, and is looked at once as a whole.
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_shown, text))


def _shown(character: str) -> str:
    if character in "\n\t":
        return character
    if character not in BLANK and unicodedata.category(character) not in HIDDEN:
        return character
    return character.encode("unicode_escape", "surrogatepass").decode("ascii")
