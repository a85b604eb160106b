"""A drill that cannot fail proves nothing: each thing that can be wrong, on the real servers.

The pack is made wrong in one place; the Verdict must not be passed, and must say why.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from drillbook.model.verdict import VerdictState
from packs import (
    DRILL,
    KILL,
    RULES,
    RUNBOOK,
    commands_fault,
    play_short,
    scratch_folder,
    short_pack,
)

pytestmark = pytest.mark.lab

FAILED, UNKNOWN = VerdictState.FAILED, VerdictState.UNKNOWN
OPTION = "the Option `start-the-server` recovered it"
START = "supervisorctl start postgresql\n"
WHEN_START = "`server-ready` is unhealthy and `process-runs` is unhealthy"
WAIT_READY = 'until pg_isready --quiet --host "$PGHOST" --port "$PGPORT"; do sleep 0.1; done\n'
# The writer's orders cost 12.50, those of the lab's own probe 1.00; the oldest was acknowledged.
LOSE_ONE = (
    'psql --quiet --host "$PGHOST" --port "$PGPORT" --username postgres --dbname erpgo --command '
    '"DELETE FROM orders WHERE sequence = (SELECT min(sequence) FROM orders WHERE amount > 2)"\n'
)
NOTHING = commands_fault(
    on="orders-db", inject="true", is_effective="exit 1", revert="true", timeout="2s"
)
# Heals two seconds after Alertmanager has heard of it: the alert is on its way then, however
# slow the machine is.
HEALS = commands_fault(
    on="alertmanager",
    inject="supervisorctl signal KILL postgresql; setsid bash -c ''until curl --silent "
    '"$DRILL_URL/api/v2/alerts" | grep -q PostgreSQLDown; do sleep 0.2; done; sleep 2; '
    "supervisorctl start postgresql'' >/dev/null 2>&1 &",
    is_effective="! supervisorctl status postgresql",
    revert="supervisorctl status postgresql || supervisorctl start postgresql",
)
BLIND = commands_fault(
    on="orders-db",
    inject="supervisorctl stop prometheus; supervisorctl signal KILL postgresql",
    is_effective="! supervisorctl status postgresql",
    revert="supervisorctl start postgresql prometheus",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tooth:
    """One thing made wrong: where, what, and the ruling that must say so, in which words.

    `chosen` are the Options that the operator takes in spite of it.
    """

    swaps: tuple[tuple[str, str, str], ...]
    state: VerdictState
    ruling: str
    words: str
    chosen: tuple[str, ...] = ()


TEETH = {
    "the resolution does nothing": Tooth(
        swaps=((RUNBOOK, START, "true\n"),),
        state=FAILED,
        ruling=OPTION,
        words="the operator ended escalated: every Option whose When holds was tried: start-.*",
        chosen=("start-the-server",),
    ),
    "the rule watches the exporter": Tooth(
        swaps=((RULES, "expr: pg_up == 0", 'expr: up{job="postgres"} == 0'),),
        state=FAILED,
        ruling="control: the alert fired",
        words="PostgreSQLDown was not notified within .* s: Prometheus says that it is inactive",
    ),
    "the fault does nothing": Tooth(
        swaps=((DRILL, KILL, NOTHING),),
        state=UNKNOWN,
        ruling="control: the fault was effective",
        words="the fault's command is_effective ended with 1",
    ),
    "the system heals by itself": Tooth(
        swaps=((DRILL, KILL, HEALS), (DRILL, "hold: 3s", "hold: 60s")),
        state=FAILED,
        ruling="control: it stayed broken",
        words="it healed by itself",
    ),
    "an acknowledged order is lost": Tooth(
        swaps=((RUNBOOK, START, START + WAIT_READY + LOSE_ONE),),
        state=FAILED,
        ruling="acknowledged is readable",
        words="[0-9]+ acknowledged, [0-9]+ of them readable",
        chosen=("start-the-server",),
    ),
    "Prometheus does not run": Tooth(
        swaps=((DRILL, KILL, BLIND),),
        state=UNKNOWN,
        ruling="control: the alert fired",
        words="PostgreSQLDown was not notified within .* s: .*Prometheus.*",
    ),
    "the When never holds": Tooth(
        swaps=((RUNBOOK, WHEN_START, "`server-ready` is healthy and `process-runs` is unhealthy"),),
        state=FAILED,
        ruling=OPTION,
        words="the operator ended escalated: .*",
    ),
    "another Option recovers": Tooth(
        swaps=((DRILL, "option: start-the-server", "option: restart-a-server-that-hangs"),),
        state=FAILED,
        ruling="the Option `restart-a-server-that-hangs` recovered it",
        words="`start-the-server` recovered it instead",
        chosen=("start-the-server",),
    ),
    "pg_isready is not installed": Tooth(
        swaps=((DRILL, "lab: erpgo", "lab: {name: erpgo, without: [pg_isready]}"),),
        state=UNKNOWN,
        ruling=OPTION,
        words="whether to take Start the server is not known: server-ready, .* said nothing",
    ),
}


@pytest.fixture
def scratch(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """All that a lab leaves while it runs; nothing of it may be there, and run, at the end."""
    with scratch_folder(monkeypatch) as folder:
        yield folder


@pytest.mark.parametrize("tooth", TEETH.values(), ids=TEETH)
def test_what_is_wrong_is_not_passed(tooth: Tooth, tmp_path: Path, scratch: Path) -> None:
    """The Verdict is not passed, and the ruling that it is about says why."""
    pack = short_pack(tmp_path / "pack")
    for path, old, new in tooth.swaps:
        pack.swap(path, old, new)
    played = play_short(pack, tmp_path / "state")
    ruling = played.ruling(tooth.ruling)
    assert (tooth.state, tooth.state) == (played.verdict.state, ruling.state)
    assert re.fullmatch(tooth.words, ruling.because), ruling.because
    assert list(tooth.chosen) == [
        e.body["option"] for e in played.entries if e.kind == "option-chosen"
    ]
