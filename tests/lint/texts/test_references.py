"""The paths that a document names."""

import pytest

from drillbook.lint.texts.references import REFERENCES_MAX, references_of
from drillbook.model.library import Reference, ReferenceKind
from drillbook.read.markdown.runbook import read_document

RUNBOOK = "# Disk\n\n## Diagnosis\n\n"


def references(text: str) -> list[Reference]:
    return list(references_of(read_document(text, "runbooks/disk.md")))


def targets(text: str) -> list[str]:
    return [reference.target for reference in references(text)]


def shell(*lines: str) -> str:
    return RUNBOOK + "```sh\n" + "\n".join(lines) + "\n```\n"


def test_links_to_files_and_anchors_are_references() -> None:
    """As written, each with its place."""
    [file, anchor] = references("# X\n\nSee [a](../a%20b.md#c) and [below](#below).\n")
    assert ("../a%20b.md#c", "#below") == (file.target, anchor.target)
    assert (3, 9, 22) == (file.place.line, file.place.column, file.place.end_column)
    assert ReferenceKind.LINK == file.kind


@pytest.mark.parametrize(
    "target", ["https://x.org/a", "mailto:a@b.c", "//x.org", "{{ url }}", "", "$X/a"]
)
def test_what_is_no_path_of_the_tree_is_left_out(target: str) -> None:
    """Addresses, templates and placeholders lead elsewhere."""
    assert [] == targets(f"# X\n\nSee [a]({target}).\n")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("./scripts/backup.sh --verify", "./scripts/backup.sh"),
        ("scripts/ops/backup.sh", "scripts/ops/backup.sh"),
        ("bash scripts/backup.sh", "scripts/backup.sh"),
        ("python3 tools/fix.py --now", "tools/fix.py"),
        ("python fix.py", "fix.py"),
        ("sudo ./fix.sh", "./fix.sh"),
        ("LEVEL=1 ./fix.sh", "./fix.sh"),
        ("true && ./fix.sh", "./fix.sh"),
        ("$ ./fix.sh", "./fix.sh"),
        ("kubectl get pods; ./fix.sh", "./fix.sh"),
        ("curl --silent http://x.org; ./fix.sh", "./fix.sh"),
    ],
)
def test_scripts_at_a_commands_place_are_references(line: str, expected: str) -> None:
    """By their own path, or behind the program that reads them."""
    [reference] = references(shell(line))
    assert (expected, ReferenceKind.SCRIPT) == (reference.target, reference.kind)


@pytest.mark.parametrize(
    "line",
    [
        "/opt/kafka/bin/kafka-topics.sh --list",
        "kafka-topics.sh --list",
        "echo scripts/backup.sh",
        "# scripts/backup.sh",
        "cd /opt/app && ./fix.sh",
        "kubectl exec app -- ./fix.sh",
        "docker run app ./fix.sh",
        "oc -n x cp a b; ./fix.sh",
        "curl -sSLo fix.sh https://x.org; ./fix.sh",
        "ssh db ./fix.sh",
        "curl -O https://x.org/fix.sh; bash fix.sh",
        "$HOME/fix.sh",
        "./$NAME.sh",
    ],
)
def test_scripts_of_other_places_are_left_out(line: str) -> None:
    """Absolute, on PATH, on another machine, fetched, in another folder."""
    assert [] == targets(shell(line))


def test_after_a_cd_no_later_block_is_looked_at() -> None:
    """Whoever follows the text stands in that folder from then on."""
    text = shell("./a.sh") + "\n```sh\ncd /opt\n```\n\n```sh\n./b.sh\n```\n"
    assert ["./a.sh"] == targets(text)


def test_other_languages_and_other_markdown_are_left_out() -> None:
    """A block of output, or a README, names many things."""
    assert [] == targets(RUNBOOK + "```text\n./a.sh\n```\n")
    assert [] == targets("# Build\n\n```sh\n./configure.sh\n```\n")


def test_references_are_bounded() -> None:
    """A file may hold as many as it likes; so many are looked at."""
    text = RUNBOOK + "```sh\n" + "./a.sh\n" * (REFERENCES_MAX + 5) + "```\n"
    assert REFERENCES_MAX == len(references(text))
