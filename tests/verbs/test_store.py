"""The store: its tables made and upgraded, rights that are just enough, how it stands."""

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy.engine import make_url

from drillbook.cli.main import code_of
from drillbook.cli.options import settings_of
from drillbook.journal.roles import NEVER_OF_RUNNERS
from drillbook.journal.version import NEWEST_NUMBER
from drillbook.model.journal import JournalError
from drillbook.model.lab import LabError
from drillbook.verbs.store import apply_roles, migrate_store, role_statements, store_status
from drillbook_labs.erpgo.programs import postgres_tree
from stores import PASSWORD, Databases, Kept, databases, raw


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    """One PostgreSQL for the tests of this file."""
    try:
        postgres_tree()
    except LabError as error:
        pytest.skip(f"there is no PostgreSQL here: {error}")
    with databases(tmp_path_factory.mktemp("template")) as found:
        yield found


@pytest.fixture
def empty(server: Databases, tmp_path: Path) -> Iterator[Path]:
    """The drillbook.toml of an empty database."""
    with server.fresh(is_empty=True) as url:
        yield configured(tmp_path, url, user="postgres")


def configured(folder: Path, url: str, *, user: str) -> Path:
    """Settings that name the database as this user, whose password is in a file."""
    (folder / "password").write_text(PASSWORD)
    config = folder / f"{user}.toml"
    address = make_url(url).set(username=user).render_as_string(hide_password=False)
    config.write_text(
        f'[store]\nurl = "{address}"\npassword_secret = "store"\nretry = "1s"\n\n'
        '[[secrets]]\nname = "store"\nfile = "password"\n'
    )
    return config


