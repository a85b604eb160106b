"""A pattern that a user wrote → whether RE2 can run it, in linear time, or why it cannot."""

import re2

PATTERN_CHARS_MAX = 1_000
_BYTES_MAX = 8 << 20


def _options() -> re2.Options:
    options = re2.Options()
    options.log_errors = False
    options.max_mem = _BYTES_MAX
    return options


_OPTIONS = _options()


def flaw_of_pattern(pattern: str, *, group: int = 0) -> str | None:
    """Why the pattern cannot be used to take that group out, or None where it can."""
    if len(pattern) > PATTERN_CHARS_MAX:
        return f"it is longer than {PATTERN_CHARS_MAX} characters"
    try:
        compiled = re2.compile(pattern, _OPTIONS)
    except UnicodeError:
        return "it holds characters that are no text"
    except re2.error as error:
        cause = error.args[0] if error.args else "RE2 refuses it"
        return cause.decode(errors="replace") if isinstance(cause, bytes) else str(cause)
    if group > compiled.groups:
        return f"it has {compiled.groups} groups"
    return None
