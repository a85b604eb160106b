"""Markdown in, runbooks and Findings out: a whole story, each flaw, and any text at all."""

import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drillbook.model.finding import Finding, Severity
from drillbook.model.runbook import Kind, Runbook
from drillbook.model.sentence import (
    And,
    CaptureCompares,
    CheckIs,
    CheckStatus,
    Comparison,
    ExitCodeIs,
    NumberCompares,
    Or,
    Risk,
)
from drillbook.read.markdown.runbook import read_runbook_file, read_runbooks

FIXTURES = Path(__file__).parent / "fixtures"
STORY = (FIXTURES / "story.md").read_text(encoding="utf-8")


def one(text: str) -> tuple[Runbook, tuple[Finding, ...]]:
    """The only runbook of a text, and its Findings."""
    (runbook,), findings = read_runbooks(text, "a.md")
    return runbook, findings


def lints(text: str) -> list[str]:
    """The lints of the Findings, in order."""
    return [finding.lint for finding in read_runbooks(text, "a.md")[1]]


def fence(attributes: str = "", language: str = "sh", command: str = "true") -> str:
    """A fenced block."""
    return f"```{language} {attributes}\n{command}\n```\n"


# ---- the story ----


def test_story_has_no_findings() -> None:
    """A runbook in the format is read without a Finding."""
    assert [] == lints(STORY)


def test_story_front_matter() -> None:
    """All of the front matter arrives, times in seconds."""
    book, _ = one(STORY)
    assert ("The queue is stuck", "", Kind.ALERT) == (book.title, book.anchor, book.kind)
    assert ("critical", "orders-api", "platform") == (book.severity, book.service, book.owner)
    assert ("QueueStuck",) == book.alerts
    assert (120, 300) == (book.objectives.detect_s, book.objectives.recover_s)
    assert [
        ("queue_url", "target.queue.url", None),
        ("instance", "label.instance", "[a-z0-9.:-]+"),
    ] == [(one.name, one.source, one.pattern) for one in book.inputs]
    assert (("platform-oncall", "database-team"), "2026-10-01") == (book.escalation, book.reviewed)


def test_story_checks() -> None:
    """Each fence of the Diagnosis is a Check with its own sentences and places."""
    book, _ = one(STORY)
    ready, length = book.checks
    assert ("Does the broker answer?", "broker-ready", 5) == (
        ready.title,
        ready.step.name,
        ready.step.timeout_s,
    )
    assert ready.healthy is not None
    assert ready.unhealthy is not None
    assert ((ExitCodeIs(codes=(0,)),), (ExitCodeIs(codes=(1, 2)),)) == (
        ready.healthy.terms,
        ready.unhealthy.terms,
    )
    place = ready.unhealthy.place
    assert (
        "**Unhealthy:** exit code is 1 or 2."
        == (STORY.split("\n")[place.line - 1][place.column - 1 : place.end_column - 1])
    )
    assert length.healthy is not None
    assert (NumberCompares(comparison=Comparison.BELOW, bound=1_000),) == length.healthy.terms
    assert ["length"] == [capture.name for capture in length.step.captures]
    assert ("queue", None) == (length.step.on, length.unhealthy)


def test_story_options() -> None:
    """Options carry When, Risk, Loses, steps and what undoes them."""
    book, _ = one(STORY)
    start, drop = book.options
    assert ("start-the-broker", Risk.DISRUPTIVE) == (start.anchor, start.risk)
    assert start.loses is not None
    assert 0 == start.loses.count
    assert [("start-broker", 60, True)] == [
        (step.name, step.timeout_s, step.is_idempotent) for step in start.steps
    ]
    assert drop.when is not None
    assert drop.when.formula == And(
        items=(
            CheckIs(check="broker-ready", status=CheckStatus.HEALTHY),
            Or(
                items=(
                    CheckIs(check="queue-length", status=CheckStatus.UNHEALTHY),
                    CheckIs(check="queue-length", status=CheckStatus.UNKNOWN),
                )
            ),
            CaptureCompares(capture="length", comparison=Comparison.ABOVE, bound=5_000),
        )
    )
    assert ([("drop-the-poison-message", False)], ["put-back"]) == (
        [(step.name, step.is_named) for step in drop.steps],
        [step.name for step in drop.undo],
    )
    assert "put the message back." == drop.undo_text


