"""What the journal's tests share: a journal of its own, and the hand of one who alters it."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from drillbook.model.journal import Journal
from drillbook.model.lab import LabError
from drillbook_labs.erpgo.programs import postgres_tree
from stores import Databases, Kept, databases

Alter = Callable[..., None]
STORES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.lab)]


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    """One PostgreSQL for all tests of this process."""
    try:
        postgres_tree()
    except LabError as error:
        pytest.skip(f"there is no PostgreSQL here: {error}")
    with databases(tmp_path_factory.mktemp("template")) as found:
        yield found


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Kept]:
    """A place for a journal: nothing is there yet, neither file nor folder, neither entry."""
    if request.param == "sqlite":
        yield Kept(state=tmp_path / "state")
        return
    found: Databases = request.getfixturevalue("server")
    with found.fresh() as url:
        (tmp_path / "state").mkdir()
        yield Kept(state=tmp_path / "state", url=url)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the journal of SQLite lies; neither file nor folder is there yet."""
    return tmp_path / "state" / "journal.db"


@pytest.fixture
def journal(store: Kept) -> Iterator[Any]:
    """An empty journal."""
    with closing(store.open()) as opened:
        yield opened


@pytest.fixture
def alter(store: Kept) -> Alter:
    """Run one statement on the store past Drillbook, its guards taken away."""
    return store.alter


def flaws_of(journal: Journal) -> list[tuple[str, int, str]]:
    """Every flaw, with the first word of its reason."""
    return [(flaw.stream, flaw.seq, flaw.because.split(":")[0]) for flaw in journal.verify()]
