"""Which traces are of an attempt: its machine's, since its boot, in its folder."""

import shutil

import pytest

from drillbook.model.attempt import Origin
from drillbook.run.traces import is_of_folder, is_of_machine, mark_of

HERE = Origin(host="alpha", boot_id="b-1")


@pytest.mark.parametrize(
    ("host", "boot_id", "expected"),
    [
        ("alpha", "b-1", True),
        ("beta", "b-1", False),
        ("alpha", "b-2", False),
    ],
)
def test_a_machine_is_its_name_and_its_boot(host, boot_id, expected):
    """Two containers may share a boot, two boots a name."""
    assert expected is is_of_machine({"host": host, "boot_id": boot_id}, HERE)


def test_a_folder_keeps_its_mark(tmp_path):
    """Whatever is written into it, and by whatever path it is reached."""
    folder = tmp_path / "a" / "1"
    folder.mkdir(parents=True)
    mark = mark_of(folder)
    (folder / "lock").touch()
    (tmp_path / "b").symlink_to(tmp_path / "a")
    assert mark == mark_of(folder) == mark_of(tmp_path / "b" / "1")
    assert is_of_folder({"folder": mark}, tmp_path / "b" / "1")


def test_a_copy_is_another_folder(tmp_path):
    """Like one of the same number below another runner's state."""
    folder, copy = tmp_path / "1", tmp_path / "2"
    folder.mkdir()
    shutil.copytree(folder, copy)
    assert mark_of(folder) != mark_of(copy)
    assert not is_of_folder({"folder": mark_of(folder)}, copy)


def test_an_older_versions_intent_means_the_folder_that_there_is(tmp_path):
    """A run that waits survives an upgrade; one that is not there is none."""
    assert is_of_folder({}, tmp_path)
    assert not is_of_folder({}, tmp_path / "none")
    assert not is_of_folder({"folder": mark_of(tmp_path)}, tmp_path / "none")
