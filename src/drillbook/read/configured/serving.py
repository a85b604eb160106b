"""`[store]`, `[server]`, `[[schedules]]`, `[tracing]` → Store, Server, Schedule, an endpoint."""

from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field
from pydantic import field_validator as check_field
from pydantic import model_validator as check_whole

from drillbook.model.engine import SITE
from drillbook.model.settings import Schedule, Server, Store
from drillbook.read.configured.cron import checked
from drillbook.read.configured.strict import Duration, Strict, seconds

SLOTS_MAX = 2_000
REQUEST_BYTES_MAX = 64 << 20
URL_FORM = "write postgresql://USER@HOST/DATABASE"
REQUESTS_MAX = 1_000
DEAD_AFTER_S_MIN = 2.0
DEAD_AFTER_S_MAX = 3_600.0


class StoreTable(Strict):
    """Where the journal is kept; SQLite below `state` where there is no url."""

    url: str = ""
    password_secret: str = ""
    timeout: Duration = "15s"
    retry: Duration = "60s"

    @check_field("url")
    @classmethod
    def _is_postgresql(cls, url: str) -> str:
        """Without a password: the file is read by many, and the url is shown in messages."""
        if not url:
            return url
        # What urlsplit says of a bad url may show what stands in it.
        try:
            parts = urlsplit(url)
            is_secret = parts.password is not None or "password" in parse_qs(parts.query)
        except ValueError:
            raise ValueError(f"it is no url; {URL_FORM}") from None
        if is_secret:
            raise ValueError(
                "it holds a password; put that into a secret and name it in password_secret"
            )
        if parts.scheme not in {"postgresql", "postgresql+psycopg"} or not parts.path.strip("/"):
            raise ValueError(f"it is no PostgreSQL's database; {URL_FORM}")
        return url

    def noun(self) -> Store:
        """The Store."""
        return Store(
            url=self.url,
            password_secret=self.password_secret,
            timeout_s=seconds(self.timeout),
            retry_s=seconds(self.retry),
        )


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

    @check_field("dead_after")
    @classmethod
    def _is_bearable(cls, dead_after: str) -> str:
        # A worker says six times in it that it lives, which a busy machine must not miss.
        if not DEAD_AFTER_S_MIN <= seconds(dead_after) <= DEAD_AFTER_S_MAX:
            raise ValueError(f"it is not between {DEAD_AFTER_S_MIN:g}s and 1h; write it as 30s")
        return dead_after

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

    name: str = Field(min_length=1, max_length=100, pattern=r"^[A-Za-z0-9._-]+$")
    cron: str
    timezone: str = "UTC"
    drill: str | None = None
    checks: str | None = None
    inputs: dict[str, str] = {}

    @check_field("cron")
    @classmethod
    def _is_cron(cls, cron: str) -> str:
        return checked(cron)

    @check_field("timezone")
    @classmethod
    def _is_known(cls, timezone: str) -> str:
        try:
            ZoneInfo(timezone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError('it is no time zone; write one such as "Europe/Berlin"') from None
        return timezone

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
