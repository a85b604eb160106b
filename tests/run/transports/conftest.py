"""The container engine and the API servers that tests of ways to targets share."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from containers import NoEngineError, Podman, podman
from kube_api import kube_api
from places import Place, has, in_container, in_pod, on_host
from ssh_server import openssh_server, python_server, sshd_program

WAYS = ("podman", "docker", "websocket", "spdy", "openssh", "asyncssh")
# Kubernetes' own versions: kubectl goes by WebSocket where the server is new enough. One that is
# itself too old for that goes by SPDY both times.
KUBE_VERSIONS = {"websocket": "1.32", "spdy": "1.28"}
_numbers = count(1)


@pytest.fixture(scope="session")
def engine() -> Iterator[Podman]:
    """One podman for all tests of a process."""
    try:
        with podman() as one:
            yield one
    except NoEngineError as error:
        pytest.skip(f"no containers can be had here: {error}")


@pytest.fixture(params=WAYS)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """Each way to somewhere else in turn, with a place of the test's own at its end."""
    way = request.param
    if way in ("openssh", "asyncssh"):
        yield from _by_ssh(way)
        return
    program = "kubectl" if way in KUBE_VERSIONS else way
    if not has(program):
        pytest.skip(f"{program} is not installed")
    if program == "kubectl":
        with kube_api(KUBE_VERSIONS[way]) as api:
            yield in_pod(api, tmp_path, "web-1")
        return
    with in_container(request.getfixturevalue("engine"), f"t{next(_numbers)}", program) as one:
        yield one


def _by_ssh(way: str) -> Iterator[Place]:
    if not has("ssh"):
        pytest.skip("ssh is not installed")
    program = sshd_program()
    if way == "openssh" and program is None:
        pytest.skip("sshd is neither installed nor unpacked by tools/servers.sh")
    with openssh_server(program) if way == "openssh" and program else python_server() as server:
        yield on_host(server)
