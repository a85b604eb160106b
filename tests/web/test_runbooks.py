"""What there is to start, and what a start would run, over real HTTP."""

import pytest

from flagsite import flag_book, give_tokens, make_site

BOOK = "flags/runbooks/flag.md"


def test_all_runbooks_of_the_packs(as_person):
    """With what somebody who wants to start one must know."""
    [book] = as_person("guest").get("/api/v1/runbooks").json()["runbooks"]
    assert (BOOK, "The flag is down", "flags", ["FlagDown"]) == (
        book["name"],
        book["title"],
        book["service"],
        book["alerts"],
    )
    assert [("poles", False), ("pole", True)] == [
        (item["name"], item["has_default"]) for item in book["inputs"]
    ]
    [option] = book["options"]
    assert ("raise-the-flag", "none", "`flag-up` is unhealthy") == (
        option["anchor"],
        option["risk"],
        option["when"],
    )


def test_a_preview_shows_what_would_run_and_runs_nothing(as_person, site, house):
    """Steps with their targets, and the values that were bound."""
    body = {"runbook": BOOK, "inputs": {"pole": "south-2"}}
    plan = as_person("guest").post("/api/v1/plans", json=body).json()
    assert (True, "destructive", []) == (plan["is_runnable"], plan["allowed"], plan["findings"])
    assert {"pole": "south-2", "poles": str(site.poles)} == plan["values"]
    assert ["flag-up", "raise-flag", "flag-stays"] == [step["name"] for step in plan["steps"]]
    assert [True, False, True] == [step["observes"] for step in plan["steps"]]
    assert ([], ()) == (list(site.poles.iterdir()), tuple(house.place.journal.streams("run/")))


@pytest.mark.parametrize("value", ["$(touch pwned)", "'; rm -rf /", "a\nb", "../x", "A" * 100_000])
def test_a_value_that_does_not_match_is_a_finding(as_person, value):
    """With its cure, and the plan is not runnable."""
    body = {"runbook": BOOK, "inputs": {"pole": value}}
    answer = as_person("guest").post("/api/v1/plans", json=body)
    assert (200, False) == (answer.status_code, answer.json()["is_runnable"])
    assert answer.json()["findings"][0]["help"]


@pytest.mark.parametrize(
    "name",
    [
        "flag.md",
        "../drillbook.toml",
        "/etc/passwd",
        "flags/runbooks/../../drillbook.toml",
        "\0",
        "x",
    ],
)
def test_a_name_that_no_pack_has_is_not_found(as_person, name):
    """Whether there is such a file is not said."""
    answer = as_person("alice").post("/api/v1/plans", json={"runbook": name})
    assert 404 == answer.status_code
    assert f"there are {BOOK}" in answer.json()["error"]["cure"] + answer.json()["error"]["message"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"runbook": ""},
        {"runbook": 1},
        {"runbook": BOOK, "inputs": []},
        {"runbook": BOOK, "inputs": {"pole": 1}},
        {"runbook": BOOK, "input": {}},
        {"runbook": BOOK, "inputs": {str(number): "" for number in range(101)}},
        [],
    ],
)
def test_a_body_of_another_shape_is_refused(as_person, body):
    """A key that nothing reads is a slip, and not silently left out."""
    answer = as_person("alice").post("/api/v1/plans", json=body)
    assert (422, {"message", "cure"}) == (answer.status_code, answer.json()["error"].keys())


class TestPolicy:
    """A rule that leaves flags to those of the role dba."""

    @pytest.fixture
    def site(self, tmp_path):
        rule = '[[policy]]\nservices = ["flags"]\nstart = ["dba"]\n'
        return give_tokens(make_site(tmp_path / "site", more=rule, flag=flag_book()))

    def test_who_may_not_start_it_is_told_the_rule(self, as_person):
        """403 with the rule and who may."""
        body = {"runbook": BOOK}
        assert 200 == as_person("bob").post("/api/v1/plans", json=body).status_code
        answer = as_person("guest").post("/api/v1/plans", json=body)
        assert 403 == answer.status_code
        message = answer.json()["error"]["message"]
        assert "rule 1 of [[policy]] leaves it to dba" in message


class TestSecrets:
    """A runbook with a secret among its inputs, whose text repeats the secret."""

    @pytest.fixture
    def site(self, tmp_path):
        book = flag_book().replace("  pole:", "  key: {from: secret.flagkey}\n  pole:")
        folder = tmp_path / "site"
        site = make_site(
            folder,
            more='[[secrets]]\nname = "flagkey"\nfile = "key"\n',
            flag=book.replace('touch "', 'echo hunter2-x; touch "'),
        )
        (folder / "key").write_text("hunter2-x\n", encoding="utf-8")
        return give_tokens(site)

    def test_they_are_not_shown(self, as_person):
        """Neither in values nor in commands."""
        answer = as_person("alice").post("/api/v1/plans", json={"runbook": BOOK})
        assert 200 == answer.status_code
        assert "hunter2" not in answer.text
