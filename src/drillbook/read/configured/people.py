"""`[people.NAME]` and `[[policy]]` → Person and PolicyRule: who may start what, who approves."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Annotated
from unicodedata import normalize

from pydantic import AfterValidator, Field

from drillbook.model.finding import Finding, Severity
from drillbook.model.people import ADMIN, WEBHOOK, Person, PolicyRule
from drillbook.model.place import Place
from drillbook.model.sentence import Risk
from drillbook.read.configured.strict import Duration, Strict, seconds
from drillbook.read.sentences.wording import quote, slip_of

APPROVALS_MAX = 10
NAME_CHARS_MAX = 64

_RISKS = tuple(risk.value for risk in Risk)


def _name(name: str) -> str:
    """Names stand in commands, in the journal and on pages: no spaces, nothing to escape."""
    is_short = 0 < len(name) <= NAME_CHARS_MAX
    if not is_short or name[0] == "-" or not all(c.isalnum() or c in "._@+-" for c in name):
        raise ValueError(f"a name has up to {NAME_CHARS_MAX} letters, digits and ._@+-")
    return name


def _risk(word: str) -> str:
    if word not in _RISKS:
        meant = slip_of(word, _RISKS)
        cure = f'write "{meant}"' if meant else f"there are {', '.join(_RISKS)}"
        raise ValueError(f'"{quote(word)}" is no risk; {cure}')
    return word


def _service(pattern: str) -> str:
    if not pattern.strip():
        raise ValueError('an empty name fits no service; write "*" for every one')
    return pattern


Name = Annotated[str, AfterValidator(_name)]


class PersonTable(Strict):
    """Somebody who may have a token."""

    roles: list[Name] = []

    def noun(self, name: str) -> Person:
        """The Person of that name."""
        return Person(name=name, roles=frozenset(self.roles))


class PolicyTable(Strict):
    """One rule; the first that fits a service and a risk holds."""

    services: list[Annotated[str, AfterValidator(_service)]] = Field(
        default_factory=lambda: ["*"], min_length=1
    )
    risks: list[Annotated[str, AfterValidator(_risk)]] = Field(
        default_factory=lambda: list(_RISKS), min_length=1
    )
    start: list[Name] = []
    asks: bool = False
    approvals: int = Field(default=0, ge=0, le=APPROVALS_MAX)
    approvers: list[Name] = []
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


def people_findings(
    people: Mapping[str, Person], policy: Sequence[PolicyRule], place: Place
) -> Iterator[Finding]:
    """What the tables say together that cannot be meant: roles of nobody, too few approvers."""
    known = {role for person in people.values() for role in person.roles}
    for number, rule in enumerate(policy):
        for key, roles in (("start", rule.start), ("approvers", rule.approvers)):
            for role in sorted(roles - known):
                yield _role_of_nobody(f"policy[{number}].{key}", role, known, place)
        if rule.approvals > (count := _approvers(people.values(), rule)):
            yield _too_few(f"policy[{number}].approvals", rule, count, place)
    yield from _alike(people, place)
    if people and ADMIN not in known:
        yield Finding(
            place=place,
            lint="no-admin",
            message=f'people: nobody has the role "{ADMIN}", so nobody can make a token',
            help=f'give it to somebody, as in roles = ["{ADMIN}"]',
            severity=Severity.WARNING,
        )


def _alike(people: Iterable[str], place: Place) -> Iterator[Finding]:
    """`Ada` and `ada` are two people to every rule, and one of them could approve for the other."""
    seen: dict[str, str] = {}
    for name in people:
        first = seen.setdefault(normalize("NFKC", name).casefold(), name)
        if first != name:
            yield Finding(
                place=place,
                lint="people-alike",
                message=f'people: "{quote(first)}" and "{quote(name)}" are two people here',
                help="if they are one, keep one of them: nobody approves what they asked for",
                severity=Severity.WARNING,
            )


def _approvers(people: Iterable[Person], rule: PolicyRule) -> int:
    return sum(
        1
        for person in people
        if WEBHOOK not in person.roles and (not rule.approvers or rule.approvers & person.roles)
    )


def _role_of_nobody(key: str, role: str, known: Iterable[str], place: Place) -> Finding:
    meant = slip_of(role, sorted(known))
    return Finding(
        place=place,
        lint="role-of-nobody",
        message=f'{key}: nobody has the role "{role}"',
        help=f'write "{meant}"' if meant else "give it to somebody in [people], or take it out",
        severity=Severity.WARNING,
    )


def _too_few(key: str, rule: PolicyRule, count: int, place: Place) -> Finding:
    return Finding(
        place=place,
        lint="too-few-approvers",
        message=f"{key}: {rule.approvals} must approve, and {count} of [people] may",
        help="ask for fewer, or give more people one of its approvers' roles",
        severity=Severity.WARNING,
    )
