"""A PromQL expression + a Prometheus → its value now, as text, and an exit code.

0: an answer, which may be empty. 1: Prometheus refuses the expression. 7: it cannot be reached.
22: what answers is no Prometheus. 28: the time limit. 125: not asked.
"""

import json
import os
from typing import Any
from urllib.parse import urlencode

from drillbook.run.clients.ending import (
    NOT_ASKED,
    TIME_OUT,
    StepError,
    arguments,
    end_at,
    fail,
    give,
    say,
    value_of,
)
from drillbook.run.clients.expression import ExpressionError, filled
from drillbook.run.clients.wire import NOT_CONNECTED, Answer, base_of, exchange

FAILED = 1
NO_PROMETHEUS = 22
SERIES_MAX = 1_000


def main(began_s: float) -> int:
    """The program; `began_s` is when it was started, on the monotonic clock."""
    try:
        limit, text = arguments(2, "LIMIT_S EXPRESSION")
        end_at(began_s + float(limit), f"Prometheus did not answer within {limit} s")
        expression = filled(text, lambda name: value_of(name, f"${name}"))
        return _show(_data(_asked(expression, timeout_s=float(limit))))
    except ExpressionError as error:
        return fail(StepError(NOT_ASKED, str(error)))
    except StepError as error:
        return fail(error)


def _asked(expression: str, *, timeout_s: float) -> Answer:
    base = base_of(os.environ.get("DRILLBOOK_URL", ""))
    if base is None:
        raise StepError(NOT_ASKED, "the target's url is no http://HOST:PORT, with a path at most")
    headers = [
        ("User-Agent", b"drillbook"),
        ("Content-Type", b"application/x-www-form-urlencoded"),
        ("Connection", b"close"),
    ]
    token = os.environ.get("DRILLBOOK_TOKEN")
    if token:
        headers.append(("Authorization", b"Bearer " + token.encode("utf-8", "surrogateescape")))
    # Prometheus gives up by itself too, so that nothing is computed for nobody.
    form = {"query": expression, "timeout": f"{timeout_s:.3f}"}
    path = f"{base.path}/api/v1/query"
    try:
        return exchange(
            base, "POST", path, tuple(headers), urlencode(form).encode(), timeout_s=timeout_s
        )
    except StepError as error:
        code = error.code if error.code in (TIME_OUT, NOT_ASKED) else NOT_CONNECTED
        raise StepError(code, error.because) from error


def _data(answer: Answer) -> dict[str, Any]:
    """What a Prometheus says, after its warnings. Raises StepError where it is none or refuses."""
    try:
        said = json.loads(answer.body)
        if said["status"] == "error":
            raise StepError(_code_of(said), f"{said.get('errorType')}: {said.get('error')}")
        data: dict[str, Any] = said["data"]
        kind, result = data["resultType"], data["result"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        message = f"what answers is no Prometheus: HTTP {answer.status}, and no such JSON"
        raise StepError(NO_PROMETHEUS, message) from error
    for warning in said.get("warnings") or ():
        say(f"warning: {warning}")
    return {"kind": kind, "result": result}


def _code_of(said: dict[str, Any]) -> int:
    return TIME_OUT if said.get("errorType") in ("timeout", "canceled") else FAILED


def _show(data: dict[str, Any]) -> int:
    """One sample as its bare number, several as `labels value`, none as nothing."""
    try:
        match data["kind"]:
            case "scalar" | "string":
                give(f"{data['result'][1]}\n")
            case "vector":
                _show_vector(data["result"])
            case _:
                raise StepError(
                    NOT_ASKED,
                    "the expression gives a range of values; take one of it, as in rate(…)",
                )
    except (KeyError, TypeError, IndexError, AttributeError) as error:
        raise StepError(NO_PROMETHEUS, "what answers is no Prometheus: no such value") from error
    return 0


def _show_vector(samples: list[Any]) -> None:
    if len(samples) == 1:
        give(f"{_value(samples[0])}\n")
        return
    lines = sorted(f"{_labels(sample['metric'])} {_value(sample)}" for sample in samples)
    give("".join(f"{line}\n" for line in lines[:SERIES_MAX]))
    if len(lines) > SERIES_MAX:
        say(f"only the first {SERIES_MAX} of {len(lines)} series are shown; select fewer of them")


def _value(sample: dict[str, Any]) -> str:
    if "histogram" in sample:
        raise StepError(NOT_ASKED, "the expression gives a histogram; take a number of it")
    return str(sample["value"][1])


def _labels(metric: dict[str, str]) -> str:
    """`up{instance="a", job="b"}`."""
    name = metric.get("__name__", "")
    others = sorted(each for each in metric.items() if each[0] != "__name__")
    return name + "{" + ", ".join(f"{key}={json.dumps(value)}" for key, value in others) + "}"
