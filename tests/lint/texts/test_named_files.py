"""The files and modules that a document names."""

import pytest

from drillbook.lint.texts.named_files import NAMED_MAX, named_files
from drillbook.model.library import ReferenceKind
from drillbook.read.markdown.runbook import read_document
from told import PLAIN


def named(text: str, path: str = "runbooks/disk.md") -> list[tuple[str, str]]:
    """Kind and target of each."""
    references = named_files(read_document(PLAIN + text, path))
    return [(one.kind.value, one.target) for one in references]


@pytest.mark.parametrize(
    ("line", "path"),
    [
        ("See `src/limits.py`.", "src/limits.py"),
        ("- `src/a-b/limits.rs:120` has it", "src/a-b/limits.rs"),
        ("`../docs/other.md` says more", "../docs/other.md"),
        ("| `db/schema.sql` | tables |", "db/schema.sql"),
    ],
)
def test_a_file_in_backticks_is_named(line, path):
    """With its place, without the line that stands behind it."""
    assert [("file", path)] == named(line + "\n")
    (reference,) = named_files(read_document(PLAIN + line, "runbooks/disk.md"))
    assert len(path) == reference.place.end_column - reference.place.column


@pytest.mark.parametrize(
    "line",
    [
        "See `limits.py`.",
        "See `/etc/limits/a.py`.",
        "See src/limits.py.",
        "Create `src/limits.py` with it.",
        "It is written to `src/limits.py`.",
        "See `src/*/limits.py`.",
        "See ``src/limits.py``.",
        "See `src/limits.py` of the repository of the queue.",
        "See `src/limits.yaml.erb`.",
    ],
)
def test_what_may_be_elsewhere_or_is_made_by_the_text_is_left_out(line):
    """Names without a folder, of the machine, patterns."""
    assert [] == named(line + "\n")


@pytest.mark.parametrize(
    ("language", "line", "module"),
    [
        ("python", "from src.config.limits import Limits", "src.config.limits"),
        ("python", "import src.limits", "src.limits"),
        ("python", "    from a.b import (", "a.b"),
        ("sh", 'python -c "from src.limits import LIMIT; print(LIMIT)"', "src.limits"),
    ],
)
def test_a_module_that_is_imported_is_named(language, line, module):
    """In Python, and in the Python of a shell."""
    assert [("module", module)] == named(f"```{language}\n{line}\n```\n")


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("python", "import os"),
        ("python", "from . import x"),
        ("text", "from src.limits import LIMIT"),
        ("sh", "mongoimport --file c.d.e"),
    ],
)
def test_what_has_no_package_or_is_not_run_is_left_out(language, line):
    """One word may be any library's."""
    assert [] == named(f"```{language}\n{line}\n```\n")


def test_other_prose_may_plan_what_is_not_there_yet():
    """Only what is followed in trouble has to name what is there."""
    assert [] == named("See `src/limits.py`.\n", "README.md")


def test_what_is_named_is_bounded():
    """A hostile text fills no memory."""
    assert NAMED_MAX == len(named("See `src/limits.py`.\n" * (NAMED_MAX + 5)))
    assert {ReferenceKind.FILE.value} == {kind for kind, _ in named("`a/b.py`\n" * 3)}
