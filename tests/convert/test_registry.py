"""Each format is one module and one line, and no file is of two formats that would differ."""

from pathlib import Path

import pytest

from drillbook.convert import formats
from drillbook.convert.registry import FORMATS
from sources import DATA, sample


def test_the_registry_holds_every_module_of_its_folder():
    """And nothing else."""
    folder = Path(formats.__file__).parent
    assert {each.stem for each in folder.glob("*.py")} - {"__init__"} == FORMATS.keys()


@pytest.mark.parametrize("name", sorted(each.name for each in DATA.iterdir()))
def test_a_sample_is_of_one_format(name):
    """But for a notebook, which is Markdown as well."""
    found = [form for form, each in FORMATS.items() if each.may_be(sample(name))]
    assert 1 == len([form for form in found if form != "markdown"] or found)
