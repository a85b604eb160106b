"""The sample files of other tools, made hostile → runbooks that can be read, or what is missing."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drillbook.convert.registry import FORMATS
from drillbook.model.finding import Severity
from drillbook.model.runbook import Kind
from drillbook.model.sentence import Risk
from drillbook.read.markdown.runbook import read_document
from mutated import CHANGES
from sources import DATA, source_of, steps_of

SAMPLES = sorted(DATA.iterdir())
TEXTS = {path.name: path.read_text(encoding="utf-8") for path in SAMPLES}


@st.composite
def sources(draw):
    """A sample with changes in it, read as its own format or as any other that it may be."""
    name = draw(st.sampled_from(sorted(TEXTS)))
    text = TEXTS[name]
    for change in draw(CHANGES):
        text = change.of(text)
    source = source_of(text, name)
    return source, [form for form in FORMATS.values() if form.may_be(source)]


@settings(max_examples=60)
@given(sources())
def test_whatever_a_file_holds_its_runbooks_are_read_without_an_error(given_source):
    """And each file that comes of it has a name that lies in the folder."""
    source, forms = given_source
    for form in forms:
        for name, text in form.convert(source).files.items():
            assert name == name.strip("./ ")
            assert not {*name} & {*"/\\\0\n"}
            errors = [
                each
                for each in read_document(text, name).findings
                if each.severity is Severity.ERROR
            ]
            # A page of Markdown keeps its own lines, and with them their flaws.
            assert [] == errors or source.path.endswith(".md")


@settings(max_examples=60)
@given(sources())
def test_what_is_left_out_is_told_where_it_stands(given_source):
    """In one line with a cure, at a line of the file."""
    source, forms = given_source
    lines = (
        source.text.count("\n") + 2 + sum(source.text.count(end) for end in "\r\x85\u2028\u2029")
    )
    for form in forms:
        for each in form.convert(source).leftovers:
            assert source.path == each.place.path
            assert 1 <= each.place.line <= lines
            assert each.message
            assert each.help
            assert "\n" not in each.message + each.help


@settings(max_examples=60)
@given(sources())
def test_no_job_becomes_milder_than_it_was(given_source):
    """Nobody said what its steps risk, so none of them runs without being asked for."""
    source, forms = given_source
    for form in forms:
        if source.path.endswith(".md"):
            continue
        for name, text in form.convert(source).files.items():
            for runbook in read_document(text, name).runbooks:
                assert runbook.kind is Kind.PROCEDURE
                assert {Risk.DESTRUCTIVE} >= {option.risk for option in runbook.options}


@settings(max_examples=60)
@given(sources())
def test_the_same_file_gives_the_same_runbooks(given_source):
    """So that a second import is a small change."""
    source, forms = given_source
    for form in forms:
        assert form.convert(source) == form.convert(source)


@pytest.mark.parametrize("name", sorted(TEXTS))
@pytest.mark.parametrize("sign", ["\u202e", "\x1b[2J", "\x00", "\u2066", "\x07"])
def test_a_title_shows_nothing_that_is_obeyed(name, sign):
    """A job may be called by anything; titles and names of steps are what people read first."""
    text = TEXTS[name].replace("a", f"a{sign}", 3)
    source = source_of(text, name)
    for form in (form for form in FORMATS.values() if form.may_be(source)):
        if name.endswith(".md"):
            continue
        for path, made in form.convert(source).files.items():
            for runbook in read_document(made, path).runbooks:
                said = [runbook.title, *steps_of(runbook)]
                assert not {unicodedata.category(c) for c in "".join(said)} & {"Cc", "Cf"}
