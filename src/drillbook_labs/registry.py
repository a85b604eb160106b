"""The name that a drill gives → the kind of lab: one literal table."""

from drillbook.model.lab import LabKind
from drillbook_labs.erpgo import lab as erpgo

LABS: dict[str, LabKind] = {"erpgo": erpgo}
