"""A run that servers perform, while somebody goes on with it in a terminal."""

import threading

import pytest

from drillbook.engine.open import open_engine
from drillbook.model.engine import Job, NoSlotError
from drillbook.verbs.running.locks import HeldError
from drillbook.verbs.running.seat import refuse_seated, seat_of
from drillbook.verbs.serving.request import job_of


@pytest.fixture
def engine(desk, place):
    """As another machine's runner has it: with a connection of its own."""
    place.journal.append("run/asked", "run-requested", {})
    place.journal.append("run/mine", "run-started", {})
    engine = open_engine(desk.settings, clock=place.clock)
    yield engine
    engine.close()


def test_a_worker_stays_away_as_long_as_somebody_sits_there(place, engine):
    """And no longer."""
    with seat_of(place, "asked"):
        with pytest.raises(NoSlotError):
            refuse_seated(engine, "asked")
        refuse_seated(engine, "another")
    refuse_seated(engine, "asked")


def test_two_terminals_have_one_seat(place, engine):
    """The second is told, and takes nothing from the first."""
    with seat_of(place, "asked"):
        with pytest.raises(HeldError, match="in another terminal's hands"), seat_of(place, "asked"):
            pass
        with pytest.raises(NoSlotError):
            refuse_seated(engine, "asked")


def test_an_error_in_the_seat_leaves_it_free(place, engine):
    """Whatever it is: a slot of a target that was waited for is not taken for the seat's."""
    with pytest.raises(NoSlotError, match="orders-db"), seat_of(place, "asked"):
        raise NoSlotError("orders-db: none became free")
    refuse_seated(engine, "asked")


def test_a_run_that_was_begun_in_a_terminal_needs_no_seat(place, engine):
    """No server performs it."""
    with seat_of(place, "mine"), seat_of(place, "mine"), seat_of(place, "unknown"):
        refuse_seated(engine, "mine")


def test_what_a_worker_is_at_is_not_taken_from_it(place, engine):
    """Its step would be lost to both; once it is done, anybody may sit down."""
    begun, end, stop = threading.Event(), threading.Event(), threading.Event()

    def work_on(job: Job) -> None:
        begun.set()
        assert end.wait(60)

    worker = threading.Thread(
        target=engine.work,
        args=(["main"], work_on),
        kwargs={"slots": 1, "stop": stop, "name": "north"},
    )
    engine.submit(job_of("asked", "main"))
    worker.start()
    assert begun.wait(60)
    with pytest.raises(HeldError, match="in the hands of worker north"), seat_of(place, "asked"):
        pass
    refuse_seated(engine, "asked")
    stop.set()
    end.set()
    worker.join(60)
    with seat_of(place, "asked"):
        assert () == tuple(engine.jobs())
