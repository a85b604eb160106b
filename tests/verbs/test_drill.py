"""Pack + a drill of it → its casting, or what is missing; old drills → judged again."""

import json
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from drillbook.drill.inbox import RECEIVED_MAX, Inbox
from drillbook.drill.recorder import Recorder
from drillbook.incident.intake import IntakeState
from drillbook.model.drill import Drill, FaultUse, LabUse
from drillbook.model.journal import JournalError
from drillbook.model.pack import Pack
from drillbook.model.run import Answer, Question, Reply
from drillbook.model.verdict import VerdictState
from drillbook.read.pack import read_pack
from drillbook.verbs.covering.proofs import hashes_of, lab_hash
from drillbook.verbs.drill import (
    CannotDrillError,
    Casting,
    _accept,
    cast,
    judge_again,
    nobody,
    play_drill,
)
from drillbook_labs.registry import LABS
from packs import DRILL, ERPGO, RULES, PackCopy
from small_lab import SMALL_LABS, small_facts
from stories import passed


@pytest.fixture(scope="module")
def pack() -> Pack:
    """The pack as it is."""
    return read_pack(ERPGO)


def casting(pack: Pack, *, compression: float = 10, **fields: Any) -> Casting:
    """The casting of the pack's drill with other fields."""
    drill = replace(pack.drills[0], **fields)
    return cast(pack, drill, {**LABS, **SMALL_LABS}, compression=compression)


def test_all_that_a_drill_names_is_found(pack):
    """Runbook, rule and lab by their names; the rules divided, the pack's own kept."""
    found = casting(pack)
    assert ("PostgreSQL is down", "PostgreSQLDown") == (found.runbook.title, found.rule.name)
    assert (60.0, 6.0) == (found.rule.for_s, found.compressed_rule.for_s)
    assert found.lab is LABS["erpgo"]
    assert "for: 6s" in found.rule_files[RULES]
    assert "for: 1m" in pack.rule_files[RULES]


MISSING = {
    "runbook": (
        {"runbook": "runbooks/moon.md"},
        (
            "the drill names the runbook `runbooks/moon.md`, which is not there; "
            "there is: runbooks/database-connectivity.md"
        ),
    ),
    "alert": (
        {"alert": "MoonDown"},
        "the drill names the alert `MoonDown`, which is not there; there is: PostgreSQLDown",
    ),
    "lab": (
        {"lab": LabUse(name="moon")},
        "the drill names the lab `moon`, which is not there; there are: erpgo, small",
    ),
    "fault": (
        {"fault": FaultUse(kind="moon")},
        "the drill names the fault `moon`, which is not there; there are: commands, kill, pause",
    ),
    "Option": (
        {"option": "moon"},
        (
            "the drill names the Option `moon`, which is not there; there are: "
            "let-it-finish-its-recovery, start-the-server, restart-a-server-that-hangs"
        ),
    ),
    "operator": (
        {"operator": "human"},
        "operator `human` is not known; use: literal",
    ),
    "a setting of the fault": (
        {"fault": FaultUse(kind="kill", settings={"proces": "postgresql"})},
        "this kind of fault has no setting proces; write process",
    ),
}


@pytest.mark.parametrize(("fields", "words"), MISSING.values(), ids=MISSING)
def test_what_a_drill_names_and_is_not_there_is_told_in_one_line(pack, fields, words):
    """What is missing by its name, and what there is instead."""
    with pytest.raises(CannotDrillError) as caught:
        casting(pack, **fields)
    assert words == str(caught.value)


def test_a_pack_with_nothing_says_so(pack):
    """No runbook at all is said as such."""
    with pytest.raises(CannotDrillError, match="there are: none"):
        casting(replace(pack, runbooks=()))


def hashes(one: Casting) -> dict[str, str]:
    """What a Verdict of this casting is bound to."""
    return hashes_of(one.runbook.acting_hash, one.rule, one.drill, lab_hash(one.lab))


Change = Callable[[PackCopy], object]
ACTS: dict[str, tuple[str, Change]] = {
    "a step": (
        "runbook",
        lambda copy: copy.swap(
            "runbooks/database-connectivity.md", "supervisorctl start postgresql\n", "true\n"
        ),
    ),
    "the rule": ("rule", lambda copy: copy.swap(RULES, "pg_up == 0", "pg_up < 1")),
    "the drill": ("drill", lambda copy: copy.swap(DRILL, "stays: 5s", "stays: 6s")),
}


@pytest.mark.parametrize(("part", "change"), ACTS.values(), ids=ACTS)
def test_the_verdict_is_bound_to_all_that_can_act(pack, tmp_path, part, change):
    """A change of it changes its hash, and no other."""
    copy = PackCopy(tmp_path / "pack")
    before = hashes(casting(read_pack(copy.folder)))
    assert hashes(casting(pack)) == before
    change(copy)
    after = hashes(casting(read_pack(copy.folder)))
    assert {part} == {name for name in before if before[name] != after[name]}


def test_prose_is_not_what_a_verdict_is_bound_to(pack, tmp_path):
    """A better sentence needs no new drill; another lab does."""
    copy = PackCopy(tmp_path / "pack")
    copy.swap("runbooks/database-connectivity.md", "The exporter itself still answers", "It does")
    assert hashes(casting(pack)) == hashes(casting(read_pack(copy.folder)))
    other = hashes(casting(pack, lab=LabUse(name="small")))
    changed = {name for name, digest in hashes(casting(pack)).items() if other[name] != digest}
    assert {"lab"} == changed


