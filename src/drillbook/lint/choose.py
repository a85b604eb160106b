"""All lints + what a team and a caller want of them → those that are asked, and how loudly."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from difflib import get_close_matches

from drillbook.model.finding import Finding, Severity
from drillbook.model.lint import Lint, LintSettings
from drillbook.model.place import Place

SETTINGS = Place(path="drillbook.toml")
UNKNOWN = "unknown-lint"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What the caller wants for this once; `only` where any is named is asked alone.

    Without `asks_outside`, no other program is asked, whoever names it.
    """

    enable: tuple[str, ...] = ()
    disable: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    asks_outside: bool = True


def chosen(
    lints: Iterable[Lint], settings: LintSettings, choice: Choice
) -> tuple[tuple[Lint, ...], tuple[Finding, ...]]:
    """The lints to ask, and a Finding for every name in the settings that is none."""
    lints = tuple(lints)
    known = {lint.name for lint in lints}
    enabled, disabled = {*settings.enable, *choice.enable}, {*settings.disable, *choice.disable}
    asked = tuple(
        lint
        for lint in lints
        if (choice.asks_outside or not lint.asks_outside)
        and (
            lint.name in choice.only
            or (
                not choice.only
                and (lint.is_on or lint.name in enabled)
                and lint.name not in disabled
            )
        )
    )
    return asked, tuple(_slips(settings, known))


def _slips(settings: LintSettings, known: set[str]) -> Iterator[Finding]:
    names = {
        "enable": settings.enable,
        "disable": settings.disable,
        "severity": settings.severity,
        "snooze": [snooze.lint for snooze in settings.snooze],
    }
    for key, said in names.items():
        for name in said:
            if name not in known:
                yield unknown_lint(SETTINGS, f"lint.{key}", name, known)


def unknown_lint(place: Place, where: str, name: str, known: Iterable[str]) -> Finding:
    """Nothing is called so; what is most like it is the cure."""
    near = nearest_lint(name, known)
    return Finding(
        place=place,
        lint=UNKNOWN,
        message=f"{where}: no lint is called {ascii(name)[:80]}",
        help=f"write {near}" if near else "`drillbook lint --list` lists them all",
        severity=Severity.WARNING,
    )


def nearest_lint(name: str, known: Iterable[str]) -> str | None:
    """The lint that the name is a slip of, if any."""
    return next(iter(get_close_matches(name[:100], sorted(known), n=1)), None)


# The same lints are asked of thousands of files.
_names_kept: list[tuple[Iterable[Lint], frozenset[str]]] = []


def _names(lints: Iterable[Lint]) -> frozenset[str]:
    if isinstance(lints, tuple) and _names_kept and _names_kept[0][0] is lints:
        return _names_kept[0][1]
    names = frozenset(lint.name for lint in lints)
    _names_kept[:] = [(lints, names)]
    return names


def heard(
    findings: Iterable[Finding], lints: Iterable[Lint], settings: LintSettings
) -> list[Finding]:
    """Those of lints that are asked (reading finds all), as grave as the settings say."""
    asked = _names(lints)
    return [
        replace(each, severity=settings.severity[each.lint])
        if each.lint in settings.severity
        else each
        for each in findings
        if each.lint in asked or each.lint == UNKNOWN
    ]
