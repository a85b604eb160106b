"""The name of a variable, or a value → whether a secret stands there, and not an example of one."""

import re

_SECRET = re.compile(
    r"(?:^|_|\b)(?:\w*PASSWORD|\w*PASSWD|\w*_PASS|PASSPHRASE|\w*_PASSPHRASE|\w*_SECRET|SECRET|"
    r"\w*SECRET_KEY|\w*TOKEN|\w*API_?KEY|\w*ACCESS_KEY|\w*PRIVATE_KEY|\w*CREDENTIALS?)$",
    re.IGNORECASE,
)
_NO_SECRET = re.compile(
    r"(?:NEXT|PAGE|CONTINUE|PUBLIC|CSRF|LOCK|MAX|NUM|COUNT)_?TOKEN$|^CREDENTIALS?$"
)
_VARIABLE = re.compile(r"\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))")
_EXAMPLE = re.compile(
    r"example|your|chang|secret|passw|pass\b|test|demo|dummy|sample|fake|placeholder|xxx|abc|1234|"
    r"foo|bar|redacted|token|key\b|admin|user|root|postgres|hunter|correct|horse|letme|default|mysql|"
    r"redis|insert|replace|todo|\.\.\.|\*\*|none|null|true|false|local|swordfish|welcome|p@ss|qwerty",
    re.IGNORECASE,
)
_PUT_IN = re.compile(r"[<>${}\[\]()%|\\\s`]")
ENTROPY_CHARS_MIN = 12
# Where only a password can stand, a shorter one is enough.
PASSWORD_CHARS_MIN = 8
_AS_LETTERS = str.maketrans("0134578", "oieastb")
_UNSPEAKABLE = re.compile(r"[^aeiouy]{4}")


def is_secret_name(name: str) -> bool:
    """`DB_PASSWORD` is one, `TOKEN_COUNT` and `PASSWORD_FILE` are not."""
    return _SECRET.search(name) is not None and _NO_SECRET.search(name.upper()) is None


def secret_variables(text: str) -> list[str]:
    """The secrets that a shell would put into this text, by name."""
    if "$" not in text:
        return []
    return [
        name for found in _VARIABLE.finditer(text) if is_secret_name(name := found[1] or found[2])
    ]


def is_example(value: str) -> bool:
    """A placeholder, a word, or what manuals write for a secret."""
    if _PUT_IN.search(value) or _EXAMPLE.search(value):
        return True
    return len(set(value)) < min(len(value), ENTROPY_CHARS_MIN) * 0.6


def is_random(value: str) -> bool:
    """Long, of letters and digits, with hardly a character twice."""
    has_both = any(c.isdigit() for c in value) and any(c.isalpha() for c in value)
    is_mixed = len(set(value)) >= ENTROPY_CHARS_MIN * 0.75
    is_long = len(value) >= ENTROPY_CHARS_MIN
    return is_long and has_both and is_mixed and not is_example(value) and not _is_word(value)


def is_password(value: str) -> bool:
    """In an address: random, or shorter and of capitals, small letters and digits."""
    if len(value) >= ENTROPY_CHARS_MIN:
        return is_random(value)
    kinds = (str.isupper, str.islower, str.isdigit)
    is_mixed = all(any(kind(c) for c in value) for kind in kinds)
    is_long = len(value) >= PASSWORD_CHARS_MIN
    return is_long and is_mixed and not is_example(value) and not _is_word(value)


def _is_word(value: str) -> bool:
    """`c0rrugated12`: a word with digits for letters, as only an example is written."""
    core = value.rstrip("0123456789").translate(_AS_LETTERS)
    is_small = core.isalpha() and core[1:].islower()
    core = core.casefold()
    vowels = sum(c in "aeiouy" for c in core)
    return is_small and 3 * vowels >= len(core) and _UNSPEAKABLE.search(core) is None
