"""What must be approved, its hash, and whose approvals count."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drillbook.model.journal import Entry
from drillbook.model.people import Approval, Need
from drillbook.model.run import Policy, RunState
from drillbook.model.runbook import Input
from drillbook.model.sentence import Capture, CaptureKind, Risk
from drillbook.model.target import Target
from drillbook.run.acts import Perform, Record
from drillbook.run.approving import (
    VALUE_CHARACTERS_MAX,
    Conditions,
    approval_of,
    exact_hash,
    need_of,
    request_body,
    request_of,
    those_that_count,
)
from drillbook.run.folding import fold, replay
from drillbook.run.following import next_act
from drillbook.run.progress import Progress
from nouns import HERE, check, is_unhealthy, option, plan, runbook, step, verification

SECOND = 1_000_000_000
ACT = step("act", 'drop "$TABLE"')
NEED = Need(approvals=2, roles=frozenset({"dba"}), expires_s=100.0)
POLICY = Policy(asks=frozenset(), needs={Risk.DESTRUCTIVE: NEED})


def book(*steps, inputs=(), captures=()):
    """A runbook with one destructive Option of these steps."""
    return runbook(
        checks=(check("up", captures=captures),),
        options=(option("o", *steps, when=is_unhealthy("up"), risk=Risk.DESTRUCTIVE),),
        verifications=(verification(),),
        inputs=inputs,
    )


def item(name, **fields):
    return Input(place=HERE, name=name, **fields)


PLAN = plan(book(ACT, inputs=(item("table"),)), given={"table": "orders"})


def digest(a_plan, **captures):
    return exact_hash(a_plan, a_plan.runbook.options[0], captures)


def told(kind, body, seq, at_s):
    return Entry(
        stream="run/x", seq=seq, kind=kind, at_ns=int(at_s * SECOND), body=body, previous="",
        hash="",
    )  # fmt: skip


def resolving(requester="zoe", a_plan=PLAN):
    """A run that stands before its Option's first step, requested by one person."""
    kinds = [
        ("run-started", {"operator": requester}),
        ("step-started", {"step": "up", "attempt": 1}),
        ("step-finished", {"step": "up", "status": "unhealthy", "result": "not met"}),
        ("checks-ended", {}),
        ("option-chosen", {"option": "o"}),
    ]
    entries = [told(kind, body, seq, 0) for seq, (kind, body) in enumerate(kinds, start=1)]
    return replay(a_plan, tuple(entries))


def test_the_greater_of_the_risks_need_and_the_steps_own():
    """`approve=3` beside a policy of two; a drill's lab waives both."""
    one = option("o", step("a", approve=3), step("b", approve=1), risk=Risk.DESTRUCTIVE)
    assert Need(approvals=3, roles=NEED.roles, expires_s=100.0) == need_of(POLICY, one)
    assert NEED == need_of(POLICY, option("o", ACT, risk=Risk.DESTRUCTIVE))
    assert None is need_of(POLICY, option("o", ACT, risk=Risk.DISRUPTIVE))
    assert None is need_of(replace(POLICY, waives_approvals=True), one)


@pytest.mark.parametrize(
    "other",
    [
        plan(book(step("act", 'drop "$TABLE" --now'), inputs=(item("table"),)),
             given={"table": "orders"}),
        plan(book(ACT, inputs=(item("table"),)), given={"table": "users"}),
        plan(book(ACT, step("more"), inputs=(item("table"),)), given={"table": "orders"}),
        plan(book(replace(ACT, timeout_s=21.0), inputs=(item("table"),)),
             given={"table": "orders"}),
        plan(book(replace(ACT, language="bash"), inputs=(item("table"),)),
             given={"table": "orders"}),
        plan(book(replace(ACT, retry=1), inputs=(item("table"),)), given={"table": "orders"}),
        plan(book(ACT, inputs=(item("table"),)), given={"table": "orders"},
             env={"PATH": "/elsewhere"}),
    ],
    ids=["command", "value", "another step", "time limit", "language", "retry", "path"],
)  # fmt: skip
def test_whatever_changes_what_runs_changes_the_hash(other):
    """And so voids the approval of what was to run."""
    assert digest(PLAN) != digest(other)


