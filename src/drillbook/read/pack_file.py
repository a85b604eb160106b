"""The text of a pack.yaml → what it says of its pack, and Findings."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from drillbook.model.finding import Finding
from drillbook.model.place import Place
from drillbook.read.fields import Fields, scalar_text
from drillbook.read.yaml import mapping_of, read_yaml

PACK_FILE = "pack.yaml"
KEYS = ("name", "runbook_urls", "policy")


@dataclass(frozen=True, slots=True, kw_only=True)
class PackFile:
    """What pack.yaml says."""

    name: str
    runbook_urls: Mapping[str, str] = field(default_factory=dict)
    checks_on_alert: bool = False


def read_pack_file(text: str, path: str, name: str) -> tuple[PackFile, tuple[Finding, ...]]:
    """`name` is the folder's, which holds where the file gives none."""
    documents, flaws = read_yaml(text, path)
    findings = list(flaws)
    if not documents or documents[0].entries is None:
        findings.append(_no_mapping(path))
        return PackFile(name=name), tuple(findings)
    fields = Fields(documents[0], "the pack", findings)
    fields.refuse_others(KEYS)
    fields.require("name")
    urls = fields.mapping("runbook_urls")
    found = {key: scalar_text(v) for key, v in mapping_of(urls.node).items()} if urls else {}
    file = PackFile(
        name=fields.text("name") or name,
        runbook_urls={k: v for k, v in found.items() if v},
        checks_on_alert=_checks_on_alert(fields),
    )
    return file, tuple(findings)


def _no_mapping(path: str) -> Finding:
    return Finding(
        place=Place(path=path),
        lint="pack-not-a-mapping",
        message="the file is no mapping of keys to values",
        help='write "name: …"',
    )


def _checks_on_alert(fields: Fields) -> bool:
    """Off unless the pack says so: an alert alone then runs nothing."""
    policy = fields.mapping("policy")
    if policy is None:
        return False
    policy.refuse_others(("checks_on_alert",))
    return policy.flag_value("checks_on_alert") or False
