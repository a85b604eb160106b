"""A process and all below it → the memory that they take, told apart by what each is."""

import re
from dataclasses import dataclass
from pathlib import Path

from drillbook.run.guard.kernel import command, descendants


@dataclass(frozen=True)
class Share:
    """Of processes of one kind: how many, and their proportional and private memory."""

    count: int
    pss_bytes: int
    private_bytes: int


def shares(root: int) -> dict[str, Share]:
    """The tool, its guardians (fork servers and stems among them), and its steps."""
    found: dict[str, list[tuple[int, int]]] = {}
    for pid in (root, *descendants(root)):
        said = command(pid)
        is_guardian = b"import sys; sys.path.append" in said and b"run.guard." in said
        kind = "tool" if pid == root else "guardian" if is_guardian else "step"
        found.setdefault(kind, []).append(_of(pid))
    return {
        kind: Share(len(each), sum(pss for pss, _ in each), sum(own for _, own in each))
        for kind, each in found.items()
    }


def peak_bytes(pid: int) -> int:
    """The most that a process has had in memory; 0 where it is gone."""
    try:
        text = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    except OSError:
        return 0
    return _kilobytes("VmHWM", text)


def _of(pid: int) -> tuple[int, int]:
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8")
    except OSError:
        return 0, 0
    private = _kilobytes("Private_Dirty", text) + _kilobytes("Private_Clean", text)
    return _kilobytes("Pss", text), private


def _kilobytes(key: str, text: str) -> int:
    found = re.search(rf"^{key}:\s+(\d+) kB", text, re.MULTILINE)
    return int(found[1]) * 1024 if found else 0
