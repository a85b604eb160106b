"""An exit code of curl that is believed, though an error page leaves it at 0."""

import re
from collections.abc import Iterator

from drillbook.lint.shell.acts import Act, acts_of, is_advised_against
from drillbook.lint.shell.calls import Call, calls_of
from drillbook.model.document import Document
from drillbook.model.lint import Circumstances, DocumentLint, Flaw
from drillbook.model.runbook import Check, Verification
from drillbook.model.sentence import ExitCodeIs

_FAILS = re.compile(r"-[a-zA-Z]*f[a-zA-Z]*|--fail(?:-with-body|-early)?")
_VALUE_OPTIONS = re.compile(r"-[a-zA-Z]*[HXduowAebFmTUx]")
_SHOWS_CODE = re.compile(r"http_code|response_code|-I\b|--head|-i\b|--include")
_ASKS = re.compile(r"(?:\[\[?|test)\s+\"?\$\?\"?\s+(?:-eq|-ne|==?|!=)\s+0|\(\(\s*\$\?")


def _check(document: Document, _: Circumstances) -> Iterator[Flaw]:
    for act in acts_of(document):
        if act.is_shell and "curl" in act.words:
            yield from _of_act(document, act)


def _of_act(document: Document, act: Act) -> Iterator[Flaw]:
    calls = [call for call in calls_of(act.text) if call.command.depth == 0]
    for index, call in enumerate(calls):
        if call.program != "curl" or _can_fail(call):
            continue
        following = calls[index + 1] if index + 1 < len(calls) else None
        if is_advised_against(act, call.start):
            continue
        if _is_believed(act, call, following, is_last=index == len(calls) - 1):
            yield Flaw(
                place=act.place_at(document, call.start, call.end),
                message="curl exits with 0 also when the server answers an error, so this says "
                "nothing",
                help="add --fail, and look into the answer where an error comes with 200",
            )


def _can_fail(call: Call) -> bool:
    is_value = False
    for text in call.texts:
        if not is_value and (_FAILS.fullmatch(text) or _SHOWS_CODE.search(text)):
            return True
        is_value = _VALUE_OPTIONS.fullmatch(text) is not None
    return False


def _is_believed(act: Act, call: Call, following: Call | None, *, is_last: bool) -> bool:
    """By `$?`, by `if`, or by a Check that expects 0 of it and nothing else."""
    if call.command.after in ("|", "|&") or not _is_of_http(call):
        return False
    if following and following.command.before in ("\n", ";"):
        asked = act.text[following.start : following.end + 2]
        if following.program in ("[", "[[", "test") and _ASKS.search(asked):
            return True
    word_before = act.text[: call.start].rstrip(" \t!").rsplit(None, 1)
    if (
        word_before
        and word_before[-1] in ("if", "until", "while")
        and call.command.after in (";", "\n")
    ):
        return True
    return is_last and _expects_only_zero(act) and len(act.text.strip()) < 2_000


def _is_of_http(call: Call) -> bool:
    return not any("telnet://" in text or text.startswith(("ftp:", "file:")) for text in call.texts)


def _expects_only_zero(act: Act) -> bool:
    expected = None
    if isinstance(act.owner, Verification):
        expected = act.owner.recovered
    elif isinstance(act.owner, Check):
        expected = act.owner.healthy
    if expected is None:
        return False
    return all(isinstance(term, ExitCodeIs) and term.codes == (0,) for term in expected.terms)


LINT = DocumentLint(
    name="curl-without-fail",
    summary="an exit code of curl that is believed, though an error leaves it at 0",
    check=_check,
)
