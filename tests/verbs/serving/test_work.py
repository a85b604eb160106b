"""Jobs performed on a real journal, a real engine and real steps, without any HTTP."""

import threading
from dataclasses import replace

import pytest

from drillbook.model.alert import Alert, AlertStatus
from drillbook.model.engine import SERVERS, EngineError, Job, JobState
from drillbook.model.people import Caller
from drillbook.model.run import Answer
from drillbook.verbs.answer import CannotAnswerError, answer_run, open_question
from drillbook.verbs.approve import approve, what_waits
from drillbook.verbs.cancel import cancel_run
from drillbook.verbs.people.ask import KeyUsedError, UnknownSiteError, Wish, ask_for_run, sites_of
from drillbook.verbs.people.policy import NotPermittedError
from drillbook.verbs.running.hiding import NotRunnableError
from drillbook.verbs.running.seat import seat_of
from drillbook.verbs.schedules import Claim, claim_tick, last_of, tick_after
from drillbook.verbs.serve import open_shop
from drillbook.verbs.serving.alert import RESPOND, incident_of, take_alerts
from drillbook.verbs.serving.crew import Crew
from drillbook.verbs.serving.opening import go_on, submit_open, try_failed_again
from drillbook.verbs.serving.request import job_of
from drillbook.verbs.serving.shelf import UnknownRunbookError
from drillbook.verbs.serving.work import Hand, UnknownJobError, perform
from flagsite import URLS, flag_book, make_site
from servers import wait_until

ALICE = Caller(name="alice", roles=frozenset({"admin", "oncall"}), token="a")
BOB = Caller(name="bob", roles=frozenset({"dba"}), token="b")
GUEST = Caller(name="guest", token="g")
POLICY = '[[policy]]\nrisks = ["disruptive"]\nstart = ["dba"]\nasks = true\n'
CHECKS = "policy: {checks_on_alert: true}\n"
FIRING = Alert(
    name="FlagDown",
    status=AlertStatus.FIRING,
    labels={"alertname": "FlagDown", "pole": "from-alert"},
    starts_at_ns=1_800_000_000_000_000_000,
    fingerprint="c0ffee",
)
NIGHTLY = '[[schedules]]\nname = "nightly"\ncron = "30 2 * * *"\nCHECKS\n'
DEPLOY = """---
kind: procedure
service: flags
inputs: {poles: {from: target.flagpole.folder}}
---
# Deploy
## Before you begin
```sh { name=room timeout=20s }
test -d "$POLES"
```
**Healthy:** exit code is 0.
## Rollout
### Blue
**Risk:** none.
```sh { name=blue timeout=20s }
echo blue >> "$POLES/raised"
```
**Undo:** away with it.
```sh { name=no-blue timeout=20s }
echo no-blue >> "$POLES/raised"
```
### Traffic
**Risk:** disruptive.
```sh { name=traffic timeout=20s }
echo traffic >> "$POLES/raised"; exit 1
```
**Undo:** back.
```sh { name=back timeout=20s }
echo back >> "$POLES/raised"
```
"""
BOOKS = {
    "deploy": DEPLOY,
    "flag": flag_book(),
    "asks": flag_book("disruptive"),
    "drastic": flag_book("destructive"),
    "broken": flag_book(step='touch "$NOBODY_GIVES_THIS"'),
}


def make(folder, more="", pack=URLS):
    return make_site(folder / "site", more=more, pack=pack, **BOOKS)


@pytest.fixture
def site(tmp_path):
    """Runbooks that run, that ask, that need approval, and one that cannot run."""
    return make(tmp_path)


@pytest.fixture
def shop(site):
    with open_shop(site.settings) as shop:
        yield shop


@pytest.fixture
def hand(shop):
    return Hand(shop=shop, name="test")


def jobs(shop):
    return [status.job for status in shop.engine.jobs()]


def do_all(hand):
    """Perform what there is to do now, as workers would."""
    found = jobs(hand.shop)
    for job in found:
        hand.shop.engine.withdraw(job.key)
        perform(hand, job)
    return len(found)


def kinds(shop, stream):
    return [entry.kind for entry in shop.place.journal.entries(stream)]


def wish(name, **fields):
    return Wish(book=f"flags/runbooks/{name}.md", **fields)


