"""What a text says of an alert's rule."""

import pytest

from drillbook.lint.texts.claims import claims_of, is_alert_name, names_in
from drillbook.model.library import Claim, ClaimKind
from drillbook.read.markdown.runbook import read_document

ABOUT_ONE = "---\nalerts: [DiskFull]\n---\n# The disk is full\n\n## Meaning\n"


def claims(text: str) -> list[Claim]:
    return list(claims_of(read_document(text, "runbooks/disk.md")))


def said(text: str) -> list[tuple[str, ClaimKind, float]]:
    return [(claim.alert, claim.kind, claim.value) for claim in claims(text)]


@pytest.mark.parametrize(
    ("sentence", "kind", "value"),
    [
        ("Fires when the disk is above 90 % used.", ClaimKind.THRESHOLD, 0.9),
        ("Fires when less than 70% is left.", ClaimKind.THRESHOLD, 0.7),
        ("The alert fires when usage exceeds 85 percent.", ClaimKind.THRESHOLD, 0.85),
        ("It fires at a ratio > 0.05.", ClaimKind.THRESHOLD, 0.05),
        ("It fires when a write takes more than 250ms.", ClaimKind.THRESHOLD, 0.25),
        ("It fires when a write takes over 2 seconds.", ClaimKind.THRESHOLD, 2.0),
        ("Writes have failed for 10 minutes.", ClaimKind.FOR, 600.0),
        ("Writes have failed for more than 1 hour.", ClaimKind.FOR, 3600.0),
        ("The rule says `for: 5m`.", ClaimKind.FOR, 300.0),
        ("It fires at 10 per minute.", ClaimKind.RATE, 10.0),
        ("It fires at 10 failed writes per minute.", ClaimKind.RATE, 10.0),
        ("It fires at 12/min.", ClaimKind.RATE, 12.0),
    ],
)
def test_a_sentence_that_defines_the_alert_claims_its_figure(
    sentence: str, kind: ClaimKind, value: float
) -> None:
    """Percent are fractions, durations are seconds, a rate keeps the number that is written."""
    assert [("DiskFull", kind, value)] == said(ABOUT_ONE + sentence + "\n")


@pytest.mark.parametrize(
    "sentence",
    [
        "It fires when above 75 % (warning) or above 90 % (critical).",
        "It happened over the last 10 minutes.",
        "It looks at a 5 minute window.",
        "Version 2.5 is installed on more than 3 machines.",
        "See `DiskFull` and `DiskSlow`, above 90 %.",
        "It fires when the error budget is used up 14.4 times too fast for 1h.",
        "It fires when errors burn for 1h and 5m.",
        "Nothing is said here.",
    ],
)
def test_what_is_not_clear_claims_nothing(sentence: str) -> None:
    """Two figures, a look-back, a count without a unit or two alerts are no claim."""
    assert [] == said(ABOUT_ONE + sentence + "\n")


def test_symptoms_and_steps_claim_nothing() -> None:
    """What one sees and does is not what the rule says."""
    text = (
        "---\nalerts: [DiskFull]\n---\n# Disk\n\n## Symptoms\n- Latency is above 2 seconds.\n\n"
        "## Diagnosis\nThe alert is real where usage is above 99 %.\n\n"
        "## Resolution\nWait for 10 minutes.\n"
    )
    assert [] == said(text)


def test_the_place_is_that_of_the_figure() -> None:
    """The claim's words are underlined, also in the second line of a paragraph."""
    [claim] = claims(ABOUT_ONE + "The alert fires when usage\nis above 90 % of all.\n")
    assert (8, 4, 14) == (claim.place.line, claim.place.column, claim.place.end_column)
    assert "above 90 %" == claim.text
    assert claim.is_percent


def test_a_rate_says_what_it_counts_by() -> None:
    """Per minute is 60 seconds."""
    [claim] = claims(ABOUT_ONE + "Fires above 10 logins per minute.\n")
    assert (10.0, 60.0) == (claim.value, claim.per_s)


def test_the_title_of_a_section_names_the_alert() -> None:
    """In a file about several alerts, each section speaks of its own."""
    text = (
        "# Alerts\n\n## DiskFull\nFires above 90 %.\n\n## DiskSlow\nFires above 500 ms.\n\n"
        "## Notes\nThe alert fires above 10 %.\n"
    )
    expected = [
        ("DiskFull", ClaimKind.THRESHOLD, 0.9),
        ("DiskSlow", ClaimKind.THRESHOLD, 0.5),
    ]
    assert expected == said(text)


def test_a_line_that_names_the_alert_opens_its_stretch() -> None:
    """`Alert Name:` holds up to the next heading of that level."""
    text = (
        "# Runbooks\n\n## Cache\n\n**Alert Name:** `LowCacheHitRate`\n"
        "**Description:** hit rate below 70 % for 10 minutes\n\n## Other\nThe alert: above 5 %.\n"
    )
    expected = [
        ("LowCacheHitRate", ClaimKind.FOR, 600.0),
        ("LowCacheHitRate", ClaimKind.THRESHOLD, 0.7),
    ]
    assert expected == said(text)


def test_a_sentence_that_names_the_alert_speaks_of_it() -> None:
    """In backticks, wherever it stands."""
    text = "# Notes\n\n## Description\n`DiskFull` fires above 90 %.\n"
    assert [("DiskFull", ClaimKind.THRESHOLD, 0.9)] == said(text)


def test_a_row_of_a_table_claims_by_its_columns() -> None:
    """Only columns that define: a goal of the team is none."""
    text = (
        "# Alerts\n\n## Description\n\n| Alert | Threshold | For | Respond |\n|---|---|---|---|\n"
        "| HighErrorRate | > 5% | 5m | > 90% for 15m |\n| nothing | > 7% | 5m | |\n"
    )
    expected = [
        ("HighErrorRate", ClaimKind.THRESHOLD, 0.05),
        ("HighErrorRate", ClaimKind.FOR, 300.0),
    ]
    assert expected == said(text)


def test_a_quoted_rule_claims_its_threshold_and_for() -> None:
    """YAML of a rule in the text is what the reader believes the rule to be."""
    text = (
        "# Disk\n\n## Description\n\n```yaml\n- alert: DiskFull\n  expr: used / size > 0.9\n"
        "  for: 5m\n```\n\n```yaml\nalert: x\nexpr: up == 0\n```\n"
    )
    expected = [
        ("DiskFull", ClaimKind.THRESHOLD, 0.9),
        ("DiskFull", ClaimKind.FOR, 300.0),
    ]
    assert expected == said(text)


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("DiskFull", True),
        ("etcdNoLeader", True),
        ("KubeAPIDown", True),
        ("HTTP", False),
        ("disk_full", False),
        ("Disk", False),
        ("A" * 60 + "aB" + "b" * 60, False),
    ],
)
def test_alerts_are_called_in_camel_case(word: str, expected: bool) -> None:
    """Two words in one; of bounded length."""
    assert expected == is_alert_name(word)


def test_names_are_counted_once() -> None:
    """A sentence may say a name twice."""
    assert ["DiskFull", "DiskSlow"] == names_in("DiskFull, DiskSlow and DiskFull")


def test_hostile_text_takes_no_time_and_raises_nothing() -> None:
    """Long digits, signs and words are read once."""
    for text in ("9" * 4_900, "> " * 2_400, "aB" * 2_400, "for 1 " * 800, "0.0." * 1_200):
        assert isinstance(said(ABOUT_ONE + text + "\n"), list)
