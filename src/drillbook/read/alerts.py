"""The body of an Alertmanager webhook (version 4) → its Alerts, and Findings; nothing raises.

One alert that is not as it should be does not take the others with it.
"""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from pydantic_core import from_json

from drillbook.model.alert import Alert, AlertStatus
from drillbook.model.finding import Finding, Severity
from drillbook.model.place import Place
from drillbook.read.moment import read_moment_ns
from drillbook.read.sentences.wording import quote

BODY_BYTES_MAX = 1_000_000
ALERTS_MAX = 10_000
LABELS_MAX = 200
FINDINGS_MAX = 100
# What no journal can hold would be sent to us again and again, and keep back what is beside it.
NS_MAX = 2**63 - 1
OUT_OF_TIME = "is further away than the year 2262"

Name = Annotated[str, StringConstraints(min_length=1, max_length=1_024)]
LabelValue = Annotated[str, StringConstraints(max_length=4_096)]
AnnotationValue = Annotated[str, StringConstraints(max_length=65_536)]
Labels = Annotated[dict[Name, LabelValue], Field(max_length=LABELS_MAX)]
Annotations = Annotated[dict[Name, AnnotationValue], Field(max_length=LABELS_MAX)]


class _Envelope(BaseModel):
    model_config = ConfigDict(strict=True, extra="ignore")

    version: str = ""
    group_key: str = Field(default="", alias="groupKey", max_length=65_536)
    receiver: str = Field(default="", max_length=4_096)
    truncated: int = Field(default=0, alias="truncatedAlerts")
    alerts: list[Any]


class _Alert(BaseModel):
    model_config = ConfigDict(strict=True, extra="ignore")

    status: str
    labels: Labels
    annotations: Annotations = Field(default_factory=dict)
    starts_at: str = Field(alias="startsAt")
    ends_at: str = Field(default="", alias="endsAt")
    fingerprint: str = Field(default="", max_length=1_024)


def read_alerts(
    body: bytes, source: str, *, alerts_max: int = ALERTS_MAX, bytes_max: int = BODY_BYTES_MAX
) -> tuple[tuple[Alert, ...], tuple[Finding, ...]]:
    """`source` names the sender in Findings; times become nanoseconds since the epoch."""
    findings = _Findings(source)
    envelope = _envelope(body, findings, bytes_max)
    if envelope is None:
        return (), findings.done()
    if envelope.version != "4":
        message = f'the webhook says version "{quote(envelope.version)}", not "4"'
        findings.add("webhook-of-other-version", message, "use Alertmanager 0.16 or later", "")
    if envelope.truncated > 0 or len(envelope.alerts) > alerts_max:
        left = envelope.truncated + max(0, len(envelope.alerts) - alerts_max)
        message = f"{left} alerts of the group are left out"
        findings.add("alerts-left-out", message, "group by more labels", "")
    read = (
        _alert(raw, f"alerts[{number}]", envelope, findings)
        for number, raw in enumerate(envelope.alerts[:alerts_max])
    )
    return tuple(alert for alert in read if alert is not None), findings.done()


class _Findings:
    """Gathers Findings up to a bound; a body of 10,000 flaws is one flaw."""

    def __init__(self, source: str) -> None:
        self._place = Place(path=source)
        self._findings: list[Finding] = []

    def add(self, lint: str, message: str, cure: str, where: str = "error") -> None:
        """An ERROR; a WARNING where `where` is empty."""
        severity = Severity.ERROR if where else Severity.WARNING
        if len(self._findings) < FINDINGS_MAX:
            self._findings.append(
                Finding(place=self._place, lint=lint, message=message, help=cure, severity=severity)
            )

    def add_errors(self, error: ValidationError, where: str) -> None:
        for flaw in error.errors(include_url=False, include_context=False, include_input=False):
            place = _json_place(where, flaw["loc"])
            self.add(
                "webhook-of-wrong-shape",
                f"{place}: {quote(flaw['msg'])}",
                "send what Alertmanager's webhook version 4 sends",
            )

    def done(self) -> tuple[Finding, ...]:
        return tuple(self._findings)


def _json_place(where: str, loc: tuple[int | str, ...]) -> str:
    steps = (f"[{step}]" if isinstance(step, int) else f".{quote(step)}" for step in loc)
    return (where + "".join(steps)).removeprefix(".") or "the body"


def _envelope(body: bytes, findings: _Findings, bytes_max: int) -> _Envelope | None:
    if len(body) > bytes_max:
        message = f"the body is larger than {bytes_max:,} bytes"
        findings.add("webhook-too-large", message, "group by more labels, or set max_alerts")
        return None
    try:
        return _Envelope.model_validate(from_json(body))
    except ValidationError as error:
        findings.add_errors(error, "")
    except ValueError as error:
        message = f"the body is no JSON: {quote(str(error))}"
        findings.add("webhook-not-json", message, "send JSON in UTF-8")
    return None


def _alert(raw: object, where: str, envelope: _Envelope, findings: _Findings) -> Alert | None:
    try:
        alert = _Alert.model_validate(raw)
    except ValidationError as error:
        findings.add_errors(error, where)
        return None
    name = alert.labels.get("alertname")
    starts_at_ns = read_moment_ns(alert.starts_at)
    ends_at_ns = read_moment_ns(alert.ends_at) if alert.ends_at else 0
    is_known = alert.status in (AlertStatus.FIRING.value, AlertStatus.RESOLVED.value)
    flaws = (
        ("labels.alertname: it is missing", not name),
        (f'status: "{quote(alert.status)}" is neither firing nor resolved', not is_known),
        (f'startsAt: "{quote(alert.starts_at)}" is no RFC 3339 time', starts_at_ns is None),
        (f'startsAt: "{quote(alert.starts_at)}" {OUT_OF_TIME}', abs(starts_at_ns or 0) > NS_MAX),
        (f'endsAt: "{quote(alert.ends_at)}" is no RFC 3339 time', ends_at_ns is None),
        (f'endsAt: "{quote(alert.ends_at)}" {OUT_OF_TIME}', (ends_at_ns or 0) > NS_MAX),
    )
    for message, is_flaw in flaws:
        if is_flaw:
            cure = "send what Alertmanager's webhook version 4 sends"
            findings.add("webhook-of-wrong-shape", f"{where}.{message}", cure)
    is_flawed = any(is_flaw for _, is_flaw in flaws)
    if is_flawed or not name or starts_at_ns is None or ends_at_ns is None:
        return None
    status = AlertStatus(alert.status)
    is_over = status is AlertStatus.RESOLVED and ends_at_ns > 0
    return Alert(
        name=name,
        status=status,
        labels=alert.labels,
        annotations=alert.annotations,
        starts_at_ns=starts_at_ns,
        ends_at_ns=ends_at_ns if is_over else None,
        fingerprint=alert.fingerprint,
        group_key=envelope.group_key,
        receiver=envelope.receiver,
    )
