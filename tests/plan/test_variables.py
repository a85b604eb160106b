"""Which variables a script takes from outside."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillbook.plan.variables import variables_read


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ('curl "$API_URL/health"', {"API_URL"}),
        ("echo '$NOT' \"it's $IN\"", {"IN"}),
        ("echo \"a '$IN' b\"", {"IN"}),
        ("# $COMMENT\necho $A#b", {"A"}),
        ("echo \\$ESCAPED \"\\$ALSO\"", set()),
        ("X=1; echo $X ${Y:-2} ${Z:=3} ${V}", {"V"}),
        ("echo ${#LENGTH} ${!INDIRECT} ${CUT%%.*}", {"LENGTH", "INDIRECT", "CUT"}),
        ("for node in $NODES; do echo $node; done", {"NODES"}),
        ('while read -r line rest; do echo "$line $rest"; done < "$FILE"', {"FILE"}),
        ("local a=$B; export C; echo $a $C", {"B"}),
        ("awk '{print $1, $NF}' $F", {"F"}),
        ("cat <<'EOF'\n$NO\nEOF\necho $YES", {"YES"}),
        ("cat <<EOF\n$YES\nEOF", {"YES"}),
        ("echo $1 $@ $? $$ $# $RANDOM $PWD", set()),
        ('psql -c "select 1" "$(echo $INNER)"', {"INNER"}),
        ("echo $'ansi $NOT'", set()),
    ],
)  # fmt: skip
def test_variables_that_a_script_does_not_set_itself_are_named(script, expected):
    """Quotes, comments, defaults and the ways to set a variable are understood."""
    assert expected == variables_read(script)


@given(st.text(alphabet="$'\"\\{}#<E OF\nab=;(`", max_size=200))
def test_no_script_raises(script):
    """A runbook is text from outside."""
    assert isinstance(variables_read(script), frozenset)
