"""Where a lab lies, how fast it runs, and that it is found again."""

from dataclasses import replace
from pathlib import Path

import pytest

from drillbook.model.drill import Setting
from drillbook.model.lab import LabError, LabOrder, Pacing
from drillbook_labs.erpgo import layout as layouts
from drillbook_labs.erpgo.layout import FULL_PACING, Layout


def order(folder: Path, **settings: Setting) -> LabOrder:
    """Answer an order with nothing but a folder and settings."""
    return LabOrder(folder=folder, rule_files={}, hook_url="", hook_token="", settings=settings)


def test_full_length_is_what_production_runs() -> None:
    """Without compression the intervals are the full ones."""
    assert FULL_PACING == layouts.compressed(FULL_PACING, 1)


def test_compression_divides_every_interval() -> None:
    """Ten times as fast means a tenth of every interval."""
    expected = Pacing(scrape_s=1.5, evaluation_s=1.5, group_wait_s=1.0, group_interval_s=1.0)
    assert expected == layouts.compressed(FULL_PACING, 10)


def test_no_interval_is_shorter_than_the_servers_can_follow() -> None:
    """An interval stays at a fifth of a second; a scrape's, at what an exporter in need takes."""
    shortest = layouts.compressed(FULL_PACING, 1000)
    assert (
        Pacing(scrape_s=1.5, evaluation_s=0.2, group_wait_s=0.2, group_interval_s=0.2) == shortest
    )


def test_a_saved_layout_is_loaded_the_same(layout: Layout) -> None:
    """lab.json holds everything that a lab is found again by."""
    saved = replace(layout, without=("pg_isready", "curl"))
    layouts.save(saved)
    assert saved == layouts.load(layout.folder)


def test_no_lab_is_no_error(tmp_path: Path) -> None:
    """Where no lab was ever started there is simply none, also where there is no folder."""
    assert layouts.load(tmp_path) is None
    assert layouts.load(tmp_path / "nowhere") is None


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"annex": 1}', '"text"', "null", "\x00\xff"])
def test_a_damaged_file_is_named(tmp_path: Path, text: str) -> None:
    """A lab.json that is not ours gives one line with its path and the cure."""
    (tmp_path / "lab.json").write_text(text, encoding="utf-8")
    with pytest.raises(LabError, match=r"lab\.json is not a lab's file .*; remove it"):
        layouts.load(tmp_path)


def test_an_unknown_setting_is_named_with_the_known_ones(tmp_path: Path) -> None:
    """A typing error in a drill's lab settings does not pass silently."""
    with pytest.raises(LabError, match="no setting witout; it knows without"):
        layouts.check_order(order(tmp_path, witout=("curl",)))


@pytest.mark.parametrize("value", ["pg_isready", 3, ("",), ("/usr/bin/psql",)])
def test_without_is_a_list_of_names(tmp_path: Path, value: Setting) -> None:
    """A single text, a number, an empty name and a path are refused with the form that works."""
    with pytest.raises(LabError, match=r"write without: \[pg_isready\]"):
        layouts.check_order(order(tmp_path, without=value))


@pytest.mark.parametrize("compression", [0, 0.5, -1, 1001, float("nan")])
def test_a_compression_that_makes_no_sense_is_refused(tmp_path: Path, compression: float) -> None:
    """A lab is never slower than production, nor endlessly fast."""
    with pytest.raises(LabError, match="between 1 and 1000"):
        layouts.check_order(replace(order(tmp_path), compression=compression))


@pytest.mark.parametrize("folder", ["relative/lab", "/tmp/100%", '/tmp/a"b', "/tmp/a;b"])
def test_a_folder_that_no_configuration_can_hold_is_refused(folder: str) -> None:
    """Signs that mean something to supervisord's configuration are refused beforehand."""
    with pytest.raises(LabError, match="give an absolute path of plain signs"):
        layouts.check_order(order(Path(folder)))


def test_a_socket_goes_elsewhere_where_its_path_is_too_long(tmp_path: Path) -> None:
    """The kernel takes 107 bytes for a socket's path, so a deep folder has it in the annex."""
    annex = layouts.new_annex()
    assert Path("/tmp/lab/supervisor.sock") == layouts.socket_in(Path("/tmp/lab"), annex)
    deep = tmp_path / ("deep" * 30)
    assert annex / "supervisor.sock" == layouts.socket_in(deep, annex)


def test_two_labs_have_two_annexes() -> None:
    """Annexes are named apart."""
    assert layouts.new_annex() != layouts.new_annex()
