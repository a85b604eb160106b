"""`--metrics` and `--prometheus` → what rules are held against."""

import os
import time
from pathlib import Path

import click

from drillbook.cli.exits import UNKNOWN, UnusableError
from drillbook.model.library import Exposition
from drillbook.model.settings import Settings
from drillbook.read.exposition import merged
from drillbook.run.clients.wire import base_of
from drillbook.verbs.linting.exporting import (
    Asking,
    ExportingError,
    exposition_of_file,
    exposition_of_prometheus,
    used_in,
)

TOKEN = "PROMETHEUS_TOKEN"  # noqa: S105 - the name of a variable


class NotAnsweringError(UnusableError):
    """A Prometheus that could not be asked: what was not looked at has not passed."""

    exit_code = UNKNOWN


def exporting(
    metrics: tuple[Path, ...], prometheus: str | None, paths: tuple[str, ...], settings: Settings
) -> Exposition | None:
    """All of it as one; None where nothing was asked for.

    Raises BadParameter for a file that is none, NotAnsweringError for a Prometheus.
    """
    found = [_of_file(path) for path in metrics]
    if prometheus is not None:
        if base_of(prometheus) is None:
            raise UnusableError(f"{prometheus} is no http://HOST:PORT, with a path at most")
        asking = Asking(
            url=prometheus,
            now_s=time.time(),
            used=used_in(Path.cwd(), paths, settings),
            token=os.environ.get(TOKEN, ""),
        )
        try:
            found.append(exposition_of_prometheus(asking))
        except ExportingError as error:
            raise NotAnsweringError(str(error)) from error
    return merged(found)


def _of_file(path: Path) -> Exposition:
    exposition, findings = exposition_of_file(path, str(path))
    if exposition is None or (findings and not exposition.metrics):
        first = findings[0]
        raise click.BadParameter(f"{path}: {first.message}; {first.help}", param_hint="--metrics")
    return exposition
