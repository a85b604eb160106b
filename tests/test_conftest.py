"""The stories' own mechanism."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

pytest_plugins = ["pytester"]

CONFTEST = Path(__file__).with_name("conftest.py")
TEST = """
def test_it(tell, request):
    story = tell(request.path.with_name("story.txt"))
    story.expect("loud", story.given("quiet").upper())
"""


@pytest.fixture
def suite(pytester: pytest.Pytester) -> pytest.Pytester:
    """A suite of one test that tells one story, whose expected part is wrong."""
    pytester.makeconftest(CONFTEST.read_text(encoding="utf-8"))
    pytester.makepyfile(TEST)
    pytester.path.joinpath("story.txt").write_text("=== quiet\na\n\\=== b\n\n=== loud\nX\n")
    return pytester


def test_a_difference_fails(suite: pytest.Pytester) -> None:
    """A story that does not come out as it says is a failure that names its part."""
    result = suite.runpytest()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*part 'loud' differs*"])


def test_an_update_writes_what_came_of_it(suite: pytest.Pytester) -> None:
    """After the update the story holds given and expected, and passes."""
    suite.runpytest("--snapshot-update").assert_outcomes(passed=1)
    expected = "=== quiet\na\n\\=== b\n\n=== loud\nA\n\\=== B\n\n"
    assert expected == suite.path.joinpath("story.txt").read_text()
    suite.runpytest().assert_outcomes(passed=1)


def test_a_missing_part_fails(suite: pytest.Pytester) -> None:
    """A story without its expected part does not pass by silence."""
    suite.path.joinpath("story.txt").write_text("=== quiet\na\n")
    suite.runpytest().assert_outcomes(failed=1)


def test_parts_of_another_story_are_untouched(tell: Callable[[Path], Any], tmp_path: Path) -> None:
    """Reading a story changes nothing in its file."""
    path = tmp_path / "story.txt"
    path.write_text("=== a\nb\n")
    tell(path).expect("a", "b")
    assert "=== a\nb\n" == path.read_text()


def test_the_long_storms_try_far_more():
    """What few examples do not find, `make soak` looks for."""
    few, many = (settings.get_profile(name).max_examples for name in ("drillbook", "soak"))
    assert many >= 20 * few >= 20
