"""The info strings of fences."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillbook.model.finding import Severity
from drillbook.model.place import Place
from drillbook.read.markdown.fence import ATTRIBUTES, FenceInfo, read_info

PLACE = Place(path="a.md", line=3)


def test_all_attributes() -> None:
    """Every key that the format has fills its field, times in seconds."""
    info = (
        "Sh { name=a-b.c timeout=1m30s on=db idempotent=yes approve=2 retry=3 every=500ms cwd=/x "
        "interpreter=dash background=true interactive=no excludeFromRunAll=yes tag=a,b "
        "promptEnv=no exports=LEADER,_LAG,LEADER }"
    )
    expected = FenceInfo(
        language="sh", name="a-b.c", timeout_s=90, on="db", is_idempotent=True, approve=2, retry=3,
        every_s=0.5, cwd="/x", interpreter="dash", background=True, is_excluded=True,
        tags=("a", "b"), prompt_env="no", exports=("LEADER", "_LAG"), has_group=True,
    )  # fmt: skip
    assert (expected, ()) == read_info(info, PLACE)


@pytest.mark.parametrize(
    ("info", "language"),
    [("", ""), ("bash", "bash"), (" Bash title=x ", "bash"), ("sh{ name=a }", "sh"), ("{}", "")],
)
def test_language(info: str, language: str) -> None:
    """The first word; other words outside the braces are borne."""
    fence, findings = read_info(info, PLACE)
    assert (language, ()) == (fence.language, findings)


@pytest.mark.parametrize(
    ("info", "lint"),
    [
        ("sh { name=a name=b }", "duplicate-fence-attribute"),
        ("sh { tiemout=5s }", "unknown-fence-attribute"),
        ("sh { colour=red }", "unknown-fence-attribute"),
        ("sh { background }", "bad-fence-attribute"),
        ("sh { timeout=soon }", "bad-fence-attribute"),
        ("sh { timeout=0s }", "bad-fence-attribute"),
        ("sh { name=$(x) }", "bad-fence-attribute"),
        ("sh { name=-a }", "bad-fence-attribute"),
        ("sh { retry=1000 }", "bad-fence-attribute"),
        ("sh { approve=-1 }", "bad-fence-attribute"),
        ("sh { tag=a,,b }", "bad-fence-attribute"),
        ("sh { idempotent=maybe }", "bad-fence-attribute"),
        ("sh { exports=leader }", "bad-fence-attribute"),
        ("sh { exports=A,,B }", "bad-fence-attribute"),
        ("sh { exports=7UP }", "bad-fence-attribute"),
        ("sh { exports=" + ",".join(f"A{n}" for n in range(17)) + " }", "bad-fence-attribute"),
        ('sh { "name": "a" }', "unknown-fence-attribute"),
        ("sh { name=a", "unclosed-brace-group"),
        ("sh } {", "unclosed-brace-group"),
        ("sh { " + "a" * 5_000 + " }", "unclosed-brace-group"),
    ],
)
def test_flaw(info: str, lint: str) -> None:
    """Each is a Finding at the fence, with a cure."""
    _, findings = read_info(info, PLACE)
    assert lint == findings[0].lint
    assert (PLACE, True) == (findings[0].place, bool(findings[0].help))


def test_slip_of_a_key_is_worse_than_a_key_of_others() -> None:
    """`tiemout` changes what is run, `colour` does not."""
    (slip, other) = read_info("sh { tiemout=5s colour=red }", PLACE)[1]
    assert (Severity.ERROR, "write timeout=") == (slip.severity, slip.help)
    assert Severity.WARNING == other.severity


KEYS = st.sampled_from([*ATTRIBUTES, "x", ""])
PAIRS = st.tuples(KEYS, st.text(max_size=8)).map("=".join)


@given(st.one_of(st.text(max_size=60), st.lists(PAIRS).map(lambda p: "sh {" + " ".join(p) + "}")))
def test_no_text_raises(info: str) -> None:
    """Whatever the info string; a value that is taken holds safe characters only."""
    fence, _ = read_info(info, PLACE)
    for value in (fence.name, fence.cwd, fence.on, fence.interpreter):
        assert value is None or not set(value) & set(" $`;|&<>\n'\"")


def fixed_info(info: str) -> str:
    """The info with everything mended that can be, as it stands behind three backticks."""
    line = f"```{info}"
    _, findings = read_info(info, PLACE, 4)
    assert findings
    for finding in sorted(findings, key=lambda each: each.place, reverse=True):
        if finding.fix:
            place = finding.fix.place
            assert 3 == place.line == place.end_line
            line = line[: place.column - 1] + finding.fix.text + line[place.end_column - 1 :]
    return line.removeprefix("```")


@pytest.mark.parametrize(
    ("info", "expected"),
    [
        ("sh { name=a timeout=5s", "sh { name=a timeout=5s }"),
        ("sh {name=a", "sh {name=a }"),
        ("sh { name=a name=a }", "sh { name=a }"),
        ("sh { name=a timeout=5s name=a on=db }", "sh { name=a timeout=5s on=db }"),
        ('sh { timeout="5s" }', "sh { timeout=5s }"),
        ("sh { timeout='5s' on=db }", "sh { timeout=5s on=db }"),
        ("sh { Timeout=5s }", "sh { timeout=5s }"),
        ("sh { exclude-from-run-all=yes }", "sh { excludeFromRunAll=yes }"),
        ("sh { prompt_env=no }", "sh { promptEnv=no }"),
    ],
)
def test_what_is_certain_is_mended(info: str, expected: str) -> None:
    """Then nothing is left to be flagged."""
    assert expected == fixed_info(info)
    assert () == read_info(expected, PLACE)[1]


@pytest.mark.parametrize(
    "info",
    [
        "sh { name=a and more text",
        "sh { name=a colour=red",
        "sh {",
        "sh { name=a name=b }",
        'sh { timeout="soon" }',
        'sh { timeout="5s }',
        "sh { timeout=5 }",
        "sh { timout=5s }",
        "sh { Timeout=soon }",
        "sh { Timeout=5s timeout=9s }",
        "sh { Timeout }",
        "sh { colour=red }",
    ],
)
def test_what_is_not_certain_is_left_to_people(info: str) -> None:
    """It is flagged all the same."""
    assert info == fixed_info(info)


@pytest.mark.parametrize(
    ("info", "marked"),
    [
        ("sh { name=a timeout=soon }", "timeout=soon"),
        ("sh { name=a colour=red }", "colour"),
        ("sh { name=a name=b }", "name=b"),
        ("sh { name=a", "{ name=a"),
    ],
)
def test_the_very_attribute_is_marked(info: str, marked: str) -> None:
    """Where the info stands on its line as it is; else the whole fence."""
    (finding,) = read_info(info, PLACE, 4)[1]
    place = finding.place
    assert marked == f"```{info}"[place.column - 1 : place.end_column - 1]
    (finding,) = read_info(info, PLACE)[1]
    assert (PLACE, None) == (finding.place, finding.fix)


@given(st.text("sh{} =\"'abTtimeoutname5-_.", max_size=40))
def test_mending_never_makes_it_worse(info: str) -> None:
    """What is mended is read with fewer flaws, and as the same language."""
    before, findings = read_info(info, PLACE, 4)
    if any(each.fix for each in findings) and info == info.strip():
        after, left = read_info(fixed_info(info), PLACE, 4)
        assert len(left) < len(findings)
        assert before.language == after.language
