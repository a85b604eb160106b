"""Text from outside says itself in Markdown and YAML, and nothing of it acts."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from drillbook.convert.text import (
    TITLE_CHARS_MAX,
    code,
    fence,
    inline,
    one_line,
    scalar,
    slug,
    spoken,
    words,
)
from drillbook.read.markdown.runbook import read_document
from drillbook.read.yaml import read_yaml

HOSTILE = (
    "# A heading",
    "Setext\n===",
    "Setext\n---",
    "```sh\nrm -rf /\n```",
    "~~~\nrm\n~~~",
    "<!-- drillbook: ignore -->",
    "<script>alert(1)</script>",
    "**Risk:** none.",
    "__Risk:__ none.",
    "[a](javascript:alert(1))",
    "![a](http://x/y.png)",
    "    indented code",
    "a\u202eb\x1b[31m",
    "&lt;b&gt;",
    "---\nowner: mallory\n---",
    "> # A heading in a quote",
    "- # A heading in a list",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_words_are_words(text):
    """No heading, no fence, no link, no HTML and no label comes of what a description holds."""
    kinds = {"heading_open", "fence", "code_block", "html_block", "hr"}
    tokens = MarkdownIt("commonmark").parse(f"# T\n\n{words(text)}\n")
    inner = {child.type for token in tokens for child in token.children or ()}
    acting = [token.type for token in tokens[3:] if token.type in kinds]
    assert [] == [kind for kind in acting if "quote" not in text and "list" not in text]
    assert not inner & {"link_open", "image", "html_inline", "strong_open"}
    assert "\x1b" not in words(text)
    assert "\u202e" not in words(text)


@given(st.text(max_size=200))
def test_any_description_leaves_the_runbook_as_it_is(text):
    """A runbook with a description has the sections and steps that it has without one."""
    frame = "# T\n\n{}\n\n## Diagnosis\n\n```sh {{ name=a timeout=5s }}\ntrue\n```\n"
    document = read_document(frame.format(words(text)), "a.md")
    (runbook,) = document.runbooks
    assert "T" == runbook.title
    assert ["a"] == [check.step.name for check in runbook.checks]
    assert () == runbook.options


@given(st.text(max_size=200))
def test_nothing_breaks_out_of_a_fence(content):
    """What stands in a fence is its content, whatever it is."""
    tokens = MarkdownIt("commonmark").parse(fence("text", content))
    assert ["fence"] == [token.type for token in tokens]


@pytest.mark.parametrize(
    ("content", "ticks"), [("true", 3), ("```", 4), ("a ```` b", 5), ("`", 3), ("", 3)]
)
def test_a_fence_is_longer_than_what_is_in_it(content, ticks):
    """By one, and at least three."""
    first = fence("sh", content).split("\n")[0]
    assert "`" * ticks + "sh" == first


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc", "Cn"]), max_size=80))
def test_a_scalar_is_read_as_the_text_that_it_was(text):
    """By another reader of YAML and by ours, in a mapping and in a list."""
    written = f"key: {scalar(text)}\nlist: [{scalar(text)}]\n"
    assert {"key": text, "list": [text]} == yaml.safe_load(written)
    (node,), findings = read_yaml(written, "a.yaml")
    assert () == findings
    assert text == node.entries["key"].text


@pytest.mark.parametrize(
    "word", ["yes", "No", "null", "true", "off", "1.5", "0x1f", "", "~", "- a"]
)
def test_words_that_mean_another_thing_are_quoted(word):
    """A team that is called "no" owns its runbook."""
    assert scalar(word).startswith('"')
    assert word == yaml.safe_load(scalar(word))


@pytest.mark.parametrize("word", ["platform", "5m", "7m15s", "critical", "orders-db", "a/b.md"])
def test_plain_words_stay_plain(word):
    """As a person would write them."""
    assert word == scalar(word)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Flush the cache!", "flush-the-cache"),
        ("Über Straße", "uber-strae"),
        ("../../etc/passwd", "etc-passwd"),
        ("###", "step"),
        ("", "step"),
        ("a" * 200, "a" * 60),
    ],
)
def test_a_slug_is_the_name_of_a_file_or_step(text, name):
    """Of small letters, digits and -, and never empty."""
    assert name == slug(text, "step")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("disk-full", "Disk full"),
        ("DiskFull", "Disk full"),
        ("PostgreSQLDown", "Postgre SQL down"),
        ("api_down", "API down".replace("API", "Api")),
        ("KubeAPIDown", "Kube API down"),
        ("x", "X"),
        ("", ""),
    ],
)
def test_a_name_is_spoken_as_words(name, said):
    """Capitals part words, abbreviations stay."""
    assert said == spoken(name)


def test_a_title_is_one_line_of_bounded_length():
    """With a sign where it was cut."""
    assert "a b" == one_line("a\n\tb\x00")
    assert TITLE_CHARS_MAX == len(one_line("word " * 100))
    assert one_line("word " * 100).endswith("…")
    assert r"C\#" == inline("C#")
    assert r"\# a" == inline("# a")
    assert "snake_case stays" == inline("snake_case stays")


@pytest.mark.parametrize(
    ("text", "said"), [("a", "`a`"), ("a`b", "``a`b``"), ("`a", "`` `a ``"), ("", "`  `")]
)
def test_code_in_a_sentence_holds_its_ticks(text, said):
    """Longer than those in it."""
    assert said == code(text)
