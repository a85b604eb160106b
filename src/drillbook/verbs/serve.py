"""Settings → all that a server or a runner works with; refused where nobody could be let in."""

import os
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from importlib import import_module

from drillbook.engine.open import open_engine
from drillbook.journal.watched import WatchedJournal
from drillbook.model.engine import Engine
from drillbook.model.journal import Entry, Watch
from drillbook.model.settings import Settings
from drillbook.people import tokens
from drillbook.verbs.running.secrets import SetupError, masker
from drillbook.verbs.running.workplace import Workplace, open_workplace
from drillbook.verbs.schedules import check_schedules
from drillbook.verbs.serving.shelf import Shelf


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """An open workplace with an engine; every entry that it journals is shown to the watches."""

    place: Workplace
    engine: Engine
    shelf: Shelf


@contextmanager
def open_shop(settings: Settings, watches: Iterable[Watch] = ()) -> Iterator[Shop]:
    """Raises SetupError, JournalError, EngineError, each in one line."""
    heard = list(watches)

    def watch(entry: Entry) -> None:
        for each in heard:
            each(entry)

    with ExitStack() as stack:
        place = stack.enter_context(open_workplace(settings))
        check_schedules(settings.schedules, place.clock.now_ns())
        heard += _tracing(place, stack)
        place = replace(place, journal=WatchedJournal(place.journal, watch))
        mask = masker(place.masks)
        engine = open_engine(settings, clock=place.clock, secrets=place.secrets, mask=mask)
        stack.callback(engine.close)
        if settings.store.url:
            # Machines that share a database count a target's steps together.
            place = replace(place, slot=engine.slot)
        yield Shop(place=place, engine=engine, shelf=Shelf(settings, clock=place.clock))


def refuse_nobody(place: Workplace) -> None:
    """A server into which nobody can come is a slip. Raises SetupError with the cure."""
    people = place.settings.people
    if not people:
        raise SetupError(
            "nobody is configured, so nobody could be let in; add [people.NAME] with "
            'roles = ["admin"] to drillbook.toml, then run `drillbook token create NAME`'
        )
    now_ns = place.clock.now_ns()
    if not any(token.is_valid(people, now_ns) for token in tokens.every(place.journal)):
        raise SetupError(
            "nobody has a token that holds, so nobody could be let in; "
            f"run `drillbook token create {_first_of(place.settings)}`"
        )


def _tracing(place: Workplace, stack: ExitStack) -> list[Watch]:
    """What sends the traces of runs that end, where an endpoint is configured."""
    configured = place.settings.tracing_endpoint
    variables = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
    if not configured and not any(os.environ.get(name) for name in variables):
        return []
    # Loaded where it is used: OpenTelemetry is an extra, and slow to import.
    try:
        tracing = import_module("drillbook.verbs.serving.tracing")
    except ModuleNotFoundError as error:
        raise SetupError(
            f"tracing needs the Python package {error.name}; "
            'install it with pip install "drillbook[tracing]"'
        ) from error
    tracer = tracing.Tracer(place.journal, tracing.endpoint_of(configured))
    stack.callback(tracer.close)
    return [tracer.watch]


def store_of(settings: Settings) -> str:
    """Where the journal and the jobs are kept, in words; a URL holds no password."""
    return settings.store.url or str(settings.state)


def _first_of(settings: Settings) -> str:
    admins = [name for name, person in settings.people.items() if "admin" in person.roles]
    return min(admins or settings.people)
