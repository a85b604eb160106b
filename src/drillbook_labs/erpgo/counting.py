"""The writer's log + what can be read back → acknowledged, readable, lost and stored twice."""

from uuid import UUID

from drillbook.model.lab import ClientCount, LabError
from drillbook_labs.erpgo import postgres
from drillbook_labs.erpgo.fetch import NotUnderstoodError, UnreachableError, fetch
from drillbook_labs.erpgo.layout import Layout
from drillbook_labs.erpgo.ledger import Tally, tally

PAGE_S_MAX = 10.0
PAGES_MAX = 10_000


def count(layout: Layout) -> ClientCount:
    """Count what the writer was promised. Raises LabError where it cannot be counted."""
    noted = tally(layout.client_log)
    readable, rows = _readable(layout.url("orders-api"))
    stored, twice = postgres.count_orders(layout)
    if stored != rows:
        raise LabError(f"the API lists {rows} orders where the database holds {stored}")
    return settle(noted, readable, twice=twice)


def settle(noted: Tally, readable: set[str], *, twice: int) -> ClientCount:
    """Compare what was acknowledged with what can be read back."""
    acknowledged = noted.acknowledged_at_ns
    lost = [at_ns for reference, at_ns in acknowledged.items() if reference not in readable]
    return ClientCount(
        acknowledged=len(acknowledged),
        readable=len(acknowledged) - len(lost),
        twice=twice,
        lost_at_ns=tuple(sorted(lost)),
        failures=noted.refused,
    )


def _readable(url: str) -> tuple[set[str], int]:
    """Read every order back through the API: the references, and how many rows they came in."""
    references: set[str] = set()
    rows, after = 0, 0
    for _ in range(PAGES_MAX):
        page, following = _page(f"{url}/orders?after={after}")
        references.update(page)
        rows += len(page)
        if following is None:
            return references, rows
        after = following
    raise LabError(f"the API lists more than {PAGES_MAX} pages of orders")


def _page(url: str) -> tuple[list[str], int | None]:
    try:
        reply = fetch(url, timeout_s=PAGE_S_MAX)
        if reply.status == 200:
            return _understood(reply.json())
    except (UnreachableError, NotUnderstoodError, KeyError, TypeError, ValueError) as error:
        raise LabError(f"the orders cannot be read back: {error}") from error
    raise LabError(f"the orders cannot be read back: {url} answers {reply.status}")


def _understood(content: object) -> tuple[list[str], int | None]:
    if not isinstance(content, dict):
        raise NotUnderstoodError("the answer is no page of orders")
    following = content["next"]
    references = [str(UUID(order["reference"])) for order in content["orders"]]
    return references, None if following is None else int(following)
