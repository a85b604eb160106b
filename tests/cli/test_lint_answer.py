"""`drillbook lint`: its forms, its baseline, what was changed, and what is mended."""

import json
import re
import subprocess
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from drillbook.report.underline import cells_of
from terminal import Terminal, run_in_terminal

RUNBOOK = """\
---
Owner: storage
severity: critical
---
# The disk is full

## Diagnosis

### How full is the disk?
```sh { name=disk-used timeout="5s" name=disk-used }
df --output=pcent / | tail -1
```
**Healthy:** number is below 95.
"""
SLIPS = ("bad-fence-attribute", "duplicate-fence-attribute", "unknown-key")
ONLY = [word for name in SLIPS for word in ("--only", name)]


@pytest.fixture
def disk(tmp_path: Path) -> Path:
    """One runbook with three slips that are mechanical."""
    path = tmp_path / "disk.md"
    path.write_text(RUNBOOK)
    return path


def test_text_marks_the_place(inside, disk):
    """And has no colour where no terminal is."""
    ended = inside("lint", *ONLY)
    assert (
        '  10:37 error: the fence says "name" twice [duplicate-fence-attribute]\n'
        '   10 | ```sh { name=disk-used timeout="5s" name=disk-used }\n'
        "      |                                     ^^^^^^^^^^^^^^\n"
        "    help: keep one of the two\n"
    ) in ended.out
    assert ended.out.endswith("2 errors, 1 warning in 1 of 1 file; 3 can be mended by --fix\n")
    assert (1, False) == (ended.code, "\x1b" in ended.out)


def test_json_and_sarif_name_the_same(inside, disk):
    """With the same fingerprints."""
    findings = json.loads(inside("lint", *ONLY, "--format", "json").out)["findings"]
    results = json.loads(inside("lint", *ONLY, "--format", "sarif").out)["runs"][0]["results"]
    assert sorted(SLIPS) == sorted(each["lint"] for each in findings)
    assert [(each["lint"], f"{each['fingerprint']}:1") for each in findings] == [
        (each["ruleId"], each["partialFingerprints"]["primaryLocationLineHash"]) for each in results
    ]


def test_github_and_junit_name_the_file(inside, disk):
    """Whatever CI reads them."""
    github = inside("lint", *ONLY, "--format", "github").out
    assert 2 == github.count("::error file=disk.md,line=10,")
    junit = ET.fromstring(inside("lint", *ONLY, "--format", "junit").out)
    assert ["disk.md"] == [case.get("name") for case in junit.iter("testcase")]
    assert ["2 errors"] == [failure.get("message") for failure in junit.iter("failure")]


def test_fix_mends_and_a_second_run_finds_nothing(inside, disk):
    """Nothing but the places is touched."""
    ended = inside("lint", *ONLY, "--fix")
    assert "drillbook: 3 findings mended in 1 file\n" == ended.err
    assert (0, "nothing found in 1 file\n") == (ended.code, ended.out)
    expected = RUNBOOK.replace("Owner", "owner").replace(
        'timeout="5s" name=disk-used }', "timeout=5s }"
    )
    assert expected == disk.read_text()
    assert "nothing found in 1 file\n" == inside("lint", *ONLY).out


def test_line_ends_and_the_byte_order_mark_stay(inside, disk):
    """As the file has them."""
    disk.write_bytes(b"\xef\xbb\xbf" + RUNBOOK.replace("\n", "\r\n").rstrip().encode())
    inside("lint", *ONLY, "--fix")
    data = disk.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf---\r\nowner: storage\r\n")
    assert data.endswith(b"below 95.")
    assert data.count(b"\n") == data.count(b"\r\n") == RUNBOOK.count("\n") - 1


@pytest.mark.parametrize("how", [["--diff"], ["--dry-run"], ["--fix", "--diff"]])
def test_a_dry_run_prints_a_patch(inside, disk, how):
    """That git takes; nothing is written."""
    ended = inside("lint", *ONLY, *how)
    assert (1, RUNBOOK) == (ended.code, disk.read_text())
    subprocess.run(
        ["git", "apply", "-"],
        cwd=disk.parent,
        input=ended.out,
        text=True,
        check=True,
        timeout=30,
        capture_output=True,
    )
    again = inside("lint", *ONLY, *how)
    assert (0, "") == (again.code, again.out)