def test_story_verification() -> None:
    """A sentence over two lines is one sentence."""
    (flow,) = one(STORY)[0].verification
    assert flow.recovered is not None
    assert (10, 60, 1) == (flow.recovered.for_s, flow.recovered.within_s, flow.step.every_s)
    assert (62, 63) == (flow.recovered.place.line, flow.recovered.place.end_line)


def test_story_sections() -> None:
    """Every section has its role and its text, and its command's line is that of the file."""
    book, _ = one(STORY)
    assert [
        "symptoms",
        "causes",
        "diagnosis",
        "resolution",
        "verification",
        "prevention",
        "escalation",
    ] == [section.role for section in book.sections]
    step = book.checks[0].step
    assert step.command == STORY.split("\n")[step.command_line - 1]


# ---- hashes ----


@pytest.mark.parametrize(
    ("before", "after", "acts"),
    [
        ("Clients reconnect.", "Clients must reconnect.", False),
        ("## Prevention", "## Prevention\nBuy a second broker.", False),
        ("number is below 1000", "number is below 1001", True),
        ("queuectl drop --head 1", "queuectl drop --head 2", True),
        ("contains `started`", "contains `begun`", True),
        ("is unhealthy.\n**Risk", "is unknown.\n**Risk", True),
        ("**Risk:** disruptive", "**Risk:** none", True),
        ("label.instance", "label.host", True),
        ("for 10 s", "for 11 s", True),
        ("idempotent=yes", "idempotent=no", True),
    ],
)
def test_hashes(before: str, after: str, acts: bool) -> None:
    """Any change shows in the source hash; only what can act shows in the acting hash."""
    assert before in STORY
    old, new = one(STORY)[0], one(STORY.replace(before, after))[0]
    assert old.source_hash != new.source_hash
    assert acts == (old.acting_hash != new.acting_hash)


# ---- flaws ----


@pytest.mark.parametrize(
    ("text", "lint", "severity"),
    [
        ("---\n- a\n---\n## Diagnosis\n", "front-matter-not-a-mapping", Severity.ERROR),
        ("---\nowner: me\n# A\n## Diagnosis\n", "unclosed-front-matter", Severity.ERROR),
        ("---\nowner: me\nowner: you\n---\n## Diagnosis\n", "duplicate-yaml-key", Severity.ERROR),
        ("---\nkind: thing\n---\n## Diagnosis\n", "value-of-wrong-kind", Severity.ERROR),
        (
            "---\nobjectives: {recover: soon}\n---\n## Diagnosis\n",
            "value-of-wrong-kind",
            Severity.ERROR,
        ),
        (
            "---\ninputs: {path: {from: label.x}}\n---\n## Diagnosis\n",
            "refused-input-name",
            Severity.ERROR,
        ),
        (
            "---\ninputs: {a: {pattern: '('}}\n---\n## Diagnosis\n",
            "bad-input-pattern",
            Severity.ERROR,
        ),
        ("---\ninputs: {a: {from: host}}\n---\n## Diagnosis\n", "bad-input-from", Severity.ERROR),
        ("---\nowners: me\n---\n## Diagnosis\n", "unknown-key", Severity.WARNING),
        (
            "---\nrunbooks: {a: {}}\n---\n## B\n### Diagnosis\n",
            "runbook-names-no-section",
            Severity.ERROR,
        ),
        ("## Diagnosis\n```sh\ntrue\n", "unclosed-fence", Severity.ERROR),
        ("## Diagnosis\n" + fence("{ name=a }") * 2, "duplicate-step-name", Severity.ERROR),
        ("## Diagnosis\n" + fence("{ tmeout=5s }"), "unknown-fence-attribute", Severity.ERROR),
        ("## Diagnosis\n" + fence(language="bsh"), "unknown-fence-language", Severity.NOTE),
        ("## Diagnosis\n" + fence(command="$ true"), "prompt-in-command", Severity.NOTE),
        (
            "## Diagnosis\n" + fence(command="kill <pid>"),
            "placeholder-in-command",
            Severity.WARNING,
        ),
        ("## Diagnosis\n**Healthy:** exit code is 0.", "sentence-without-step", Severity.WARNING),
        (
            "## Diagnosis\n" + fence() + "**Expect:** exit code is 0.",
            "sentence-out-of-place",
            Severity.WARNING,
        ),
        (
            "## Diagnosis\n"
            + fence()
            + "**Healthy:** exit code is 0. **Healthy:** output is empty.",
            "duplicate-sentence",
            Severity.ERROR,
        ),
        (
            "## Diagnosis\n" + fence() + "**Healthy:** all is well.",
            "sentence-outside-grammar",
            Severity.ERROR,
        ),
        (
            "## Resolution\n### A\n" + fence() + "**Risk:** none.",
            "option-without-when",
            Severity.WARNING,
        ),
        (
            "## Resolution\n### A\n**When:** `x` is healthy.\n" + fence(),
            "option-without-risk",
            Severity.WARNING,
        ),
        (
            "## Resolution\n### A\n**When:** `x` is healthy.\n",
            "when-names-no-check",
            Severity.ERROR,
        ),
        (
            "## Resolution\n### A\n**When:** `x` is below 5.\n",
            "when-names-no-capture",
            Severity.ERROR,
        ),
        (
            "## Diagnosis\n## Notes\n" + fence("{ name=a }"),
            "step-outside-sections",
            Severity.WARNING,
        ),
        ("# A\n## Weather\n", "runbook-without-sections", Severity.NOTE),
    ],
)
def test_flaw(text: str, lint: str, severity: Severity) -> None:
    """Each flaw has a lint, a severity, a cause and a cure of its own."""
    (found,) = (f for f in read_runbooks(text, "a.md")[1] if f.lint == lint)
    assert severity == found.severity
    assert found.message
    assert found.help
    assert 1 <= found.place.line <= text.count("\n") + 1


