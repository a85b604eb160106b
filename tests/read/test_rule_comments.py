"""The comments at the rules of a file."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillbook.read.rules import read_rule_file

TEXT = """groups:
# of the group
- name: g
  rules:
  # memory above 90%
  # for long
  - alert: A
    # inside
    expr: used / total > 0.85  # behind
    for: 5m

  # of B
  - alert: B
    expr: "up == 0" # quoted
  #  - alert: C
  #    expr: x > 3
  - alert: D
    expr: |
      # of PromQL
      x > 1
"""


def comments(text: str) -> dict[str, list[tuple[str, int, int]]]:
    file, _ = read_rule_file(text, "r.yaml")
    return {
        rule.name: [(c.text, c.place.line, c.place.column) for c in rule.comments]
        for rule in file.rules
    }


def test_comments_belong_to_the_rule_that_they_stand_at() -> None:
    """Directly above it, in it, and behind its expression; what is out of use says nothing."""
    expected = {
        "A": [("memory above 90%", 5, 5), ("for long", 6, 5), ("inside", 8, 7), ("behind", 9, 34)],
        "B": [("of B", 12, 5), ("quoted", 14, 23)],
        "D": [("of PromQL", 19, 9)],
    }
    assert expected == comments(TEXT)


@pytest.mark.parametrize("expr", ["'a{b=\" #c\"} > 1'", '"a # b"'])
def test_a_mark_in_quotes_is_no_comment(expr: str) -> None:
    """It is a part of the value."""
    text = f"groups:\n- name: g\n  rules:\n  - alert: A\n    expr: {expr}\n"
    assert {"A": []} == comments(text)


@given(st.text(alphabet="#a:- \n\"'>|", max_size=60))
def test_no_text_raises(text: str) -> None:
    """Comments are hostile as well."""
    head = "groups:\n- name: g\n  rules:\n  - alert: A\n    expr: x\n"
    assert isinstance(comments(head + text), dict)
