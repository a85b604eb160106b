"""What is known of a runbook that is to be written → its text, which lints clean.

What is not known is said to be unknown, and nothing stands for it.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from drillbook.convert.annotations import labels_of, sentences_of
from drillbook.convert.expression import Question, question_of
from drillbook.convert.page import Heading, Part, Sentences, StepPart, Words, page
from drillbook.convert.text import code, inline, slug, spoken
from drillbook.model.rule import Rule

# What a value of a label may be made of; it only ever stands as a label's value.
LABEL_PATTERN = "[A-Za-z0-9._:/@+-]{1,253}"
CHECK_TIMEOUT = "30s"
STAYS = "1m"
PROCEDURE_TIMEOUT = "5m"


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Durations as the format writes them. `check` is a command that ends with 0 where all is well.

    `target` is where PromQL is asked. `is_input` says whether an input may have that name.
    """

    title: str
    owner: str
    severity: str = ""
    service: str = ""
    alerts: tuple[str, ...] = ()
    detect: str = ""
    recover: str = ""
    escalation: tuple[str, ...] = ()
    check: str = ""
    rule: Rule | None = None
    target: str = ""
    is_input: Callable[[str], bool] = str.isidentifier


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownProcedure:
    """`gate` ends with 0 where it may begin, `verify` once it is done; `loses` as its sentence."""

    title: str
    owner: str
    gate: str
    command: str
    verify: str
    risk: str
    loses: str
    service: str = ""
    escalation: tuple[str, ...] = ()


def alert_runbook(known: Known) -> str:
    """The text of a runbook that an alert leads to."""
    question = _question(known)
    front: dict[str, object] = {
        "severity": known.severity,
        "service": known.service,
        "owner": known.owner,
        "alerts": known.alerts,
        "objectives": {"detect": known.detect, "recover": known.recover},
        "inputs": {
            name: {"from": f"label.{name}", "pattern": LABEL_PATTERN}
            for name in (question.labels if question else ())
        },
        "escalation": known.escalation,
    }
    return page(front, inline(known.title), _parts(known, question))


def _question(known: Known) -> Question | None:
    if known.rule is None:
        return None
    labels = [name for name in labels_of(known.rule) if known.is_input(name)]
    return question_of(known.rule.expr, labels)


def _parts(known: Known, question: Question | None) -> Iterator[Part]:
    yield Heading(title="Symptoms")
    yield Words(text="\n".join(f"- {each}" for each in _symptoms(known)))
    yield Heading(title="Diagnosis")
    yield Heading(title=_check_title(question), level=3)
    name = slug(spoken(known.rule.name if known.rule else known.title), "check")
    yield _asked(known, question, name, {"Healthy": "", "Unhealthy": ""})
    yield Heading(title="Resolution")
    yield Words(
        text="Nothing that resolves it is known here yet: escalate at once.\n"
        "Whoever finds a way out writes it down here, as an Option with its When, Risk and Loses."
    )
    yield Heading(title="Verification")
    yield _asked(known, question, f"{name}-is-over", {"Recovered": ""})
    yield Heading(title="Escalation")
    yield Words(text=_asking(known.owner, known.escalation))


def _symptoms(known: Known) -> Iterator[str]:
    for alert in known.alerts:
        yield f"The alert {code(alert)} fires."
    yield from sentences_of(known.rule) if known.rule else ()
    if not known.alerts:
        yield f"{inline(known.title)}."


def _check_title(question: Question | None) -> str:
    return "Does the alert's expression still hold?" if question else "Is it well?"


def _asked(
    known: Known, question: Question | None, name: str, labels: Mapping[str, str]
) -> StepPart:
    """A Check, or the Verification, which asks the same and waits until it has held for a while."""
    is_check = "Healthy" in labels
    healthy = question.healthy if question else "exit code is 0"
    unhealthy = question.unhealthy if question else "exit code is 1"
    polls = {} if is_check else {"every": "10s"}
    target = {"on": known.target} if question else {}
    said = (
        {"Healthy": f"{healthy}.", "Unhealthy": f"{unhealthy}."}
        if is_check
        else {"Recovered": f"{healthy}, for {STAYS}, within {known.recover}."}
    )
    return StepPart(
        language="promql" if question else "sh",
        command=question.expression if question else known.check,
        attributes={"name": name, **target, "timeout": CHECK_TIMEOUT, **polls},
        said=said,
    )


def _asking(owner: str, escalation: tuple[str, ...]) -> str:
    if escalation:
        return "\n".join(f"- {inline(each)}" for each in escalation)
    return f"Ask {inline(owner)}, the owner of this runbook."


def procedure(known: KnownProcedure) -> str:
    """The text of a runbook that is started by its name."""
    front: dict[str, object] = {
        "kind": "procedure",
        "service": known.service,
        "owner": known.owner,
        "escalation": known.escalation,
    }
    return page(front, inline(known.title), _procedure_parts(known))


def _procedure_parts(known: KnownProcedure) -> Iterator[Part]:
    name = slug(known.title, "procedure")
    yield Heading(title="Diagnosis")
    yield Heading(title="May it begin?", level=3)
    yield StepPart(
        language="sh",
        command=known.gate,
        attributes={"name": "may-begin", "timeout": CHECK_TIMEOUT},
        said={"Healthy": "exit code is 0.", "Unhealthy": "exit code is 1."},
    )
    yield Heading(title="Procedure")
    yield Heading(title=inline(spoken(known.title)), level=3)
    yield Sentences(
        said={
            "When": "`may-begin` is healthy.",
            "Risk": f"{known.risk}.",
            "Loses": f"{known.loses}.",
        }
    )
    yield StepPart(
        language="sh",
        command=known.command,
        attributes={"name": name, "timeout": PROCEDURE_TIMEOUT},
        said={"Expect": "exit code is 0."},
    )
    yield Heading(title="Verification")
    yield StepPart(
        language="sh",
        command=known.verify,
        attributes={"name": f"{name}-is-done", "timeout": CHECK_TIMEOUT, "every": "5s"},
        said={"Recovered": "exit code is 0, for 10s, within 5m."},
    )
    yield Heading(title="Escalation")
    yield Words(text=_asking(known.owner, known.escalation))