def test_duplicate_step_name_names_both_places() -> None:
    """Whoever reads the Finding finds both steps."""
    (finding,) = one("## Diagnosis\n" + fence("{ name=a }") * 2)[1]
    assert (5, 'two steps are named "a": here and at a.md:2') == (
        finding.place.line,
        finding.message,
    )


def test_when_that_names_no_check_shows_the_nearest_first() -> None:
    """The cure lists the checks there are, the one that was meant first."""
    text = (
        "## Diagnosis\n"
        + fence("{ name=disk }")
        + fence("{ name=server-ready }")
        + "## Resolution\n### A\n**When:** `server-redy` is unhealthy.\n**Risk:** none.\n"
        + fence()
    )
    (finding,) = one(text)[1]
    assert "checks of this runbook: server-ready, disk" == finding.help


# ---- what real files hold ----


def fixture(name: str) -> tuple[tuple[Runbook, ...], tuple[Finding, ...]]:
    """A fixture's runbooks and Findings."""
    return read_runbook_file(FIXTURES / name, name)


def test_fences_in_list_items() -> None:
    """Fences indented in list items are steps, without their indentation."""
    (book,), findings = fixture("list-fences.md")
    assert ["df -h /data", "du -sh /data/* | sort -h\nls /data"] == [
        check.step.command for check in book.checks
    ]
    assert [9, 16] == [check.step.command_line for check in book.checks]
    assert {"diagnosis", "diagnosis-2"} == {check.step.name for check in book.checks}
    assert "unclosed-fence" not in {finding.lint for finding in findings}


def test_console_runs_prompted_lines_only() -> None:
    """Output below a prompted command is not run; a backslash continues the command."""
    (book,), _ = fixture("console.md")
    assert ["nodectl get nodes", "nodectl describe node \\\n    --all\nnodectl events"] == [
        check.step.command for check in book.checks
    ]


def test_fence_of_output_is_no_step() -> None:
    """Blocks that show output, or say nothing of their language, are not run."""
    (book,), _ = fixture("output-only.md")
    assert ["checkdb --all"] == [check.step.command for check in book.checks]


def test_sentence_after_the_output_of_a_step() -> None:
    """A block that only shows output stands between a step and its sentence without harm."""
    (book,), findings = fixture("output-only.md")
    assert book.checks[0].healthy is not None
    assert () == findings


def test_commented_out_steps_are_not_run() -> None:
    """What an HTML comment hides from a person is hidden from the machine."""
    (book,), _ = fixture("commented.md")
    assert ["echo seen"] == [check.step.command for check in book.checks]


def test_resolution_without_headings_is_one_option() -> None:
    """It is titled after the section, and its unnamed steps after it, too."""
    (book,), findings = fixture("plain-mitigation.md")
    (option,) = book.options
    assert ("Mitigation:", "mitigation") == (option.title, option.anchor)
    assert ["mitigation", "mitigation-2"] == [step.name for step in option.steps]
    assert Risk.DESTRUCTIVE == option.risk
    assert {"option-without-when", "option-without-risk", "prompt-in-command"} == {
        finding.lint for finding in findings
    }