def test_the_literal_operator_asks_nobody():
    """What only a person can say stops the run."""
    question = Question(about="start-server", text="Run it?", detail="true", choices=(Answer.YES,))
    assert Reply(answer=Answer.NOBODY, by="literal operator") == nobody(question)


def webhook(count: int = 1) -> bytes:
    """A body as Alertmanager sends it."""
    alert = {
        "status": "firing",
        "labels": {"alertname": "PostgreSQLDown"},
        "annotations": {},
        "startsAt": "2026-11-21T10:00:00Z",
        "endsAt": "0001-01-01T00:00:00Z",
        "generatorURL": "",
        "fingerprint": "ab",
    }
    body = {
        "version": "4",
        "groupKey": "{}",
        "truncatedAlerts": 0,
        "status": "firing",
        "receiver": "drill",
        "groupLabels": {},
        "commonLabels": {},
        "commonAnnotations": {},
        "externalURL": "",
        "alerts": [alert] * count,
    }
    return json.dumps(body).encode()


@pytest.fixture
def recorder(place) -> Recorder:
    """A drill's stream."""
    return Recorder(place.journal, "drill/d", lambda _: None)


def test_an_alert_is_journaled_before_it_is_answered(place, recorder):
    """Whoever got an answer may forget it: the journal has it, and the inbox."""
    inbox = Inbox()
    assert IntakeState.ACCEPTED is _accept(recorder, inbox)(webhook()).state
    [entry] = place.journal.entries("drill/d")
    assert ("webhook", "PostgreSQLDown") == (entry.kind, entry.body["alerts"][0]["name"])
    assert [entry.at_ns] == [received.at_ns for received in inbox.received()]
    assert webhook() == place.journal.blob(entry.body["body"])


def test_what_is_no_webhook_is_refused_and_told(place, recorder):
    """The sender gets an error, the journal the reason."""
    inbox = Inbox()
    assert IntakeState.MALFORMED is _accept(recorder, inbox)(b'{"version": 4').state
    [entry] = place.journal.entries("drill/d")
    assert "webhook-refused" == entry.kind
    assert "the body is no JSON" in entry.body["flaws"][0]
    assert () == inbox.received()


def test_a_webhook_of_many_alerts_is_kept_in_short(place, recorder):
    """As much as the intake takes: the body whole as a blob, and the first hundred in the entry."""
    inbox = Inbox()
    body = webhook(RECEIVED_MAX // 2)
    assert 900_000 < len(body) < 1_000_000
    assert IntakeState.ACCEPTED is _accept(recorder, inbox)(body).state
    [entry] = place.journal.entries("drill/d")
    assert (RECEIVED_MAX // 2, 100) == (entry.body["count"], len(entry.body["alerts"]))
    assert {"name", "status", "starts_at_ns"} == set(entry.body["alerts"][99])
    assert body == place.journal.blob(entry.body["body"])
    assert RECEIVED_MAX // 2 == len(inbox.received())


def test_a_full_inbox_and_a_closed_journal_refuse(place, recorder):
    """An alert that cannot be kept is not answered as if it were."""
    inbox = Inbox()
    accept = _accept(recorder, inbox)
    for _ in range(RECEIVED_MAX // 500):
        accept(webhook(500))
    left = RECEIVED_MAX - len(inbox.received())
    assert left < 500
    assert IntakeState.REFUSED is accept(webhook(left + 1)).state
    place.journal.close()
    assert IntakeState.REFUSED is accept(webhook()).state
    assert IntakeState.REFUSED is accept(b"no webhook").state


def test_a_drill_that_cannot_be_journaled_leaves_no_folder(
    desk, place, pack, tmp_path, monkeypatch
):
    """Where not even its beginning can be written, nothing is begun and nothing left."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "scratch"))
    (tmp_path / "scratch").mkdir()
    place.journal.close()
    with pytest.raises(JournalError):
        play_drill(place, casting(pack, lab=LabUse(name="small")), desk.company)
    assert [] == list((tmp_path / "scratch").iterdir())


def test_a_lab_that_cannot_start_leaves_no_folder(desk, place, pack, tmp_path, monkeypatch):
    """The Verdict says what the lab lacks, as unknown, and the scratch folder is gone."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "scratch"))
    (tmp_path / "scratch").mkdir()
    lab = LabUse(name="erpgo", settings={"moons": 2})
    verdict, entries = play_drill(place, casting(pack, lab=lab), desk.company)
    assert VerdictState.UNKNOWN is verdict.state
    [because] = [entry.body["because"] for entry in entries if entry.kind == "abandoned"]
    assert because.startswith("the lab erpgo has no setting moons")
    assert [] == list((tmp_path / "scratch").iterdir())


def test_an_old_drill_is_judged_again_from_the_journal_alone(place, tmp_path):
    """What was told comes to the same Verdict; a drill that is not there is named."""
    for _, kind, body in passed():
        told = {**small_facts(tmp_path), **body} if kind == "drill-started" else body
        place.journal.append("drill/d", kind, told)
    verdict, entries = judge_again(place, "d")
    assert ("drill/d", len(passed())) == (verdict.stream, len(entries))
    assert VerdictState.PASSED is verdict.state
    assert verdict == judge_again(place, "d")[0]
    with pytest.raises(CannotDrillError, match="there is no drill e; `drillbook judge` lists"):
        judge_again(place, "e")


def test_a_drill_of_the_pack_is_what_its_file_says(pack):
    """The casting takes the drill as it is."""
    drill: Drill = pack.drills[0]
    assert drill is cast(pack, drill, LABS, compression=1).drill
    assert Path(DRILL).stem == drill.name
