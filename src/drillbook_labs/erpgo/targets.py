"""Layout → the targets that a runbook's steps and inputs name."""

from drillbook.model.target import Target
from drillbook_labs.erpgo.configs import DATABASE, MARKER
from drillbook_labs.erpgo.layout import Layout
from drillbook_labs.erpgo.programs import SYSTEM_FOLDERS


def targets_of(layout: Layout) -> tuple[Target, ...]:
    """Answer all targets. They share one host: an engineer there finds the same programs.

    What a step leaves running on purpose carries the lab's mark, so that it goes with the lab.
    """
    bin_folder = str(layout.operator_bin)
    path = (bin_folder,) if layout.without else (bin_folder, *SYSTEM_FOLDERS)
    settings = {
        "orders-db": {
            "host": "127.0.0.1",
            "port": str(layout.ports["postgresql"]),
            "database": DATABASE,
            "user": "postgres",
            "data_directory": str(layout.data),
        },
        "orders-api": {"url": layout.url("orders-api")},
        "prometheus": {"url": layout.url("prometheus")},
        "alertmanager": {"url": layout.url("alertmanager")},
    }
    return tuple(
        Target(
            name=name,
            settings=values,
            env={MARKER: str(layout.folder)},
            path=path,
            cwd=str(layout.folder),
            drillable=True,
        )
        for name, values in settings.items()
    )
