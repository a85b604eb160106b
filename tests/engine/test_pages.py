"""The pages about jobs and schedules say what the code does."""

import re
from pathlib import Path

import pytest

from drillbook.engine import address, shift, store
from drillbook.engine.postgresql import grants
from drillbook.model.settings import Server
from drillbook.read.configured import cron
from drillbook.read.configured.serving import SLOTS_MAX
from drillbook.read.settings import read_settings
from drillbook.verbs import schedules

PAGES = Path(__file__).parents[2] / "docs" / "reference"


def block(page, language):
    """The one fence of that language."""
    text = (PAGES / page).read_text(encoding="utf-8")
    (found,) = re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)
    return found


def test_the_rights_on_the_page_are_those_that_are_needed():
    """Statement by statement; that they suffice is tested on a real server."""
    shown = [line.removesuffix(";") for line in block("engine.md", "sql").splitlines()]
    assert [each.replace('"runner"', "runner") for each in grants("runner")] == shown


def test_a_role_with_an_odd_name_is_quoted():
    """Its name never becomes another statement."""
    assert all(each.endswith(' TO "x""; DROP TABLE y"') for each in grants('x"; DROP TABLE y'))


def test_the_schedules_on_the_page_are_read_without_flaw(tmp_path):
    """As they stand there."""
    path = tmp_path / "drillbook.toml"
    path.write_text(block("schedules.md", "toml"), encoding="utf-8")
    found, findings = read_settings(path)
    assert ((), 2) == (findings, len(found.schedules))


@pytest.mark.parametrize("word", cron.WORDS)
def test_every_word_for_a_time_is_on_the_page(word):
    """So that nobody has to guess."""
    assert word in (PAGES / "schedules.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "kind",
    [
        schedules.TICKED,
        schedules.ENDED,
        schedules.MISSED,
        schedules.REQUESTED,
        schedules.PAUSED,
        schedules.RESUMED,
    ],
)
def test_every_kind_of_entry_is_on_the_page(kind):
    """Whoever reads the journal finds what it means."""
    assert f"`{kind}`" in (PAGES / "schedules.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "said",
    [
        f"{store.NAME_LENGTH_MAX} printable characters",
        f"{store.SITE_LENGTH_MAX} printable characters",
        f"{store.ARGS_BYTES_MAX:,} bytes",
        f"at most {store.BECAUSE_LENGTH_MAX} characters",
        f"{Server().slots} if not said, at most {SLOTS_MAX:,}",
        f"{Server().dead_after_s:g} s if not said",
        f"| {address.STATEMENT_MS_MAX // 1_000} s |",
        f"`{address.SCHEMA}`",
    ],
)
def test_every_limit_is_on_the_page(said):
    """With its number."""
    assert said in (PAGES / "engine.md").read_text(encoding="utf-8")


def test_how_often_a_worker_says_that_it_lives_is_on_the_page():
    """Six times in the time after which it would be dead."""
    assert 6 == shift.BEATS_PER_DEATH
    assert "six times in `server.dead_after`" in (PAGES / "engine.md").read_text(encoding="utf-8")