def test_a_run_is_performed_once_however_often_its_job_comes(hand, shop, site):
    """A job is only a hint."""
    run = ask_for_run(shop, ALICE, wish("flag"))
    [job] = jobs(shop)
    assert (f"run/{run}", "main") == (job.key, job.site)
    for _ in range(3):
        perform(hand, job)
    assert ["north-1"] == site.raised()
    assert 1 == kinds(shop, f"run/{run}").count("run-ended")


def test_a_job_of_another_site_performs_nothing(hand, shop, site):
    """Who may put jobs cannot have a run done on targets that nobody meant."""
    run = ask_for_run(shop, ALICE, wish("flag"))
    with pytest.raises(UnknownJobError, match="asked for at the site main and this job is of far"):
        perform(hand, job_of(run, "far"))
    assert (["run-requested"], []) == (kinds(shop, f"run/{run}"), site.raised())


def test_a_run_that_asks_ends_its_job_and_goes_on_when_answered(hand, shop, site):
    """Only the answer brings a new job."""
    run = ask_for_run(shop, BOB, wish("asks"))
    do_all(hand)
    assert ([], 0) == (jobs(shop), submit_open(shop))
    question = open_question(run, shop.place.journal.entries(f"run/{run}"))
    assert ("raise-flag", "disruptive") == (question.about, question.risk.value)
    answer_run(shop.place, run, BOB, Answer.YES, question=question.seq)
    assert go_on(shop, run)
    do_all(hand)
    assert ["north-1"] == site.raised()
    assert open_question(run, shop.place.journal.entries(f"run/{run}")) is None


def test_a_procedure_asks_for_its_stages_and_for_its_undo(hand, shop, site):
    """Each question is answered from afar, also about what undoes a stage; then it has stopped."""
    run = ask_for_run(shop, BOB, wish("deploy"))
    do_all(hand)
    asked = []
    while question := open_question(run, shop.place.journal.entries(f"run/{run}")):
        asked.append(question.text)
        answer_run(shop.place, run, BOB, Answer.YES, question=question.seq)
        assert go_on(shop, run)
        do_all(hand)
    assert ["blue", "traffic", "back", "no-blue"] == site.raised()
    assert [
        "Run `traffic`? It is disruptive.",
        "Run `back`? It undoes Traffic. It is disruptive.",
    ] == asked
    end = shop.place.journal.entries(f"run/{run}")[-1]
    assert ("run-ended", "stopped and undone") == (end.kind, end.body["state"])


def test_an_approval_goes_through_the_same_door(hand, shop, site):
    """What waits is approved by another, and then performed."""
    run = ask_for_run(shop, ALICE, wish("drastic"))
    do_all(hand)
    approve(shop.place, run, BOB, what_waits(shop.place, run))
    assert 1 == submit_open(shop)
    do_all(hand)
    assert ["north-1"] == site.raised()


def test_a_run_that_is_cancelled_before_anybody_took_it(hand, shop, site):
    """It ends, and nothing was run."""
    run = ask_for_run(shop, ALICE, wish("flag"))
    cancel_run(shop.place, run, BOB, "not needed")
    do_all(hand)
    assert "run-ended" == kinds(shop, f"run/{run}")[-1]
    assert [] == site.raised()


def test_jobs_that_are_lost_are_made_again_from_the_journal(hand, shop):
    """For runs that wait for nobody; those that ended or wait for a person need none."""
    open_run = ask_for_run(shop, ALICE, wish("flag"))
    waits = ask_for_run(shop, ALICE, wish("drastic"))
    ended = ask_for_run(shop, ALICE, wish("flag", given={"pole": "other"}))
    for run in (waits, ended):
        perform(hand, Job(key=f"run/{run}", kind="run", args={"run": run}))
    for job in jobs(shop):
        shop.engine.withdraw(job.key)
    assert 1 == submit_open(shop)
    assert [f"run/{open_run}"] == [job.key for job in jobs(shop)]
    assert 0 == submit_open(shop)


def fail(hand, job):
    """A worker of the shop's engine takes the job, and cannot do it."""
    stop = threading.Event()

    def unable(_):
        stop.set()
        raise EngineError("the store was away")

    hand.shop.engine.work((job.site,), unable, slots=1, stop=stop, name="cut-off")


def test_what_failed_of_a_run_that_ended_is_forgotten(hand, shop):
    """A worker that was cut off says so late, when another has performed the run already."""
    run = ask_for_run(shop, ALICE, wish("flag"))
    [job] = jobs(shop)
    fail(hand, job)
    [status] = shop.engine.jobs()
    assert (JobState.FAILED, "EngineError: the store was away") == (status.state, status.because)
    perform(hand, job)
    assert "run-ended" in kinds(shop, f"run/{run}")
    assert 0 == submit_open(shop, has_begun=True)
    assert [] == jobs(shop)


