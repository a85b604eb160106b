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
        ("local a=$B; export C=1; echo $a $C", {"B"}),
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


@pytest.mark.parametrize(
    "before",
    [
        "tr a b <<<'word'",
        "# like cat <<'EOF'",
        "echo \"<<'EOF'\"",
        "cat <<EOF\nit's\nEOF",
        'cat <<EOF\na 3" pipe\nEOF',
        "cat <<EOF\n# it's\nEOF",
        "cat <<-EOF\n\tit's\n\tEOF",
        "cat <<\\EOF\nit's\nEOF",
        "cat <<'E-F'\nit's\nE-F",
        "cat <<'A' <<B\nit's\nA\nit's\nB",
        "cat <<EOF\nDIR=/tmp/x\nEOF",
        "echo $((1<<3))",
        "export DIR",
        "readonly DIR",
        "export KUBECONFIG\necho DIR",
        "read -r line\necho DIR",
        "unset DIR",
        "[[ -v DIR ]]",
        "echo 'it'\\''s'",
    ],
)
@pytest.mark.parametrize("use", ["$DIR", '"$DIR"', "${DIR}", "${DIR:0:9}", "${DIR:?}", "${DIR%/}"])
def test_no_line_before_it_hides_a_variable_that_would_be_empty(before, use):
    """One variable too few is an `rm -rf "$DIR/"` of the root folder."""
    assert "DIR" in variables_read(f"{before}\nrm -rf {use}/ 'now'")


@pytest.mark.parametrize(
    "script",
    [
        "cat <<'A' <<'B'\n$x\nA\n$y\nB\n",
        "cat <<\\EOF\n$x\nEOF",
        "cat << 'E F'\n$x\nE F\n",
        'cat <<"EOF"\n$x',
        "mapfile -t rows < f\necho $rows",
        "printf -v now %s 1; echo $now",
        "while getopts ab: flag; do echo $flag; done",
        "if id=$(pgrep x); then kill $id; fi",
        "names=(); names+=(a); echo ${names[0]}",
        "total=0; for n in 1 2; do total=$((total + n)); done; echo $total",
        "echo ${A-} ${A:-} ${A:=b} ${A=b} ${A:+x} ${A+x}",
    ],
)
def test_what_a_script_gives_itself_is_not_asked_for(script):
    """Whoever sets a variable, or says what holds without it, needs no input."""
    assert frozenset() == variables_read(script)


@pytest.mark.parametrize("line", ["cat <<'E' ", "cat <<E ", '"', "'", "$'", "\\", "# ", "<<<"])
def test_a_long_script_is_read_in_time_that_grows_with_its_length(line):
    """Ten thousand openings that nothing closes are no reason to wait."""
    assert "LAST" in variables_read(f"echo $LAST\n{line * 10_000}")


@given(st.text(alphabet="$'\"\\{}#<E OF\nab=;(`", max_size=200))
def test_no_script_raises(script):
    """A runbook is text from outside."""
    assert isinstance(variables_read(script), frozenset)
