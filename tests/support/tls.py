"""TLS in front of a PostgreSQL: a CA and certificates of our own, and a door that speaks TLS.

The PostgreSQL of the tests is built without TLS. The door answers a client's request for TLS as
a server does, shows its certificate, and carries what is inside to the server. What is tested is
the client: whether it believes this certificate.
"""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

# What a client sends before TLS: its length, and the number that asks for it.
REQUEST = bytes.fromhex("0000000804d2162f")
PIECE_BYTES = 65_536


class Authority:
    """A CA, in a folder: `ca.pem` is what a client believes."""

    def __init__(self, folder: Path, name: str = "ca") -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"a test's {name}")])
        builder = _builder(self._name, self._name, self._key.public_key())
        self._certificate = builder.add_extension(
            x509.BasicConstraints(ca=True, path_length=0), critical=True
        ).sign(self._key, hashes.SHA256())
        self.path = folder / f"{name}.pem"
        self.path.write_bytes(self._certificate.public_bytes(serialization.Encoding.PEM))

    def context(self, host: str) -> ssl.SSLContext:
        """A server's side, with a certificate for that name or address."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
        try:
            alternative: x509.GeneralName = x509.IPAddress(ip_address(host))
        except ValueError:
            alternative = x509.DNSName(host)
        certificate = (
            _builder(subject, self._name, key.public_key())
            .add_extension(x509.SubjectAlternativeName([alternative]), critical=False)
            .sign(self._key, hashes.SHA256())
        )
        both = self._folder / f"{host}.both.pem"
        both.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
            + certificate.public_bytes(serialization.Encoding.PEM)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(both)
        return context


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
    )


@contextmanager
def tls_door(context: ssl.SSLContext, port: int) -> Iterator[tuple[int, list[str]]]:
    """The port of a door to the server on `port`, and the TLS versions that were agreed on."""
    agreed: list[str] = []
    listener = socket.create_server(("127.0.0.1", 0))

    def accept() -> None:
        with suppress(OSError):
            while True:
                near, _ = listener.accept()
                threading.Thread(target=serve, args=(near,), daemon=True).start()

    def serve(near: socket.socket) -> None:
        with near, suppress(OSError):
            near.settimeout(30)
            if near.recv(len(REQUEST), socket.MSG_WAITALL) != REQUEST:
                return
            near.sendall(b"S")
            with context.wrap_socket(near, server_side=True) as inside:
                agreed.append(inside.version() or "none")
                _carry(inside, port)

    thread = threading.Thread(target=accept)
    thread.start()
    try:
        yield int(listener.getsockname()[1]), agreed
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(30)


def _carry(near: ssl.SSLSocket, port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), 10) as far:
        back = threading.Thread(target=_pump, args=(far, near), daemon=True)
        back.start()
        _pump(near, far)
        back.join(30)


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while piece := source.recv(PIECE_BYTES):
            sink.sendall(piece)
    with suppress(OSError):
        sink.shutdown(socket.SHUT_WR)
