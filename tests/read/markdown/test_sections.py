"""Sections become Checks, Options and Verification; sentences find what they speak of."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drillbook.model.finding import Finding, Severity
from drillbook.model.runbook import Option, Runbook
from drillbook.model.sentence import ExitCodeIs, NumberCompares, Risk
from drillbook.read.markdown.runbook import read_runbooks
from drillbook.read.markdown.sections import UNDO_TITLES

FENCE = "```sh\ntrue\n```\n"
NAMED = "```sh {{ name={} }}\ntrue\n```\n"


def read(text: str) -> tuple[Runbook, tuple[Finding, ...]]:
    """The only runbook of a text, and its Findings."""
    (book,), findings = read_runbooks(text, "a.md")
    return book, findings


def option(text: str) -> Option:
    """The only Option of a Resolution."""
    (found,) = read(f"## Resolution\n{text}")[0].options
    return found


def lints(text: str) -> list[str]:
    """What is wrong with the text."""
    return [finding.lint for finding in read(text)[1]]


# ---- which step a sentence speaks of ----


def test_a_sentence_speaks_of_the_step_before_it_only() -> None:
    """Two steps under one heading do not share a Healthy."""
    text = f"## Diagnosis\n{FENCE}{FENCE}**Healthy:** exit code is 0.\n"
    first, second = read(text)[0].checks
    assert first.healthy is None
    assert second.healthy is not None


def test_a_heading_ends_what_a_step_is_told() -> None:
    """A Healthy under the next heading is not silently given to the step above it."""
    text = f"## Diagnosis\n### A\n{FENCE}### B\n**Healthy:** exit code is 0.\n"
    book, findings = read(text)
    assert [None] == [check.healthy for check in book.checks]
    assert ["sentence-without-step"] == [finding.lint for finding in findings]


def test_sentences_in_a_list_below_the_step_are_its_own() -> None:
    """People write them as bullets."""
    text = (
        f"## Diagnosis\n{FENCE}- **Healthy:** exit code is 0.\n- **Unhealthy:** exit code is 1.\n"
    )
    (check,) = read(text)[0].checks
    assert check.healthy is not None
    assert check.unhealthy is not None
    assert ((ExitCodeIs(codes=(0,)),), (ExitCodeIs(codes=(1,)),)) == (
        check.healthy.terms,
        check.unhealthy.terms,
    )


def test_the_first_of_two_sentences_counts() -> None:
    """The second one is an error, and does not replace what was read."""
    text = f"## Diagnosis\n{FENCE}**Healthy:** number is below 5.\n\n**Healthy:** exit code is 0.\n"
    book, (finding,) = read(text)
    assert book.checks[0].healthy is not None
    (term,) = book.checks[0].healthy.terms
    assert isinstance(term, NumberCompares)
    assert ("duplicate-sentence", Severity.ERROR) == (finding.lint, finding.severity)


def test_a_sentence_that_is_not_understood_still_takes_its_place() -> None:
    """A second Healthy does not slip in where the first was wrong."""
    text = f"## Diagnosis\n{FENCE}**Healthy:** well.\n\n**Healthy:** exit code is 0.\n"
    book, findings = read(text)
    assert book.checks[0].healthy is None
    assert ["sentence-outside-grammar", "duplicate-sentence"] == [f.lint for f in findings]


def test_a_step_may_capture_several_values() -> None:
    """Captures add up, where other sentences may stand once."""
    text = (
        f"## Diagnosis\n{FENCE}**Capture:** `lag` is number.\n"
        "**Capture:** `state` is JSON path `$.state`.\n"
    )
    (check,) = read(text)[0].checks
    assert ["lag", "state"] == [capture.name for capture in check.step.captures]


@pytest.mark.parametrize(
    ("section", "label"),
    [
        ("Diagnosis", "Expect"),
        ("Diagnosis", "Recovered"),
        ("Diagnosis", "When"),
        ("Diagnosis", "Risk"),
        ("Resolution", "Healthy"),
        ("Resolution", "Unhealthy"),
        ("Resolution", "Recovered"),
        ("Verification", "Expect"),
        ("Verification", "Healthy"),
        ("Verification", "Undo"),
    ],
)
def test_a_label_in_the_wrong_section_is_named_with_the_right_ones(
    section: str, label: str
) -> None:
    """A sentence that nothing reads is never passed over in silence."""
    found = [
        finding
        for finding in read(f"## {section}\n{FENCE}**{label}:** exit code is 0.\n")[1]
        if finding.lint == "sentence-out-of-place"
    ]
    assert [f'a "{label}" in a {section.lower()} section is read by nothing'] == [
        finding.message for finding in found
    ]
    assert label not in found[0].help.split(" are ")[1].split(", ")


# ---- options ----


def test_an_option_that_says_nothing_of_its_risk_is_destructive() -> None:
    """Silence is the worst case, and says so."""
    assert Risk.DESTRUCTIVE is option(f"### A\n{FENCE}").risk
    assert ["option-without-when", "option-without-risk"] == lints(f"## Resolution\n### A\n{FENCE}")


def test_a_risk_that_is_not_understood_is_destructive() -> None:
    """A typo never makes an Option milder."""
    assert Risk.DESTRUCTIVE is option(f"### A\n**Risk:** nonee.\n{FENCE}").risk


def test_a_risk_may_stand_after_its_steps() -> None:
    """When, Risk and Loses speak of the Option wherever they stand in it."""
    found = option(f"### A\n{FENCE}**Risk:** none.\n#### More\n{FENCE}**Loses:** nothing.\n")
    assert Risk.NONE is found.risk
    assert found.loses is not None
    assert (0, 2) == (found.loses.count, len(found.steps))


def test_the_first_risk_counts() -> None:
    """A second one cannot talk the first one down."""
    assert (
        Risk.DESTRUCTIVE
        is option(f"### A\n**Risk:** destructive.\n\n**Risk:** none.\n{FENCE}").risk
    )


def test_fences_before_the_first_heading_are_an_option_of_their_own() -> None:
    """They take the section's title, and the headed ones stay what they are."""
    book, _ = read(f"## Fix\n{FENCE}### B\n{FENCE}")
    assert [("fix", 1), ("b", 1)] == [(one.anchor, len(one.steps)) for one in book.options]


