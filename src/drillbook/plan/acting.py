"""Step + its kind of action → Findings, and the secrets that its target gives it."""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from drillbook.model.action import Action, Transport
from drillbook.model.finding import Finding
from drillbook.model.runbook import Step
from drillbook.model.target import Target

LOCAL_KIND = "local"


def action_flaws(
    action: Action,
    step: Step,
    target: Target,
    *,
    known: frozenset[str],
    secrets: Mapping[str, str],
    observes: bool,
) -> Iterator[Finding]:
    """What the step's own language finds wrong, variables and secrets without a value too."""
    yield from action.flaws(step, target, observes=observes)
    for name, written in sorted(action.variables(step, target).items()):
        if name not in known:
            yield _without_value(step, name, written, known)
    for secret in action.secrets(target).values():
        if secret not in secrets:
            yield _unknown_secret(step, target, secret, secrets)


def travels(action: Action | None, target: Target) -> bool:
    """Whether a step of such an action is run on another machine than this one."""
    return action is not None and action.TRAVELS and target.kind != LOCAL_KIND


def transport_flaws(
    transports: Mapping[str, Transport], step: Step, target: Target
) -> Iterator[Finding]:
    """What the way to the target finds wrong; that there is none."""
    transport = transports.get(target.kind)
    if transport is not None:
        yield from transport.flaws(step, target)
        return
    yield Finding(
        place=step.place,
        lint="target-out-of-reach",
        message=f"target `{target.name}` is of kind {target.kind}, to which no way leads",
        help=f"the kinds are {', '.join((LOCAL_KIND, *sorted(transports)))}",
    )


def secret_env(action: Action | None, target: Target, secrets: Mapping[str, str]) -> dict[str, str]:
    """The environment variables by which the action is given its target's secrets."""
    wanted = action.secrets(target) if action else {}
    return {name: secrets[secret] for name, secret in wanted.items() if secret in secrets}


def _without_value(step: Step, name: str, written: str, known: frozenset[str]) -> Finding:
    nearest = get_close_matches(name, known, n=1)
    return Finding(
        place=step.place,
        lint="variable-without-value",
        message=f"step `{step.name}` uses {written}, which nothing gives a value",
        help=f"did you mean {nearest[0].lower()}?"
        if nearest
        else f"add `{name.lower()}` to the front matter's inputs, or capture it before",
    )


def _unknown_secret(step: Step, target: Target, secret: str, secrets: Mapping[str, str]) -> Finding:
    nearest = get_close_matches(secret, secrets, n=1)
    known = f"did you mean `{nearest[0]}`? " if nearest else ""
    return Finding(
        place=step.place,
        lint="unknown-secret",
        message=f"target `{target.name}` names the secret `{secret}`, and there is none",
        help=f'{known}A secret stands in drillbook.toml as [[secrets]] name = "{secret}"',
    )
