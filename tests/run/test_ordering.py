"""What the supervisor is to start: here, or a program that carries the step elsewhere."""

from dataclasses import replace
from pathlib import Path

import pytest

from drillbook.model.plan import PlannedStep
from drillbook.model.target import Target
from drillbook.run.ordering import Surroundings, order_of, prepare, transport_of
from drillbook.run.transports import ssh
from nouns import step

FAR = Target(name="far", kind="ssh", settings={"host": "db-1"}, cwd="/srv/app")
WHERE = Surroundings(folder=Path("/tmp/attempt"), masks=("secret-value",))


def planned(target: Target, **fields) -> PlannedStep:
    """A step with a value of its own, and something of this machine."""
    env = {"API_URL": "http://api"}
    one = step("s", "echo hi", on=target.name, **fields)
    here = {"HOME": "/srv/me"}
    return PlannedStep(step=one, target=target, timeout_s=9.0, env=env, carrier_env=here)


def test_a_step_here_has_its_values_and_its_folder():
    """A capture is a variable in capitals; nothing is read, nothing is carried."""
    local = Target(name="local", cwd="/srv")
    order = order_of(planned(local, exports=("A",)), {"lag": "7"}, WHERE)
    assert {"API_URL": "http://api", "LAG": "7"} == order.env
    assert ("/srv", b"", "", ("A",)) == (order.cwd, order.stdin, order.mark, order.exports)


def test_a_step_elsewhere_has_them_in_what_it_reads():
    """What stands in arguments and environment here says nothing of it."""
    order = order_of(planned(FAR, exports=("A",)), {"lag": "7"}, WHERE)
    assert ({"HOME": "/srv/me"}, None, "ssh") == (order.env, order.cwd, order.argv[0])
    for text in (b"API_URL=http://api", b"LAG=7", b"/srv/app", b"echo hi"):
        assert text in order.stdin
        assert not any(text.decode() in word for word in order.argv)
    assert order.mark.encode() in order.stdin
    assert (("A",), ("secret-value",)) == (order.exports, order.masks)


def test_each_order_has_a_mark_of_its_own():
    """What one step has seen says nothing of the next."""
    orders = [order_of(planned(FAR), {}, WHERE) for _ in range(50)]
    assert 50 == len({order.mark for order in orders})


@pytest.mark.parametrize("language", ["sh", "bash", "console", "python"])
def test_shells_and_python_travel(language):
    assert ssh is transport_of(planned(FAR, language=language))


@pytest.mark.parametrize("language", ["sql", "http", "promql"])
def test_what_asks_a_url_stays(language):
    """It is this machine that asks."""
    assert transport_of(planned(FAR, language=language)) is None


def test_nothing_travels_to_this_machine():
    """And nothing is prepared for it."""
    local = planned(replace(FAR, kind="local"))
    assert transport_of(local) is None
    prepare(local)
