"""What stands behind the ticks becomes attributes of ours, or is said."""

import pytest

from drillbook.convert.attributes import attributes_of
from drillbook.model.document import Fence


def read(info):
    left = []
    fence = Fence(info=info, content="a", line=3, column=1, end_line=5, is_closed=True)
    return dict(attributes_of(fence, "a.md", left)), [each.message for each in left]


@pytest.mark.parametrize(
    ("info", "kept"),
    [
        ("sh", {}),
        ("sh { name=a timeout=5s }", {"name": "a", "timeout": "5s"}),
        ("sh {name=a}", {"name": "a"}),
        ("sh { name=\"a\" cwd='/srv' }", {"name": "a", "cwd": "/srv"}),
        ('sh {"name":"a","background":true}', {"name": "a", "background": "yes"}),
        ('sh {"background":"false","id":"01X"}', {"background": "no"}),
        ("sh { category=ops promptEnv=no }", {"tag": "ops", "promptEnv": "no"}),
        ("sh { interactive=false excludeFromRunAll=true }", {"excludeFromRunAll": "yes"}),
        ("sh {", {}),
        ("sh {}", {}),
        ('sh {"name":', {}),
        ("sh " + "{" * 1_000, {}),
        ('sh {"a":' * 300, {}),
    ],
)
def test_ours_are_kept(info, kept):
    """In braces and as JSON; flags become yes and no."""
    assert kept == read(info)[0]


@pytest.mark.parametrize(
    ("info", "because"),
    [
        ("sh { interactive=true }", "interactive=true"),
        ("sh { colour=red }", "colour=red"),
        ('sh {"name":"a b"}', "name=a b"),
        ('sh {"name":["a"]}', "name=['a']"),
        ('sh {"name":"$(x)"}', "name=$(x)"),
    ],
)
def test_what_no_step_of_ours_can_is_said(info, because):
    """Also a value that no attribute may have."""
    kept, left = read(info)
    assert ({}, [f"the fence says {because}, which no step of ours can"]) == (kept, left)


def test_what_only_shows_or_identifies_is_not_worth_a_word():
    """Other tools write it everywhere."""
    assert ({}, []) == read('sh {"id":"01X","mimeType":"text/plain","terminalRows":"10"}')
