"""Loopback questions end in an answer or in a named reason, within their limit."""

import socket
import threading

import pytest

from drillbook_labs.erpgo.fetch import NotUnderstoodError, Reply, UnreachableError, fetch
from drillbook_labs.erpgo.ports import Reservation


def test_a_closed_port_is_unreachable() -> None:
    """The reason names the address that was asked."""
    with Reservation(["nobody"]) as reservation:
        port = reservation.ports["nobody"]
        reservation.release_all()
        with pytest.raises(UnreachableError, match=f"127.0.0.1:{port}/x: .*refused"):
            fetch(f"http://127.0.0.1:{port}/x", timeout_s=5)


def test_a_server_that_says_nothing_is_given_up() -> None:
    """A port that is open but silent ends the wait at its limit."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        with pytest.raises(UnreachableError, match="timed out"):
            fetch(f"http://127.0.0.1:{port}/", timeout_s=0.2)


def test_a_server_that_is_no_http_server_is_unreachable() -> None:
    """An answer in another protocol is a named reason, not a traceback."""
    with socket.create_server(("127.0.0.1", 0)) as other:

        def answer() -> None:
            connection, _ = other.accept()
            with connection:
                connection.recv(1000)
                connection.sendall(b"220 mail.example.org ESMTP\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        with pytest.raises(UnreachableError):
            fetch(f"http://127.0.0.1:{other.getsockname()[1]}/", timeout_s=5)
        thread.join()


def test_a_body_that_is_no_json_is_not_understood() -> None:
    """What came instead is shown, cut short."""
    with pytest.raises(NotUnderstoodError, match="not JSON but b'<html>"):
        Reply(status=200, body=b"<html>" + b"x" * 1000).json()
