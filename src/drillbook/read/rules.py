"""A Prometheus rule file, plain or in a Kubernetes manifest → its alerting Rules and Findings."""

from collections.abc import Iterator, Mapping

from drillbook.model.finding import Finding, Severity
from drillbook.model.place import Place
from drillbook.model.rule import Record, Rule, RuleFile
from drillbook.read.fields import Fields, scalar_text
from drillbook.read.rule_comments import with_comments
from drillbook.read.sentences.duration import read_prometheus_duration
from drillbook.read.sentences.wording import quote
from drillbook.read.yaml import Node, list_of, mapping_of, read_yaml


def read_rules(text: str, path: str) -> tuple[tuple[Rule, ...], tuple[Finding, ...]]:
    """Recording rules and manifests of other kinds are passed over; durations in seconds."""
    file, findings = read_rule_file(text, path)
    return file.rules, findings


def read_rule_file(text: str, path: str) -> tuple[RuleFile, tuple[Finding, ...]]:
    """Alerting and recording rules; Findings as those of `read_rules`."""
    documents, flaws = read_yaml(text, path)
    findings = list(flaws)
    holders = [holder for document in documents for holder in _holders(document)]
    if not holders and not findings:
        findings.append(_no_groups(path))
    rules: list[Rule] = []
    records: list[Record] = []
    for holder in holders:
        for group in _groups(holder, findings):
            rules += _rules(group)
            records += _records(group)
    file = RuleFile(
        path=path,
        rules=with_comments(rules, text),
        records=tuple(records),
        is_manifest=any("kind" in mapping_of(document) for document in documents),
    )
    return file, tuple(findings)


def _no_groups(path: str) -> Finding:
    return Finding(
        place=Place(path=path),
        lint="no-rule-groups",
        message="the file holds no groups of rules",
        help='write "groups:", or a manifest of kind PrometheusRule',
        severity=Severity.WARNING,
    )


def _holders(document: Node) -> Iterator[Node]:
    """The mappings that have `groups`: the file itself, a PrometheusRule's spec, a List's items."""
    waiting = [document]
    while waiting:
        node = waiting.pop(0)
        entries = mapping_of(node)
        kind = scalar_text(entries["kind"]) if "kind" in entries else None
        if "groups" in entries:
            yield node
        elif kind == "PrometheusRule" and "groups" in mapping_of(entries.get("spec")):
            yield entries["spec"]
        elif kind in ("List", "PrometheusRuleList"):
            waiting = list_of(entries.get("items")) + waiting


def _groups(holder: Node, findings: list[Finding]) -> Iterator[Fields]:
    fields = Fields(holder, "the rule file", findings)
    node = fields.get("groups")
    if node is not None and node.items is None:
        fields.wrong(node, "groups", "a list")
    for group in list_of(node):
        if group.entries is None:
            fields.wrong(group, "groups", "a list of mappings")
        else:
            yield Fields(group, "the group", findings)


def _rules(group: Fields) -> Iterator[Rule]:
    name = group.text("name") or ""
    interval_s = _seconds(group, "interval")
    rules = group.get("rules")
    if rules is not None and rules.items is None:
        group.wrong(rules, "rules", "a list")
    for node in list_of(rules):
        if node.entries is None:
            group.wrong(node, "rules", "a list of mappings")
        elif "record" not in node.entries:
            rule = _rule(Fields(node, "the rule", group.findings), name, interval_s)
            if rule is not None:
                yield rule


def _records(group: Fields) -> Iterator[Record]:
    """What is incomplete makes no metric, and promtool says so."""
    for node in list_of(group.get("rules")):
        fields = Fields(node, "the recording rule", [])
        if node.entries is None or "record" not in node.entries:
            continue
        name, expr, expr_node = fields.text("record"), fields.text("expr"), fields.get("expr")
        if name is not None and expr is not None and expr_node is not None:
            yield Record(
                place=node.place,
                name=name,
                group=group.text("name") or "",
                expr=expr,
                expr_place=expr_node.place,
            )


def _rule(fields: Fields, group: str, interval_s: float | None) -> Rule | None:
    name = fields.text("alert")
    fields.what = f'the rule "{quote(name)}"' if name else "the rule"
    expr_node = fields.get("expr")
    expr = fields.text("expr")
    if not fields.require("alert", "expr") or name is None or expr is None or expr_node is None:
        return None
    annotations, annotation_places = _texts(fields, "annotations")
    return Rule(
        place=fields.node.place,
        name=name,
        group=group,
        expr=expr,
        expr_place=expr_node.place,
        for_s=_seconds(fields, "for") or 0.0,
        keep_firing_for_s=_seconds(fields, "keep_firing_for") or 0.0,
        interval_s=interval_s,
        labels=_texts(fields, "labels")[0],
        annotations=annotations,
        annotation_places=annotation_places,
    )


def _seconds(fields: Fields, key: str) -> float | None:
    text = fields.text(key)
    seconds = read_prometheus_duration(text) if text is not None else None
    if text is not None and seconds is None:
        fields.wrong(mapping_of(fields.node)[key], key, "a duration such as 1h30m")
    return seconds


def _texts(fields: Fields, key: str) -> tuple[Mapping[str, str], Mapping[str, Place]]:
    """The texts of a mapping, and where each stands."""
    texts: dict[str, str] = {}
    places: dict[str, Place] = {}
    inner = fields.mapping(key)
    for name, node in mapping_of(inner.node).items() if inner else ():
        text = scalar_text(node)
        if text is None and inner is not None:
            inner.wrong(node, name, "a text")
            continue
        texts[name], places[name] = text or "", node.place
    return texts, places
