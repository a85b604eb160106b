"""The front matter of a Markdown file → what it says of its runbooks, and Findings."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from drillbook.model.finding import Finding, Fix, Severity
from drillbook.model.place import Place
from drillbook.model.runbook import Input, InputType, Kind, Objectives
from drillbook.read.environment import is_refused_variable, is_variable_name
from drillbook.read.fields import Fields, scalar_text
from drillbook.read.sentences.pattern import flaw_of_pattern
from drillbook.read.sentences.wording import quote, slip_of
from drillbook.read.yaml import Node, mapping_of, read_yaml

FRONT_MATTER_LINES_MAX = 2_000
KEYS = (
    "kind",
    "severity",
    "service",
    "owner",
    "alerts",
    "objectives",
    "inputs",
    "escalation",
    "reviewed",
    "locks",
)
INPUT_KEYS = ("from", "type", "pattern", "choices", "default", "secret", "prompt")
# A question is one line of a terminal.
PROMPT_CHARS_MAX = 200
_SOURCE = re.compile(
    r"target\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+|label\.[A-Za-z_][A-Za-z0-9_]*|secret\.[A-Za-z0-9_-]+"
)
_RESOURCE = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}")
_LOOKS_LIKE_A_KEY = re.compile(r"[A-Za-z_][\w-]*:(?: |$)")


@dataclass(slots=True)
class FrontMatter:
    """What one mapping says; `runbooks` by anchor where the file holds several."""

    place: Place
    kind: Kind | None = None
    severity: str | None = None
    service: str | None = None
    owner: str | None = None
    alerts: tuple[str, ...] = ()
    objectives: Objectives = field(default_factory=Objectives)
    inputs: tuple[Input, ...] = ()
    escalation: tuple[str, ...] = ()
    reviewed: str | None = None
    locks: tuple[str, ...] = ()
    extra: Mapping[str, str] = field(default_factory=dict)
    runbooks: Mapping[str, "FrontMatter"] | None = None


def front_matter_lines(lines: list[str]) -> int:
    """How many lines the front matter takes with both its fences; 0 where there is none."""
    if not lines or lines[0].rstrip() != "---":
        return 0
    for number, line in enumerate(lines[1:FRONT_MATTER_LINES_MAX], start=2):
        if line.rstrip() in ("---", "..."):
            return number
    return 0


def read_front_matter(lines: list[str], path: str) -> tuple[FrontMatter, tuple[Finding, ...]]:
    """The front matter of the file's lines, and its Findings."""
    place = Place(path=path)
    count = front_matter_lines(lines)
    if not count:
        return FrontMatter(place), _unclosed(lines, place)
    text = "\n".join(lines[1 : count - 1])
    documents, flaws = read_yaml(text, path, first_line=2)
    findings = list(flaws)
    node = documents[0] if documents else None
    if node is None or (node.value is None and node.items is None and node.entries is None):
        return FrontMatter(place), tuple(findings)
    if node.entries is None:
        findings.append(_no_mapping(place))
        return FrontMatter(place), tuple(findings)
    front = _read(Fields(node, "the front matter", findings), is_file=True)
    return front, tuple(_with_sure_fix(finding, lines) for finding in findings)


def _with_sure_fix(finding: Finding, lines: list[str]) -> Finding:
    """Without its Fix where the key stands otherwise in the file, as in quotes."""
    if finding.fix is None:
        return finding
    place = finding.fix.place
    said = lines[place.line - 1][place.column - 1 : place.end_column - 1]
    return finding if said.lower() == finding.fix.text else replace(finding, fix=None)


def _unclosed(lines: list[str], place: Place) -> tuple[Finding, ...]:
    if len(lines) < 2 or lines[0].rstrip() != "---" or not _LOOKS_LIKE_A_KEY.match(lines[1]):
        return ()
    return (
        Finding(
            place=place,
            lint="unclosed-front-matter",
            message="the front matter never ends, so it is read as text",
            help='close it by a line "---"',
        ),
    )


def _no_mapping(place: Place) -> Finding:
    return Finding(
        place=place,
        lint="front-matter-not-a-mapping",
        message="the front matter is no mapping of keys to values",
        help='write lines such as "owner: platform" between the two "---"',
    )


def _read(fields: Fields, *, is_file: bool) -> FrontMatter:
    front = FrontMatter(
        place=fields.node.place,
        kind=_kind(fields),
        severity=fields.text("severity"),
        service=fields.text("service"),
        owner=fields.text("owner"),
        alerts=fields.texts("alerts"),
        objectives=_objectives(fields),
        inputs=_inputs(fields),
        escalation=fields.texts("escalation"),
        reviewed=fields.text("reviewed"),
        locks=_locks(fields),
        extra=_extra(fields),
    )
    if is_file and fields.get("runbooks") is not None:
        front.runbooks = _runbooks(fields)
    return front


def _kind(fields: Fields) -> Kind | None:
    text = fields.text("kind")
    kinds = {kind.value: kind for kind in Kind}
    if text is not None and text not in kinds:
        fields.wrong(mapping_of(fields.node)["kind"], "kind", " or ".join(kinds))
    return kinds.get(text or "")


