"""What pack.yaml says."""

import pytest

from drillbook.read.pack_file import PackFile, read_pack_file


def test_everything_that_it_can_say():
    """Name, URLs and policy."""
    text = "name: erp\nrunbook_urls: {'https://r/': runbooks}\npolicy: {checks_on_alert: yes}\n"
    expected = PackFile(name="erp", runbook_urls={"https://r/": "runbooks"}, checks_on_alert=True)
    assert (expected, ()) == read_pack_file(text, "p/pack.yaml", "p")


@pytest.mark.parametrize(
    ("text", "lint"),
    [
        ("", "pack-not-a-mapping"),
        ("[a]", "pack-not-a-mapping"),
        ("nam: x", "unknown-key"),
        ("runbook_urls: {}", "missing-key"),
        ("name: x\nrunbook_urls: 7", "value-of-wrong-kind"),
        ("name: x\npolicy: {checks_on_alert: perhaps}", "value-of-wrong-kind"),
    ],
)
def test_what_is_wrong_is_told_at_its_own_path(text, lint):
    """And the folder's name holds where the file gives none."""
    file, flaws = read_pack_file(text, "p/pack.yaml", "folder")
    assert lint in [flaw.lint for flaw in flaws]
    assert {"p/pack.yaml"} == {flaw.place.path for flaw in flaws}
    assert file.name in ("folder", "x")
    assert not file.checks_on_alert
