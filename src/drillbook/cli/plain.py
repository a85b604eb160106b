"""Text from outside → text that a terminal shows and does not obey."""

import unicodedata


def plain(text: str) -> str:
    """The text with control and direction characters shown as `\\x1b`; newlines and tabs stay."""
    return "".join(map(_shown, text))


def _shown(character: str) -> str:
    if character in "\n\t" or unicodedata.category(character) not in ("Cc", "Cf", "Cs"):
        return character
    return character.encode("unicode_escape", "surrogatepass").decode("ascii")
