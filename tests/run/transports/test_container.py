"""Steps in containers: which engine, which container, and every way in which neither is there."""

import os
import shutil
import socket
from dataclasses import replace
from pathlib import Path

import pytest

from containers import Podman
from drillbook.model.attempt import Ending
from drillbook.model.sentence import CheckStatus
from drillbook.model.target import Target
from drillbook.run.evaluate import judge_check
from drillbook.run.transports import container
from drillbook.run.transports.remote import BOOTSTRAP
from nouns import check, step
from places import Place, has, in_container


def on(**settings: str) -> Target:
    """A container by its settings."""
    return Target(name="box", kind="container", settings=settings)


def flaws_of(**settings: str) -> list[str]:
    return [finding.lint for finding in container.flaws(step("look"), on(**settings))]


def test_the_command_is_the_same_for_every_step():
    """The container's name, the user, and the fixed program: nothing else comes in arguments."""
    argv = container.way(on(container="orders-api", user="postgres:db", engine="podman"))
    assert "podman" == argv[5]
    assert ("--user", "postgres:db", "--", "orders-api", *BOOTSTRAP) == argv[6:]


def test_a_container_must_be_named():
    """There is no default: a guess would run steps in somebody else's."""
    assert ["target-without-container"] == flaws_of(engine="docker")


@pytest.mark.parametrize("name", ["orders-api", "0cb9006bc9f9", "Orders_1.2", "a"])
def test_names_and_ids_of_containers_are_let_through(name):
    """All that engines allow."""
    assert [] == flaws_of(container=name)


@pytest.mark.parametrize(
    "name", ["-i", "--privileged", "a b", "a;b", "$(id)", "", "a/b", "a" * 300]
)
def test_what_is_no_name_of_a_container_is_refused(name):
    """An option above all."""
    assert ["target-setting-no-name"] == flaws_of(container=name)


@pytest.mark.parametrize("engine", ["nerdctl", "/tmp/docker", "docker --host x", ""])
def test_only_two_engines_are_known(engine):
    """A path is none: it would be a program of anybody's."""
    assert ["target-setting-no-name"] == flaws_of(container="a", engine=engine)


@pytest.mark.parametrize(
    ("user", "flaws"),
    [("postgres", 0), ("1000:1000", 0), ("-u", 1), ("a:b:c", 1), (":db", 1), ("a b", 1)],
)
def test_a_user_is_a_name_or_a_number(user, flaws):
    """With a group behind a colon at most."""
    assert flaws == len(flaws_of(container="a", user=user))


@pytest.fixture
def box(engine: Podman, request: pytest.FixtureRequest):
    """A container of podman's."""
    with in_container(engine, f"box-{abs(hash(request.node.nodeid))}") as place:
        yield place


def without_engine(place: Place, **env: str) -> Place:
    """The target does not say which engine."""
    settings = {"container": place.target.settings["container"]}
    return replace(place, target=replace(place.target, settings=settings), env={**place.env, **env})


def programs(folder: Path, *names: str) -> str:
    """A PATH with these programs and those that every launch needs."""
    folder.mkdir()
    for name in ("bash", *names):
        found = shutil.which(name, path="/usr/local/bin:/usr/bin:/bin:/usr/sbin")
        assert found
        (folder / name).symlink_to(found)
    return str(folder)


@pytest.mark.lab
def test_a_step_runs_as_the_user_of_the_target(box, tmp_path):
    """By name, as the container's own list of users has it."""
    settings = {**box.target.settings, "user": "nobody"}
    place = replace(box, target=replace(box.target, settings=settings))
    assert "nobody\n" == place.run(tmp_path / "1", "id -un").output


@pytest.mark.lab
@pytest.mark.parametrize("program", ["podman", "docker"])
def test_a_container_that_does_not_exist_begins_nothing(engine, tmp_path, program):
    """What the engine says of it is the reason; that it ended with 125 or 1 says nothing."""
    if not has(program):
        pytest.skip(f"{program} is not installed")
    with in_container(engine, f"there-{program}", program) as place:
        gone = replace(place, target=on(container="gone", engine=program))
        outcome = gone.run(tmp_path / "1", "true")
    assert (Ending.NOT_STARTED, None) == (outcome.ending, outcome.exit_code)
    assert CheckStatus.UNKNOWN is judge_check(check("look"), outcome)[0]
    assert outcome.because.startswith("it did not begin: ")
    assert "no such container" in outcome.because.lower()


