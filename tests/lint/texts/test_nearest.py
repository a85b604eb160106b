"""The word that was probably meant."""

import pytest

from drillbook.lint.texts.nearest import nearest, nearest_path


@pytest.mark.parametrize(
    ("word", "known", "expected"),
    [
        ("DiskFul", ["DiskFull", "ApiDown"], "DiskFull"),
        ("diagnosys", ["resolution", "Diagnosis"], "Diagnosis"),
        ("DiskFull", ["DiskFull"], ""),
        ("NodeSystemSaturation", ["NodeFilesystemSpaceFillingUp"], ""),
        ("", ["a"], ""),
        ("a" * 200, ["a" * 199], ""),
        ("x", [], ""),
    ],
)
def test_a_slip_is_near_and_another_word_is_not(word: str, known: list[str], expected: str) -> None:
    """A wrong cure is worse than none; the word itself is no cure."""
    assert expected == nearest(word, known)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("books/disk-full.md", "docs/disk-full.md"),
        ("books/DISK-FULL", "docs/disk-full.md"),
        ("books/disk-ful.md", "docs/disk-full.md"),
        ("books/network.md", ""),
    ],
)
def test_a_file_is_known_by_its_name(path: str, expected: str) -> None:
    """Whatever its folder."""
    assert expected == nearest_path(path, ["docs/disk-full.md", "docs/api-down.md"])