def test_what_failed_of_an_open_run_is_tried_again_and_not_forgotten(hand, shop):
    """Nor is what failed of something else."""
    run = ask_for_run(shop, ALICE, wish("flag"))
    fail(hand, jobs(shop)[0])
    other = Job(key="incident/none", kind="respond", site="main", args={"incident": "none"})
    shop.engine.submit(other)
    fail(hand, other)
    submit_open(shop, has_begun=True)
    found = {status.job.key: status.state for status in shop.engine.jobs()}
    assert {f"run/{run}": JobState.WAITING, other.key: JobState.FAILED} == found


def test_what_cannot_be_understood_keeps_nothing_else_waiting(hand, shop):
    """Not the request of another version, nor half of one: the sweep goes on to the next."""
    for name, body in (("a", {}), ("b", {"site": 7, "requested_by": []})):
        shop.place.journal.append(f"run/{name}", "run-requested", body)
    shop.place.journal.append("incident/a", "run-linked", {"book": 1})
    shop.place.journal.append("incident/b", "incident-opened", {})
    run = ask_for_run(shop, ALICE, wish("flag"))
    for job in jobs(shop):
        shop.engine.withdraw(job.key)
    submit_open(shop, has_begun=True)
    assert f"run/{run}" in [job.key for job in jobs(shop)]


@pytest.mark.parametrize(("ahead_s", "expected"), [(3_602, 1), (2, 0)])
def test_a_clock_that_was_set_back_keeps_no_run_waiting(shop, ahead_s, expected):
    """Its job was put off for moments, which are an hour away now."""
    run = ask_for_run(shop, ALICE, wish("flag"))
    [job] = jobs(shop)
    shop.engine.withdraw(job.key)
    due_at_ns = shop.place.clock.now_ns() + ahead_s * 1_000_000_000
    shop.engine.submit(replace(job, due_at_ns=due_at_ns))
    submit_open(shop, has_begun=True)
    [found] = jobs(shop)
    assert (f"run/{run}", bool(expected)) == (found.key, found.due_at_ns == 0)


def test_a_sweep_looks_at_the_latest_incidents_and_a_start_at_all(hand, shop, monkeypatch):
    """Its time must not grow with the years, and nothing may be lost by that."""
    monkeypatch.setattr("drillbook.verbs.serving.opening.INCIDENTS_LOOKED_AT", 1)
    latest = replace(FIRING, starts_at_ns=FIRING.starts_at_ns + 10**12, fingerprint="beef")
    take_alerts(shop.place, shop.engine, shop.shelf, [FIRING, latest], by="a")
    for job in jobs(shop):
        shop.engine.withdraw(job.key)
    assert 1 == submit_open(shop, has_begun=True)
    assert [f"incident/{incident_of(latest)}"] == [job.key for job in jobs(shop)]
    assert 1 == submit_open(shop)


def test_a_run_that_somebody_goes_on_with_in_a_terminal_is_put_off(hand, shop, site):
    """A runner of another machine would fence them in the middle of a step."""
    run = ask_for_run(shop, BOB, wish("asks"))
    do_all(hand)
    before = kinds(shop, f"run/{run}")
    job = job_of(run, "main")
    with seat_of(shop.place, run):
        perform(hand, job)
    [found] = jobs(shop)
    assert (before, job.key, True) == (kinds(shop, f"run/{run}"), found.key, found.due_at_ns > 0)
    perform(hand, job)
    assert [*before, "run-resumed"] == kinds(shop, f"run/{run}")


def test_what_a_terminal_follows_is_left_to_it(shop):
    """A run without a request is nobody's job."""
    shop.place.journal.append("run/mine", "run-started", {"operator": "alice"})
    assert (0, False, False) == (submit_open(shop), go_on(shop, "mine"), go_on(shop, "none"))


