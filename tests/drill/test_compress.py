"""A rule file's text and a factor → the same text with every duration divided by it."""

import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from drillbook.drill.compress import Change, CompressError, compress_rules

RULES = """\
# Rules of 5m and [5m]
groups:
- name: database 5m
  interval: 15s   # every 15s
  rules:
  - alert: PostgreSQLDown
    expr: pg_up == 0
    for: 1m
    keep_firing_for: "1m30s"
    labels: {severity: critical, window: 5m}
    annotations:
      summary: down for 5m, see rate(x[5m]) offset 5m
      runbook_url: 'https://runbooks.example/5m'
  - alert: ErrorsHigh
    expr: |
      # the [5m] before
      sum(rate(http_requests_total{code=~"5..", path="[5m]"}[5m]))
        / sum(rate(http_requests_total[5m] offset 1h)) > 0.05
    for: 0s
  - record: job:errors:rate5m
    expr: >-
      max_over_time(
        job:errors:rate5m[1h:1m]
      )
  - {alert: Quoted, expr: "rate(x{a=\\"é \\\\\\\\ [5m]\\"}[5m]) > 0", for: '1d'}
  - {alert: Single, expr: 'rate(x{a=''[5m]''}[5m]) > 0'}
"""

COMPRESSED = """\
# Rules of 5m and [5m]
groups:
- name: database 5m
  interval: 1500ms   # every 15s
  rules:
  - alert: PostgreSQLDown
    expr: pg_up == 0
    for: 6s
    keep_firing_for: "9s"
    labels: {severity: critical, window: 5m}
    annotations:
      summary: down for 5m, see rate(x[5m]) offset 5m
      runbook_url: 'https://runbooks.example/5m'
  - alert: ErrorsHigh
    expr: |
      # the [5m] before
      sum(rate(http_requests_total{code=~"5..", path="[5m]"}[30s]))
        / sum(rate(http_requests_total[30s] offset 360s)) > 0.05
    for: 0s
  - record: job:errors:rate5m
    expr: >-
      max_over_time(
        job:errors:rate5m[360s:6s]
      )
  - {alert: Quoted, expr: "rate(x{a=\\"é \\\\\\\\ [5m]\\"}[30s]) > 0", for: '8640s'}
  - {alert: Single, expr: 'rate(x{a=''[5m]''}[30s]) > 0'}
"""


def indented(text: str, by: str) -> str:
    """The text moved to the right, as a part of a larger YAML."""
    return "".join(f"{by}{line}" for line in text.splitlines(keepends=True))


def wrapped(text: str) -> str:
    """The same rules as Kubernetes' PrometheusRule, with a second document behind it."""
    head = "apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nspec:\n"
    return f"{head}{indented(text, '  ')}---\nkind: Other\nfor: 5m\n"


def test_every_duration_is_divided_and_nothing_else() -> None:
    """Comments, labels, annotations and string literals keep their bytes."""
    assert COMPRESSED == compress_rules(RULES, 10).text


def test_a_prometheus_rule_is_compressed_in_its_wrapper() -> None:
    """What lies outside the groups stays, other documents included."""
    assert wrapped(COMPRESSED) == compress_rules(wrapped(RULES), 10).text


def test_windows_line_ends_are_kept() -> None:
    """A carriage return belongs to the bytes that stay."""
    windows = RULES.replace("\n", "\r\n")
    assert COMPRESSED.replace("\n", "\r\n") == compress_rules(windows, 10).text


def test_the_changes_are_told_with_their_lines() -> None:
    """Each change names the line of the source, what stood there and what stands there now."""
    changes = compress_rules(RULES, 10).changes
    assert Change(line=4, before="15s", after="1500ms") == changes[0]
    assert Change(line=17, before="5m", after="30s") == changes[3]
    assert [4, 8, 9, 17, 18, 18, 23, 23, 25, 25, 26] == [change.line for change in changes]


def test_a_duration_never_becomes_nothing() -> None:
    """One millisecond is the least; zero stays zero."""
    text = "groups: [{name: a, rules: [{alert: A, expr: 'rate(x[1s])', for: 0s}]}]"
    assert text.replace("1s", "1ms") == compress_rules(text, 1e9).text


def test_a_window_of_less_than_two_scrapes_is_warned_of() -> None:
    """Such a rate has no two samples; subqueries and long windows are fine."""
    text = "groups: [{rules: [{expr: 'rate(x[1m]) + rate(y[10m]) + max_over_time(z[1m:1m])'}]}]"
    (warning,) = compress_rules(text, 60, scrape_s=1.0).warnings
    assert "line 1: the range [1m] becomes [1s]" in warning


def test_a_duration_as_a_number_stays_and_is_warned_of() -> None:
    """What is compared with it may be the system's own constant, which keeps its length."""
    text = "groups: [{rules: [{expr: 'time() - x > 1h'}]}]"
    answer = compress_rules(text, 60)
    assert text == answer.text
    assert ("line 1: 1h is no part of a selector and was left as it is",) == answer.warnings


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "5m",
        "- 5m",
        "groups: 5m",
        "groups: [5m]",
        "groups: [{rules: 5m, interval: x}]",
        "groups: [{rules: [5m, {for: [5m], expr: {a: 5m}}]}]",
        "groups: [{rules: [{for: 1.5m}]}]",
    ],
)
def test_what_is_no_rule_file_is_left_alone(text: str) -> None:
    """Flaws of the file are the reader's to find."""
    assert text == compress_rules(text, 10).text


