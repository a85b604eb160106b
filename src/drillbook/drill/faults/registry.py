"""The name of a kind of fault → the module that is it."""

from drillbook.drill.faults import commands, kill, pause
from drillbook.model.fault import FaultKind

FAULTS: dict[str, FaultKind] = {
    "commands": commands,
    "kill": kill,
    "pause": pause,
}