def on(**fields):
    target = Target(name="db", **fields)
    return plan(book(replace(ACT, on="db"), inputs=(item("table"),)),
                given={"table": "orders"}, targets={"db": target})  # fmt: skip


@pytest.mark.parametrize(
    "fields", [{"kind": "ssh"}, {"settings": {"host": "b"}}, {"env": {"A": "1"}}, {"cwd": "/tmp"}]
)
def test_another_target_by_the_same_name_is_another_thing(fields):
    """Its kind, settings, environment and folder all count."""
    assert digest(on()) != digest(on(**fields))


def test_the_callers_agent_is_not_part_of_it():
    """A run that goes on in another terminal is the same."""
    given_ = {"table": "orders"}
    two = [
        plan(book(ACT, inputs=(item("table"),)), given=given_, env={"SSH_AUTH_SOCK": agent})
        for agent in ("/tmp/one", "/tmp/two")
    ]
    assert digest(two[0]) == digest(two[1])


def test_a_secret_changes_the_hash_and_is_not_in_the_request():
    """Another password is another thing; nobody is shown either."""
    two = [
        plan(book(ACT, inputs=(item("table", is_secret=True),)), given={"table": secret})
        for secret in ("hunter2-hunter2", "correct-horse")
    ]
    assert digest(two[0]) != digest(two[1])
    body = request_body(two[0], NEED, resolving(a_plan=two[0]))
    assert "hunter2" not in str(body)


def test_captures_count_but_for_those_of_the_steps_themselves():
    """What the Option's first step captures comes after its approval."""
    lag = Capture(place=HERE, name="lag", kind=CaptureKind.NUMBER)
    own = plan(book(replace(ACT, captures=(lag,)), inputs=(item("table"),)),
               given={"table": "orders"})  # fmt: skip
    assert digest(PLAN, lag="1") != digest(PLAN, lag="2")
    assert digest(own, lag="1") == digest(own, lag="2")


def test_a_request_says_all_that_an_approver_needs():
    """And reads back as it was written."""
    body = request_body(PLAN, NEED, resolving())
    request = request_of(body)
    (asked,) = request.steps
    assert ("act", 'drop "$TABLE"', "local", {"table": "orders"}) == (
        asked.name, asked.command, asked.target, dict(asked.values),
    )  # fmt: skip
    assert (2, frozenset({"dba"}), frozenset({"zoe"}), digest(PLAN)) == (
        request.approvals, request.roles, request.requesters, request.hash,
    )  # fmt: skip


def test_a_request_says_in_which_folder_and_by_what():
    """What the hash covers and changes what the same letters do is also shown."""
    other = replace(ACT, cwd="/srv/orders", interpreter="perl")
    progress = replace(resolving(), option="o")
    [seen] = request_of(request_body(plan(book(other)), NEED, progress)).steps
    assert ("/srv/orders", "perl") == (seen.cwd, seen.interpreter)
    [plain_one] = request_of(request_body(PLAN, NEED, progress)).steps
    assert ("", "") == (plain_one.cwd, plain_one.interpreter)


def test_a_long_value_is_shown_by_its_beginning_and_its_hash():
    """An entry of the journal has a limit, and a person's patience too."""
    big = plan(book(ACT, inputs=(item("table"),)), given={"table": "x" * 4_000})
    (asked,) = request_of(request_body(big, NEED, resolving(a_plan=big))).steps
    assert len(asked.values["table"]) < VALUE_CHARACTERS_MAX + 200
    assert "(4000 characters, SHA-256 " in asked.values["table"]


def test_an_approval_never_lasts_longer_than_the_rule_says():
    """Whatever its entry claims."""
    body = {"by": "bob", "roles": [], "hash": "h", "expires_at_ns": 10**30}
    assert 5 * SECOND + 100 * SECOND == approval_of(body, 5 * SECOND, 100.0).expires_at_ns


