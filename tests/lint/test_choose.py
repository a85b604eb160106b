"""Which lints are asked, and how loudly."""

from datetime import date

import pytest

from drillbook.lint.choose import Choice, chosen, heard, nearest_lint, unknown_lint
from drillbook.model.finding import Finding, Severity
from drillbook.model.lint import LintSettings, ReadingLint, Snooze
from drillbook.model.place import Place

PLAIN = ReadingLint(name="dead-link", summary="a")
OTHER = ReadingLint(name="bare-metric", summary="a")
OFF = ReadingLint(name="off-unless-asked", summary="a", is_on=False)
OUTSIDE = ReadingLint(name="asked-elsewhere", summary="a", asks_outside=True)
ALL = (PLAIN, OTHER, OFF, OUTSIDE)
HERE = Place(path="a.md")


def names(settings: LintSettings | None = None, **choice) -> list[str]:
    asked, slips = chosen(ALL, settings or LintSettings(), Choice(**choice))
    assert () == slips
    return [lint.name for lint in asked]


def finding(lint: str, severity: Severity = Severity.WARNING) -> Finding:
    return Finding(place=HERE, lint=lint, message="m", help="h", severity=severity)


def test_those_that_are_on_are_asked():
    """Where nobody wants anything else."""
    assert ["dead-link", "bare-metric", "asked-elsewhere"] == names()


def test_settings_turn_lints_on_and_off():
    """What is off is off, also where it is enabled."""
    settings = LintSettings(enable=("off-unless-asked",), disable=("dead-link",))
    assert ["bare-metric", "off-unless-asked", "asked-elsewhere"] == names(settings)
    assert [] == [name for name in names(settings, enable=("dead-link",)) if name == "dead-link"]


def test_the_caller_turns_lints_on_and_off():
    """For this once."""
    assert "off-unless-asked" in names(enable=("off-unless-asked",))
    assert "dead-link" not in names(disable=("dead-link",))


def test_one_lint_alone():
    """Also one that is off, or that the settings disable."""
    assert ["off-unless-asked"] == names(only=("off-unless-asked",))
    assert ["dead-link"] == names(LintSettings(disable=("dead-link",)), only=("dead-link",))


def test_without_programs_outside():
    """None of them is asked, whoever names it."""
    assert ["dead-link", "bare-metric"] == names(asks_outside=False)
    assert [] == names(asks_outside=False, only=("asked-elsewhere",))


@pytest.mark.parametrize(
    "settings",
    [
        LintSettings(enable=("dead-lnk",)),
        LintSettings(disable=("dead-lnk",)),
        LintSettings(severity={"dead-lnk": Severity.ERROR}),
        LintSettings(snooze=(Snooze(lint="dead-lnk", until=date(2027, 1, 1)),)),
    ],
)
def test_a_name_that_is_no_lint_is_flagged(settings):
    """With the one that was meant."""
    _, (slip,) = chosen(ALL, settings, Choice())
    assert ("unknown-lint", "write dead-link") == (slip.lint, slip.help)
    assert "drillbook.toml" == slip.place.path
    assert "dead-lnk" in slip.message


def test_a_name_that_is_like_none():
    """The cure is the list."""
    assert "--list" in unknown_lint(HERE, "x", "zzz", ["dead-link"]).help
    assert nearest_lint("zzz", ["dead-link"]) is None


def test_only_what_was_asked_is_heard():
    """Reading finds everything, whoever asks."""
    found = [finding("dead-link"), finding("bare-metric"), finding("unknown-lint")]
    lints = [each.lint for each in heard(found, (PLAIN,), LintSettings())]
    assert ["dead-link", "unknown-lint"] == lints


def test_settings_say_how_grave():
    """Whatever the lint itself says."""
    settings = LintSettings(severity={"dead-link": Severity.ERROR})
    (error, same) = heard([finding("dead-link"), finding("bare-metric")], ALL, settings)
    assert (Severity.ERROR, Severity.WARNING) == (error.severity, same.severity)
