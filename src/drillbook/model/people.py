"""Who may do what: people, their tokens, the rules of a team, an approval."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from drillbook.model.sentence import Risk

APPROVAL_EXPIRES_S = 1_800.0
# The role of those who make tokens for others and take them back.
ADMIN = "admin"
# The role of a source of webhooks: its token, which stands in another system's configuration,
# opens /hooks and nothing else. It is nobody who starts, answers or approves.
WEBHOOK = "webhook"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody whom `drillbook.toml` names, with the roles that they have there."""

    name: str
    roles: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who asks for something, and how we know: `token` is the id of the token they showed.

    Without any people configured the caller is the terminal's own user, and `token` is empty.
    """

    name: str
    roles: frozenset[str] = frozenset()
    token: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyRule:
    """One rule of the team: for services and risks, who starts, and who must approve.

    `services` are names that may hold `*`. `start` and `approvers` are roles; empty: everybody
    with an identity. `approvals` is how many others than the requester must approve; `asks`
    whether the operator is asked before each step. An approval holds for `expires_s`.
    """

    services: tuple[str, ...] = ("*",)
    risks: frozenset[Risk] = frozenset(Risk)
    start: frozenset[str] = frozenset()
    asks: bool = False
    approvals: int = 0
    approvers: frozenset[str] = frozenset()
    expires_s: float = APPROVAL_EXPIRES_S


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """The approvals that a risk needs in one run."""

    approvals: int
    roles: frozenset[str] = frozenset()
    expires_s: float = APPROVAL_EXPIRES_S


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """Who approved what: `hash` is that of exactly what will run, `seen` a blob of what they saw.

    It holds until `expires_at_ns`.
    """

    by: str
    roles: frozenset[str]
    hash: str
    at_ns: int
    expires_at_ns: int
    seen: str = ""


Needs = Mapping[Risk, Need]


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """Whether a caller may start something; `because` names the rule where they may not."""

    is_given: bool
    because: str = ""
    roles: frozenset[str] = field(default_factory=frozenset)
