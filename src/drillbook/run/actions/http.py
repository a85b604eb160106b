"""An HTTP step in the request-line form → a client program that sends it, with bounds."""

from collections.abc import Iterable, Iterator, Mapping

from drillbook.model.action import Start
from drillbook.model.finding import Finding
from drillbook.model.plan import PlannedStep
from drillbook.model.runbook import Step
from drillbook.model.target import Target
from drillbook.run.actions.flaw import flaw, without_url
from drillbook.run.actions.program import client_argv, client_limit_s
from drillbook.run.clients.ending import NOT_ASKED, TIME_OUT
from drillbook.run.clients.request import (
    OVERRIDES,
    SAFE_METHODS,
    Request,
    RequestTextError,
    request_of,
    variables_of,
)
from drillbook.run.clients.wire import UNRESOLVED, base_of

TRAVELS = False
SAYS_NOTHING: Mapping[int, str] = {
    UNRESOLVED: "the server's name is not known here",
    TIME_OUT: "there was no whole answer within the step's time limit",
    NOT_ASKED: "the request was not sent",
}


def start(planned: PlannedStep) -> Start:
    """The program with the request as one argument; values stay in the environment."""
    limit = f"{client_limit_s(planned.timeout_s):g}"
    return Start(
        argv=client_argv("drillbook.run.clients.http", (limit, planned.step.command)),
        env={"DRILLBOOK_URL": planned.target.settings.get("url", "")},
    )


def flaws(step: Step, target: Target, *, observes: bool) -> Iterable[Finding]:
    """A text that is no request, one that could change something in a Check, a missing base."""
    try:
        request = request_of(step.command)
    except RequestTextError as error:
        message = f"step `{step.name}` is no HTTP request: {error}"
        cure = "write `METHOD URL`, then headers, a blank line and the body"
        return (flaw(step, "request-not-understood", message, cure),)
    found = list(_base_flaws(step, target, request))
    if observes:
        found += _change_flaws(step, request)
    return found


def variables(step: Step, _target: Target) -> Mapping[str, str]:
    """`$API_URL` and `${API_URL}` are the value of API_URL."""
    try:
        names = variables_of(request_of(step.command))
    except RequestTextError:
        return {}  # which `flaws` names
    return {name: f"${name}" for name in names}


def secrets(_target: Target) -> Mapping[str, str]:
    """None: a header takes its secret from an input."""
    return {}


def _base_flaws(step: Step, target: Target, request: Request) -> Iterator[Finding]:
    url = target.settings.get("url", "")
    if not request.base and not url:
        yield without_url(step, target, "http://HOST:PORT")
    elif not request.base and base_of(url) is None:
        message = f"the url of target `{target.name}` is none of an HTTP server"
        yield flaw(step, "bad-target-url", message, "write it as http://HOST:PORT/PATH")
    elif request.base and not request.base.startswith("$") and base_of(request.base) is None:
        message = f"step `{step.name}` asks `{request.base[:80]}`, which is no server"
        yield flaw(step, "request-not-understood", message, "write it as http://HOST:PORT/PATH")


def _change_flaws(step: Step, request: Request) -> Iterator[Finding]:
    overrides = [name for name, _ in request.headers if name.lower() in OVERRIDES]
    if request.method in SAFE_METHODS and not overrides:
        return
    how = overrides[0] if overrides else request.method
    yield flaw(
        step,
        "check-may-change",
        f"step `{step.name}` only observes, and {how} may change something",
        f"use {', '.join(sorted(SAFE_METHODS))}, or move it to an Option",
    )