def ran(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """The exit code of `drillbook store …`, and what it said."""
    code = code_of(["store", *arguments])
    said = capsys.readouterr()
    return code, said.out, said.err


def url_in(config: Path) -> str:
    """The url that these settings hold."""
    return config.read_text().split('"')[1]


def made_role(config: Path, role: str) -> None:
    """A role that may log in and nothing else."""
    with raw(url_in(config)) as owner:
        owner.execute(f"DROP ROLE IF EXISTS {role}")
        owner.execute(f"CREATE ROLE {role} LOGIN PASSWORD '{PASSWORD}'")


@pytest.fixture
def runner(empty: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Kept]:
    """A journal, opened as the role of a runner that got its rights from the command."""
    made_role(empty, "a_runner")
    assert 0 == ran(capsys, "migrate", "--config", str(empty))[0]
    assert 0 == ran(capsys, "roles", "--runner", "a_runner", "--apply", "--config", str(empty))[0]
    url = make_url(url_in(empty)).set(username="a_runner").render_as_string(hide_password=False)
    yield Kept(state=empty.parent, url=url, retry_s=1.0)
    with raw(url_in(empty)) as owner:
        owner.execute("DROP OWNED BY a_runner")
        owner.execute("DROP ROLE a_runner")


def as_role(kept: Kept, role: str) -> psycopg.Connection[Any]:
    """A connection of that role, whose names are the journal's."""
    address = make_url(kept.url)
    return psycopg.connect(
        f"host={address.host} port={address.port} user={role} dbname={address.database} "
        f"password={PASSWORD} options=-csearch_path=drillbook",
        autocommit=True,
    )


def test_a_file_that_is_not_there_is_not_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """To ask how it stands changes nothing."""
    config = tmp_path / "drillbook.toml"
    config.write_text("")
    code, out, _ = ran(capsys, "status", "--config", str(config))
    assert (0, "nothing is there yet") == (code, out.splitlines()[1])
    assert [config] == list(tmp_path.iterdir())


def test_sqlite_is_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Entries, streams, those without an end, blobs, and bytes with the log beside the file."""
    config = tmp_path / "drillbook.toml"
    config.write_text("")
    kept = Kept(state=tmp_path / ".drillbook")
    with closing(kept.open()) as journal:
        for kind in ("run-started", "run-ended"):
            journal.append("run/1", kind, {})
        journal.append("run/2", "run-started", {})
        journal.put_blob(b"x")
        _, out, _ = ran(capsys, "status", "--format", "json", "--config", str(config))
    found = json.loads(out)
    assert found.pop("size_bytes") > 4_096
    assert found == {
        "kind": "sqlite",
        "place": str(kept.path),
        "version": NEWEST_NUMBER,
        "newest": NEWEST_NUMBER,
        "entries": 3,
        "streams": 2,
        "open_streams": 1,
        "blobs": 1,
    }


def test_sqlite_is_made_and_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The command may be run again at any time."""
    config = tmp_path / "drillbook.toml"
    config.write_text("")
    said = [ran(capsys, "migrate", "--config", str(config))[1] for _ in range(2)]
    assert [
        f"the journal's tables were made, in version {NEWEST_NUMBER}\n",
        f"the journal's tables are of version {NEWEST_NUMBER} already\n",
    ] == said


def test_a_file_that_is_no_journal_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Neither counted nor changed."""
    config = tmp_path / "drillbook.toml"
    config.write_text('state = "."\n')
    (tmp_path / "journal.db").write_text("these are my notes\n" * 100)
    code, out, err = ran(capsys, "status", "--config", str(config))
    assert (2, "", 1) == (code, out, len(err.splitlines()))
    assert "file is not a database" in err


def test_sqlite_has_no_roles(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The line says what has some."""
    config = tmp_path / "drillbook.toml"
    config.write_text("")
    code, _, err = ran(capsys, "roles", "--runner", "x", "--config", str(config))
    assert (2, True) == (code, "roles are for a PostgreSQL" in err)


def test_a_role_must_be_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Neither printed nor applied for nobody."""
    code, _, err = ran(capsys, "roles", "--config", str(tmp_path / "drillbook.toml"))
    assert (2, True) == (code, "name a role with --runner or --server" in err)


@pytest.mark.lab
def test_postgresql_is_made_once_and_counted(
    empty: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The journal's tables and those of jobs; where it stands before and after."""
    before = ran(capsys, "status", "--config", str(empty))[1]
    first = ran(capsys, "migrate", "--config", str(empty))[1]
    again = ran(capsys, "migrate", "--config", str(empty))[1]
    after = ran(capsys, "status", "--config", str(empty))[1]
    assert "nothing is there yet" == before.splitlines()[1]
    assert (
        f"the journal's tables were made, in version {NEWEST_NUMBER}\n"
        "the tables of jobs were made or upgraded\n"
    ) == first
    assert f"the journal's tables are of version {NEWEST_NUMBER} already\n" == again
    assert f"version {NEWEST_NUMBER}" == after.splitlines()[1]
    assert after.splitlines()[2].startswith("0 entries in 0 streams, 0 of them without their end")
    assert PASSWORD not in before + first + again + after


@pytest.mark.lab
def test_a_runners_role_does_all_of_its_work(runner: Kept) -> None:
    """Append, fence, anchor, keep outputs, look for open runs, verify."""
    with closing(runner.open()) as journal:
        holder = journal.append("run/1", "run-started", {}).seq
        journal.append("run/2", "run-started", {})
        journal.append("run/1", "run-ended", {}, holder=holder)
        journal.anchor("run/1")
        digest = journal.put_blob(b"what was printed")
        assert b"what was printed" == journal.blob(digest)
        assert ("run/2",) == journal.unended("run/", "run-ended")
        assert [] == list(journal.verify())


@pytest.mark.lab
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entries SET body = '{}'",
        "DELETE FROM entries",
        "TRUNCATE entries",
        "UPDATE ledger SET head = ''",
        "DELETE FROM ledger",
        "UPDATE blobs SET data = ''",
        "DELETE FROM blobs",
        "DELETE FROM open_streams",
        "INSERT INTO open_streams VALUES ('run/x', 1)",
        "UPDATE alembic_version SET version_num = '9'",
        "ALTER TABLE entries DISABLE TRIGGER ALL",
        "DROP TABLE entries",
        "CREATE TABLE drillbook.more (x int)",
        "CREATE FUNCTION drillbook.f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "SET session_replication_role = replica",
    ],
)
def test_the_server_refuses_a_runner_the_rest(runner: Kept, statement: str) -> None:
    """Whatever a runner's program is made to say, the server does not do it."""
    with closing(runner.open()) as journal:
        journal.append("run/1", "run-started", {})
    refused = pytest.raises(psycopg.errors.InsufficientPrivilege)
    with as_role(runner, "a_runner") as connection, refused:
        connection.execute(statement)


@pytest.mark.lab
@pytest.mark.parametrize("kind", NEVER_OF_RUNNERS)
def test_a_runner_cannot_say_what_people_say(runner: Kept, kind: str) -> None:
    """Whoever stole its password can forge no request, no approval and no token."""
    with closing(runner.open()) as journal:
        journal.append("run/1", "run-started", {})
        with pytest.raises(JournalError, match="row-level security policy") as caught:
            journal.append("run/1", kind, {"by": "ada"})
        assert 1 == len(str(caught.value).splitlines())
        assert 2 == journal.append("run/1", "run-resumed", {}).seq