def _objectives(fields: Fields) -> Objectives:
    times = fields.mapping("objectives")
    if times is None:
        return Objectives()
    times.refuse_others(("detect", "recover"))
    return Objectives(
        detect_s=times.duration_s("detect"),
        recover_s=times.duration_s("recover"),
        place=times.node.place,
    )


def _inputs(fields: Fields) -> tuple[Input, ...]:
    inputs = fields.mapping("inputs")
    if inputs is None:
        return ()
    read = (_input(inputs, name, node) for name, node in mapping_of(inputs.node).items())
    return tuple(one for one in read if one is not None)


def _input(inputs: Fields, name: str, node: Node) -> Input | None:
    place = inputs.node.key_places[name]
    if not is_variable_name(name) or is_refused_variable(name):
        inputs.flag(
            place,
            "refused-input-name",
            f'an input cannot be called "{quote(name)}"',
            "use letters, digits and _ and no name that changes how programs load, such as PATH",
        )
        return None
    if node.entries is None and node.value is not None:
        inputs.wrong(node, name, "a mapping such as {from: target.db.host}")
        return None
    fields = Fields(node, f'the input "{name}"', inputs.findings)
    fields.refuse_others(INPUT_KEYS)
    return Input(
        place=place,
        name=name,
        source=_checked(fields, "from", _source_flaw),
        pattern=_checked(fields, "pattern", flaw_of_pattern),
        choices=fields.texts("choices"),
        default=fields.text("default"),
        is_secret=fields.flag_value("secret") or False,
        type=_type(fields),
        prompt=_checked(fields, "prompt", _prompt_flaw) or "",
    )


def _type(fields: Fields) -> InputType:
    """TEXT where a slip was flagged: with an ERROR nothing binds."""
    text = fields.text("type")
    types = {each.value: each for each in InputType}
    if text is None or text in types:
        return types.get(text or "", InputType.TEXT)
    meant = slip_of(text.lower(), types)
    fields.flag(
        mapping_of(fields.node)["type"].place,
        "bad-input-type",
        f'"type" of {fields.what} cannot be "{quote(text)}"',
        f'write "{meant}"' if meant else f"write one of {', '.join(types)}",
    )
    return InputType.TEXT


def _prompt_flaw(text: str) -> str | None:
    if len(text) > PROMPT_CHARS_MAX or not text.isprintable():
        return f"a question is one line of at most {PROMPT_CHARS_MAX} characters"
    return None


def _source_flaw(source: str) -> str | None:
    is_known = _SOURCE.fullmatch(source) is not None
    return None if is_known else "a source is target.NAME.KEY, label.NAME or secret.NAME"


def _checked(fields: Fields, key: str, flaw_of: Callable[[str], str | None]) -> str | None:
    """The text of the key; a Finding where it has a flaw. It stays, so that nothing else binds."""
    text = fields.text(key)
    flaw = flaw_of(text) if text is not None else None
    if text is not None and flaw is not None:
        fields.flag(
            mapping_of(fields.node)[key].place,
            f"bad-input-{key}",
            f'"{key}" of {fields.what} cannot be "{quote(text)}": {quote(flaw)}',
            f'correct the "{key}"',
        )
    return text


def _locks(fields: Fields) -> tuple[str, ...]:
    """The resources' names; one that cannot be a name is flagged, and the runbook not run."""
    names = fields.texts("locks")
    for name in names:
        if not _RESOURCE.fullmatch(name):
            fields.flag(
                mapping_of(fields.node)["locks"].place,
                "bad-lock-name",
                f'a lock cannot be called "{quote(name)}"',
                "use up to 63 small letters, digits, dots, _ and -, such as orders-db",
            )
    return tuple(dict.fromkeys(names))


def _extra(fields: Fields) -> Mapping[str, str]:
    """Keys of others (`title`, `weight`) are kept; what looks like a slip of ours is flagged."""
    extra: dict[str, str] = {}
    for key, node in mapping_of(fields.node).items():
        if key in (*KEYS, "runbooks"):
            continue
        extra[key] = scalar_text(node) or ""
        meant = slip_of(key.lower(), KEYS)
        if meant is not None and (key.lower() in (meant, meant + "s", meant.rstrip("s"))):
            fields.findings.append(_slip_of_key(fields, key, meant))
    return extra


def _slip_of_key(fields: Fields, key: str, meant: str) -> Finding:
    """Capitals alone are mended: a plural may hold a list where one is wanted."""
    place = fields.node.key_places[key]
    end = replace(place, end_line=place.line, end_column=place.column + len(key))
    is_sure = key.lower() == meant and meant not in mapping_of(fields.node)
    return Finding(
        place=end,
        lint="unknown-key",
        message=f'the front matter has a key "{quote(key)}" that nothing reads',
        help=f'write "{meant}"',
        severity=Severity.WARNING,
        fix=Fix(place=end, text=meant) if is_sure else None,
    )


def _runbooks(fields: Fields) -> Mapping[str, FrontMatter]:
    several = fields.mapping("runbooks")
    if several is None:
        return {}
    found: dict[str, FrontMatter] = {}
    for anchor, node in mapping_of(several.node).items():
        if node.entries is None and node.value is not None:
            several.wrong(node, anchor, "a mapping of keys to values")
            continue
        one = Fields(node, f'the runbook "{quote(anchor)}"', fields.findings)
        found[anchor] = _read(one, is_file=False)
        found[anchor].place = several.node.key_places[anchor]
    return found
