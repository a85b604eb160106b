"""A caller asks a server for a run, by name → a run that was requested, once for each key."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from drillbook.model.engine import SERVERS
from drillbook.model.finding import Finding, Severity
from drillbook.model.journal import MovedError
from drillbook.model.people import Caller
from drillbook.model.runbook import Runbook
from drillbook.read.markdown.runbook import read_runbooks
from drillbook.verbs.people.policy import permitted_policy
from drillbook.verbs.plan import Wanted, choose, plan_text
from drillbook.verbs.running.hiding import NotRunnableError
from drillbook.verbs.running.names import promised_name
from drillbook.verbs.serve import Shop
from drillbook.verbs.serving.request import Requested, request_run
from drillbook.verbs.serving.responding import read_source
from drillbook.verbs.serving.shelf import Book

CLAIMS = "request/"
CLAIMED = "run-promised"


class KeyUsedError(Exception):
    """The key stands for another request already; one line says so, and the cure."""


class UnknownSiteError(Exception):
    """There is no such site; one line says which there are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A run that is wished for: `book` by its name, `key` makes it one run however often sent."""

    book: str
    given: Mapping[str, str] = field(default_factory=dict)
    site: str = ""
    checks_only: bool = False
    key: str = ""


def ask_for_run(shop: Shop, caller: Caller, wish: Wish) -> str:
    """Request the run; its name. All of it is on disk when this returns.

    Raises UnknownRunbookError, UnknownSiteError, NotPermittedError, NotRunnableError, and
    KeyUsedError where the wish's key was used for another wish.
    """
    book = shop.shelf.find(wish.book)
    site = _site(shop, wish.site)
    source = read_source(book)
    runbook = _runbook(book, source)
    policy = permitted_policy(shop.place.settings, caller, runbook)
    wanted = Wanted(path=book.name, given=wish.given)
    if site == shop.place.settings.server.site:
        _refuse_flawed(shop, source, wanted)
    name = _claimed(shop, caller, wish) if wish.key else ""
    if name and shop.place.journal.head(f"run/{name}") is not None:
        return name
    requested = Requested(
        wanted=wanted,
        source=source,
        caller=caller,
        policy=replace(policy, checks_only=wish.checks_only),
        site=site,
        name=name,
    )
    try:
        return request_run(shop.place, shop.engine, requested)
    except MovedError:
        return name  # the same request came twice in this moment, and the other was faster


def sites_of(shop: Shop) -> list[str]:
    """The sites that somebody works for, or that a target is at."""
    settings = shop.place.settings
    configured = {settings.server.site, *(each.site for each in settings.targets.values())}
    working = {site for worker in shop.engine.workers() for site in worker.sites}
    return sorted((configured | working) - {SERVERS})


def _site(shop: Shop, wanted: str) -> str:
    if not wanted:
        return shop.place.settings.server.site
    known = sites_of(shop)
    if wanted not in known:
        raise UnknownSiteError(
            f"there is no site of this name; name one of {', '.join(known)}, or start a runner "
            "for it"
        )
    return wanted


def _runbook(book: Book, source: str) -> Runbook:
    """As it is in the text that will be followed, not as it was when the pack was read."""
    path = book.name.partition("#")[0]
    runbooks, findings = read_runbooks(source, path)
    runbook, missing = choose(runbooks, path, book.runbook.anchor, findings)
    if runbook is None:
        flaws = (*missing, *findings)
        raise NotRunnableError(_said(flaws[0]) if flaws else f"{book.name} holds no runbook")
    return runbook


def _refuse_flawed(shop: Shop, source: str, wanted: Wanted) -> None:
    """What this server's own workers could not run is said at once; other sites know their own."""
    plan = plan_text(source, wanted, shop.place.settings, shop.place.secrets)
    flaws = [each for each in plan.findings if each.severity is Severity.ERROR] if plan else []
    if flaws:
        raise NotRunnableError(_said(flaws[0]))


def _said(flaw: Finding) -> str:
    return f"{flaw.place.path}:{flaw.place.line}: {flaw.message}; {flaw.help}"


def _claimed(shop: Shop, caller: Caller, wish: Wish) -> str:
    """The name of the run that the caller's key stands for."""
    facts = [wish.book, sorted(wish.given.items()), wish.site, wish.checks_only]
    what = hashlib.sha256(json.dumps(facts).encode()).hexdigest()
    digest = hashlib.sha256(f"{caller.name}\0{wish.key}".encode()).hexdigest()
    stream = f"{CLAIMS}{digest[:32]}"
    name = promised_name(shop.place.clock, stream)
    body = {"run": name, "by": caller.name, "what": what}
    try:
        shop.place.journal.append(stream, CLAIMED, body, if_head=0)
    except MovedError:
        promised = shop.place.journal.entries(stream)[0].body
        if promised["what"] != what:
            raise KeyUsedError(
                "this Idempotency-Key was used for another request; take a new one for each run"
            ) from None
        return str(promised["run"])
    return name