@pytest.mark.lab
def test_a_servers_role_can_and_one_that_becomes_it_too(runner: Kept, empty: Path) -> None:
    """Roles may be applied again, as they are or as the other."""
    for is_runner in (True, False, False):
        apply_roles(settings_of(empty), "a_runner", is_runner=is_runner)
    with closing(runner.open()) as journal:
        assert 1 == journal.append("run/1", "run-requested", {}).seq
        assert 2 == journal.append("run/1", "approved", {}).seq
        assert ["run-requested", "approved"] == [each.kind for each in journal.entries("run/1")]


@pytest.mark.lab
def test_a_role_loses_what_it_had_before(runner: Kept, empty: Path) -> None:
    """Rights that somebody gave by hand are gone after the command."""
    with raw(url_in(empty)) as owner:
        owner.execute("GRANT ALL ON drillbook.entries TO a_runner")
    migrate_store(settings_of(empty))
    apply_roles(settings_of(empty), "a_runner")
    refused = pytest.raises(psycopg.errors.InsufficientPrivilege)
    with as_role(runner, "a_runner") as connection, refused:
        connection.execute("DELETE FROM entries")


@pytest.mark.lab
def test_what_is_printed_is_what_is_applied(
    empty: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An owner who applies nothing by program can paste it; names are quoted."""
    migrate_store(settings_of(empty))
    odd = 'a "runner" of; ours'
    _, printed, _ = ran(capsys, "roles", "--runner", odd, "--config", str(empty))
    quoted = '"a ""runner"" of; ours"'
    on_the_table = [line for line in printed.splitlines() if ".entries USING" in line]
    rest = [line for line in printed.splitlines() if f" {quoted}" not in line]
    assert 1 == len(on_the_table)
    # These let whoever was granted the table use it, and name no role.
    assert 3 == len(rest)
    with raw(url_in(empty)) as owner:
        owner.execute(f"CREATE ROLE {quoted}")
        owner.execute(printed)
        row = owner.execute(
            "SELECT has_table_privilege(%s, 'drillbook.entries', 'INSERT'), "
            "has_table_privilege(%s, 'drillbook.entries', 'DELETE')",
            (odd, odd),
        ).fetchone()
        owner.execute(f"DROP OWNED BY {quoted}")
        owner.execute(f"DROP ROLE {quoted}")
    assert (True, False) == row


@pytest.mark.lab
@pytest.mark.parametrize(
    ("role", "says"),
    [("nobody_at_all", "create it first"), ("postgres", "is a superuser or owns")],
)
def test_roles_that_cannot_be_bounded_are_refused(empty: Path, role: str, says: str) -> None:
    """One that is not there, and one that can do anything anyway."""
    migrate_store(settings_of(empty))
    with pytest.raises(JournalError, match=says):
        apply_roles(settings_of(empty), role)


@pytest.mark.lab
def test_a_role_without_rights_is_sent_to_the_owner(
    empty: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line names the command that gives them."""
    made_role(empty, "a_stranger")
    assert 0 == ran(capsys, "migrate", "--config", str(empty))[0]
    config = configured(empty.parent, url_in(empty), user="a_stranger")
    code, _, err = ran(capsys, "status", "--config", str(config))
    with raw(url_in(empty)) as owner:
        owner.execute("DROP ROLE a_stranger")
    assert (2, 1) == (code, len(err.splitlines()))
    assert "let the schema's owner run `drillbook store roles`" in err


def test_nothing_is_asked_of_the_server_to_print(tmp_path: Path) -> None:
    """The SQL can be had where neither server nor password can be reached."""
    config = configured(tmp_path, "postgresql://127.0.0.1:1/journal", user="me")
    statements = role_statements(settings_of(config), "runner")
    assert 'GRANT USAGE ON SCHEMA "drillbook" TO "runner"' in statements


def test_status_of_a_server_that_is_away_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """At once: who asks how it stands wants no patience."""
    config = configured(tmp_path, "postgresql://127.0.0.1:1/journal", user="me")
    code, _, err = ran(capsys, "status", "--config", str(config))
    assert (2, 1) == (code, len(err.splitlines()))
    assert "Connection refused" in err
    assert 0 == store_status(settings_of(empty_settings(tmp_path))).version


def empty_settings(folder: Path) -> Path:
    """Settings that say nothing."""
    config = folder / "empty.toml"
    config.write_text("")
    return config