def test_file_of_several_runbooks() -> None:
    """Each declared second-level section is a runbook of its own, one level lower."""
    books, findings = fixture("several.md")
    assert () == findings
    assert [("cache-cold", "warning"), ("cache-full", "critical")] == [
        (book.anchor, book.severity) for book in books
    ]
    assert ["platform", "storage"] == [book.owner for book in books]
    assert [["cold"], ["full"]] == [[c.step.name for c in book.checks] for book in books]
    assert ["warm-it", "empty-it"] == [book.options[0].anchor for book in books]
    assert "Last words of the first." in books[0].sections[-1].text
    assert "Cache full" not in books[0].sections[-1].text


def test_file_of_several_runbooks_without_front_matter() -> None:
    """Sections that hold the parts of a runbook each make it a file of several."""
    text = STORY_OF_TWO
    books, _ = read_runbooks(text, "two.md")
    assert ["first", "second"] == [book.anchor for book in books]


STORY_OF_TWO = """# Two
## First
### Symptoms
### Diagnosis
```sh
true
```
## Second
### Symptoms
### Resolution
"""


def test_duplicate_headings_get_the_anchors_of_github() -> None:
    """The second `x` of a file is `x-1`, wherever the first stands."""
    text = "## Resolution\n### Restart\n" + fence() + "### Restart\n" + fence()
    assert ["restart", "restart-1"] == [option.anchor for option in one(text)[0].options]


@pytest.mark.parametrize(
    "label",
    [
        "**Healthy:**",
        "**Healthy**:",
        "**healthy :**",
        "- **Healthy:**",
        "> **Healthy:**",
        "1. __Healthy:__",
    ],
)
def test_label_forms(label: str) -> None:
    """The colon stands in or outside the bold; paragraphs, lists and quotes all do."""
    book, findings = one(f"## Diagnosis\n{fence()}\n{label} exit code is 0.\n")
    assert () == findings
    assert book.checks[0].healthy is not None


def test_label_in_backticks_is_text() -> None:
    """Text that explains a label is not one."""
    book, findings = one(f"## Diagnosis\n{fence()}\nWrite `**Healthy:** …` here.\n")
    assert (None, ()) == (book.checks[0].healthy, findings)


@pytest.mark.parametrize(
    "title",
    [
        "## Diagnosis",
        "## diagnosis:",
        "## 2. Investigation",
        "Troubleshooting\n---",
        "# **Diagnosis**",
        "### Possible Checks ###",
    ],
)
def test_section_titles(title: str) -> None:
    """Synonyms, case, colons, numbers and levels do not matter."""
    assert 1 == len(one(f"{title}\n\n{fence()}")[0].checks)


def test_windows_line_ends_and_byte_order_mark() -> None:
    """A file from Windows is the same runbook."""
    text = "\ufeff" + STORY.replace("\n", "\r\n")
    assert () == one(text)[1]
    assert one(STORY)[0].acting_hash == one(text)[0].acting_hash


# ---- files that cannot be read ----


def test_story_file_is_shown_as_asked() -> None:
    """The path in nouns is the one that the caller gives."""
    (book,), _ = read_runbook_file(FIXTURES / "story.md", "books/story.md")
    assert ("books/story.md", "books/story.md") == (book.path, book.place.path)
    assert replace(one(STORY)[0], path="", place=book.place) != replace(book, path="")
    assert one(STORY)[0].source_hash == book.source_hash


@pytest.mark.parametrize(
    ("data", "lint"),
    [
        (b"\x7fELF\0\0", "file-is-binary"),
        (b"# caf\xe9\n", "file-not-utf-8"),
        (b"a" * 2_000_001, "file-too-large"),
        (b"a\n" * 200_000, "file-too-large"),
        (b"- - - - - - - - - a\n" * 60_000, "file-too-large"),
    ],
)
def test_unbearable_file(tmp_path: Path, data: bytes, lint: str) -> None:
    """Each is one Finding and no runbook."""
    path = tmp_path / "x.md"
    path.write_bytes(data)
    books, (finding,) = read_runbook_file(path, "x.md")
    assert ((), lint, "x.md") == (books, finding.lint, finding.place.path)


def test_missing_file_and_folder(tmp_path: Path) -> None:
    """A missing file and a folder are Findings, not tracebacks."""
    assert ["file-not-found"] == [f.lint for f in read_runbook_file(tmp_path / "no.md")[1]]
    assert ["file-is-a-folder"] == [f.lint for f in read_runbook_file(tmp_path)[1]]


# ---- any text at all ----

