"""A runbook that does not say how bad its trouble is."""

from collections.abc import Iterator

from drillbook.lint.texts.said import heading_place, says_any, words_of
from drillbook.model.document import Document
from drillbook.model.lint import Circumstances, DocumentLint, Flaw, Rung
from drillbook.model.runbook import Kind

# Prose says it in many ways; where it may have, plain Markdown is left alone.
_SEVERITIES = words_of(
    "severity severities priority urgent urgency urgently critical warning warnings sev p0 p1 "
    "p2 p3 p4 sev0 sev1 sev2 sev3 sev4 s1 s2 s3 s4 schweregrad kritisch dringend priorität "
    "gravedad severidad crítico crítica prioridad gravité critique priorité severidade prioridade"
)
# Plain Markdown does not say what kind it is: with none of these it may be a procedure.
_ALERTS = words_of(
    "alert alerts alerting alertmanager alarm alarms fires firing page paged pager pagerduty "
    "opsgenie incident incidents outage alerte alertes alerta alertas alarme alarmes"
)


def _check(document: Document, _: Circumstances) -> Iterator[Flaw]:
    unsaid = [r for r in document.runbooks if not r.severity and r.kind is Kind.ALERT]
    if unsaid and not document.is_adopted and not _is_surely_unsaid(document):
        return
    for runbook in unsaid:
        yield Flaw(
            place=heading_place(document, runbook.place),
            message="no severity is named, so nobody knows whether to get up for it",
            help='add "severity: critical", or what its alert has, to the front matter',
        )


def _is_surely_unsaid(document: Document) -> bool:
    return says_any(document, _ALERTS) and not says_any(document, _SEVERITIES)


LINT = DocumentLint(
    name="runbook-without-severity",
    summary="a runbook for an alert that names no severity",
    rung=Rung.RUNNABLE,
    check=_check,
)
