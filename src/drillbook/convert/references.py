"""A shell script with another tool's references in it → the same with variables, safely quoted.

The other tool puts a value into the text of a command; here it becomes the value of a variable,
which bash never reads as command text. Where bash would not put the variable in, None comes back.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

# One piece of a script; all that is not listed is one letter.
_PIECE = re.compile(
    r"""\\.|<<-?|\$\(\(|\$\(|\)|`|\$'|'|"|(?:(?<=[\s;&|(])|\A)(?P<comment>\#)|\n|.""", re.DOTALL
)
# What takes a text for commands or a query: a value inside of it would be one again.
_READS_CODE = re.compile(
    r"\b(?:eval|ssh|su|xargs|parallel|watch|trap|awk|gawk|sed|perl|ruby|node|php|python[0-9.]*|psql|"
    r"mysql|mariadb|sqlite3|clickhouse-client|mongosh?|redis-cli|crontab|at)\b|"
    r"\b\w*sh\s+(?:-\w+\s+)*-\w*c\b|\bsource\b|\bexec\s+-"
)


@dataclass(frozen=True, slots=True)
class Filled:
    """`text` is None where a reference stands where no variable can; `names` were referred to."""

    text: str | None
    names: tuple[str, ...]


def filled(script: str, reference: re.Pattern[str], name_of: Callable[[str], str | None]) -> Filled:
    """`reference` holds the name in its first group that took part; `name_of` is the variable's."""
    found = list(reference.finditer(script))
    names = tuple(dict.fromkeys(_name(each) for each in found))
    if not found:
        return Filled(script, ())
    if _READS_CODE.search(script) or any(name_of(name) is None for name in names):
        return Filled(None, names)
    states = _states(script, [each.start() for each in found])
    pieces, end = [], 0
    for each, state in zip(found, states, strict=True):
        variable = name_of(_name(each))
        said = _said(state, str(variable))
        if said is None:
            return Filled(None, names)
        pieces += [script[end : each.start()], said]
        end = each.end()
    return Filled("".join([*pieces, script[end:]]), names)


def _name(found: re.Match[str]) -> str:
    return next(group for group in found.groups() if group is not None)


def _said(state: str, variable: str) -> str | None:
    """How bash puts the variable in as one word, whatever is in it."""
    return {
        "bare": f'"${{{variable}}}"',
        '"': f"${{{variable}}}",
        "'": f"'\"${{{variable}}}\"'",
        "#": f"${variable}",
    }.get(state)


def _states(script: str, positions: list[int]) -> list[str]:
    """What bash is in at each position: bare words, quotes, a comment, or what we do not follow."""
    stack = ["bare"]
    states: list[str] = []
    waiting = list(positions)
    for piece in _PIECE.finditer(script):
        while waiting and waiting[0] <= piece.start():
            states.append(stack[-1])
            waiting.pop(0)
        _step(stack, piece[0], is_comment=piece["comment"] is not None)
    return states + [stack[-1]] * len(waiting)


def _step(stack: list[str], piece: str, *, is_comment: bool) -> None:
    """A here-document, backticks and arithmetic are not followed any further."""
    state = stack[-1]
    if state == "unknown":
        return
    if state == "#":
        stack[-1:] = [] if piece == "\n" else ["#"]
    elif state == "'":
        stack[-1:] = [] if piece == "'" else ["'"]
    elif piece in ("<<", "<<-", "`", "$((", "$'"):
        # Inside of quotes only what bash evaluates there.
        is_text = state == '"' and piece in ("<<", "<<-", "$'")
        stack += [] if is_text else ["unknown"]
    elif piece == "$(":
        stack.append("bare")
    elif piece == ")" and state == "bare":
        stack[-1:] = [] if len(stack) > 1 else ["bare"]
    elif piece == '"':
        stack[-1:] = [] if state == '"' else [state, '"']
    elif state == "bare" and (piece == "'" or is_comment):
        stack.append(piece)