@pytest.mark.parametrize(
    ("because", "at_the_start", "later"),
    [("JournalError: the store is away", 1, 1), ("CannotResumeError: it has changed", 1, 0)],
)
def test_a_job_that_failed_is_tried_again(hand, shop, because, at_the_start, later):
    """Again and again where a store was away; at the next start where somebody must cure it."""
    run = ask_for_run(shop, ALICE, wish("flag"))
    kind, _, words = because.partition(": ")

    def fail(job):
        raise type(kind, (Exception,), {})(words)

    stop = threading.Event()
    worker = threading.Thread(
        target=shop.engine.work, args=(["main"], fail), kwargs={"slots": 1, "stop": stop}
    )
    worker.start()
    wait_until(lambda: any(each.because for each in shop.engine.jobs()), "the job failed")
    stop.set()
    worker.join(60)
    assert 0 == try_failed_again(shop, ["north"])
    assert later == submit_open(shop, has_begun=True)
    assert 1 - later == try_failed_again(shop, ["main"])
    assert [f"run/{run}"] == [each.key for each in jobs(shop)]
    shop.engine.withdraw(f"run/{run}")
    assert at_the_start == submit_open(shop)


def test_a_journal_that_goes_away_puts_the_run_off(hand, shop, site):
    """Its job waits behind the one that could not do it, and the next process does it."""
    run = ask_for_run(shop, ALICE, wish("flag"))
    shop.engine.withdraw(f"run/{run}")
    shop.place.journal.close()
    perform(hand, Job(key=f"run/{run}", kind="run", args={"run": run}))
    [job] = jobs(shop)
    assert (f"run/{run}", True) == (job.key, job.due_at_ns > shop.place.clock.now_ns())
    with open_shop(site.settings) as other:
        perform(Hand(shop=other, name="other"), job)
    assert ["north-1"] == site.raised()


def test_a_job_of_another_version_is_kept_as_failed(hand):
    """It is not taken for done."""
    with pytest.raises(UnknownJobError, match="of another version"):
        perform(hand, Job(key="x/1", kind="levitate"))


@pytest.mark.parametrize(
    ("wanted", "error", "words"),
    [
        (wish("none"), UnknownRunbookError, "no configured pack"),
        (wish("flag", site="mars"), UnknownSiteError, "name one of main"),
        (wish("flag", given={"pole": "$(id)"}), NotRunnableError, "pole"),
        (wish("broken"), NotRunnableError, "NOBODY_GIVES_THIS"),
    ],
)
def test_a_wish_that_cannot_be_is_refused_before_anything_is_kept(shop, wanted, error, words):
    """With the cause, and no entry."""
    with pytest.raises(error) as caught:
        ask_for_run(shop, ALICE, wanted)
    assert words in str(caught.value)
    assert ((), []) == (tuple(shop.place.journal.streams("run/")), jobs(shop))


def test_a_key_stands_for_one_wish_of_one_person(shop):
    """Also where the run was promised and never requested: a crash came between."""
    run = ask_for_run(shop, ALICE, wish("flag", key="k"))
    assert run == ask_for_run(shop, ALICE, wish("flag", key="k"))
    assert run != ask_for_run(shop, BOB, wish("flag", key="k"))
    with pytest.raises(KeyUsedError, match="take a new one"):
        ask_for_run(shop, ALICE, wish("asks", key="k"))
    [entry] = shop.place.journal.entries(shop.place.journal.streams("request/")[0])
    assert (run, "alice") == (entry.body["run"], entry.body["by"])


def test_sites_are_those_of_targets_and_of_workers(shop):
    """What is for servers only is no site."""
    assert ["main"] == sites_of(shop)
    crew = Crew(shop, ("north", SERVERS), 1)
    crew.start()
    wait_until(lambda: ["main", "north"] == sites_of(shop), "the worker is known")
    assert crew.is_working()
    assert crew.stop(30)
    assert not crew.is_working()


