"""`python chdb_server.py FOLDER PORT`: ClickHouse's HTTP interface before the engine of chdb.

The engine is the real one: parameters, settings and read-only sessions are its own. Run by a
Python that has chdb. Each request is a connection of its own, so that no setting outlives it.
"""

import re
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qsl, urlsplit

import chdb  # type: ignore[import-not-found,unused-ignore]

OURS = {"database", "default_format", "wait_end_of_query", "session_id"}
ROWS = re.compile(r"\s*(?:SELECT|WITH|SHOW|DESC|EXISTS|EXPLAIN|KILL)", re.IGNORECASE)


def answer(folder: str, query: dict[str, str], text: str) -> bytes:
    """What the engine says. Raises what it raises."""
    given = {
        key.removeprefix("param_"): value
        for key, value in query.items()
        if key.startswith("param_")
    }
    settings = {
        key: value
        for key, value in query.items()
        if key not in OURS and not key.startswith("param_")
    }
    # Behind `readonly` no other may be set.
    last = sorted(settings, key=lambda key: key == "readonly")
    head = "".join(f"SET {key} = '{settings[key]}';" for key in last)
    connection = chdb.connect(folder)
    try:
        said = connection.query(head + text, query["default_format"], params=given)
        return bytes(said.bytes() or b"")
    finally:
        connection.close()


class Handler(BaseHTTPRequestHandler):
    """One query a request."""

    def do_POST(self) -> None:
        """Ask the engine, and say what came of it."""
        text = self.rfile.read(int(self.headers["Content-Length"])).decode()
        query = dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True))
        try:
            said, status = answer(sys.argv[1], query, text), 200
        except RuntimeError as error:  # what the engine refuses is its answer
            said, status = str(error).encode(), 500
        kind = "tab-separated-values" if status == 200 and ROWS.match(text) else "plain"
        self.send_response(status)
        self.send_header("Content-Length", str(len(said)))
        self.send_header("Content-Type", f"text/{kind}; charset=UTF-8")
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


if __name__ == "__main__":
    # The engine stays as long as one connection does.
    kept = chdb.connect(sys.argv[1])
    HTTPServer(("127.0.0.1", int(sys.argv[2])), Handler).serve_forever()
