"""The YAML of a drill → the Drill, or None, and Findings."""

import hashlib
from collections.abc import Mapping

from drillbook.model.drill import Control, ControlKind, Drill, FaultUse, LabUse, Setting
from drillbook.model.finding import Finding, Severity
from drillbook.model.place import Place
from drillbook.model.sentence import Risk
from drillbook.read.fields import Fields, scalar_text
from drillbook.read.yaml import Node, mapping_of, read_yaml

KEYS = (
    "name",
    "runbook",
    "alert",
    "labels",
    "lab",
    "fault",
    "option",
    "control",
    "stays",
    "risk",
    "operator",
    "invariants",
)
REQUIRED = ("name", "runbook", "alert", "lab", "fault", "option")
FAULT_TIMEOUT_S = 20.0
OPERATORS = ("literal", "human", "agent")


def read_drill(text: str, path: str) -> tuple[Drill | None, tuple[Finding, ...]]:
    """Durations in seconds. None where a key that a drill must have is missing or wrong."""
    documents, flaws = read_yaml(text, path)
    findings = list(flaws)
    node = documents[0] if documents else None
    if node is None or node.entries is None:
        findings += [_no_mapping(path)] if not flaws else []
        return None, tuple(findings)
    fields = Fields(node, "the drill", findings)
    fields.refuse_others(KEYS)
    drill = _drill(fields, path, text) if fields.require(*REQUIRED) else None
    return drill, tuple(findings)


def _no_mapping(path: str) -> Finding:
    return Finding(
        place=Place(path=path),
        lint="drill-not-a-mapping",
        message="the drill is no mapping of keys to values",
        help=f"write the keys {', '.join(REQUIRED)}",
    )


def _drill(fields: Fields, path: str, text: str) -> Drill | None:
    texts = {key: fields.text(key) for key in ("name", "runbook", "alert", "option")}
    lab, fault = _lab(fields), _fault(fields)
    control, risk, stays_s = _control(fields), _risk(fields), fields.duration_s("stays")
    operator = _one_of(fields, "operator", OPERATORS)
    invariants, labels = fields.texts("invariants"), _labels(fields)
    _warn_of_little(fields, invariants, control, stays_s)
    name, runbook, alert, option = texts.values()
    if not (name and runbook and alert and option) or lab is None or fault is None:
        return None
    return Drill(
        place=Place(path=path, line=fields.node.place.line, column=fields.node.place.column),
        name=name,
        runbook=runbook,
        alert=alert,
        lab=lab,
        fault=fault,
        option=option,
        control=control,
        labels=labels,
        invariants=invariants,
        operator=operator or "literal",
        risk=risk,
        stays_s=5.0 if stays_s is None else stays_s,
        source_hash=hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest(),
    )


def _labels(fields: Fields) -> Mapping[str, str]:
    inner = fields.mapping("labels")
    if inner is None:
        return {}
    labels: dict[str, str] = {}
    for name, node in mapping_of(inner.node).items():
        text = scalar_text(node)
        if text is None:
            inner.wrong(node, name, "one word or text")
        else:
            labels[name] = text
    return labels


def _warn_of_little(
    fields: Fields, invariants: tuple[str, ...], control: Control, stays_s: float | None
) -> None:
    """A drill that counts nothing, or looks at nothing, shows less than whoever reads it thinks."""
    if not invariants:
        wanted = "invariants: [acknowledged-is-readable, none-twice]"
        message = "the drill names no invariant, so nothing shows that no write was lost"
        _warn(fields, "invariants", "drill-without-invariants", message, f"add {wanted}")
    if stays_s == 0:
        message = "the recovered system is not watched at all, so a relapse is not seen"
        _warn(fields, "stays", "drill-without-stays", message, "write stays: 5s, or longer")
    if control.kind is ControlKind.STAYS_BROKEN and control.hold_s == 0:
        message = "the control is over as soon as the alert may fire, so healing is not seen"
        cure = "write a hold as long as the recovery takes: {expect: stays-broken, hold: 20s}"
        _warn(fields, "control", "control-without-hold", message, cure)


def _warn(fields: Fields, key: str, lint: str, message: str, cure: str) -> None:
    place = fields.node.key_places.get(key, fields.node.place)
    fields.flag(place, lint, message, cure, Severity.WARNING)


def _one_of(fields: Fields, key: str, words: tuple[str, ...]) -> str | None:
    text = fields.text(key)
    if text is not None and text not in words:
        fields.wrong(mapping_of(fields.node)[key], key, "one of " + ", ".join(words))
        return None
    return text


def _risk(fields: Fields) -> Risk:
    word = _one_of(fields, "risk", tuple(risk.value for risk in Risk))
    return Risk(word) if word else Risk.DISRUPTIVE


def _lab(fields: Fields) -> LabUse | None:
    node = fields.get("lab")
    if node is None or node.entries is None:
        name = fields.text("lab")
        return LabUse(name=name) if name else None
    inner = Fields(node, '"lab"', fields.findings)
    name = inner.text("name") if inner.require("name") else None
    return LabUse(name=name, settings=_settings(inner, ("name",))) if name else None


def _fault(fields: Fields) -> FaultUse | None:
    inner = fields.mapping("fault")
    if inner is None or not inner.require("kind"):
        return None
    kind, timeout_s = inner.text("kind"), inner.duration_s("timeout")
    if not kind:
        return None
    settings = _settings(inner, ("kind", "timeout"))
    return FaultUse(kind=kind, settings=settings, timeout_s=timeout_s or FAULT_TIMEOUT_S)


def _settings(fields: Fields, own: tuple[str, ...]) -> Mapping[str, Setting]:
    """All keys that are not the noun's own: scalars, and lists of texts as tuples."""
    settings: dict[str, Setting] = {}
    for key, node in mapping_of(fields.node).items():
        if key in own:
            continue
        setting = _setting(node)
        if setting is None:
            fields.wrong(node, key, "a word, a number or a list of words")
        else:
            settings[key] = setting
    return settings


def _setting(node: Node) -> Setting | None:
    if node.items is None:
        return node.value if node.entries is None else None
    texts = [scalar_text(item) for item in node.items]
    return tuple(text for text in texts if text is not None) if None not in texts else None


def _control(fields: Fields) -> Control:
    node = fields.get("control")
    kinds = tuple(kind.value for kind in ControlKind)
    if node is None or node.entries is None:
        # Alone, `heals-within` lacks its time.
        _one_of(fields, "control", kinds[:1])
        return Control()
    inner = Fields(node, '"control"', fields.findings)
    inner.refuse_others(("expect", "hold", "heals-within"))
    expect = _one_of(inner, "expect", kinds)
    hold_s, heals_s = inner.duration_s("hold"), inner.duration_s("heals-within")
    _flag_contradiction(inner, expect, heals_s)
    default = Control()
    return Control(
        kind=ControlKind.STAYS_BROKEN if heals_s is None else ControlKind.HEALS_WITHIN,
        hold_s=default.hold_s if hold_s is None else hold_s,
        heals_within_s=heals_s,
    )


def _flag_contradiction(control: Fields, expect: str | None, heals_s: float | None) -> None:
    wants_healing = expect == ControlKind.HEALS_WITHIN.value
    if expect is not None and wants_healing != (heals_s is not None):
        control.flag(
            control.node.place,
            "contradictory-control",
            "the control does not say clearly whether the system heals by itself",
            "write {heals-within: 30s}, or {expect: stays-broken, hold: 20s}",
        )