PEOPLE = st.sampled_from(["zoe", "yan", "ann", "bob", "cid", "dan"])
APPROVALS = st.lists(
    st.builds(
        Approval,
        by=PEOPLE,
        roles=st.frozensets(st.sampled_from(["dba", "lead"])),
        hash=st.sampled_from(["right", "wrong"]),
        at_ns=st.just(0),
        expires_at_ns=st.integers(0, 200),
    ),
    max_size=12,
)


@given(APPROVALS, st.frozensets(PEOPLE, max_size=2), st.integers(0, 200))
def test_only_others_with_the_role_and_the_hash_count_and_each_once(approvals, requesters, now_ns):
    """Whoever counts has an approval that is right in every respect."""
    conditions = Conditions(hash="right", requesters=requesters, roles=frozenset({"dba"}))
    counted = those_that_count(approvals, conditions, now_ns)
    assert not counted & requesters
    for name in counted:
        assert any(
            each.by == name and each.hash == "right" and "dba" in each.roles
            and now_ns < each.expires_at_ns
            for each in approvals
        )  # fmt: skip


SAID = st.one_of(
    st.fixed_dictionaries({
        "kind": st.just("approved"), "by": PEOPLE,
        "roles": st.sampled_from([["dba"], ["lead"], []]),
        "hash": st.sampled_from(["right", "wrong"]), "lasts_s": st.integers(-10, 500),
    }),
    st.fixed_dictionaries({
        "kind": st.just("approval-refused"), "by": PEOPLE,
        "hash": st.sampled_from(["right", "wrong"]),
    }),
    st.fixed_dictionaries({"kind": st.just("run-resumed"), "by": PEOPLE}),
    st.fixed_dictionaries({
        "kind": st.just("answered"), "by": PEOPLE,
        "answer": st.sampled_from(["yes", "happened", "nonsense", "skip"]),
    }),
    st.fixed_dictionaries({"kind": st.sampled_from(["noted", "approved", "answered"])}),
)  # fmt: skip


@settings(max_examples=300)
@given(st.lists(st.tuples(SAID, st.integers(0, 60)), max_size=14))
def test_nothing_begins_with_fewer_than_two_others_whatever_is_said(said):
    """In any order, at any pace, with nonsense in between: a fold never raises, and holds."""
    progress, now_s, seq, right = resolving(), 0, 10, digest(PLAN)
    valid: dict[str, float] = {}
    requesters = {"zoe"}
    for words, pause_s in said:
        progress, seq = _asked(progress, now_s, seq)
        now_s += pause_s
        body = {**words}
        kind = body.pop("kind")
        if "hash" in body:
            body["hash"] = right if body["hash"] == "right" else "0"
        if "lasts_s" in body:
            body["expires_at_ns"] = (now_s + body.pop("lasts_s")) * SECOND
        seq += 1
        progress = fold(PLAN, progress, told(kind, body, seq, now_s))
        if kind == "run-resumed":
            requesters.add(body["by"])
        if kind == "approved" and body.get("hash") == right and "dba" in body["roles"]:
            valid[body["by"]] = min(body["expires_at_ns"] / SECOND, now_s + NEED.expires_s)
        act = next_act(PLAN, POLICY, progress, now_s * SECOND)
        if isinstance(act, Perform) and progress.state is RunState.RESOLVING:
            others = {name for name, until_s in valid.items() if now_s < until_s} - requesters
            assert len(others) >= 2
            return


def _asked(progress: Progress, now_s: int, seq: int) -> tuple[Progress, int]:
    """What the operator journals before somebody speaks."""
    act = next_act(PLAN, POLICY, progress, now_s * SECOND)
    if isinstance(act, Record) and act.kind == "approval-asked":
        return fold(PLAN, progress, told(act.kind, act.body, seq + 1, now_s)), seq + 1
    return progress, seq
