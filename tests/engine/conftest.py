"""Both kinds of engines, each test with a store of its own."""

import itertools

import pytest
from sqlalchemy.engine.url import make_url

import servers
from drillbook.engine import postgresql
from engines import Home

PASSWORD = "a-jobs-password"
NUMBERS = itertools.count(1)


@pytest.fixture(scope="session")
def postgresql_server():
    """A PostgreSQL whose database `template` has the tables of jobs."""
    with servers.postgresql(PASSWORD) as url:
        template = postgresql.Address(url=url, password=PASSWORD)
        with template.connected(autocommit=True) as connection:
            connection.execute("CREATE DATABASE jobs_template")
        postgresql.migrate(address_of(url, "jobs_template"))
        yield url


def address_of(url, database):
    """The same server, another database."""
    at = make_url(url).set(database=database).render_as_string(hide_password=False)
    return postgresql.Address(url=at, password=PASSWORD)


@pytest.fixture
def database(postgresql_server):
    """A database of its own with the tables of jobs: its address, gone afterwards."""
    name = f"jobs_{next(NUMBERS)}"
    server = postgresql.Address(url=postgresql_server, password=PASSWORD)
    with server.connected(autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE jobs_template")
    yield address_of(postgresql_server, name)
    with server.connected(autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["embedded", pytest.param("postgresql", marks=pytest.mark.lab)])
def home(request, tmp_path):
    """Where an engine keeps its jobs, once for each kind of engine."""
    return home_of(request, tmp_path)


@pytest.fixture(params=["embedded", "postgresql"])
def any_home(request, tmp_path):
    """The same for storms, which are run by their own mark."""
    return home_of(request, tmp_path)


def home_of(request, tmp_path):
    """A new one of the kind that the fixture's parameter names."""
    state = str(tmp_path / "state")
    if request.param == "embedded":
        return Home(state=state)
    address = request.getfixturevalue("database")
    return Home(state=state, url=address.url, password=address.password)
