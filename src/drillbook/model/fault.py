"""Every kind of fault can: inject, tell whether it holds, revert, tell whether it is gone."""

from collections.abc import Mapping
from typing import Protocol

from drillbook.model.drill import Setting
from drillbook.model.finding import Finding
from drillbook.model.lab import Lab, Observation
from drillbook.model.place import Place


class FaultKind(Protocol):
    """A module that satisfies this is a kind of fault; each act ends after `timeout_s`."""

    def check(self, settings: Mapping[str, Setting], place: Place) -> tuple[Finding, ...]:
        """What is wrong with these settings."""
        ...

    def inject(self, lab: Lab, settings: Mapping[str, Setting], *, timeout_s: float) -> None: ...

    def is_effective(
        self, lab: Lab, settings: Mapping[str, Setting], *, timeout_s: float
    ) -> Observation: ...

    def revert(self, lab: Lab, settings: Mapping[str, Setting], *, timeout_s: float) -> None: ...

    def is_reverted(
        self, lab: Lab, settings: Mapping[str, Setting], *, timeout_s: float
    ) -> Observation: ...
