"""Names of things → the files of a pack: pack.yaml, a README, and drills."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from drillbook.convert.text import inline, scalar


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownDrill:
    """What a drill names; durations as the format writes them."""

    name: str
    runbook: str
    alert: str
    lab: str
    fault: str
    option: str
    settings: Mapping[str, str] = field(default_factory=dict)
    hold: str = "30s"
    stays: str = "10s"
    risk: str = "disruptive"
    invariants: tuple[str, ...] = ()


def drill_file(known: KnownDrill) -> str:
    """The YAML of a drill."""
    fault = {"kind": known.fault, **known.settings}
    pairs = ", ".join(f"{key}: {scalar(value)}" for key, value in fault.items())
    lines = [
        *(f"{key}: {scalar(getattr(known, key))}" for key in ("name", "runbook", "alert", "lab")),
        f"fault: {{{pairs}}}",
        f"option: {scalar(known.option)}",
        "# Without anybody's help it must stay broken for as long as the recovery may take.",
        f"control: {{expect: stays-broken, hold: {known.hold}}}",
        f"stays: {known.stays}",
        f"risk: {known.risk}",
        "operator: literal",
        f"invariants: [{', '.join(known.invariants)}]",
    ]
    return "\n".join(lines) + "\n"


def pack_files(name: str, url: str = "") -> dict[str, str]:
    """The files of a new pack by their paths in it; `url` is where its runbooks are published."""
    urls = f"runbook_urls:\n  {scalar(url)}: runbooks/\n" if url else ""
    readme = f"""# The pack {inline(name)}

Everything that is needed when something is wrong with {inline(name)}.

| folder | holds |
|---|---|
| `runbooks` | what to do, one Markdown file for each trouble |
| `rules` | the Prometheus rules whose alerts lead to these runbooks |
| `drills` | how each runbook is shown to work |
| `proofs` | the drills that passed; `drillbook drill` writes them |
"""
    return {"pack.yaml": f"name: {scalar(name)}\n{urls}", "README.md": readme}
