"""What exporters write."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillbook.model.library import Exposition, Metric
from drillbook.read.exposition import (
    LABEL_VALUES_MAX,
    LINE_CHARS_MAX,
    METRICS_MAX,
    merged,
    read_exposition,
)

TEXT = """# HELP trades_total How many.
# TYPE trades_total counter
trades_total{exchange="kraken",type="raw"} 12 1700000000000
trades_total{exchange="coin\\"base\\\\",type="raw",} 3e4
# TYPE lag gauge
lag NaN
# TYPE took_seconds histogram
took_seconds_bucket{le="+Inf"} 4
took_seconds_sum 1.5
took_seconds_count 4
# TYPE idle summary
build{version="1"}	+Inf
# a comment
"""


def read(text: str) -> dict[str, Metric]:
    exposition, findings = read_exposition(text, "metrics.prom")
    assert findings == ()
    return dict(exposition.metrics)


def test_metrics_have_types_and_labels() -> None:
    """By the names of their samples; a family without samples by its own."""
    metrics = read(TEXT)
    expected = {
        "trades_total": "counter",
        "lag": "gauge",
        "took_seconds_bucket": "histogram",
        "took_seconds_sum": "histogram",
        "took_seconds_count": "histogram",
        "idle": "summary",
        "build": "unknown",
    }
    assert expected == {name: metric.type for name, metric in metrics.items()}
    labels = metrics["trades_total"].labels
    assert {"exchange": {"kraken", 'coin"base\\'}, "type": {"raw"}} == labels


def test_openmetrics_is_read_as_well() -> None:
    """Families without `_total`, units, exemplars, the end."""
    text = (
        '# TYPE uploads counter\n# UNIT took seconds\nuploads_total 3.0 # {trace="x"} 1.0\n'
        "uploads_created 1.7e9\n# EOF\n"
    )
    assert {"uploads_total": "counter", "uploads_created": "counter"} == {
        name: metric.type for name, metric in read(text).items()
    }


def test_a_name_may_stand_in_the_braces() -> None:
    """As names that are no words do."""
    assert {"http.requests": {"code": {"200"}}} == {
        name: metric.labels for name, metric in read('{"http.requests", code="200"} 1\n').items()
    }


@pytest.mark.parametrize(
    "line", ["<html>", "a{b=} 1", 'a{b="c" d="e"} 1', 'a{b="c"', "a", "a b", "1 a", 'a{b="c} 1',
             "a" * (LINE_CHARS_MAX + 1) + " 1"]
)  # fmt: skip
def test_other_lines_are_told_once(line: str) -> None:
    """At the first of them; the rest is read."""
    exposition, [finding] = read_exposition(f"up 1\n{line}\n{line}\n", "metrics.prom")
    assert (["up"], 2) == (list(exposition.metrics), finding.place.line)
    assert finding.message.endswith("and 1 more lines are not either")


def test_what_is_kept_is_bounded() -> None:
    """Of a label with too many values nothing is said; too many metrics are not kept."""
    values = "".join(f'a{{id="{n}",b="c"}} 1\n' for n in range(LABEL_VALUES_MAX + 5))
    assert {"b": {"c"}} == read(values)["a"].labels
    assert METRICS_MAX == len(read("".join(f"m{n} 1\n" for n in range(METRICS_MAX + 5))))


def test_several_are_merged() -> None:
    """Whole as soon as one of them is."""
    one = Exposition(source="a", metrics=read('x{l="1"} 1\ny 1\n'))
    other = Exposition(source="b", metrics=read('# TYPE x gauge\nx{l="2"} 1\n'), is_whole=True)
    both = merged([one, other])
    assert both is not None
    assert ("a, b", True, {"x", "y"}) == (both.source, both.is_whole, set(both.metrics))
    assert Metric(name="x", type="gauge", labels={"l": frozenset("12")}) == both.metrics["x"]
    assert merged([]) is None
    assert one == merged([one])


@given(st.text(alphabet='a_{}="\\, 1#\nTYPE+-.\t', max_size=80))
def test_no_text_raises(text: str) -> None:
    """Exporters are others'."""
    exposition, findings = read_exposition(text, "x")
    assert len(findings) <= 1
    assert "" not in exposition.metrics
