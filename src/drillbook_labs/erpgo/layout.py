"""An order → where everything of one lab lies, on which ports and how fast; kept in lab.json."""

import json
import os
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from drillbook.model.drill import Setting
from drillbook.model.lab import LabError, LabOrder, Pacing

FILE = "lab.json"
FULL_PACING = Pacing(scrape_s=15, evaluation_s=15, group_wait_s=10, group_interval_s=10)
INTERVAL_S_MIN = 0.2
# With its database away the exporter takes 1.0 s to answer a scrape, as measured.
# A scrape's limit is its interval: below that, pg_up would never be seen as 0 and nothing alert.
SCRAPE_S_MIN = 1.5
# A socket's path holds 107 bytes; supervisord first makes one with its pid at the end.
SOCKET_PATH_BYTES_MAX = 90
PORTS = ("postgresql", "orders-api", "postgres-exporter", "prometheus", "alertmanager")
SETTINGS = ("without",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """All that a lab is found again by.

    `annex` is a second, short folder in the temporary one for what cannot lie in `folder`:
    the socket where its path were too long, the data where the server's user may not go.
    `server_user` is whom PostgreSQL runs as, None where it is ourselves.
    """

    folder: Path
    annex: Path
    socket: Path
    data: Path
    postgres_bin: Path
    server_user: str | None
    programs: Mapping[str, Path]
    ports: Mapping[str, int]
    compression: float
    without: tuple[str, ...]

    @property
    def configuration(self) -> Path:
        """Where supervisord's configuration lies."""
        return self.folder / "supervisord.conf"

    @property
    def client_log(self) -> Path:
        """Where the writer keeps what it sent and what was acknowledged."""
        return self.folder / "writer.jsonl"

    @property
    def logs(self) -> Path:
        """Where each process's output lies, by its name."""
        return self.folder / "logs"

    @property
    def operator_bin(self) -> Path:
        """Where an engineer on the lab's host finds programs first."""
        return self.folder / "bin"

    @property
    def pacing(self) -> Pacing:
        """The intervals as this lab runs them."""
        return compressed(FULL_PACING, self.compression)

    def url(self, process: str) -> str:
        """Answer the address of one of the HTTP servers, without a slash at the end."""
        return f"http://127.0.0.1:{self.ports[process]}"


def compressed(pacing: Pacing, compression: float) -> Pacing:
    """Divide every interval, to the millisecond and not below what the servers can follow."""

    def divided(full_s: float, least_s: float = INTERVAL_S_MIN) -> float:
        return max(least_s, round(full_s / compression, 3))

    return Pacing(
        scrape_s=divided(pacing.scrape_s, SCRAPE_S_MIN),
        evaluation_s=divided(pacing.evaluation_s),
        group_wait_s=divided(pacing.group_wait_s),
        group_interval_s=divided(pacing.group_interval_s),
    )


def without_of(settings: Mapping[str, Setting]) -> tuple[str, ...]:
    """Read the order's settings. Raises LabError for one that this lab does not know."""
    unknown = sorted(set(settings) - set(SETTINGS))
    if unknown:
        raise LabError(
            f"the lab erpgo has no setting {', '.join(unknown)}; it knows {', '.join(SETTINGS)}"
        )
    without = settings.get("without", ())
    if not isinstance(without, tuple) or any(not name or "/" in name for name in without):
        raise LabError(f"without is {without!r}, not a list of names; write without: [pg_isready]")
    return without


def check_order(order: LabOrder) -> None:
    """Raise LabError where this lab cannot be started with such an order."""
    without_of(order.settings)
    if not order.folder.is_absolute() or any(sign in str(order.folder) for sign in "\"'%;\n\\"):
        raise LabError(f"{order.folder} cannot hold a lab; give an absolute path of plain signs")
    if not 1 <= order.compression <= 1000:
        raise LabError(f"compression is {order.compression}; give a number between 1 and 1000")


def new_annex() -> Path:
    """Name a folder that does not exist yet, so that it can be noted before it is made."""
    return Path(tempfile.gettempdir()) / f"drillbook-{secrets.token_hex(6)}"


def socket_in(folder: Path, annex: Path) -> Path:
    """Answer where supervisord's socket goes: in the folder where its path is short enough."""
    inside = folder / "supervisor.sock"
    fits = len(os.fsencode(inside)) <= SOCKET_PATH_BYTES_MAX
    return inside if fits else annex / "supervisor.sock"


def save(layout: Layout) -> None:
    """Write lab.json whole, so that a crash of ours leaves either all of it or none."""
    draft = layout.folder / f"{FILE}.new"
    draft.write_text(json.dumps(asdict(layout), default=str, indent=1), encoding="utf-8")
    draft.replace(layout.folder / FILE)


def load(folder: Path) -> Layout | None:
    """Read lab.json; None where there is none. Raises LabError where it is not ours."""
    try:
        raw = json.loads((folder / FILE).read_text(encoding="utf-8"))
        return Layout(
            folder=folder,
            annex=Path(raw["annex"]),
            socket=Path(raw["socket"]),
            data=Path(raw["data"]),
            postgres_bin=Path(raw["postgres_bin"]),
            server_user=raw["server_user"],
            programs={name: Path(path) for name, path in raw["programs"].items()},
            ports={name: int(port) for name, port in raw["ports"].items()},
            compression=float(raw["compression"]),
            without=tuple(raw["without"]),
        )
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise LabError(f"{folder / FILE} is not a lab's file ({error}); remove it") from error