class TestAnswers:
    """Who may let something run, and who may only stop it."""

    @pytest.fixture
    def site(self, tmp_path):
        return make(tmp_path, more=POLICY)

    def test_only_who_may_start_it_may_let_it_run(self, hand, shop, site):
        """403 with the rule; anybody may stop it."""
        run = ask_for_run(shop, BOB, wish("asks"))
        do_all(hand)
        with pytest.raises(NotPermittedError, match=r"rule 1 of \[\[policy\]\]"):
            answer_run(shop.place, run, GUEST, Answer.YES)
        assert "raise-flag" == answer_run(shop.place, run, GUEST, Answer.STOP).about
        go_on(shop, run)
        do_all(hand)
        assert [] == site.raised()

    @pytest.mark.parametrize(
        ("answer", "question", "words"),
        [
            (Answer.HAPPENED, None, "say one of yes, no, stop"),
            (Answer.NOBODY, None, "say one of yes, no, stop"),
            (Answer.YES, 1, "does not ask question 1 any more"),
        ],
    )
    def test_an_answer_to_something_else_is_none(self, hand, shop, answer, question, words):
        """It must fit what is asked now."""
        run = ask_for_run(shop, BOB, wish("asks"))
        do_all(hand)
        with pytest.raises(CannotAnswerError, match=words):
            answer_run(shop.place, run, BOB, answer, question=question)

    def test_what_asks_nothing_is_not_answered(self, hand, shop):
        """Neither a run that is not there, nor one that has ended."""
        with pytest.raises(CannotAnswerError, match="there is no run"):
            answer_run(shop.place, "none", BOB, Answer.YES)
        run = ask_for_run(shop, BOB, wish("flag"))
        do_all(hand)
        with pytest.raises(CannotAnswerError, match="asks nothing"):
            answer_run(shop.place, run, BOB, Answer.YES)


def respond(hand, alert=FIRING):
    """An alert comes in, and everything that follows by itself is done."""
    shop = hand.shop
    take_alerts(shop.place, shop.engine, shop.shelf, [alert], by="alertmanager")
    assert [(RESPOND, SERVERS)] == [(job.kind, job.site) for job in jobs(shop)]
    while do_all(hand):
        pass
    return f"incident/{incident_of(alert)}"


class TestAlerts:
    """What an alert does by itself: as much as the pack says."""

    @pytest.fixture
    def site(self, tmp_path):
        site = make(tmp_path, pack=URLS + CHECKS)
        for name in BOOKS.keys() - {"flag"}:
            (site.folder / f"pack/runbooks/{name}.md").unlink()
        return site

    def test_its_checks_run_and_nothing_else(self, hand, shop, site):
        """The run is linked to the incident before it is requested."""
        stream = respond(hand)
        assert ["incident-opened", "run-linked"] == kinds(shop, stream)[:2]
        [run] = shop.place.journal.streams("run/")
        assert {"checks-ended", "observed", "run-ended"} < set(kinds(shop, run))
        assert "option-chosen" not in kinds(shop, run)
        assert [] == site.raised()

    def test_a_crash_between_link_and_request_is_made_good(self, hand, shop):
        """The run that was linked is requested, by its name, and once."""
        take_alerts(shop.place, shop.engine, shop.shelf, [FIRING], by="a")
        stream = f"incident/{incident_of(FIRING)}"
        body = {"run": "promised", "book": "flags/runbooks/flag.md"}
        shop.place.journal.append(stream, "run-linked", body)
        for _ in range(2):
            do_all(hand)
            submit_open(shop)
        assert ["run/promised"] == list(shop.place.journal.streams("run/"))

    def test_two_alerts_of_one_second_have_their_checks_run(self, hand, shop, monkeypatch):
        """Chance may give both runs the same digits: neither incident is left without its own."""
        monkeypatch.setattr("drillbook.verbs.running.names.secrets.token_hex", lambda _: "aaaa")
        alerts = [replace(FIRING, fingerprint=each) for each in ("c0ffee", "decaf")]
        take_alerts(shop.place, shop.engine, shop.shelf, alerts, by="a")
        do_all(hand)
        journal = shop.place.journal
        runs = [journal.entries(stream)[0].body for stream in journal.streams("run/")]
        assert {incident_of(each) for each in alerts} == {body["incident"] for body in runs}

    def test_so_it_is_where_the_alert_ended_in_between(self, hand, shop):
        """Whoever looks at the incident finds the run that it names."""
        take_alerts(shop.place, shop.engine, shop.shelf, [FIRING], by="a")
        stream = f"incident/{incident_of(FIRING)}"
        body = {"run": "promised", "book": "flags/runbooks/flag.md"}
        shop.place.journal.append(stream, "run-linked", body)
        over = replace(FIRING, status=AlertStatus.RESOLVED)
        take_alerts(shop.place, shop.engine, shop.shelf, [over], by="b")
        assert "alert-received" == kinds(shop, stream)[-1]
        for job in jobs(shop):
            shop.engine.withdraw(job.key)
        assert 1 == submit_open(shop)
        do_all(hand)
        assert ["run/promised"] == list(shop.place.journal.streams("run/"))
        assert f"incident/{incident_of(FIRING)}" not in [job.key for job in jobs(shop)]

    def test_an_alert_that_no_runbook_knows_escalates(self, hand, shop):
        """The incident says why."""
        stranger = replace(FIRING, name="TideHigh", labels={"alertname": "TideHigh"})
        stream = respond(hand, stranger)
        escalated = shop.place.journal.entries(stream)[-1]
        assert "incident-escalated" == escalated.kind
        assert "TideHigh" in escalated.body["because"]

    def test_a_runbook_that_is_gone_by_then_escalates(self, hand, shop, site):
        """Nobody waits for it in vain."""
        take_alerts(shop.place, shop.engine, shop.shelf, [FIRING], by="a")
        (site.folder / "pack/runbooks/flag.md").unlink()
        do_all(hand)
        stream = f"incident/{incident_of(FIRING)}"
        assert "incident-escalated" == kinds(shop, stream)[-1]