PIECES = st.sampled_from(
    [
        "---",
        "owner: x",
        "# A",
        "## Diagnosis",
        "## Resolution",
        "### B",
        "#### Undo",
        "## Verify",
        "```sh",
        "```sh { name=a timeout=5s }",
        "```console",
        "$ true",
        "```",
        "    ```",
        "- ```sh",
        "true",
        "**Healthy:** exit code is 0.",
        "- **When:** `a` is unhealthy",
        "**Risk**: none",
        "**Loses:** nothing",
        "**Undo:** x",
        "**Capture:** `v` is number",
        "> **Expect:** output is",
        "**Recovered:** exit code is 0, for 1 s",
        "<!--",
        "-->",
        "",
        "  ",
        "1. a",
        "\t- b",
        "`",
        "~~~",
        "===",
        "runbooks: {a: {}}",
        "\u2028",
        "\x0b",
        "\r",
        "é",
    ]
)
TEXTS = st.one_of(st.text(max_size=300), st.lists(PIECES, max_size=40).map("\n".join))


def places_of(value: object) -> list[tuple[int, int, int, int]]:
    """All places inside a noun, however deep."""
    if isinstance(value, tuple):
        return [place for item in value for place in places_of(item)]
    names = getattr(type(value), "__dataclass_fields__", {})
    if {"line", "column"} <= set(names):
        return [tuple(getattr(value, n) for n in ("line", "column", "end_line", "end_column"))]
    return [place for name in names for place in places_of(getattr(value, name))]


@settings(max_examples=150, deadline=None)
@given(TEXTS)
def test_no_text_raises_and_places_lie_inside(text: str) -> None:
    """Whatever the text: nouns and Findings, all with places inside the text."""
    books, findings = read_runbooks(text, "a.md")
    lines = text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff").split("\n")
    for line, column, end_line, end_column in places_of((books, findings)):
        assert 1 <= line <= len(lines)
        assert 1 <= column <= len(lines[line - 1]) + 1
        if end_line:
            assert (line, column) <= (end_line, end_column)
            assert end_column <= len(lines[end_line - 1]) + 1


@settings(max_examples=50, deadline=None)
@given(TEXTS)
def test_reading_is_a_function_of_the_text(text: str) -> None:
    """Reading twice gives the same nouns, hashes and Findings; step names are unique or flagged."""
    first = read_runbooks(text, "a.md")
    assert first == read_runbooks(text, "a.md")
    names = [check.step.name for book in first[0] for check in book.checks]
    flagged = any(finding.lint == "duplicate-step-name" for finding in first[1])
    assert flagged or len(first[0]) > 1 or len(names) == len(set(names))


@pytest.mark.parametrize(
    "text",
    [
        "[" * 950_000,
        "*" * 950_000,
        "`" * 950_000,
        "**Healthy:**" * 75_000,
        "` " * 450_000 + "**When:**",
        "## Diagnosis\n" * 50_000,
        "## Diagnosis\n" + "### A\n```sh\ntrue\n```\n" * 14_500,
        "> " * 450_000,
        "- " * 450_000,
        "".join(" " * (2 * i) + "- a\n" for i in range(1_300)),
        "<!--\n" * 50_000,
        "# " + "[a](" * 200_000,
    ],
    ids=lambda text: text[:12].strip(),
)
def test_hostile_text_comes_back(text: str) -> None:
    """Nothing is quadratic: a megabyte of anything comes back within half a minute."""
    began_s = time.monotonic()
    read_runbooks(text, "a.md")
    # Generous: a quadratic reading of these takes minutes to hours.
    assert time.monotonic() - began_s < 30


@pytest.mark.parametrize(
    ("text", "reach"),
    [
        ("# A\n\n## Diagnosis\n```sh\ntrue\n\nmore\n", "all below"),
        ("# A\n\n## Diagnosis\n- x\n\n  ```sh\n  true\n\nmore\n", "the end of the list or quote"),
        ("# A\n\n## Diagnosis\n> ```sh\n> true\n\nmore\n", "the end of the list or quote"),
        ("# A\n\n## Diagnosis\n- x\n\n  ```sh\n  true\n\n\n", "all below"),
    ],
)
def test_an_unclosed_fence_reaches_as_far_as_it_says(text: str, reach: str) -> None:
    """A list or a quote ends it; else nothing does."""
    (finding,) = [each for each in read_runbooks(text, "a.md")[1] if each.lint == "unclosed-fence"]
    assert reach in finding.message
