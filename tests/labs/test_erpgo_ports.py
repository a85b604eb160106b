"""Ports are free, apart from each other, held, and outside what outgoing connections take."""

import socket

import pytest

from drillbook_labs.erpgo.ports import LOWEST, Reservation, first_ephemeral

NAMES = ("postgresql", "prometheus", "alertmanager")


def test_each_name_has_a_port_of_its_own() -> None:
    """Ports of one reservation differ."""
    with Reservation(NAMES) as reservation:
        assert list(NAMES) == list(reservation.ports)
        assert len(NAMES) == len(set(reservation.ports.values()))


def test_ports_lie_below_the_ephemeral_range() -> None:
    """No outgoing connection can take the port of a server that is down for a while."""
    with Reservation(NAMES) as reservation:
        assert all(LOWEST <= port < first_ephemeral() for port in reservation.ports.values())


def test_a_held_port_is_nobody_elses() -> None:
    """Until its release nobody else can bind a port; afterwards its server can."""
    with Reservation(NAMES) as reservation, socket.socket() as other:
        port = reservation.ports["prometheus"]
        with pytest.raises(OSError, match="in use"):
            other.bind(("127.0.0.1", port))
        reservation.release("prometheus")
        other.bind(("127.0.0.1", port))
        assert port == other.getsockname()[1]


def test_leaving_releases_what_is_still_held() -> None:
    """At the end of its block a reservation holds nothing."""
    with Reservation(NAMES) as reservation:
        reservation.release("prometheus")
    for port in reservation.ports.values():
        with socket.socket() as other:
            other.bind(("127.0.0.1", port))
