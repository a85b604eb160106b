"""Folders that are packs, and folders that are not."""

from pathlib import Path

import pytest

from drillbook.model.finding import Finding
from drillbook.read.pack import read_pack

RUNBOOK = """# Queue
## Diagnosis
```sh { name=ready timeout=5s }
true
```
**Healthy:** exit code is 0.
## Resolution
### Start the broker
**When:** `ready` is unhealthy.
**Risk:** none.
```sh { name=start }
true
```
"""
RULES = "groups: [{name: q, rules: [{alert: QueueStuck, expr: up == 0}]}]\n"
DRILL = """name: killed
runbook: runbooks/queue.md
alert: QueueStuck
lab: shop
fault: {kind: kill, process: broker}
option: start-the-broker
invariants: [none-twice]
"""
FILES = {
    "pack.yaml": "name: shop\nrunbook_urls: {'https://example.org/r/': runbooks/}\n",
    "runbooks/queue.md": RUNBOOK,
    "runbooks/deep/other.md": "# Other\n## Diagnosis\n",
    "rules/queue.yaml": RULES,
    "rules/more.yml": "groups: []\n",
    "rules/notes.txt": "not a rule",
    "drills/killed.yaml": DRILL,
}


def make(folder: Path, **changes: str) -> Path:
    """A pack in that folder; `drill` and its like replace a file's text."""
    files = {**FILES, **{name.replace("__", "/"): text for name, text in changes.items()}}
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def lints(findings: tuple[Finding, ...]) -> list[str]:
    """The lints, in order."""
    return [finding.lint for finding in findings]


def test_pack(tmp_path: Path) -> None:
    """Runbooks, rules and drills of all folders arrive, with paths relative to the pack."""
    pack = read_pack(make(tmp_path))
    assert () == pack.findings
    assert ("shop", str(tmp_path)) == (pack.name, pack.folder)
    assert {"https://example.org/r/": "runbooks/"} == pack.runbook_urls
    assert {"runbooks/queue.md", "runbooks/deep/other.md"} == {r.path for r in pack.runbooks}
    assert ["QueueStuck"] == [rule.name for rule in pack.rules]
    assert ["killed"] == [drill.name for drill in pack.drills]
    assert {"rules/queue.yaml": RULES, "rules/more.yml": "groups: []\n"} == pack.rule_files


@pytest.mark.parametrize(
    ("before", "after", "lint"),
    [
        ("runbooks/queue.md", "runbooks/queu.md", "drill-names-no-runbook"),
        ("QueueStuck", "QueueStock", "drill-names-no-alert"),
        ("start-the-broker", "start-broker", "drill-names-no-option"),
    ],
)
def test_drill_that_names_what_is_not_there(
    tmp_path: Path, before: str, after: str, lint: str
) -> None:
    """Each is a Finding that shows the nearest that is there."""
    path = tmp_path / "drills/killed.yaml"
    make(tmp_path)
    path.write_text(DRILL.replace(before, after), encoding="utf-8")
    (finding,) = read_pack(tmp_path).findings
    assert (lint, "drills/killed.yaml") == (finding.lint, finding.place.path)
    assert finding.help.startswith(f"there are: {before}")


def test_findings_of_all_files_are_gathered(tmp_path: Path) -> None:
    """One flawed file does not hide another."""
    make(tmp_path)
    (tmp_path / "rules/queue.yaml").write_text("groups: [", encoding="utf-8")
    (tmp_path / "runbooks/queue.md").write_text(RUNBOOK.replace("`ready`", "ready"), "utf-8")
    (tmp_path / "runbooks/binary.md").write_bytes(b"\0")
    found = lints(read_pack(tmp_path).findings)
    assert {
        "yaml-not-readable",
        "sentence-outside-grammar",
        "file-is-binary",
        "drill-names-no-alert",
    } == set(found)