@pytest.mark.lab
def test_a_container_that_has_ended_begins_nothing(box, engine, tmp_path):
    """It is not unhealthy: nobody has looked."""
    engine.run("kill", box.target.settings["container"])
    outcome = box.run(tmp_path / "1", "true")
    assert (Ending.NOT_STARTED, None) == (outcome.ending, outcome.exit_code)
    assert "container state" in outcome.because


@pytest.mark.lab
def test_a_container_without_bash_begins_nothing(engine, tmp_path):
    """127 is the engine's word for it, and not the step's."""
    with engine.container("bare", "--env", "PATH=/nowhere", entry="/usr/bin/sleep"):
        place = Place(
            target=on(container="bare", engine="podman"),
            transport=container,
            env=engine.env,
            processes=list,
            die=lambda: None,
        )
        outcome = place.run(tmp_path / "1", "true")
    assert (Ending.NOT_STARTED, None) == (outcome.ending, outcome.exit_code)
    assert '"bash": executable file not found' in outcome.because


@pytest.mark.lab
@pytest.mark.parametrize(
    "options",
    [
        ("--read-only", "--read-only-tmpfs=false"),
        ("--env", "BASH_ENV=/proc/self/status", "--env", "BASH_FUNC_read%%=() { echo taken; }"),
    ],
    ids=["read-only", "with a bash of its own ideas"],
)
def test_a_container_that_is_locked_up_or_strange_serves_too(engine, tmp_path, options):
    """No file can be written but in its shared memory; bash is told to be another."""
    with engine.container("strange", *options):
        place = Place(
            target=on(container="strange", engine="podman"),
            transport=container,
            env=engine.env,
            processes=list,
            die=lambda: None,
        )
        outcome = place.run(tmp_path / "1", "echo well; exit 3")
    assert (3, "well\n") == (outcome.exit_code, outcome.output)


@pytest.mark.lab
def test_an_engine_that_does_not_answer_is_told_from_one_that_is_missing(box, tmp_path):
    """Both are unknown, and each has its own cure."""
    if not has("docker"):
        pytest.skip("docker is not installed")
    place = replace(box, target=on(container="any", engine="docker"))
    away = replace(place, env={**box.env, "DOCKER_HOST": f"unix://{tmp_path}/nobody.sock"})
    outcome = away.run(tmp_path / "1", "true")
    assert (Ending.NOT_STARTED, True) == (outcome.ending, "Docker daemon" in outcome.because)
    missing = replace(place, env={**box.env, "PATH": programs(tmp_path / "bin")})
    outcome = missing.run(tmp_path / "2", "true")
    assert Ending.NOT_STARTED is outcome.ending
    assert "it did not begin: docker is not installed on this machine" == outcome.because


@pytest.mark.lab
def test_an_engine_that_hangs_is_a_time_limit(tmp_path):
    """The step has not begun, and that is said."""
    if not has("docker"):
        pytest.skip("docker is not installed")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "d.sock"))
        listener.listen()
        place = Place(
            target=on(container="any", engine="docker"),
            transport=container,
            env={"PATH": os.environ["PATH"], "DOCKER_HOST": f"unix://{tmp_path}/d.sock"},
            processes=list,
            die=lambda: None,
        )
        outcome = place.run(tmp_path / "1", "true", timeout_s=1.0)
    assert Ending.TIMED_OUT is outcome.ending
    assert "its time limit of 1 s was reached before it had begun over there" == outcome.because


@pytest.mark.lab
def test_without_a_word_the_engine_is_the_one_that_is_installed(box, tmp_path):
    """And where none is, that is said at once."""
    alone = without_engine(box, PATH=f"{programs(tmp_path / 'bin', 'podman', 'runc', 'conmon')}")
    assert 4 == alone.run(tmp_path / "1", "exit 4").exit_code
    none = without_engine(box, PATH=programs(tmp_path / "none"))
    outcome = none.run(tmp_path / "2", "exit 4")
    assert Ending.NOT_STARTED is outcome.ending
    because = "it did not begin: neither docker nor podman is installed on this machine"
    assert because == outcome.because


@pytest.mark.lab
def test_of_two_engines_the_one_that_answers_is_taken(engine, tmp_path):
    """A docker program without its daemon, or with one that hangs, is not in podman's way."""
    if not has("docker"):
        pytest.skip("docker is not installed")
    hung = tmp_path / "hung.sock"
    with in_container(engine, "both", "docker") as place, socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(hung))
        listener.listen()
        assert 5 == without_engine(place).run(tmp_path / "1", "exit 5").exit_code
        for code, path in ((6, tmp_path / "nobody.sock"), (7, hung)):
            away = without_engine(place, DOCKER_HOST=f"unix://{path}")
            assert code == away.run(tmp_path / str(code), f"exit {code}").exit_code
