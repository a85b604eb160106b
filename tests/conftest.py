"""Stories: one file holds what is given and what must come of it, so that a review reads both.

A story is a text file of parts; a line `=== NAME` begins each. `pytest --snapshot-update`
writes what came of the given parts into the expected ones; the change is then reviewed.
"""

import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

# No test is decided by how busy the machine is.
settings.register_profile("drillbook", deadline=None, max_examples=50)
# `make soak` looks for what so few examples do not find.
settings.register_profile("soak", deadline=None, max_examples=2_000)
settings.load_profile("drillbook")

# A CI job in the background is started with Ctrl-C ignored, which every program that a test
# starts would inherit: then no test of Ctrl-C could pass.
signal.signal(signal.SIGINT, signal.default_int_handler)

MARK = "=== "


class Story:
    """The parts of one file, by name."""

    def __init__(self, path: Path, *, is_updated: bool) -> None:
        self.path = path
        self.parts = parts_of(path.read_text(encoding="utf-8"))
        self._is_updated = is_updated

    def given(self, name: str) -> str:
        """The text of a part. Raises KeyError where the story has none of that name."""
        return self.parts[name]

    def expect(self, name: str, actual: str) -> None:
        """Compare with the part, or with --snapshot-update write it."""
        if self._is_updated and self.parts.get(name) != actual:
            self.parts[name] = actual
            self.path.write_text(text_of(self.parts), encoding="utf-8")
        assert self.parts.get(name, "") == actual, (
            f"{self.path.name}: part {name!r} differs; run pytest --snapshot-update and review"
        )


def parts_of(text: str) -> dict[str, str]:
    """The parts of a story's text; a backslash before `===` stands for the line itself."""
    parts: dict[str, list[str]] = {}
    name = ""
    for line in text.splitlines():
        if line.startswith(MARK):
            name = line.removeprefix(MARK)
            parts[name] = []
        elif name:
            parts[name].append(line.removeprefix("\\") if line.startswith("\\===") else line)
    return {name: "\n".join(lines).strip("\n") for name, lines in parts.items()}


def text_of(parts: dict[str, str]) -> str:
    """A story's text, as `parts_of` reads it."""
    return "".join(f"{MARK}{name}\n{_guarded(part)}\n\n" for name, part in parts.items())


def _guarded(part: str) -> str:
    lines = part.strip("\n").split("\n")
    return "\n".join(f"\\{line}" if line.startswith("===") else line for line in lines)


def pytest_addoption(parser: pytest.Parser) -> None:
    """The switch that writes the expected parts."""
    parser.addoption(
        "--snapshot-update", action="store_true", help="write the expected parts of all stories"
    )


@pytest.fixture
def tell(request: pytest.FixtureRequest) -> Callable[[Path], Story]:
    """Open a story: `tell(path)`."""
    is_updated = bool(request.config.getoption("--snapshot-update"))
    return lambda path: Story(path, is_updated=is_updated)