def test_without_the_packs_word_an_alert_only_links_its_runbook(hand, shop, site):
    """Off unless it is switched on."""
    for name in BOOKS.keys() - {"flag"}:
        (site.folder / f"pack/runbooks/{name}.md").unlink()
    with open_shop(site.settings) as other:
        stream = respond(Hand(shop=other, name="test"))
        assert ["incident-opened", "runbook-linked"] == kinds(other, stream)
        assert ((), 0) == (tuple(other.place.journal.streams("run/")), submit_open(other))


class TestTicks:
    """A schedule of Checks, and one of a drill that cannot be played."""

    @pytest.fixture
    def site(self, tmp_path):
        checks = NIGHTLY.replace("CHECKS", 'checks = "pack/runbooks/flag.md"')
        drill = NIGHTLY.replace("CHECKS", 'drill = "pack"').replace("nightly", "weekly")
        return make(tmp_path, more=checks + drill)

    def tick(self, shop, name):
        """The job of its next tick, as if it were due."""
        [schedule] = [each for each in shop.place.settings.schedules if each.name == name]
        tick_ns = tick_after(schedule, shop.place.clock.now_ns())
        return schedule, Job(
            key=f"schedule/{name}/1",
            kind="schedule",
            args={"schedule": name, "tick_ns": str(tick_ns)},
        )

    def test_two_schedules_of_one_second_are_two_runs(self, shop, monkeypatch):
        """Chance may give both the same digits."""
        monkeypatch.setattr("drillbook.verbs.running.names.secrets.token_hex", lambda _: "aaaa")
        schedules = [self.tick(shop, name)[0] for name in ("nightly", "weekly")]
        now_ns = shop.place.clock.now_ns()
        claims = [claim_tick(shop.place, each, tick_after(each, now_ns)) for each in schedules]
        assert 2 == len({claim.run for claim in claims})

    def test_checks_are_requested_once_and_change_nothing(self, hand, shop, site):
        """Twice the same job is one run; the next tick is a job."""
        schedule, job = self.tick(shop, "nightly")
        for _ in range(2):
            perform(hand, job)
        [stream] = shop.place.journal.streams("run/")
        assert "schedule nightly" == shop.place.journal.entries(stream)[0].body["requested_by"]
        assert "was requested" in last_of(shop.place, schedule)[1]
        assert {"run", "schedule"} == {job.kind for job in jobs(shop)}
        run = next(job for job in jobs(shop) if job.kind == "run")
        perform(hand, run)
        assert "observed" in kinds(shop, stream)
        assert [] == site.raised()

    def test_a_tick_that_was_begun_is_ended_with_the_same_run(self, hand, shop):
        """Whoever claimed it died before they asked."""
        schedule, job = self.tick(shop, "nightly")
        claim = claim_tick(shop.place, schedule, int(job.args["tick_ns"]))
        assert isinstance(claim, Claim)
        perform(hand, job)
        assert [f"run/{claim.run}"] == list(shop.place.journal.streams("run/"))

    def test_a_drill_that_cannot_be_played_is_said(self, hand, shop, site):
        """In the schedule's stream, with its exit code."""
        schedule, job = self.tick(shop, "weekly")
        perform(replace(hand, config=site.config), job)
        assert "could not be played (exit code 2)" in last_of(shop.place, schedule)[1]

    def test_a_schedule_that_was_taken_out_is_forgotten(self, hand, shop):
        """Its last job does nothing."""
        args = {"schedule": "gone", "tick_ns": "1"}
        perform(hand, Job(key="schedule/gone/1", kind="schedule", args=args))
        assert () == tuple(shop.place.journal.streams("schedule/"))
