"""A step that follows a log, or watches, until somebody stops it."""

import re
from collections.abc import Iterator

from drillbook.lint.shell.acts import acts_of, is_meant_to_run
from drillbook.lint.shell.calls import Call, calls_of
from drillbook.lint.shell.deeds import own_words
from drillbook.model.document import Document
from drillbook.model.finding import Severity
from drillbook.model.lint import Circumstances, DocumentLint, Flaw, Rung

_WORDS = frozenset(("tail", "watch", "w", "f", "follow", "kubectl", "oc", "while", "journalctl"))
_FOLLOWS = re.compile(r"-[a-zA-Z]*f[a-zA-Z]*|--follow(?:=true|=name|=descriptor)?|-F")
_FOREVER = re.compile(r"\bwhile\s+(?:true|:|\[\s+1\s+\])\s*;?\s*do\b")
_LEAVES = re.compile(r"\b(?:break|exit|return)\b|\btimeout\s")


def _check(document: Document, _: Circumstances) -> Iterator[Flaw]:
    if not is_meant_to_run(document):
        return
    for act in acts_of(document):
        step = act.step
        if step is None or not act.is_shell or step.is_background or step.is_interactive:
            continue
        if _WORDS.isdisjoint(act.words):
            continue
        for call in calls_of(act.text):
            if _never_ends(call):
                yield Flaw(
                    place=act.place_at(document, call.start, call.end),
                    message="this goes on until somebody stops it, so the step ends at its time "
                    "limit",
                    help="ask once (without following), put timeout 30s before it, or add "
                    "background=yes",
                )
        if (found := _FOREVER.search(act.text)) and not _LEAVES.search(act.text, found.end()):
            yield Flaw(
                place=act.place_at(document, found.start(), found.end()),
                message="this loop has no end, so the step ends at its time limit",
                help="let every= ask again, or end the loop with break",
            )


def _never_ends(call: Call) -> bool:
    command = call.command
    if "timeout" in call.via or command.after == "&" or command.depth:
        return False
    if call.program == "watch":
        ends = {"-g", "--chgexit", "-q", "--errexit"} & set(call.texts)
        return bool(call.texts) and not ends and not call.via
    # `tail -f log | grep -m 1 ready` ends.
    return command.after not in ("|", "|&") and _follows(call.program, call.texts)


def _follows(program: str, texts: tuple[str, ...]) -> bool:
    if program == "tail":
        is_bounded = any(text.startswith("--pid") for text in texts)
        return not is_bounded and any(_FOLLOWS.fullmatch(text) for text in texts)
    if program in ("kubectl", "oc"):
        return _kube_never_ends(texts)
    if program in ("docker", "podman", "docker-compose"):
        is_log = "logs" in own_words(texts, "docker")[:2]
        texts = texts[texts.index("logs") :] if is_log else ()
    elif program != "journalctl":
        return False
    return any(text in ("-f", "--follow") for text in texts)


def _kube_never_ends(texts: tuple[str, ...]) -> bool:
    words = own_words(texts, "kubectl")[:1]
    if any(text.startswith(("--request-timeout", "--timeout")) for text in texts):
        return False
    if words == ["get"]:
        return any(text in ("-w", "--watch", "--watch=true", "--watch-only") for text in texts)
    return words == ["logs"] and any(text in ("-f", "--follow", "--follow=true") for text in texts)


LINT = DocumentLint(
    name="step-that-never-ends",
    summary="a step that follows or watches until somebody stops it",
    rung=Rung.RUNNABLE,
    severity=Severity.ERROR,
    check=_check,
)
