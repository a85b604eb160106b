"""A step that imports a module which the tree does not have."""

from datetime import date

import pytest

from drillbook.lint.card import card_of
from drillbook.lint.library.import_not_there import LINT
from drillbook.model.library import Library
from drillbook.model.lint import Circumstances, Flaw
from drillbook.read.markdown.runbook import read_document
from told import PLAIN

AROUND = Circumstances(today=date(2026, 11, 21))


def flaws(line: str, *files: str) -> list[Flaw]:
    """What is said of a step with this line in a tree of these files and folders."""
    text = f"{PLAIN}```python\n{line}\n{line}\n```\n"
    card = card_of(read_document(text, "docs/runbooks/disk.md"))
    return list(LINT.check(Library(cards=(card,), has_file=lambda one: one in files), AROUND))


def test_a_module_that_is_gone_is_underlined_once():
    """Its package is still there."""
    (flaw,) = flaws("from src.config.limits import Limits", "src", "src/config")
    assert "there is no module src.config.limits in this tree" in flaw.message
    assert (15, 6, 23) == (flaw.place.line, flaw.place.column, flaw.place.end_column)


@pytest.mark.parametrize(
    "file", ["src/config/limits.py", "src/config/limits", "src/config.py", "docs/src/config.py"]
)
def test_a_module_a_package_or_a_name_of_a_module_is_there(file):
    """Python finds each of them."""
    assert [] == flaws("from src.config.limits import Limits", "src", "src/config", file)


def test_a_package_that_is_not_there_may_be_anybodys():
    """A folder of manifests that is called kubernetes is no client of it."""
    assert [] == flaws("from kubernetes.client.api import CoreV1Api", "kubernetes")
    assert [] == flaws("from src.config.limits import Limits", "src")
