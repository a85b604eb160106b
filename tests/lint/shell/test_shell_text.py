"""The text of a shell script → its commands."""

import pytest

from drillbook.lint.shell.shell_text import DEPTH_MAX, read_shell


def words(text: str) -> list[list[str]]:
    """The words of each command."""
    return [[word.text for word in command.words] for command in read_shell(text)]


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        ([["ls"]], "ls"),
        ([["ls", "-l", "/var"]], "ls -l  /var # and so on"),
        ([["echo", "a b", "c d"]], "echo 'a b' \"c d\""),
        ([["echo", "a#b"]], "echo a#b"),
        ([["echo", "ab"]], "echo a'b'"),
        ([["echo", 'a"b']], 'echo "a\\"b"'),
        ([["echo", "a\\nb"]], 'echo "a\\nb"'),
        ([["echo", "a b"]], "echo a\\ b"),
        ([["echo", "two"]], "echo \\\n  two"),
        ([["echo", "$HOME", "${A:-b c}"]], "echo $HOME ${A:-b c}"),
        ([["echo", "$((1 + 2))"]], "echo $((1 + 2))"),
        ([["echo", "$1", "$?", "$"]], "echo $1 $? $"),
        ([["ls"], ["pwd"]], "ls; pwd"),
        ([["ls"], ["wc"], ["true"], ["false"]], "ls | wc && true || false"),
        ([["sleep", "5"], ["ls"]], "sleep 5 &\nls"),
        ([["get", "-n", "<namespace>"]], "get -n <namespace>"),
        ([["get", "<name of pod>", "-v"]], "get <name of pod> -v"),
        ([["true"], ["rm", "x"]], "if true; then rm x; fi"),
        ([["true"], ["rm", "x"]], "while ! true; do rm x; done"),
        ([["for", "i", "in", "a", "b"], ["rm", "$i"]], "for i in a b; do rm $i; done"),
        ([["f"], ["rm", "x"]], "f() { rm x; }"),
        ([["case", "$1", "in"], ["start"], ["run"]], "case $1 in\nstart) run;;\nesac"),
        ([["ls"], ["pwd"]], "(ls; pwd)"),
        ([[]], "a=1 b=2"),
        ([["run"]], "A=1 run"),
        ([], ""),
        ([], "# a comment alone"),
        ([[]], "list=(a b c)"),
    ],
)
def test_a_script_is_read_as_the_shell_reads_it(expected, text):
    """Quotes, comments, operators, keywords and placeholders."""
    assert expected == words(text)


@pytest.mark.parametrize(
    "text",
    ["echo 'a", 'echo "a', "echo $(ls", "echo `ls", "cat <<EOF\nnever", "echo ${a", "$(" * 50],
)
def test_a_text_that_breaks_off_has_no_commands(text):
    """Whether it is right is the shell's own to say."""
    assert [] == words(text)


def test_what_is_substituted_is_read_as_well():
    """In brackets, in quotes, in backticks, and one in the other."""
    assert [["a", "$(b $(c))"], ["b", "$(c)"], ["c"]] == words("a $(b $(c))")
    assert [["a", "x $(b y)"], ["b", "y"]] == words('a "x $(b y)"')
    assert [["a", "`b y`"], ["b", "y"]] == words("a `b y`")
    assert [["diff", "<(a)", "<(b)"], ["a"], ["b"]] == words("diff <(a) <(b)")


def test_depth_counts_what_is_around():
    """A command in `$(…)` prints into the one around it."""
    assert [0, 1, 2] == [command.depth for command in read_shell("a $(b $(c))")]
    assert [0, 1] == [command.depth for command in read_shell("a `b`")]


def test_brackets_have_a_deepest():
    """A hostile text cannot exhaust the stack."""
    assert [] == words("$(" * (DEPTH_MAX + 5) + "ls" + ")" * (DEPTH_MAX + 5))
    assert [] != words("$(" * 3 + "ls" + ")" * 3)


def test_operators_stand_on_both_sides():
    """What a command is fed by, and what takes its output."""
    found = [(command.before, command.after) for command in read_shell("a | b && c\nd")]
    assert [("", "|"), ("|", "&&"), ("&&", "\n"), ("\n", "")] == found


def test_redirections_are_no_words():
    """Files and here-documents stand with their command."""
    command, following = read_shell("psql -q 2>&1 >out <<'EOF' -d x\nSELECT 1;\nEOF\nls")
    assert ["psql", "-q", "-d", "x"] == [word.text for word in command.words]
    assert [(">&", "1"), (">", "out"), ("<<", "SELECT 1;\n")] == [
        (one.operator, one.word.text) for one in command.redirects
    ]
    assert "ls" == following.words[0].text


def test_a_command_of_a_redirection_alone_is_one():
    """`> file` empties the file."""
    assert [(">", "/var/log/app.log")] == [
        (one.operator, one.word.text) for one in read_shell("> /var/log/app.log")[0].redirects
    ]


def test_two_here_documents_of_one_line():
    """Each has its own content."""
    (command,) = read_shell("cat <<A <<B\none\nA\ntwo\nB\n")
    assert ["one\n", "two\n"] == [one.word.text for one in command.redirects]


def test_an_indented_here_document_ends():
    """Lists indent the word that ends it, with or without the dash."""
    assert [["cat"], ["ls"]] == words("cat <<-EOF\n  a\n  EOF\nls")


def test_offsets_are_of_the_text():
    """Also of what stands in backticks."""
    text = "echo 'x y' `rm  z`"
    commands = read_shell(text)
    assert ["echo 'x y' `rm  z`", "rm  z"] == [text[one.start : one.end] for one in commands]
    assert "'x y'" == text[commands[0].words[1].start : commands[0].words[1].end]


def test_a_word_says_whether_the_shell_puts_something_in():
    """Single quotes keep a dollar sign."""
    kept, put = (read_shell(text)[0].words[1] for text in ("echo '$A'", 'echo "$A"'))
    assert (True, False) == (kept.is_literal, put.is_literal)
    assert kept.is_quoted
    assert put.is_quoted


def test_assignments_stand_apart():
    """`A=1 run` gives one variable to one command."""
    (command,) = read_shell("A=1 B=$(x) run C=3")[:1]
    assert ["A=1", "B=$(x)"] == [word.text for word in command.assigned]
    assert ["run", "C=3"] == [word.text for word in command.words]
