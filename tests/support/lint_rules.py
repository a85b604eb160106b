"""One alerting rule, made for a test, and what a lint says of it."""

from datetime import date
from textwrap import indent

from drillbook.model.lint import Circumstances, Flaw, RuleLint
from drillbook.model.rule import Rule
from drillbook.read.rules import read_rule_file

AROUND = Circumstances(today=date(2026, 11, 21))


def rule_text(expr: str, *, name: str = "DiskFull", for_: str = "5m", more: str = "") -> str:
    """A rule file with one rule; `more` is YAML below the rule."""
    rule = f"- alert: {name}\n  expr: |-\n{indent(expr, '    ')}\n  for: {for_}\n"
    text = rule + indent(more, "  ")
    return f"groups:\n- name: g\n  rules:\n{indent(text, '  ')}\n"


def rule_of(expr: str, *, name: str = "DiskFull", for_: str = "5m", more: str = "") -> Rule:
    """The rule, as it is read."""
    file, findings = read_rule_file(rule_text(expr, name=name, for_=for_, more=more), "rules.yaml")
    assert findings == ()
    [rule] = file.rules
    return rule


def annotated(**annotations: str) -> str:
    """YAML of annotations."""
    return "annotations:\n" + "".join(f"  {key}: '{text}'\n" for key, text in annotations.items())


def said(lint: RuleLint, rule: Rule) -> list[Flaw]:
    """What the lint says of the rule."""
    return list(lint.check(rule, AROUND))
