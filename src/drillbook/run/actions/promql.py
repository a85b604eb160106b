"""A PromQL step + its target's `url` → a client program that asks that Prometheus."""

from collections.abc import Iterable, Mapping

from drillbook.model.action import Start
from drillbook.model.finding import Finding
from drillbook.model.plan import PlannedStep
from drillbook.model.runbook import Step
from drillbook.model.target import Target
from drillbook.run.actions.flaw import flaw, without_url
from drillbook.run.actions.program import client_argv, client_limit_s
from drillbook.run.clients.ending import NOT_ASKED, TIME_OUT
from drillbook.run.clients.expression import ExpressionError, places_in
from drillbook.run.clients.wire import NOT_CONNECTED, base_of

EXAMPLE = "http://prometheus:9090"
TRAVELS = False
SAYS_NOTHING: Mapping[int, str] = {
    1: "Prometheus refused the expression",
    NOT_CONNECTED: "Prometheus could not be reached",
    22: "what answered is no Prometheus",
    TIME_OUT: "Prometheus did not answer within the step's time limit",
    NOT_ASKED: "the expression was not put to Prometheus, or gives no single value",
}


def start(planned: PlannedStep) -> Start:
    """The program with the expression as one argument; values stay in the environment."""
    limit = f"{client_limit_s(planned.timeout_s):g}"
    return Start(
        argv=client_argv("drillbook.run.clients.promql", (limit, planned.step.command)),
        env={"DRILLBOOK_URL": planned.target.settings.get("url", "")},
    )


def flaws(step: Step, target: Target, *, observes: bool) -> Iterable[Finding]:  # noqa: ARG001
    """A target without a Prometheus, a variable where no value can stand."""
    found = []
    if "url" not in target.settings:
        found.append(without_url(step, target, EXAMPLE))
    elif base_of(target.settings["url"]) is None:
        message = f"the url of target `{target.name}` is none of a Prometheus"
        found.append(flaw(step, "bad-target-url", message, f'write it as url = "{EXAMPLE}"'))
    try:
        places_in(step.command)
    except ExpressionError as error:
        message = f"the PromQL of step `{step.name}` cannot be asked: {error}"
        cure = "compare a label with it, between single or double quotes"
        found.append(flaw(step, "variable-outside-label", message, cure))
    return found


def variables(step: Step, _target: Target) -> Mapping[str, str]:
    """`$INSTANCE` is the value of INSTANCE."""
    try:
        places = places_in(step.command)
    except ExpressionError:
        return {}  # which `flaws` names
    return {place.variable.name: f"${place.variable.name}" for place in places}


def secrets(target: Target) -> Mapping[str, str]:
    """The bearer token, where the target names a secret for it."""
    name = target.settings.get("token_secret")
    return {"DRILLBOOK_TOKEN": name} if name else {}
