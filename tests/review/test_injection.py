"""Hostile labels, inputs, settings and captures: never run, never an argument, never a traceback.

`make soak` sends 2,000 values; here there are fewer. DRILLBOOK_FUZZ_SEED chooses other ones.
"""

import os
import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from drillbook.plan.inputs import VALUE_BYTES_MAX
from drillbook.run.guard.view import _SAFE
from injection import MARK, SOURCES, Arrived, Post, post

SEED = int(os.environ.get("DRILLBOOK_FUZZ_SEED", "20261121"))
PIECES = (
    "'", '"', "`", "\\", "$", "$(touch {canary})", "`touch {canary}`", "; touch {canary};",
    "\ntouch {canary}\n", "&& touch {canary} #", "| touch {canary}", "${{IFS}}", "$0", "$@", "!!",
    "'; DROP TABLE seen; --", '"); DROP TABLE seen; --', ":label", "%s", "%(label)s", "{{0}}",
    "$LABEL", "${{GIVEN}}", "$$GIVEN", "<", ">", "*", "?", "[a-z]", "~", "-rf /", "--help", "-c",
    "\n", "\r\n", "\t", "\x01", "\x1b[31m", "\x7f", "\u2028", "\u2029", "\u0085", "\ufeff",
    "\u202e", "é", "漢", "😀", "%27", "%00", "&x=1", "#", "\\N", "\\x00", "\\u0000", "EOF",
    "\nEOF\n",
    "__import__('os').system('touch {canary}')", "{{{{7*7}}}}", "() {{ :;}}; touch {canary}",
    "http://127.0.0.1:1/", "file:///etc/passwd", "../../etc/passwd", " ", "a" * 300,
)  # fmt: skip
REFUSED = ("\0", "\ud800", "x" * (VALUE_BYTES_MAX + 1), "é" * VALUE_BYTES_MAX, "y" * 1_000_000)


@pytest.fixture(scope="module")
def mail(tmp_path_factory):
    """One place for all values: what is left of one must not matter to the next."""
    with post(tmp_path_factory.mktemp("post")) as mail:
        yield mail


def hostile(mail: Post, pieces):
    """A value of these pieces, with the mark in its midst."""
    half = len(pieces) // 2
    text = "".join(pieces[:half]) + MARK + "".join(pieces[half:])
    return text.replace("{canary}", str(mail.canary)).replace("{{", "{").replace("}}", "}")


def assert_arrives(mail, values):
    """Byte for byte, by every language, and nothing else happened."""
    arrived = mail.send(values)
    assert isinstance(arrived, Arrived), arrived
    expected = tuple(
        shown(values[source]) if source == "capture" else values[source] for source in SOURCES
    )
    assert dict.fromkeys(arrived.by, expected) == arrived.by
    assert MARK.encode() not in arrived.cmdlines
    assert not mail.canary.exists()


def shown(text):
    """A step's output as text, from which a capture is taken: no control character is left."""
    return text.replace("\r\n", "\n").translate(_SAFE)


def is_refused(value: str) -> bool:
    """What no environment variable holds, or is longer than an input may be."""
    return "\0" in value or len(value.encode(errors="replace")) > VALUE_BYTES_MAX


@pytest.mark.parametrize("number", range(0, len(PIECES), 12))
def test_every_hostile_piece_arrives_as_it_is(mail, number):
    """By every source into every language; each also at the front, where an option would stand."""
    some = PIECES[number : number + 12]
    assert_arrives(
        mail,
        {
            "label": hostile(mail, some),
            "given": hostile(mail, some[::-1]),
            "setting": hostile(mail, ["", *some[6:], *some[:6]]),
            "capture": hostile(mail, [*some[3:], *some[:3]]),
        },
    )


@settings(
    max_examples=10,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    texts=st.lists(
        st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=300),
        min_size=4,
        max_size=4,
    )
)
def test_any_text_arrives_as_it_is(mail, texts):
    """Whatever an environment variable can hold."""
    assert_arrives(mail, {s: hostile(mail, [t]) for s, t in zip(SOURCES, texts, strict=True)})


@pytest.mark.parametrize("source", ["label", "given", "setting"])
@pytest.mark.parametrize("value", REFUSED, ids=["nul", "surrogate", "long", "wide", "megabyte"])
def test_what_cannot_arrive_is_refused_in_one_line(mail, source, value):
    """A Finding that names what, bounded and printable; nothing is run."""
    values = {**dict.fromkeys(SOURCES, MARK), source: f"{MARK}{value}"}
    findings = mail.send(values)
    assert not isinstance(findings, Arrived)
    assert findings
    for finding in findings:
        assert len(finding.message) < 500
        assert finding.message.isprintable()
        assert finding.help
    assert not (mail.folder / "bash").exists()


@pytest.mark.parametrize("runs", [5, pytest.param(500, marks=pytest.mark.soak)])
def test_a_fuzz_of_values_by_every_source(mail, runs):
    """Four values a run, each a handful of pieces and random text; the seed says which."""
    chance = random.Random(SEED)
    for _ in range(runs):
        values = {source: hostile(mail, _pieces(chance)) for source in SOURCES}
        values["capture"] = values["capture"][:1_000]
        if not any(is_refused(values[source]) for source in SOURCES):
            assert_arrives(mail, values)
            continue
        assert not isinstance(mail.send(values), Arrived)


def _pieces(chance):
    count = chance.randint(0, 12)
    some = [chance.choice(PIECES) for _ in range(count)]
    letters = (chance.randint(1, 0x10FFFF) for _ in range(chance.randint(0, 40)))
    text = "".join(chr(number) for number in letters if not 0xD800 <= number < 0xE000)
    return [*some, text, *chance.choices(PIECES, k=chance.randint(0, 3))]
