"""Any text at all → commands, deeds and findings whose places are in it, and never an exception."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from acting import AROUND, plain, runbook
from drillbook.lint.ask import of_document
from drillbook.lint.registry import LINTS
from drillbook.lint.shell.acts import acts_of
from drillbook.lint.shell.calls import calls_of
from drillbook.lint.shell.deeds import deeds_of
from drillbook.lint.shell.queries import queries_of, statements_of
from drillbook.lint.shell.shell_text import read_shell
from drillbook.model.lint import DocumentLint
from drillbook.read.markdown.runbook import read_document

ACTING = [
    lint
    for lint in LINTS
    if isinstance(lint, DocumentLint) and lint.check.__module__.startswith("drillbook.lint.acting.")
]
PIECES = (
    ' ', '\n', "'", '"', '`', '$(', ')', '(', '${', '}', '{', '\\', '|', '||', '&&', ';', '&',
    '#', '<', '>', '<<', '<<EOF\n', 'EOF\n', '<pod>', '=', 'a=', '[', ']', '--', '-c ', '-f ',
    '-e ', '$', 'rm -rf /x', 'kubectl delete pod a', 'kubectl exec a -- ',
    'kubectl scale deployment a ', '--replicas=0', 'redis-cli KEYS a', 'psql -c ',
    'SELECT a(b FROM c WHERE d', 'DROP TABLE a', '--', 'ssh a ', 'sudo ', 'bash -c ', 'xargs ',
    'find . ', '-delete', '$(date +%s)', 'a_$(date).sql', 'echo $A_PASSWORD', 'export A=b',
    'systemctl restart a', 'curl http://a', 'if ', 'then ', 'fi', 'while true; do ', 'done',
    'set -x', "--since '2024-01-01'", 'password=k9Xw2Lq7Zt4v', 'pkill -f a',
    'rollout undo deployment/a', 'idempotencyKey: Date.now()', '\xdf', '\u0130', '\u2028', '\x00',
)  # fmt: skip
SCRIPTS = st.lists(st.sampled_from(PIECES), max_size=30).map("".join)
LANGUAGES = st.sampled_from(("bash", "sh", "console", "sql", "promql", "python", "yaml", ""))


@settings(max_examples=300, deadline=None)
@given(SCRIPTS)
def test_commands_are_where_they_say(script):
    """Every word, also of what stands in another one, is a stretch of the text."""
    for command in read_shell(script):
        assert 0 <= command.start <= command.end <= len(script)
        for word in command.words:
            assert 0 <= word.start <= word.end <= len(script)
            assert "\n" in script[word.start : word.end] or len(word.text) <= len(script)


@settings(max_examples=300, deadline=None)
@given(SCRIPTS)
def test_calls_are_where_they_say(script):
    """Also in the quotes of a carrier."""
    for call in calls_of(script):
        assert 0 <= call.start <= len(script)
        assert call.start <= call.end <= len(script)
        assert "/" not in call.program


@settings(max_examples=200, deadline=None)
@given(SCRIPTS, LANGUAGES)
def test_deeds_and_queries_are_where_they_say(script, language):
    """Of any language."""
    for act in acts_of(read_document(plain(script, language=language), "a.md")):
        for deed in deeds_of(act):
            assert 0 <= deed.start <= deed.end <= len(act.text)
        for query in queries_of(act):
            assert 0 <= query.start <= query.end <= len(act.text)
            for statement, at in statements_of(query):
                assert 0 <= at <= len(query.text) - len(statement)


@settings(max_examples=200, deadline=None)
@given(SCRIPTS, SCRIPTS, LANGUAGES)
def test_findings_are_on_a_line_of_the_text(check, option, language):
    """Their message and cure are one line each."""
    for text in (
        runbook(check=check, option=option, language=language or "sh"),
        plain(check, language=language, said=option),
    ):
        document = read_document(text, "a.md")
        for finding in of_document(document, ACTING, AROUND):
            assert 1 <= finding.place.line <= len(document.lines) + 1
            assert finding.place.column >= 1
            assert finding.place.end_column >= finding.place.column
            assert "\n" not in finding.message + finding.help
            assert not finding.message.endswith(".")


@pytest.mark.parametrize("piece", [piece for piece in PIECES if piece.strip()])
@pytest.mark.parametrize("language", ["bash", "sql", "promql", "python"])
def test_a_piece_a_thousand_times_ends(piece, language):
    """A hostile block takes no longer than another of its length."""
    document = read_document(plain(piece * 1_000, language=language), "a.md")
    assert isinstance(list(of_document(document, ACTING, AROUND)), list)