def test_words_before_the_first_heading_are_no_option() -> None:
    """An introduction cannot be chosen."""
    book, _ = read(f"## Resolution\nStay calm.\n### B\n{FENCE}")
    assert ["b"] == [one.anchor for one in book.options]


def test_an_option_without_steps_is_kept_and_not_blamed() -> None:
    """`Call the vendor` is a way to resolve, only not one that runs."""
    book, findings = read("## Resolution\n### Call the vendor\nBy telephone.\n")
    assert [("call-the-vendor", ())] == [(one.anchor, one.steps) for one in book.options]
    assert () == findings


def test_options_of_two_sections_follow_each_other() -> None:
    """Mitigation and Resolution both hold Options, in the order of the text."""
    book, _ = read(f"## Mitigation\n### A\n{FENCE}## Resolution\n### B\n{FENCE}")
    assert ["a", "b"] == [one.anchor for one in book.options]


# ---- undo ----


@pytest.mark.parametrize("title", [*UNDO_TITLES, "Undo:", "ROLLBACK", " Roll Back "])
def test_what_stands_under_a_heading_of_undoing_is_not_run_to_resolve(title: str) -> None:
    """A rollback that ran right after its Option would take the cure away."""
    found = option(f"### A\n{NAMED.format('act')}#### {title}\n{NAMED.format('back')}")
    assert (["act"], ["back"]) == (
        [step.name for step in found.steps],
        [step.name for step in found.undo],
    )


def test_what_follows_the_sentence_undo_is_not_run_to_resolve() -> None:
    """A labelled sentence does the same as a heading."""
    found = option(f"### A\n{NAMED.format('act')}**Undo:** put it back.\n{NAMED.format('back')}")
    assert (["act"], ["back"], "put it back.") == (
        [step.name for step in found.steps],
        [step.name for step in found.undo],
        found.undo_text,
    )


