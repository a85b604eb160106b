"""Text from outside → text that no terminal, page or XML parser stumbles over. Pure."""

import re

# C0 but for tab and line feed, DEL and C1 (a terminal obeys them), the signs that turn the
# direction of writing (they show one thing and mean another), surrogates and non-characters.
_UNFIT = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def clean(text: str) -> str:
    """The same text with every unfit character replaced; lines end with a line feed."""
    return _UNFIT.sub(REPLACEMENT, text.replace("\r\n", "\n"))


def one_line(text: str) -> str:
    """The same text, clean and on one line."""
    return " ".join(clean(text).split())


def bounded(text: str, characters_max: int) -> str:
    """Head and tail of a text that is too long, with what was left out said between them."""
    if len(text) <= characters_max:
        return text
    half = characters_max // 2
    return f"{text[:half]}\n… {len(text) - 2 * half} characters left out …\n{text[-half:]}"
