"""Names of runbooks → what there is to start, and what a start would run."""

from http import HTTPStatus

from fastapi import APIRouter

from drillbook.model.finding import Finding, Severity
from drillbook.model.plan import Plan
from drillbook.model.runbook import Input, Option, Runbook
from drillbook.verbs.people.policy import permitted_policy
from drillbook.verbs.plan import Wanted, plan_file
from drillbook.verbs.running.secrets import masker
from drillbook.verbs.serving.shelf import Book
from drillbook.web.bodies import (
    FindingSaid,
    InputSaid,
    OptionSaid,
    PlanAnswer,
    PlanAsked,
    RunbookSaid,
    RunbooksAnswer,
    StepSaid,
)
from drillbook.web.errors import RefusedError
from drillbook.web.house import House, TheHouse, ThePerson

router = APIRouter(tags=["runbooks"])


@router.get("/runbooks")
def list_runbooks(house: TheHouse, caller: ThePerson) -> RunbooksAnswer:
    """All runbooks of the configured packs: no other can be started from here."""
    del caller
    return RunbooksAnswer(runbooks=[_runbook(book) for book in house.shelf.books()])


@router.post("/plans")
def preview(asked: PlanAsked, house: TheHouse, caller: ThePerson) -> PlanAnswer:
    """What a run would do with these inputs, on this server's targets; nothing is run."""
    book = house.shelf.find(asked.runbook)
    plan, findings = planned(house, book, asked)
    policy = permitted_policy(house.place.settings, caller, plan.runbook)
    hide = masker(house.place.masks)
    return PlanAnswer(
        runbook=book.name,
        title=plan.runbook.title,
        is_runnable=not errors_of(findings),
        allowed=policy.allowed.value,
        values={name: hide(value) for name, value in plan.values.items()},
        steps=[
            StepSaid(
                name=name,
                language=each.step.language,
                command=hide(each.step.command),
                target=each.target.name,
                timeout_s=each.timeout_s,
                observes=each.observes,
            )
            for name, each in plan.steps.items()
        ],
        findings=[finding_said(finding) for finding in findings],
    )


def planned(house: House, book: Book, asked: PlanAsked) -> tuple[Plan, tuple[Finding, ...]]:
    """The plan and its Findings. Raises RefusedError where the runbook is gone by now."""
    wanted = Wanted(path=book.path, given=asked.inputs)
    plan, findings, _ = plan_file(wanted, house.place.settings, house.place.secrets)
    if plan is None:
        first = findings[0] if findings else None
        raise RefusedError(
            HTTPStatus.CONFLICT,
            first.message if first else f"{book.name} cannot be read",
            first.help if first else "look after the pack",
        )
    return plan, findings


def errors_of(findings: tuple[Finding, ...]) -> list[Finding]:
    """Those that stop a run."""
    return [finding for finding in findings if finding.severity is Severity.ERROR]


def finding_said(finding: Finding) -> FindingSaid:
    """A Finding as the API says it."""
    return FindingSaid(
        place=f"{finding.place.path}:{finding.place.line}",
        lint=finding.lint,
        severity=finding.severity.value,
        message=finding.message,
        help=finding.help,
    )


def _runbook(book: Book) -> RunbookSaid:
    runbook: Runbook = book.runbook
    return RunbookSaid(
        name=book.name,
        title=runbook.title,
        kind=runbook.kind.value,
        service=runbook.service,
        severity=runbook.severity,
        owner=runbook.owner,
        alerts=list(runbook.alerts),
        inputs=[_input(item) for item in runbook.inputs],
        options=[_option(option) for option in runbook.options],
    )


def _input(item: Input) -> InputSaid:
    return InputSaid(
        name=item.name,
        type=item.type.value,
        source=item.source,
        prompt=item.prompt,
        choices=list(item.choices),
        has_default=item.default is not None,
        is_secret=item.is_secret,
    )


def _option(option: Option) -> OptionSaid:
    return OptionSaid(
        anchor=option.anchor,
        title=option.title,
        risk=option.risk.value,
        loses=option.loses.text if option.loses else None,
        when=option.when.text if option.when else None,
    )
