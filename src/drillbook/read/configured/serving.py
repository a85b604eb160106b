"""`[store]`, `[server]`, `[[schedules]]`, `[tracing]` → Store, Server, Schedule, an endpoint."""

from pathlib import Path

from pydantic import Field
from pydantic import model_validator as check_whole

from drillbook.model.engine import SITE
from drillbook.model.settings import Schedule, Server, Store
from drillbook.read.configured.strict import Duration, Strict, seconds

SLOTS_MAX = 2_000
REQUEST_BYTES_MAX = 64 << 20
REQUESTS_MAX = 1_000


class StoreTable(Strict):
    """Where the journal is kept; SQLite below `state` where there is no url."""

    url: str = ""
    password_secret: str = ""

    def noun(self) -> Store:
        """The Store."""
        return Store(url=self.url, password_secret=self.password_secret)


class ServerTable(Strict):
    """How `serve` and `runner` work."""

    listen: str = "127.0.0.1:8470"
    site: str = SITE
    slots: int = Field(default=20, ge=1, le=SLOTS_MAX)
    dead_after: Duration = "30s"
    request_bytes_max: int = Field(default=1 << 20, ge=1_024, le=REQUEST_BYTES_MAX)
    request_timeout: Duration = "30s"
    requests_max: int = Field(default=64, ge=1, le=REQUESTS_MAX)
    stop_within: Duration = "20s"
    tls_certificate: str | None = None
    tls_key: str | None = None
    metrics_open: bool = False

    @check_whole(mode="after")
    def _has_both_files(self) -> "ServerTable":
        if (self.tls_certificate is None) != (self.tls_key is None):
            raise ValueError("tls_certificate and tls_key need each other")
        return self

    def noun(self, folder: Path) -> Server:
        """The Server; paths count from `folder`."""
        return Server(
            listen=self.listen,
            site=self.site,
            slots=self.slots,
            dead_after_s=seconds(self.dead_after),
            request_bytes_max=self.request_bytes_max,
            request_timeout_s=seconds(self.request_timeout),
            requests_max=self.requests_max,
            stop_within_s=seconds(self.stop_within),
            tls_certificate=folder / self.tls_certificate if self.tls_certificate else None,
            tls_key=folder / self.tls_key if self.tls_key else None,
            metrics_open=self.metrics_open,
        )


class ScheduleTable(Strict):
    """One thing that is done at cron times: a drill, or the Checks of a runbook."""

    name: str = Field(min_length=1)
    cron: str
    timezone: str = "UTC"
    drill: str | None = None
    checks: str | None = None
    inputs: dict[str, str] = {}

    @check_whole(mode="after")
    def _says_what(self) -> "ScheduleTable":
        if (self.drill is None) == (self.checks is None):
            raise ValueError("it needs either drill or checks")
        return self

    def noun(self, folder: Path) -> Schedule:
        """The Schedule; paths count from `folder`."""
        return Schedule(
            name=self.name,
            cron=self.cron,
            timezone=self.timezone,
            drill=folder / self.drill if self.drill else None,
            checks=str(folder / self.checks) if self.checks else None,
            inputs=self.inputs,
        )


class TracingTable(Strict):
    """Where traces of runs are sent: the address of an OpenTelemetry collector (OTLP, HTTP)."""

    endpoint: str = ""
