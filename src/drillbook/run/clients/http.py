"""An HTTP request as text + values from the environment → the answer's body, and an exit code.

0: 2xx. 22: 4xx or 5xx. 47: a redirect, which is not followed. Else as curl has them: 6 name
not known, 7 cannot connect, 28 time limit, 35 and 60 TLS, 52 and 56 no whole answer, 63 too
long. 125: not asked.
"""

import os

from drillbook.run.clients.ending import (
    NOT_ASKED,
    StepError,
    arguments,
    end_at,
    fail,
    give,
    give_bytes,
    say,
    value_of,
)
from drillbook.run.clients.request import (
    Request,
    RequestTextError,
    ValueRefused,
    filled,
    request_of,
)
from drillbook.run.clients.wire import (
    BODY_BYTES_MAX,
    TOO_LONG,
    Answer,
    base_of,
    exchange,
    status_line,
)

REFUSED = 22
REDIRECTED = 47


def main(began_s: float) -> int:
    """The program; `began_s` is when it was started, on the monotonic clock."""
    try:
        limit, text = arguments(2, "LIMIT_S REQUEST")
        end_at(began_s + float(limit), f"no whole answer within {limit} s")
        request = request_of(text)
        return _show(request, _answer(request, timeout_s=float(limit)))
    except (RequestTextError, ValueRefused) as error:
        return fail(StepError(NOT_ASKED, str(error)))
    except StepError as error:
        return fail(error)


def _answer(request: Request, *, timeout_s: float) -> Answer:
    sent = filled(request, lambda name: value_of(name, f"${name}"))
    base = base_of(sent.base or os.environ.get("DRILLBOOK_URL", ""))
    if base is None:
        where = request.base or "the target's url"
        raise StepError(NOT_ASKED, f"{where} is no http://HOST:PORT, with a path at most")
    own = (("User-Agent", b"drillbook"), ("Accept", b"*/*"), ("Connection", b"close"))
    said = {name.lower() for name, _ in sent.headers}
    headers = tuple(each for each in own if each[0].lower() not in said) + sent.headers
    return exchange(
        base, sent.method, base.path + sent.path, headers, sent.body, timeout_s=timeout_s
    )


def _show(request: Request, answer: Answer) -> int:
    """The body alone where it went well, so that numbers and JSON can be taken from it."""
    is_well = 200 <= answer.status < 300
    if not is_well or request.method in ("HEAD", "OPTIONS"):
        give(f"{status_line(answer)}\n")
    if request.method in ("HEAD", "OPTIONS"):
        give("".join(f"{name}: {' '.join(value.split())}\n" for name, value in answer.headers))
    elif 300 <= answer.status < 400:
        locations = (value for name, value in answer.headers if name.lower() == "location")
        give(f"Location: {' '.join(next(locations, 'none').split())}\n")
    give_bytes(answer.body)
    if answer.is_cut:
        say(f"the answer's body is longer than {BODY_BYTES_MAX} bytes and was cut")
        return TOO_LONG
    if is_well:
        return 0
    return REDIRECTED if answer.status < 400 else REFUSED
