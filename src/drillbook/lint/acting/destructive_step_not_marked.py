"""A command that interrupts or destroys where the text says that nothing, or less, happens."""

import re
from collections.abc import Iterator

from drillbook.lint.shell.acts import Act, acts_of, is_advised_against, is_meant_to_run
from drillbook.lint.shell.deeds import Deed, deeds_of
from drillbook.lint.shell.destructive import WORDS
from drillbook.model.document import Document
from drillbook.model.lint import Circumstances, DocumentLint, Flaw
from drillbook.model.runbook import Option
from drillbook.model.sentence import Risk

_GRADES = (Risk.NONE, Risk.DISRUPTIVE, Risk.DESTRUCTIVE)
# Sections under which people also write what they do about it.
_MIXED = re.compile(r"troubleshoot|debug|\band\b|&|/", re.IGNORECASE)
# Words that tell a reader what the command below them does.
_TOLD = re.compile(
    r"delet|remov|restart|re-?creat|reboot|\bkill|terminat|\bdrop|truncat|\bstop|shut|drain|evict|"
    r"scal|roll|undo|revert|flush|clear|clean|purg|wip|reset|destroy|destruct|disrupt|downtime|"
    r"warning|caution|careful|danger|\bfix|resol|mitigat|remed|recover|repair|redeploy|replac|"
    r"defrag|free up|reclaim|\bend\b|cancel|renew|rotat|move|disabl|disconnect|simulat|test",
    re.IGNORECASE,
)


# Of these alone nothing worse than a change comes, so that the script need not be read.
_MILD = frozenset(
    "set edit patch apply annotate label start up unpause cordon uncordon taint autoscale rmi "
    "update null".split()
)


def _check(document: Document, _: Circumstances) -> Iterator[Flaw]:
    for act in acts_of(document):
        if isinstance(act.owner, Option) and act.owner.risk_place is not None:
            yield from _of_option(document, act, act.owner)
        elif act.role == "diagnosis" and not is_meant_to_run(document):
            yield from _of_diagnosis(document, act)


def _of_option(document: Document, act: Act, option: Option) -> Iterator[Flaw]:
    for deed in deeds_of(act):
        if _GRADES.index(deed.risk) > _GRADES.index(option.risk):
            yield Flaw(
                place=act.place_at(document, deed.start, deed.end),
                message=f"this {deed.does}, though the Risk of its option is {option.risk.value}",
                help=f"write **Risk:** {deed.risk.value}.",
            )
            return


def _of_diagnosis(document: Document, act: Act) -> Iterator[Flaw]:
    if act.words & WORDS <= _MILD and ">" not in act.text:
        return
    deed = next((deed for deed in deeds_of(act) if deed.risk is not Risk.NONE), None)
    if deed is None or is_advised_against(act, deed.start):
        return
    if not _is_told(act, deed):
        yield Flaw(
            place=act.place_at(document, deed.start, deed.end),
            message=f'this {deed.does}, though it stands under "{act.section}", where people look',
            help="move it to the Resolution, or say above it what it does",
        )


def _is_told(act: Act, deed: Deed) -> bool:
    """Whether a title, the sentence above or a comment of the script says what it does."""
    if _MIXED.search(act.section) or _TOLD.search(act.said) or _TOLD.search(act.heading):
        return True
    comments = re.findall(r"(?m)^\s*(?:#|--)(.*)$", act.text[: deed.start])
    return any(_TOLD.search(comment) for comment in comments)


LINT = DocumentLint(
    name="destructive-step-not-marked",
    summary="a command that interrupts or destroys, and no word of it",
    check=_check,
)
