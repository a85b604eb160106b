"""`[people.NAME]` and `[[policy]]` → Person and PolicyRule: who may start what, who approves."""

from pydantic import Field

from drillbook.model.people import Person, PolicyRule
from drillbook.model.sentence import Risk
from drillbook.read.configured.strict import Duration, Strict, seconds

APPROVALS_MAX = 10


class PersonTable(Strict):
    """Somebody who may have a token."""

    roles: list[str] = []

    def noun(self, name: str) -> Person:
        """The Person of that name."""
        return Person(name=name, roles=frozenset(self.roles))


class PolicyTable(Strict):
    """One rule; the first that fits a service and a risk holds."""

    services: list[str] = ["*"]
    risks: list[str] = [risk.value for risk in Risk]
    start: list[str] = []
    asks: bool = False
    approvals: int = Field(default=0, ge=0, le=APPROVALS_MAX)
    approvers: list[str] = []
    expires: Duration = "30m"

    def noun(self) -> PolicyRule:
        """The PolicyRule."""
        return PolicyRule(
            services=tuple(self.services),
            risks=frozenset(Risk(risk) for risk in self.risks),
            start=frozenset(self.start),
            asks=self.asks,
            approvals=self.approvals,
            approvers=frozenset(self.approvers),
            expires_s=seconds(self.expires),
        )
