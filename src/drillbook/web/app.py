"""A House → the ASGI application: routes, and around them door and bounds."""

from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse, Response
from starlette.types import ASGIApp

from drillbook import __version__
from drillbook.model.people import Caller
from drillbook.people.tokens import IdentityError
from drillbook.verbs.people.identity import caller_from_token
from drillbook.web import approvals, following, hooks, runbooks, runs, speaking, work
from drillbook.web.bounds import Bounds
from drillbook.web.door import OPEN, Door, UnknownCallerError
from drillbook.web.errors import error_answer, explain_errors, one_line
from drillbook.web.house import House, TheHouse, ThePerson
from drillbook.web.metrics import CONTENT_TYPE
from drillbook.web.reading import Reading
from drillbook.web.shapes import ErrorAnswer

API = "/api/v1"
METRICS = "/metrics"
ABOUT = (
    "Runbooks of the configured packs, followed on request. Every path asks for a token "
    "(`Authorization: Bearer dbk_…`) except `/health/live` and `/health/ready`. "
    'Every error is `{"error": {"message", "cure"}}`.'
)
WRONG = {
    code: {"model": ErrorAnswer, "description": text}
    for code, text in {
        400: "The request cannot be understood.",
        401: "There is no token, or none that is known.",
        403: "The caller may not do this; the rule is named.",
        404: "There is no such thing.",
        409: "It cannot be done now.",
        413: "The body is too large.",
        422: "The body is not as described.",
        503: "A store is away, or there is too much to do; Retry-After says when to come back.",
    }.items()
}

own = APIRouter()


@own.get("/health/live", tags=["health"])
async def live() -> dict[str, str]:
    """Whether this process answers."""
    return {"status": "live"}


@own.get("/health/ready", tags=["health"])
def ready(house: TheHouse) -> Response:
    """Whether journal, engine and workers do their work; else 503 with the reasons.

    `troubles` keep single runs from going on: no other server could do better.
    """
    found = house.health.ready()
    if found.because:
        return error_answer(503, "; ".join(found.because), "look after what is named")
    troubles = {"troubles": [one_line(each) for each in found.troubles]} if found.troubles else {}
    return JSONResponse({"status": "ready", **troubles})


@own.get(METRICS, tags=["metrics"])
def metrics(house: TheHouse) -> Response:
    """Counters of this process and gauges of what all share, as Prometheus reads them."""
    return Response(house.meters.text(), media_type=CONTENT_TYPE)


@own.get(f"{API}/openapi.json", tags=["description"])
async def description(request: Request, caller: ThePerson) -> dict[str, Any]:
    """What you read now, as OpenAPI."""
    del caller
    app: FastAPI = request.app
    return app.openapi()


def create_app(house: House) -> ASGIApp:
    """The whole application, bounded and behind its door."""
    server = house.place.settings.server
    is_open = (*OPEN, METRICS) if server.metrics_open else OPEN
    routes = create_routes(house)
    reading = Reading(routes, server.request_bytes_max)
    return Bounds(Door(reading, _identify(house), is_open=is_open), server)


def create_routes(house: House) -> FastAPI:
    """The routes alone."""
    app = FastAPI(
        title="Drillbook",
        version=__version__,
        summary="A runbook is done when a drill says so.",
        description=ABOUT,
        # No page that loads its scripts from somewhere else.
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        responses=WRONG,  # type: ignore[arg-type]
    )
    app.state.house = house
    app.include_router(own)
    app.include_router(hooks.router)
    for module in (runbooks, runs, following, speaking, approvals, work):
        app.include_router(module.router, prefix=API)
    explain_errors(app)
    app.openapi = lambda: _described(app)  # type: ignore[method-assign]
    return app


def _described(app: FastAPI) -> dict[str, Any]:
    if app.openapi_schema is None:
        schema = get_openapi(
            title=app.title,
            version=app.version,
            summary=app.summary,
            description=app.description,
            routes=app.routes,
        )
        schemes = {
            "token": {"type": "http", "scheme": "bearer", "description": "`dbk_…`"},
            "basic": {"type": "http", "scheme": "basic", "description": "the token as password"},
        }
        schema.setdefault("components", {})["securitySchemes"] = schemes
        for path, item in schema["paths"].items():
            for operation in item.values():
                operation["security"] = _security(path)
        app.openapi_schema = schema
    return app.openapi_schema


def _security(path: str) -> list[dict[str, list[str]]]:
    if path in OPEN:
        return []
    return [{"token": []}, {"basic": []}] if path.startswith("/hooks/") else [{"token": []}]


def _identify(house: House) -> Any:
    def identify(text: str) -> Caller:
        try:
            return caller_from_token(house.place, text)
        except IdentityError as error:
            raise UnknownCallerError(str(error)) from error

    return identify
