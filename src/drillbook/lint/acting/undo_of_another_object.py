"""A `rollout undo` of an object, where all that the steps before changed is another one."""

from collections.abc import Iterator

from drillbook.lint.shell.acts import Act, acts_of
from drillbook.lint.shell.calls import Call, calls_of
from drillbook.lint.shell.deeds import own_words
from drillbook.model.document import Document
from drillbook.model.lint import Circumstances, DocumentLint, Flaw

_KUBE = ("kubectl", "oc", "k")
_CHANGES = ("scale", "set", "patch", "edit", "delete", "expose", "annotate", "label")
_KINDS = ("deployment", "deployments", "deploy", "statefulset", "sts", "daemonset", "ds")


def _check(document: Document, _: Circumstances) -> Iterator[Flaw]:
    for heading in dict.fromkeys(act.heading for act in acts_of(document)):
        acts = [act for act in acts_of(document) if act.heading == heading and act.is_shell]
        if any("undo" in act.words for act in acts):
            yield from _of_acts(document, acts)


def _of_acts(document: Document, acts: list[Act]) -> Iterator[Flaw]:
    changed: dict[str, None] = {}
    for act in acts:
        for call in calls_of(act.text):
            if call.program not in _KUBE:
                continue
            words = own_words(call.texts, "kubectl")
            name = _named(words)
            if words[:1] == ["apply"] or "$" in name or "<" in name:
                return
            if words[:2] == ["rollout", "undo"] and name and changed and not _fits(name, changed):
                yield _flaw(document, act, call, name, list(changed))
            elif name and words[:1] and words[0] in _CHANGES:
                changed[name] = None


def _named(words: list[str]) -> str:
    """The deployment; empty where it is of another kind, or not named."""
    for index, word in enumerate(words):
        kind, slash, name = word.partition("/")
        if slash and kind in _KINDS:
            return name
        if word in _KINDS and index + 1 < len(words):
            return words[index + 1]
    return ""


def _fits(name: str, changed: dict[str, None]) -> bool:
    """Whether it is one of them; a blue or a green one is not the one without a colour."""
    return name in changed or not any(one.startswith(f"{name}-") for one in changed)


def _flaw(document: Document, act: Act, call: Call, name: str, changed: list[str]) -> Flaw:
    return Flaw(
        place=act.place_at(document, call.start, call.end),
        message=f'"{name}" is undone, though what was changed above is "{changed[-1]}"',
        help=f"undo {changed[-1]}, or send the traffic back to the one that still runs",
    )


LINT = DocumentLint(
    name="undo-of-another-object",
    summary="a rollout undo of another object than the one that was changed",
    check=_check,
)