def test_links_out_of_the_pack_are_not_followed(tmp_path: Path) -> None:
    """A link to a file or folder outside is a Finding, and nothing of it is read."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.md").write_text("# Secret\n## Diagnosis\n", encoding="utf-8")
    folder = make(tmp_path / "pack")
    (folder / "runbooks/secret.md").symlink_to(outside / "secret.md")
    (folder / "runbooks/all").symlink_to(outside)
    (folder / "runbooks/again.md").symlink_to(folder / "runbooks/queue.md")
    (folder / "runbooks/loop.md").symlink_to(folder / "runbooks/loop.md")
    pack = read_pack(folder)
    assert "Secret" not in {runbook.title for runbook in pack.runbooks}
    assert "runbooks/again.md" in {runbook.path for runbook in pack.runbooks}
    linked = [f.place.path for f in pack.findings if f.lint == "link-out-of-the-pack"]
    assert ["runbooks/all", "runbooks/loop.md", "runbooks/secret.md"] == sorted(linked)


@pytest.mark.parametrize("name", ["runbooks", "pack.yaml"])
def test_parts_that_are_links_out_of_the_pack(tmp_path: Path, name: str) -> None:
    """Neither a part of the pack nor its own file may lie elsewhere."""
    outside = make(tmp_path / "outside", **{"pack.yaml": "name: secret\n"})
    folder = tmp_path / "pack"
    folder.mkdir()
    (folder / name).symlink_to(outside / name)
    pack = read_pack(folder)
    assert ("pack", ()) == (pack.name, pack.runbooks)
    assert name in [f.place.path for f in pack.findings if f.lint == "link-out-of-the-pack"]


@pytest.mark.parametrize(
    ("text", "lint"),
    [
        ("- a\n", "pack-not-a-mapping"),
        ("nam: a\n", "unknown-key"),
        ("runbook_urls: {}\n", "missing-key"),
        ("name: a\nrunbook_urls: 5\n", "value-of-wrong-kind"),
    ],
)
def test_flawed_pack_file(tmp_path: Path, text: str, lint: str) -> None:
    """The pack is read all the same, under the folder's name."""
    make(tmp_path)
    (tmp_path / "pack.yaml").write_text(text, encoding="utf-8")
    pack = read_pack(tmp_path)
    assert lint in lints(pack.findings)
    assert 2 == len(pack.runbooks)


def test_folder_that_is_no_pack(tmp_path: Path) -> None:
    """A missing folder and an empty one are Findings."""
    assert ["pack-not-found"] == lints(read_pack(tmp_path / "no").findings)
    assert "pack-without-pack-file" in lints(read_pack(tmp_path).findings)


def with_policy(folder: Path, policy: str) -> Path:
    """A pack whose pack.yaml ends in these lines."""
    make(folder)
    (folder / "pack.yaml").write_text(f"name: shop\n{policy}", encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ("", False),
        ("policy: {checks_on_alert: true}\n", True),
        ("policy: {checks_on_alert: false}\n", False),
        ("policy: {}\n", False),
    ],
)
def test_checks_run_by_themselves_only_where_the_pack_says_so(tmp_path, policy, expected):
    """Off unless it is switched on."""
    pack = read_pack(with_policy(tmp_path, policy))
    assert (expected, "shop") == (pack.checks_on_alert, pack.name)


@pytest.mark.parametrize(
    ("policy", "lint"),
    [
        ("policy: on\n", "value-of-wrong-kind"),
        ("policy: {checks_on_alert: often}\n", "value-of-wrong-kind"),
        ("policy: {checks_on_alerts: true}\n", "unknown-key"),
    ],
)
def test_a_policy_that_is_not_understood_is_a_finding_and_off(tmp_path, policy, lint):
    """What is not understood runs nothing by itself."""
    pack = read_pack(with_policy(tmp_path, policy))
    assert (False, True) == (pack.checks_on_alert, lint in lints(pack.findings))
