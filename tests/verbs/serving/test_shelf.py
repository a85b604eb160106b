"""Runbooks that may be started from afar, and names that lead nowhere."""

from dataclasses import replace

import pytest

from drillbook.model.clock import SystemClock
from drillbook.read.settings import default_settings
from drillbook.verbs.running.secrets import SetupError
from drillbook.verbs.serving import shelf as shelf_module
from drillbook.verbs.serving.shelf import Shelf, UnknownRunbookError

BOOK = "# The flag is down\n## Diagnosis\n"
SEVERAL = """---
runbooks: {rain: {}, snow: {}}
---
# Weather
## Rain
### Diagnosis
## Snow
### Diagnosis
"""


def make(folder, name, **books):
    """A pack of these runbooks, each a file."""
    (folder / "runbooks").mkdir(parents=True, exist_ok=True)
    (folder / "pack.yaml").write_text(f"name: {name}\n", encoding="utf-8")
    for book, text in books.items():
        (folder / f"runbooks/{book}.md").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def packs(tmp_path):
    """Two packs, of which one has a file of two runbooks."""
    return (
        make(tmp_path / "one", "flags", flag=BOOK),
        make(tmp_path / "two", "weather", weather=SEVERAL),
    )


@pytest.fixture
def shelf(tmp_path, packs):
    return Shelf(replace(default_settings(tmp_path), packs=packs), clock=SystemClock())


def test_every_runbook_of_every_pack_has_a_name(shelf):
    """The pack, the path, and the anchor in a file of several."""
    assert [
        "flags/runbooks/flag.md",
        "weather/runbooks/weather.md#rain",
        "weather/runbooks/weather.md#snow",
    ] == [book.name for book in shelf.books()]


def test_a_runbook_is_found_by_its_name(shelf, packs):
    """What is planned is the file in the pack, with the anchor."""
    book = shelf.find("weather/runbooks/weather.md#snow")
    assert f"{packs[1]}/runbooks/weather.md#snow" == book.path
    assert ("snow", "weather") == (book.runbook.anchor, book.pack.name)
    assert "flags" == shelf.pack("flags").name
    assert shelf.pack("flag") is None


@pytest.mark.parametrize(
    "name",
    [
        "",
        "flags",
        "runbooks/flag.md",
        "flags/runbooks/flag.md#rain",
        "flags/runbooks/../runbooks/flag.md",
        "flags/../one/runbooks/flag.md",
        "../secret.md",
        "/etc/passwd",
        "flags//runbooks/flag.md",
        "flags/runbooks/flag.md\0",
        "flags\\runbooks\\flag.md",
        "file:///etc/passwd",
        "x" * 1_000_000,
    ],
)
def test_a_name_that_no_pack_has_leads_nowhere(tmp_path, shelf, name):
    """Also where there is such a file: only names count. The line is short whatever was asked."""
    (tmp_path / "secret.md").write_text(BOOK, encoding="utf-8")
    with pytest.raises(UnknownRunbookError) as caught:
        shelf.find(name)
    assert "there are flags/runbooks/flag.md" in str(caught.value)
    assert len(str(caught.value)) < 500


def test_a_link_out_of_the_pack_is_no_runbook(tmp_path, shelf, packs):
    """Neither one that was there, nor one that was put there since."""
    (tmp_path / "secret.md").write_text(BOOK, encoding="utf-8")
    flag = packs[0] / "runbooks/flag.md"
    flag.unlink()
    flag.symlink_to(tmp_path / "secret.md")
    with pytest.raises(UnknownRunbookError, match="leads out of its pack"):
        shelf.find("flags/runbooks/flag.md")


def test_a_runbook_that_was_added_is_found_without_a_restart(shelf, packs, monkeypatch):
    """But the packs are not read again for every wrong name."""
    (packs[0] / "runbooks/pole.md").write_text(BOOK, encoding="utf-8")
    with pytest.raises(UnknownRunbookError):
        shelf.find("flags/runbooks/pole.md")
    monkeypatch.setattr(shelf_module, "LOOK_AGAIN_S", 0.0)
    assert "pole" == shelf.find("flags/runbooks/pole.md").file.stem


def test_two_packs_of_one_name_are_refused(tmp_path, packs):
    """The line names the pack and the cure."""
    again = make(tmp_path / "three", "flags", flag=BOOK)
    settings = replace(default_settings(tmp_path), packs=(*packs, again))
    with pytest.raises(SetupError, match=r"two packs are called 'flags'.*pack\.yaml"):
        Shelf(settings, clock=SystemClock())


def test_a_pack_that_is_not_there_is_refused(tmp_path):
    """Before anything is served."""
    settings = replace(default_settings(tmp_path), packs=(tmp_path / "none",))
    with pytest.raises(SetupError, match="no such pack; correct `packs`"):
        Shelf(settings, clock=SystemClock())
