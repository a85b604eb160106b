"""The type of an input: what is one, what is none, and that nothing raises."""

import math
from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillbook.model.runbook import Input, InputType
from drillbook.model.target import Target
from drillbook.plan.input_types import is_host, is_url, reason_against_type
from drillbook.plan.inputs import bind_inputs
from nouns import HERE, runbook

FINE = {
    InputType.TEXT: ["", "whatever $(it) is\n"],
    InputType.INTEGER: ["0", "-1", "007", "9223372036854775807", "-9223372036854775808"],
    InputType.NUMBER: ["0", "-1.5", "1e3", "6.02E+23", "0.000001"],
    InputType.BOOLEAN: ["true", "false"],
    InputType.DURATION: ["30s", "1h30m", "2w3d4h5m6s7ms", "0s", "1.5s", "500ms"],
    InputType.URL: [
        "http://a", "https://api.example.org:8443/v1?x=%20#top", "postgresql://app@db/orders",
        "http://[::1]:9090/", "redis://10.0.0.7:6379",
    ],
    InputType.HOST: ["db", "db-1.example.org", "db.example.org.", "10.0.0.7", "::1", "fe80::1"],
}  # fmt: skip
NONE = {
    InputType.INTEGER: [
        "", "1.0", "+1", " 1", "1\n", "0x10", "1e3", "9223372036854775808", "\u0661",
    ],
    InputType.NUMBER: ["", ".5", "1,5", "nan", "inf", "1e999", "1 ", "--1", "0x1p3"],
    InputType.BOOLEAN: ["", "True", "yes", "1", "true\n"],
    InputType.DURATION: ["", "30", "s", "1m1h", "5 s", "1y", "-5s", "30s30s", "1e3s"],
    InputType.URL: [
        "", "a", "//a", "http://", "http:///x", "http://a b", "http://a:0", "http://a:65536",
        "http://a/$(x) ", "http://a/`x`", "http://a/\nb", "http://-a", "javascript:alert(1)",
        "http://a/\"", "http://[::1", "http://a\\b", "http://é",
    ],
    InputType.HOST: [
        "", ".", "a..b", "-a", "a-", "a b", "a:1", "10.0.0", "10.0.0.256", "01.0.0.1", "a/b",
        "fe80::1%eth0", "x" * 64, ".".join(["a"] * 128), "[::1]", "a\n", "é",
    ],
}  # fmt: skip


@pytest.mark.parametrize(("wanted", "value"), [(t, v) for t, each in FINE.items() for v in each])
def test_a_value_of_its_type_is_taken(wanted, value):
    """As it stands: it is not written anew."""
    item = Input(place=HERE, name="value", default=value, type=wanted)
    assert {"VALUE": value} == bind_inputs(runbook(inputs=(item,)), {}, {}, {}, {}).env


@pytest.mark.parametrize(("wanted", "value"), [(t, v) for t, each in NONE.items() for v in each])
def test_a_value_of_another_type_is_refused(wanted, value):
    """In words that say what would be one, and never the value."""
    item = Input(place=HERE, name="value", default=value, type=wanted)
    (finding,) = bind_inputs(runbook(inputs=(item,)), {}, {}, {}, {}).findings
    assert "input-value-refused" == finding.lint
    assert f"refused: {reason_against_type(wanted, value)}" in finding.message
    assert "correct the value, or the input's type" in finding.help
    assert finding.message.isprintable()


@pytest.mark.parametrize("source", ["label.v", "target.db.v", "secret.v", None])
def test_a_type_holds_whatever_the_source(source):
    """A label, a setting, a secret, what a person gave."""
    item = Input(place=HERE, name="value", source=source, type=InputType.INTEGER)
    for value, is_bound in (("42", True), ("42; rm", False)):
        binding = bind_inputs(
            runbook(inputs=(item,)),
            {"db": Target(name="db", settings={"v": value})},
            {"v": value},
            {} if source else {"value": value},
            {"v": value},
        )
        assert is_bound == ("VALUE" in binding.env)
        assert is_bound == (not binding.findings)


def test_the_type_comes_before_the_pattern():
    """Its words are clearer; both hold."""
    item = Input(place=HERE, name="n", type=InputType.INTEGER, pattern="[0-9]{2}")
    for value, words in (("x", "no integer"), ("123", "does not match")):
        (finding,) = bind_inputs(runbook(inputs=(item,)), {}, {}, {"n": value}, {}).findings
        assert words in finding.message


@given(st.integers(-(2**70), 2**70))
def test_an_integer_is_one_of_64_bits(number):
    """Exactly those."""
    assert (-(2**63) <= number < 2**63) == (not reason_against_type(InputType.INTEGER, str(number)))


@given(st.floats(allow_nan=True, allow_infinity=True))
def test_every_finite_number_is_one(number):
    """As Python writes it; NaN and infinity are none."""
    assert math.isfinite(number) == (not reason_against_type(InputType.NUMBER, repr(number)))


@given(st.ip_addresses())
def test_every_address_is_a_host_and_stands_in_a_url(address):
    """In brackets where it has colons."""
    text = str(address)
    assert is_host(text)
    authority = f"[{text}]" if address.version == 6 else text
    assert is_url(f"http://{authority}:80/x")
    assert address == ip_address(text)


@given(st.sampled_from(InputType), st.text(max_size=300))
def test_no_text_raises_and_what_is_taken_holds_no_line_end(wanted, value):
    """Nor a blank, a quote or anything else that a shell would read, TEXT apart."""
    reason = reason_against_type(wanted, value)
    if not reason and wanted is not InputType.TEXT:
        assert value
        assert not set(value) & set(' \t\r\n"`\\<>|^{}\0')
        assert value.isascii()


@pytest.mark.parametrize("wanted", [each for each in InputType if each is not InputType.TEXT])
def test_a_long_value_is_decided_in_linear_time(wanted):
    """A megabyte of what almost is one."""
    for piece in ("1", "a.", "1h", "http://a", "-", ":", "%20"):
        assert reason_against_type(wanted, piece * 200_000 + "!")
