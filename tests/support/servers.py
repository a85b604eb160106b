"""Real servers for tests: PostgreSQL, MariaDB, Prometheus, and plain HTTP ones.

Each is a context manager that gives the server's URL and leaves nothing behind.
"""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit
from urllib.request import urlopen

from drillbook_labs.erpgo.postgres import can_run, copy_tree, run_as, server_user
from drillbook_labs.erpgo.programs import find_programs, folders_to_search, postgres_tree

ROOT = Path(__file__).parents[2]
UP_WITHIN_S = 60.0


def free_port() -> int:
    """A port on which nobody listens now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def wait_until(holds: Callable[[], bool], what: str) -> None:
    """Wait, with an end."""
    until_s = time.monotonic() + UP_WITHIN_S
    while not holds():
        assert time.monotonic() < until_s, f"{what} within {UP_WITHIN_S} s"
        time.sleep(0.05)


def accepts(port: int) -> bool:
    """Whether something listens there."""
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


@contextmanager
def folder_for(user: str | None) -> Iterator[Path]:
    """A folder that this user can enter, gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="drillbook-test-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def started(command: list[str], user: str | None, **env: str) -> Iterator[subprocess.Popen[bytes]]:
    """A server's process, ended afterwards."""
    account = pwd.getpwnam(user) if user else None
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
        env={"LC_ALL": "C", "PATH": "/usr/bin:/bin", **env},
        user=account.pw_uid if account else None,
        group=account.pw_gid if account else None,
        extra_groups=[] if account else None,
    )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(UP_WITHIN_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(UP_WITHIN_S)


@contextmanager
def postgresql(password: str, *settings: str) -> Iterator[str]:
    """A PostgreSQL that asks the superuser `postgres` for this password.

    `settings` are of the server, as `name=value`; without, it trusts the machine not to fail.
    """
    user = server_user()
    with folder_for(user) as folder:
        tree = postgres_tree()
        if not can_run(user, tree / "pginstall/bin/initdb"):
            copy_tree(tree, folder)
            tree = folder / tree.name
        data, secret = folder / "data", folder / "password"
        data.mkdir()
        secret.write_text(password, encoding="utf-8")
        if user:
            for path in (data, secret):
                shutil.chown(path, user)
        options = ["--no-sync", "-A", "scram-sha-256", "-U", "postgres", f"--pwfile={secret}"]
        initdb = [str(tree / "pginstall/bin/initdb"), *options, "--encoding=UTF8", "-D", str(data)]
        assert run_as(user, initdb, cwd=data).returncode == 0
        port = free_port()
        server = [str(tree / "pginstall/bin/postgres"), "-D", str(data), "-p", str(port)]
        server += ["-c", "listen_addresses=127.0.0.1", "-c", "fsync=off"]
        server += ["-c", f"unix_socket_directories={data}"]
        server += [word for setting in settings for word in ("-c", setting)]
        with started(server, user) as process:
            # The file's last line says when sessions are accepted.
            status = data / "postmaster.pid"
            wait_until(
                lambda: status.exists() and "ready" in status.read_text(), "PostgreSQL starts"
            )
            assert process.poll() is None
            yield f"postgresql+psycopg://postgres@127.0.0.1:{port}/postgres"


def mariadb_program() -> Path | None:
    """Where MariaDB's server lies, or None."""
    folders = folders_to_search(os.environ, ROOT)
    places = [folder.parent / "sbin/mariadbd" for folder in folders]
    return next((place.resolve() for place in places if place.is_file()), None)


@contextmanager
def mariadb(program: Path) -> Iterator[str]:
    """A MariaDB without accounts: whoever connects may do everything."""
    user = server_user()
    libraries = ":".join(str(each) for each in program.parents[1].glob("lib/*-linux-gnu"))
    with folder_for(user) as folder:
        data = folder / "data"
        data.mkdir()
        if user:
            shutil.chown(data, user)
        share = program.parents[1] / "share/mysql"
        common = [str(program), "--no-defaults", f"--datadir={data}", f"--lc-messages-dir={share}"]
        common += ["--innodb-flush-log-at-trx-commit=0", "--skip-grant-tables"]
        port = free_port()
        network = ["--bind-address=127.0.0.1", f"--port={port}", f"--socket={data}/socket"]
        with started([*common, *network], user, LD_LIBRARY_PATH=libraries) as process:
            wait_until(lambda: accepts(port) or process.poll() is not None, "MariaDB starts")
            assert process.poll() is None
            yield f"mysql+pymysql://root@127.0.0.1:{port}"


@contextmanager
def prometheus(*, scrapes_itself: bool = False) -> Iterator[str]:
    """A Prometheus that scrapes nothing, or itself alone."""
    program = find_programs(folders_to_search(os.environ, ROOT), ["prometheus"])["prometheus"]
    with folder_for(None) as folder:
        port = free_port()
        itself = f"[{{job_name: itself, static_configs: [{{targets: ['127.0.0.1:{port}']}}]}}]"
        config = "global: {scrape_interval: 1s}\nscrape_configs: "
        config += itself if scrapes_itself else "[]"
        (folder / "prometheus.yml").write_text(config + "\n", encoding="utf-8")
        command = [str(program), f"--config.file={folder}/prometheus.yml"]
        command += [f"--storage.tsdb.path={folder}/data", f"--web.listen-address=127.0.0.1:{port}"]
        with started(command, None) as process:
            url = f"http://127.0.0.1:{port}"
            wait_until(lambda: process.poll() is not None or _is_ready(url), "Prometheus starts")
            assert process.poll() is None
            yield url


def _is_ready(url: str) -> bool:
    with suppress(OSError), urlopen(f"{url}/-/ready", timeout=5) as answer:
        return bool(answer.status == 200)
    return False


class Heard:
    """What an HTTP server was asked: method, path, headers, body of each request."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, str, dict[str, str], bytes]] = []


Reply = tuple[int, dict[str, str], bytes]


@contextmanager
def http_server(
    reply: Callable[[str, str], Reply] = lambda _method, _path: (200, {}, b"fine\n"),
) -> Iterator[tuple[str, Heard]]:
    """An HTTP server that answers as `reply` says of method and path."""
    heard = Heard()

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            heard.requests.append((self.command, self.path, dict(self.headers), body))
            status, headers, content = reply(self.command, self.path)
            self.send_response(status)
            for name, value in {"Content-Length": str(len(content)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    for method in ("GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE"):
        setattr(Handler, f"do_{method}", Handler.answer)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", heard
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def raw_server(
    speak: Callable[[socket.socket], None], *, reads_first: bool = True
) -> Iterator[str]:
    """A server that reads a packet and then says whatever it likes, until it is hung up on."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                with connection, suppress(OSError):
                    connection.settimeout(UP_WITHIN_S)
                    if reads_first:
                        connection.recv(65_536)
                    speak(connection)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


def query_of(path: str) -> list[str]:
    """The values of a request's query, in order, decoded."""
    return [value for _, value in parse_qsl(urlsplit(path).query, keep_blank_values=True)]
