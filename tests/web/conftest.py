"""A journal and an engine in a test's own folder."""

from collections.abc import Iterator

import pytest

from drillbook.engine.open import open_engine
from drillbook.journal.sqlite import SqliteJournal
from drillbook.model.clock import SystemClock
from drillbook.model.engine import Engine
from drillbook.model.journal import Journal
from drillbook.read.settings import default_settings


@pytest.fixture
def journal(tmp_path) -> Iterator[Journal]:
    """A journal of its own."""
    journal = SqliteJournal(tmp_path / "journal.db", clock=SystemClock())
    yield journal
    journal.close()


@pytest.fixture
def engine(tmp_path) -> Iterator[Engine]:
    """An engine of its own."""
    engine = open_engine(default_settings(tmp_path), clock=SystemClock())
    yield engine
    engine.close()
