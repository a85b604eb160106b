"""A line of a fence → whether it is something that a program said, such as a line of a log."""

import re

_WORD = re.compile(r"[A-Za-z]{2,}")
_WORDS_MIN = 6
_COMMAND = re.compile(r"\s*(?:[$#%>{}|\[-]|(?:kubectl|oc|curl|docker|psql|sudo|helm|aws|gcloud)\b)")
_SAID = re.compile(
    r"msg=|err=|level=|error|failed|exception|\"[A-Za-z]+ [a-z]+ [a-z]+|: [a-z]+ [a-z]+ [a-z]+",
    re.IGNORECASE,
)
_LONG_WORD_CHARS = 4
_LONG_WORDS_MIN = 4


def is_output(line: str) -> bool:
    """Sentences and errors are; commands and tables of words are not."""
    words = _WORD.findall(line)
    if len(words) < _WORDS_MIN or _COMMAND.match(line):
        return False
    long = sum(len(word) >= _LONG_WORD_CHARS for word in words)
    return long >= _LONG_WORDS_MIN and _SAID.search(line) is not None
