"""A run's Policy → what its journal keeps of it, and back after a crash."""

from collections.abc import Mapping
from typing import Any

from drillbook.model.people import APPROVAL_EXPIRES_S, Need
from drillbook.model.run import Policy
from drillbook.model.sentence import Risk


def policy_body(policy: Policy) -> dict[str, Any]:
    """All of the policy, as JSON holds it."""
    return {
        "allowed": policy.allowed.value,
        "asks": sorted(risk.value for risk in policy.asks),
        "needs": {risk.value: _need_body(need) for risk, need in policy.needs.items()},
        "is_guided": policy.is_guided,
        "checks_only": policy.checks_only,
        "waives_approvals": policy.waives_approvals,
    }


def policy_of(body: Mapping[str, Any]) -> Policy:
    """The policy that a run was started with; `body` is that of its first entry."""
    kept = body["policy"]
    return Policy(
        allowed=Risk(kept["allowed"]),
        asks=frozenset(Risk(risk) for risk in kept["asks"]),
        needs={Risk(risk): _need(need) for risk, need in kept.get("needs", {}).items()},
        is_guided=bool(kept.get("is_guided", False)),
        checks_only=bool(kept.get("checks_only", False)),
        waives_approvals=bool(kept.get("waives_approvals", False)),
    )


def _need_body(need: Need) -> dict[str, Any]:
    return {
        "approvals": need.approvals,
        "roles": sorted(need.roles),
        "expires_s": need.expires_s,
    }


def _need(kept: Mapping[str, Any]) -> Need:
    return Need(
        approvals=int(kept["approvals"]),
        roles=frozenset(kept.get("roles", ())),
        expires_s=float(kept.get("expires_s", APPROVAL_EXPIRES_S)),
    )
