"""An order becomes a layout and checked files; what cannot be is told before anything starts."""

import stat
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drillbook.model.lab import LabError, LabOrder
from drillbook_labs.erpgo import raising


def order(folder: Path, **fields: object) -> LabOrder:
    """An order for a lab in that folder."""
    whole = {"rule_files": {}, "hook_url": "http://127.0.0.1:1/a", "hook_token": "t", **fields}
    return LabOrder(folder=folder, **whole)  # type: ignore[arg-type]


def test_a_folder_that_holds_something_is_refused(tmp_path: Path) -> None:
    """All in it will be taken away at the end: it must not be somebody's own."""
    (tmp_path / "thesis.md").write_text("mine")
    with pytest.raises(LabError, match="is not empty; give the lab a folder of its own"):
        raising._own_folder(tmp_path)
    assert "mine" == (tmp_path / "thesis.md").read_text()


def test_a_folder_is_made_so_that_the_servers_user_can_pass(tmp_path: Path) -> None:
    """It may go through, and not look around."""
    folder = tmp_path / "a" / "b"
    raising._own_folder(folder)
    assert 0o711 == stat.S_IMODE(folder.stat().st_mode)


@pytest.mark.parametrize("name", ["file", "file/below"])
def test_a_path_that_cannot_be_a_folder_is_told(tmp_path: Path, name: str) -> None:
    """One line of ours, and no traceback."""
    (tmp_path / "file").touch()
    with pytest.raises(LabError):
        raising._own_folder(tmp_path / name)


@pytest.mark.parametrize(
    "names",
    [
        ["../../escape.yml"],
        ["/etc/passwd"],
        ["a/b.yml", "a_b.yml", "a?b.yml"],
        ["", " ", "\n"],
        ["é" * 300, "x" * 300],
        ["a.yml", "A.yml"],
        ["..", "."],
    ],
)
def test_no_name_of_a_rule_file_leaves_the_folder_or_hides_another(
    tmp_path: Path, names: list[str]
) -> None:
    """A pack is text from outside, its files' names as well."""
    folder = tmp_path / "rules"
    written = raising._write_rules(folder, {name: f"text of {name}" for name in names})
    assert len(names) == len(set(written)) == len(list(folder.iterdir()))
    assert {folder} == {path.parent for path in written}
    assert {f"text of {name}" for name in names} == {path.read_text() for path in written}


@settings(max_examples=30)
@given(names=st.sets(st.text(max_size=120), max_size=6))
def test_whatever_rule_files_are_called_all_are_written(
    tmp_path_factory: pytest.TempPathFactory, names: set[str]
) -> None:
    """One file for each, in the order of their names."""
    folder = tmp_path_factory.mktemp("lab") / "rules"
    written = raising._write_rules(folder, dict.fromkeys(names, ""))
    assert len(names) == len(list(folder.iterdir()))
    assert sorted(written) == written


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (["sh", "-c", "echo 'line 3: bad'; exit 1"], "sh refuses the configuration: line 3: bad"),
        (["sh", "-c", "echo wrong >&2; exit 2"], "sh refuses the configuration: wrong"),
        (["/no/such/promtool", "check"], "/no/such/promtool: "),
        (["sh", "-c", "kill -9 $$"], "sh refuses the configuration"),
    ],
)
def test_a_refused_configuration_is_told_in_the_servers_words(
    command: list[str], words: str
) -> None:
    """On one line."""
    with pytest.raises(LabError) as told:
        raising._check(command)
    assert words in str(told.value)
    assert "\n" not in str(told.value)


def test_a_tool_that_says_a_lot_is_cut() -> None:
    """The end of its words is where the cause stands."""
    with pytest.raises(LabError) as told:
        raising._check(["sh", "-c", "yes no | head -100000; echo the cause; exit 1"])
    assert str(told.value).endswith("the cause")
    assert len(str(told.value)) < 700


def test_a_configuration_that_is_right_is_no_words() -> None:
    """Whatever the tool prints."""
    raising._check(["sh", "-c", "echo SUCCESS"])


@pytest.mark.parametrize(
    ("data", "tail"),
    [
        (b"", "nothing"),
        (b" \n\n ", "nothing"),
        (b"FATAL: no\n", "FATAL: no"),
        (b"a\n\n  b\tc", "a b c"),
        (b"\xff\xfe", "\ufffd\ufffd"),
        (b"x" * 100_000 + b" end", "x" * 396 + " end"),
    ],
)
def test_the_end_of_a_log_is_one_short_line(tmp_path: Path, data: bytes, tail: str) -> None:
    """Whatever a server writes."""
    log = tmp_path / "postgresql.log"
    log.write_bytes(data)
    assert tail == raising._tail(log)


def test_a_log_that_is_not_there_says_nothing(tmp_path: Path) -> None:
    """And why."""
    assert raising._tail(tmp_path / "away.log").startswith("nothing (")


@pytest.mark.parametrize("compression", [0, 0.5, 1001, float("inf"), float("nan")])
def test_an_order_that_no_lab_can_follow_makes_nothing(tmp_path: Path, compression: float) -> None:
    """It is refused before a folder is made."""
    folder = tmp_path / "lab"
    with pytest.raises(LabError, match="give a number between 1 and 1000"):
        raising.make_layout(order(folder, compression=compression), {})
    assert not folder.exists()
