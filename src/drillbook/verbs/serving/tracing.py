"""Runs that end → their traces, sent to an OpenTelemetry collector from a thread of their own.

Imported only where an endpoint is configured: OpenTelemetry is an extra, and slow to import.
No run waits for a trace, and none fails by one.
"""

import logging
import os
import sys
import threading
from collections.abc import Callable, Sequence
from queue import Empty, Full, Queue

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExportResult
from opentelemetry.trace import SpanContext, Status, StatusCode, TraceFlags

from drillbook import __version__
from drillbook.model.journal import Entry, Journal, JournalError
from drillbook.report.spans import Span, SpanStatus, spans_of

PATH = "/v1/traces"
WAITING_MAX = 1_000
SEND_WITHIN_S = 10.0
LOOK_S = 0.5
# Of a collector that is away, one line in so many failures.
SAID_EVERY = 100
CODES = {
    SpanStatus.UNSET: StatusCode.UNSET,
    SpanStatus.OK: StatusCode.OK,
    SpanStatus.ERROR: StatusCode.ERROR,
}


def endpoint_of(configured: str) -> str:
    """Where traces go: `tracing.endpoint`, else OpenTelemetry's own variables; empty: nowhere."""
    own = os.environ.get("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "")
    if own and not configured:
        return own
    base = configured or os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT", "")
    return _with_path(base) if base else ""


class Tracer:
    """`watch` is shown entries as they are journaled; a run that ended is sent soon after."""

    def __init__(
        self, journal: Journal, endpoint: str, *, say: Callable[[str], object] = sys.stderr.write
    ) -> None:
        self._journal = journal
        self._say = say
        self._endpoint = endpoint
        self._ended: Queue[str] = Queue(WAITING_MAX)
        self._failures = 0
        self._stop = threading.Event()
        # What it would log of a collector that is away, again and again, we say once.
        logging.getLogger("opentelemetry").setLevel(logging.CRITICAL + 1)
        self._exporter = OTLPSpanExporter(endpoint=endpoint, timeout=SEND_WITHIN_S)
        self._resource = Resource.create(
            {"service.name": "drillbook", "service.version": __version__}
        )
        self._thread = threading.Thread(target=self._send_all, name="tracing", daemon=True)
        self._thread.start()

    def watch(self, entry: Entry) -> None:
        """Keep in mind a run that ended; one too many is not traced."""
        if entry.kind == "run-ended":
            try:
                self._ended.put_nowait(entry.stream)
            except Full:
                self._fail("more runs end than the collector takes")

    def close(self) -> None:
        """Send what waits, within the time of one sending."""
        self._stop.set()
        self._thread.join(SEND_WITHIN_S)

    def _send_all(self) -> None:
        while True:
            try:
                stream = self._ended.get(timeout=LOOK_S)
            except Empty:
                if self._stop.is_set():
                    self._exporter.shutdown()  # type: ignore[no-untyped-call]
                    return
                continue
            self._send(stream)

    def _send(self, stream: str) -> None:
        try:
            spans = spans_of(self._journal.entries(stream))
        except JournalError as error:
            self._fail(str(error))
            return
        result = self._exporter.export(self._readable(spans))
        if result is not SpanExportResult.SUCCESS:
            self._fail("the collector does not take them")

    def _readable(self, spans: Sequence[Span]) -> list[ReadableSpan]:
        return [
            ReadableSpan(
                name=span.name,
                context=_context(span.trace_id, span.span_id),
                parent=_context(span.trace_id, span.parent) if span.parent else None,
                resource=self._resource,
                attributes=span.attributes,
                status=Status(
                    CODES[span.status], span.because if span.status is SpanStatus.ERROR else None
                ),
                start_time=span.start_ns,
                end_time=span.end_ns,
            )
            for span in spans
        ]

    def _fail(self, because: str) -> None:
        if self._failures % SAID_EVERY == 0:
            self._say(
                f"drillbook: traces are not sent to {self._endpoint}: {because}; "
                "correct `endpoint` of [tracing], or start the collector\n"
            )
        self._failures += 1


def _with_path(base: str) -> str:
    return base if base.endswith(PATH) else f"{base.rstrip('/')}{PATH}"


def _context(trace_id: int, span_id: int) -> SpanContext:
    return SpanContext(
        trace_id=trace_id,
        span_id=span_id,
        is_remote=False,
        trace_flags=TraceFlags(TraceFlags.SAMPLED),
    )
