"""How servers and runners work, as `[server]` says it."""

import pytest

from drillbook.read.settings import read_settings


def messages(tmp_path, text):
    path = tmp_path / "drillbook.toml"
    path.write_text(text, encoding="utf-8")
    return [finding.message for finding in read_settings(path)[1]]


@pytest.mark.parametrize("said", ["2s", "30s", "5m", "1h"])
def test_a_time_after_which_a_worker_is_dead_arrives(tmp_path, said):
    """Within what a busy machine can keep and an on-call team can wait."""
    assert [] == messages(tmp_path, f'[server]\ndead_after = "{said}"\n')


@pytest.mark.parametrize("said", ["1s", "500ms", "2h", "1d"])
def test_one_that_nobody_can_bear_is_refused(tmp_path, said):
    """With the bounds and a form that is right."""
    assert ["server.dead_after: it is not between 2s and 1h; write it as 30s"] == messages(
        tmp_path, f'[server]\ndead_after = "{said}"\n'
    )