def test_an_undo_ends_with_the_next_heading_of_its_level() -> None:
    """What comes after it is the Option's own again."""
    found = option(f"### A\n#### Undo\n{NAMED.format('back')}#### Then\n{NAMED.format('act')}")
    assert (["act"], ["back"]) == (
        [step.name for step in found.steps],
        [step.name for step in found.undo],
    )


@pytest.mark.parametrize(
    "undo",
    ["#### Undo\n##### On the primary\n", "**Undo:** put it back.\n\n#### On the primary\n"],
)
def test_a_heading_below_the_undo_is_still_of_the_undo(undo: str) -> None:
    """What undoes on one host after the other must not run right after the act."""
    found = option(f"### A\n{NAMED.format('act')}{undo}{NAMED.format('back')}")
    assert (["act"], ["back"]) == (
        [step.name for step in found.steps],
        [step.name for step in found.undo],
    )


@pytest.mark.parametrize("title", ["Undone", "Do not roll back", "Revert the commit"])
def test_a_title_that_only_speaks_of_undoing_is_a_step_to_resolve(title: str) -> None:
    """Reverting a bad release is often the very cure."""
    assert () == option(f"### A\n#### {title}\n{FENCE}").undo


# ---- any text at all ----

PIECES = st.sampled_from(
    [
        "## Diagnosis\n", "## Resolution\n", "## Verify\n", "### A\n", "#### Undo\n", "###\n",
        FENCE, "```sql\nselect 1\n```\n", "```text\nshown\n```\n", "**When:** `a` is healthy.\n\n",
        "**Risk:** none.\n\n", "**Healthy:** exit code is 0.\n\n", "**Undo:** back.\n\n",
        "**Recovered:** well\n\n", "**Capture:** `x` is number.\n\n", "words\n\n",
    ]
)  # fmt: skip


@settings(max_examples=60)
@given(st.lists(PIECES, max_size=15))
def test_every_step_lands_in_one_place_under_a_name_of_its_own(pieces: list[str]) -> None:
    """Whatever is put after what: no step is run twice, and none has the name of another."""
    book, findings = read("".join(pieces))
    steps = [check.step for check in book.checks]
    steps += [step for one in book.options for step in (*one.steps, *one.undo)]
    steps += [one.step for one in book.verification]
    assert len({step.place for step in steps}) == len(steps)
    assert len({step.name for step in steps}) == len(steps)
    assert all(finding.message and finding.help for finding in findings)


# ---- procedures ----

STEPS = f"# T\n## Prerequisites\n{FENCE}**Healthy:** exit code is 0.\n## Steps\n### Blue\n"
STEPS += f"**Risk:** none.\n{FENCE}**Undo:** away.\n{FENCE}"


def test_a_procedure_has_titles_of_its_own_and_needs_no_when() -> None:
    """Its gates, its stages and what undoes them are found, and nothing is wrong with it."""
    book, findings = read(f"---\nkind: procedure\n---\n{STEPS}")
    assert (1, 1, 1) == (len(book.checks), len(book.options[0].steps), len(book.options[0].undo))
    assert ["diagnosis", "resolution"] == [section.role for section in book.sections]
    assert [] == [each.lint for each in findings if "when" in each.lint]


def test_the_same_titles_are_prose_in_an_alerts_runbook() -> None:
    """What acts in it, and so its hash, is what it was before there were procedures."""
    text = f"# T\n## Diagnosis\n{FENCE}**Healthy:** exit code is 0.\n"
    prose = "## Prerequisites\n{}\n## Deployment\n{}\n"
    plain = read(text + prose.format("", ""))[0]
    fenced = read(text + prose.format(FENCE, FENCE))[0]
    assert (1, ()) == (len(fenced.checks), fenced.options)
    assert plain.acting_hash == fenced.acting_hash


def test_in_a_file_of_several_each_has_its_own_kind() -> None:
    """The front matter says which of them is a procedure."""
    part = f"### Prerequisites\n{FENCE}**Healthy:** exit code is 0.\n### Resolution\n{FENCE}"
    text = "---\nrunbooks: {one: {kind: procedure}, two: {owner: a}}\n---\n"
    (one, two), _ = read_runbooks(f"{text}# All\n## One\n{part}## Two\n{part}", "a.md")
    assert (1, 0) == (len(one.checks), len(two.checks))