def test_only_what_is_not_in_the_baseline_counts(inside, disk):
    """And what is gone of it is counted."""
    ended = inside("lint", *ONLY, "--write-baseline", "old.json")
    assert (0, "drillbook: 3 findings kept in old.json\n") == (ended.code, ended.err)
    ended = inside("lint", *ONLY, "--baseline", "old.json")
    assert (0, "nothing found in 1 file; 3 in the baseline\n") == (ended.code, ended.out)
    disk.write_text("---\nKind: alert\n" + RUNBOOK.removeprefix("---\n").replace('"5s"', "5s"))
    ended = inside("lint", *ONLY, "--baseline", "old.json")
    assert '2:1 warning: the front matter has a key "Kind" that nothing reads' in ended.out
    assert "1 warning in 1 of 1 file; 1 in the baseline; 2 of the baseline gone" in ended.out


def test_a_baseline_that_is_written_again_keeps_the_old(inside, disk):
    """Also where the old one is named in the same breath."""
    inside("lint", *ONLY, "--write-baseline", "old.json")
    before = (disk.parent / "old.json").read_text()
    inside("lint", *ONLY, "--baseline", "old.json", "--write-baseline", "old.json")
    assert before == (disk.parent / "old.json").read_text()


def test_a_changed_line_of_two_findings_is_told_whole(inside, disk):
    """Both stand on it: whoever touches a line sees all that is wrong with it."""
    inside("lint", *ONLY, "--write-baseline", "old.json")
    disk.write_text(RUNBOOK.replace('"5s"', '"6s"'))
    assert "2 errors in 1 of 1 file" in inside("lint", *ONLY, "--baseline", "old.json").out


@pytest.mark.parametrize(
    ("arguments", "because"),
    [
        (["--baseline", "gone.json"], "gone.json: there is no such file; check the path"),
        (["--baseline", "disk.md"], "disk.md: this is no JSON; write it by drillbook lint"),
        (["--write-baseline", "gone/b.json"], "gone/b.json cannot be written: No such file"),
        (["--changed-since", "HEAD"], "lies in no git work tree"),
        (["--changed-since", "--output=x"], "lies in no git work tree"),
    ],
)
def test_what_cannot_be_is_one_line(inside, disk, monkeypatch, arguments, because):
    """And exit code 2."""
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(disk.parent.parent))
    ended = inside("lint", *arguments)
    assert (2, 1) == (ended.code, ended.err.count("\n"))
    assert because in ended.err


def test_only_changed_lines_count(inside, disk, monkeypatch):
    """Since a commit."""
    for name in ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"):
        monkeypatch.setenv(name, "/dev/null")
    git = ["git", "-c", "user.name=A", "-c", "user.email=a@example.org", "-C", str(disk.parent)]
    for arguments in (["init", "-q"], ["add", "disk.md"], ["commit", "-q", "-m", "one"]):
        subprocess.run([*git, *arguments], check=True, capture_output=True, timeout=30)
    disk.write_text(RUNBOOK.replace("severity: critical", "severity: critical\nKind: alert"))
    ended = inside("lint", *ONLY, "--changed-since", "HEAD")
    assert '3:1 warning: the front matter has a key "Kind"' not in ended.out
    assert '4:1 warning: the front matter has a key "Kind" that nothing reads' in ended.out
    assert ended.out.endswith("1 warning in 1 of 1 file; 1 can be mended by --fix\n")


def test_a_hostile_path_is_shown_and_not_obeyed(inside, tmp_path):
    """In every form."""
    (tmp_path / "a\x1b[31m\n::error::b.md").write_text(RUNBOOK)
    for form in ("text", "json", "sarif", "github", "junit"):
        out = inside("lint", *ONLY, "--format", form).out
        assert "\x1b" not in out
        assert not any(line.startswith("::error::") for line in out.split("\n"))


@pytest.mark.parametrize("columns", [40, 64])
def test_a_terminal_has_colour_and_an_edge(disk, columns):
    """No line goes beyond it; what is said is the same as elsewhere."""
    screen = run_in_terminal(
        ["lint", *ONLY], [], Terminal(folder=disk.parent, columns=columns, env={"TERM": "xterm"})
    )
    assert "\x1b[31merror\x1b[0m" in screen.text
    bare = re.sub(r"\x1b\[[0-9;]*m", "", screen.text).replace("\r", "")
    assert columns >= max(cells_of(line) for line in bare.split("\n"))
    assert 1 == screen.code


def test_who_wants_no_colour_has_none(disk):
    """NO_COLOR, as everywhere."""
    terminal = Terminal(folder=disk.parent, env={"TERM": "xterm", "NO_COLOR": "1"})
    screen = run_in_terminal(["lint", *ONLY], [], terminal)
    assert "2 errors, 1 warning" in screen.text
    assert "\x1b" not in screen.text