@pytest.mark.parametrize("text", ["groups: [", "a: b: c", "\x00", "a: " + "[" * 5000, "a\n\tb: *x"])
def test_what_is_no_yaml_is_refused_in_one_line(text: str) -> None:
    """The error is one sentence without a traceback's worth of marks."""
    with pytest.raises(CompressError) as caught:
        compress_rules(text, 10)
    assert "\n" not in str(caught.value)


def test_a_duration_hidden_in_escapes_is_refused() -> None:
    """What cannot be edited in place is not guessed."""
    text = 'groups: [{rules: [{expr: "rate(x[5\\x6d])"}]}]'
    with pytest.raises(CompressError, match="line 1: the duration 5m cannot be found"):
        compress_rules(text, 10)


def test_anchors_and_tags_are_no_part_of_a_value() -> None:
    """An anchored duration is changed once, whoever refers to it."""
    text = "groups: [{rules: [{for: &a5m !!str 5m, expr: x}, {for: *a5m, expr: y}]}]"
    assert text.replace("str 5m", "str 30s") == compress_rules(text, 10).text


@pytest.mark.parametrize("factor", [0.0, -1.0, float("inf"), float("nan")])
def test_a_factor_that_is_not_above_zero_is_refused(factor: float) -> None:
    """Time neither stands still nor runs backwards."""
    with pytest.raises(ValueError, match="must be above 0"):
        compress_rules(RULES, factor)


DURATIONS = st.sampled_from(["5m", "1h30m", "15s", "1500ms", "1d", "7m"])
EXPRESSIONS = st.builds(
    'rate(m{{l="[{0}] \\\\ é\'"}}[{1}])  # [{0}]\n> x offset {2}'.format,
    DURATIONS,
    DURATIONS,
    DURATIONS,
)
RULE = st.fixed_dictionaries(
    {"alert": st.text(), "expr": EXPRESSIONS, "for": DURATIONS},
    optional={"labels": st.dictionaries(st.text(), DURATIONS), "annotations": DURATIONS},
)
FILES = st.builds(
    lambda rules, every, width, style, unicode: yaml.safe_dump(
        {"groups": [{"name": "g", "interval": every, "rules": rules}]},
        width=width,
        default_style=style,
        allow_unicode=unicode,
    ),
    st.lists(RULE, max_size=3),
    DURATIONS,
    st.integers(20, 120),
    st.sampled_from([None, "'", '"', "|", ">"]),
    st.booleans(),
)


@settings(max_examples=60, deadline=None)
@given(text=FILES)
def test_factor_one_changes_no_byte(text: str) -> None:
    """However the YAML is written, nothing is to be done."""
    answer = compress_rules(text, 1)
    assert (text, ()) == (answer.text, answer.changes)


@settings(max_examples=60, deadline=None)
@given(text=FILES, factor=st.sampled_from([2.0, 3.0, 10.0, 0.5]))
def test_outside_the_changes_no_byte_changes(text: str, factor: float) -> None:
    """The lines without a change are the same, and undoing the changes gives the source."""
    answer = compress_rules(text, factor)
    touched = {change.line for change in answer.changes}
    pairs = zip(text.split("\n"), answer.text.split("\n"), strict=True)
    for number, (before, after) in enumerate(pairs, start=1):
        restored = after
        for change in reversed([c for c in answer.changes if c.line == number]):
            head, found, tail = restored.rpartition(change.after)
            assert found
            restored = head + change.before + tail
        assert (before == after) or number in touched
        assert sorted(before) == sorted(restored)


@settings(max_examples=60, deadline=None)
@given(text=st.text() | st.text().map(lambda t: f"groups: [{{rules: [{{for: 5m, expr: {t}"))
def test_no_text_raises_but_with_a_sentence(text: str) -> None:
    """Whatever the file holds, there is a result or a CompressError."""
    try:
        result = compress_rules(text, 1).text
    except CompressError:
        return
    assert text == result


def promtool() -> str:
    """Debian's promtool, as installed or as unpacked beside the project."""
    beside = Path(__file__).parents[2] / ".tools/debian/usr/bin/promtool"
    found = shutil.which("promtool") or (str(beside) if beside.exists() else None)
    if found is None:
        pytest.skip("promtool is not installed: apt-get install prometheus")
    return found


@pytest.mark.lab
@pytest.mark.parametrize("factor", [1.0, 7.0, 10.0, 1000.0])
def test_promtool_takes_what_was_compressed(tmp_path: Path, factor: float) -> None:
    """Prometheus' own checker accepts the result."""
    path = tmp_path / "rules.yml"
    path.write_text(compress_rules(RULES, factor).text)
    done = subprocess.run(
        [promtool(), "check", "rules", path],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (0, "") == (done.returncode, done.stderr)
    assert "SUCCESS: 5 rules found" in done.stdout
