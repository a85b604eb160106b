"""An incident that a webhook opened → its runbook linked, its Checks run where the pack says so."""

from collections.abc import Sequence

from drillbook.incident.records import STREAM_PREFIX, fold_incident
from drillbook.model.journal import Entry, Journal, MovedError
from drillbook.model.people import Caller
from drillbook.model.run import Policy
from drillbook.model.sentence import Risk
from drillbook.verbs.plan import Wanted
from drillbook.verbs.running.hiding import NotRunnableError
from drillbook.verbs.running.names import promised_name
from drillbook.verbs.serve import Shop
from drillbook.verbs.serving.request import Requested, request_run
from drillbook.verbs.serving.shelf import Book, UnknownRunbookError

UNTOUCHED = frozenset({"incident-opened", "alert-received"})
LINKED, RUN_LINKED = "runbook-linked", "run-linked"
ESCALATED = "incident-escalated"
# Nobody is asked, and nothing but the Checks is run.
CHECKS_ONLY = Policy(allowed=Risk.NONE, asks=frozenset(), checks_only=True)


def wants_response(journal: Journal, head: Entry) -> bool:
    """Whether nobody has responded to the incident whose last entry this is.

    Also where the run that we linked to it was never requested: who linked it may have died.
    """
    if head.kind not in UNTOUCHED and not _is_promise(head):
        return False
    entries = journal.entries(head.stream)
    promise = _promise(entries)
    if promise is not None:
        return journal.head(f"run/{promise.body['run']}") is None
    return all(entry.kind in UNTOUCHED for entry in entries)


def _promise(entries: Sequence[Entry]) -> Entry | None:
    """The entry that links the run that we are to request; an alert may have come after it."""
    return next((entry for entry in reversed(entries) if _is_promise(entry)), None)


def _is_promise(entry: Entry) -> bool:
    is_ours = "book" in entry.body and bool(entry.body.get("run"))
    return entry.kind == RUN_LINKED and is_ours


def respond_to(shop: Shop, name: str) -> None:
    """Link the runbook, and request its Checks where that is the pack's policy.

    Does nothing where somebody has responded already.
    """
    journal = shop.place.journal
    entries = journal.entries(f"{STREAM_PREFIX}{name}")
    if not entries or not wants_response(journal, entries[-1]):
        return
    promise = _promise(entries)
    book, because = _book(shop, entries[0])
    if book is None:
        _tell(shop, entries[-1], ESCALATED, {"because": because})
    elif promise is not None:
        _request(shop, name, str(promise.body["run"]), book)
    elif not book.pack.checks_on_alert:
        _tell(shop, entries[-1], LINKED, {"book": book.name, "checks": False})
    else:
        run = promised_name(shop.place.clock, entries[-1].stream)
        if _tell(shop, entries[-1], RUN_LINKED, {"run": run, "book": book.name}):
            _request(shop, name, run, book)


def read_source(book: Book) -> str:
    """The runbook file's text. Raises NotRunnableError where it is gone."""
    try:
        return book.file.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise NotRunnableError(
            f"{book.name} cannot be read ({error.strerror}); look after its pack"
        ) from error


def _book(shop: Shop, opening: Entry) -> tuple[Book | None, str]:
    name = opening.body.get("book")
    if not isinstance(name, str):
        return None, str(opening.body.get("because", "no runbook was found"))
    try:
        return shop.shelf.find(name), ""
    except UnknownRunbookError as error:
        return None, str(error)


def _request(shop: Shop, incident: str, run: str, book: Book) -> None:
    found = fold_incident(shop.place.journal.entries(f"{STREAM_PREFIX}{incident}"))
    labels = found.alerts[0].labels if found and found.alerts else {}
    by = Caller(name=f"incident {incident}")
    try:
        requested = Requested(
            wanted=Wanted(path=book.name, labels=labels),
            source=read_source(book),
            caller=by,
            policy=CHECKS_ONLY,
            site=shop.place.settings.server.site,
            incident=incident,
            name=run,
        )
        request_run(shop.place, shop.engine, requested)
    except MovedError:
        return  # another worker has requested it in this moment
    except NotRunnableError as error:
        body = {"because": str(error)}
        shop.place.journal.append(f"{STREAM_PREFIX}{incident}", ESCALATED, body)


def _tell(shop: Shop, last: Entry, kind: str, body: dict[str, object]) -> bool:
    """Whether nobody else has said something meanwhile; then another job looks at it again."""
    try:
        shop.place.journal.append(last.stream, kind, body, if_head=last.seq)
    except MovedError:
        return False
    return True


def incidents_that_want(shop: Shop, most: int | None = None) -> Sequence[str]:
    """The names of the incidents that nobody has responded to; of the last `most`, or of all."""
    journal = shop.place.journal
    found = []
    streams = (
        journal.unended(STREAM_PREFIX, "incident-resolved")
        if most is None
        else journal.last_streams(STREAM_PREFIX, most)
    )
    for stream in streams:
        head = journal.head(stream)
        if head is not None and wants_response(journal, head):
            found.append(stream.removeprefix(STREAM_PREFIX))
    return found