def test_fix_leaves_what_a_link_out_of_the_tree_leads_to(inside, tmp_path_factory, tmp_path):
    """It is somebody else's file; that it was left is said."""
    outside = tmp_path_factory.mktemp("outside") / "disk.md"
    outside.write_text(RUNBOOK)
    (tmp_path / "link.md").symlink_to(outside)
    ended = inside("lint", "link.md", *ONLY, "--fix")
    assert RUNBOOK == outside.read_text()
    assert "drillbook: link.md leads out of " in ended.err
    assert (1, True) == (ended.code, "2 errors, 1 warning in 1 of 1 file" in ended.out)


def test_fix_mends_every_file_and_names_none_that_it_left(inside, disk):
    """In folders as well; a file without a slip keeps its time of change."""
    (disk.parent / "more").mkdir()
    (disk.parent / "more" / "disk.md").write_text(RUNBOOK)
    clean = disk.parent / "clean.md"
    clean.write_text("# Nothing\n")
    before = clean.stat().st_mtime_ns
    assert "drillbook: 6 findings mended in 2 files\n" == inside("lint", *ONLY, "--fix").err
    assert before == clean.stat().st_mtime_ns
    assert disk.read_text() == (disk.parent / "more" / "disk.md").read_text()


def test_fix_where_nothing_is_to_be_mended(inside, tmp_path):
    """Nothing is written, and that is said."""
    (tmp_path / "a.md").write_text("# Disk\n\n## Diagnosis\n```sh\ndf\n")
    ended = inside("lint", "a.md", "--only", "unclosed-fence", "--fix")
    assert (1, "drillbook: 0 findings mended in 0 files\n") == (ended.code, ended.err)


def test_fix_mends_only_what_was_changed(inside, disk, monkeypatch):
    """An old slip is left to whoever touches its line."""
    for name in ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"):
        monkeypatch.setenv(name, "/dev/null")
    git = ["git", "-c", "user.name=A", "-c", "user.email=a@example.org", "-C", str(disk.parent)]
    for arguments in (["init", "-q"], ["add", "disk.md"], ["commit", "-q", "-m", "one"]):
        subprocess.run([*git, *arguments], check=True, capture_output=True, timeout=30)
    disk.write_text(RUNBOOK.replace("severity: critical", "severity: critical\nKind: alert"))
    inside("lint", *ONLY, "--changed-since", "HEAD", "--fix")
    expected = RUNBOOK.replace("severity: critical", "severity: critical\nkind: alert")
    assert expected == disk.read_text()


@pytest.mark.parametrize(
    ("arguments", "last"),
    [
        (["--severity", "error"], "2 errors in 1 of 1 file; 1 less grave not shown"),
        (["--severity", "warning"], "2 errors, 1 warning in 1 of 1 file; 3 can be"),
    ],
)
def test_what_is_not_shown_is_counted(inside, disk, arguments, last):
    """In the last line."""
    assert last in inside("lint", *ONLY, *arguments).out


@pytest.mark.parametrize(
    ("fail_on", "code"), [("error", 0), ("warning", 0), ("note", 1), ("never", 0)]
)
def test_a_note_that_fails_is_shown(inside, tmp_path, fail_on, code):
    """Nobody would know why."""
    text = "# Disk\n\n## Diagnosis\n```sh\n$ df\n```\n\n## Resolution\n"
    (tmp_path / "a.md").write_text(text)
    ended = inside("lint", "a.md", "--only", "prompt-in-command", "--fail-on", fail_on)
    assert (code, bool(code)) == (ended.code, "note: the block has prompts" in ended.out)


@pytest.mark.parametrize(("fail_on", "said"), [("never", None), ("warning", "warning")])
def test_json_says_from_what_on_it_fails(inside, disk, fail_on, said):
    """As it was asked."""
    body = json.loads(inside("lint", *ONLY, "--fail-on", fail_on, "--format", "json").out)
    assert (said, said is not None) == (body["fail_on"], body["is_failed"])


def test_what_a_comment_silences_is_suppressed_in_sarif(inside, disk):
    """And counted in the text."""
    disk.write_text(
        "<!-- drillbook: ignore-file unknown-fence-language -->\n# Disk\n\n"
        "## Diagnosis\n```bsh\ndf\n```\n\n## Resolution\n"
    )
    only = ["--only", "unknown-fence-language", "--severity", "note"]
    assert "1 silenced by comments" in inside("lint", "disk.md", *only).out
    run = json.loads(inside("lint", "disk.md", *only, "--format", "sarif").out)["runs"][0]
    assert ["inSource"] == [each["suppressions"][0]["kind"] for each in run["results"]]
