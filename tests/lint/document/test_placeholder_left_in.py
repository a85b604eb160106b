"""A value of a template that was never filled in."""

import pytest

from drillbook.lint.document.placeholder_left_in import LINT
from told import PLAIN, WHOLE, severities, told


@pytest.mark.parametrize(
    "said",
    [
        "YOUR_TEAM",
        "YOUR-ORG",
        "REPLACE_ME",
        "CHANGEME",
        "your-cluster",
        "[Your name]",
        "{{TEAM_NAME}}",
    ],
)
def test_in_prose_it_is_underlined(said):
    """Nobody reads a runbook to guess what it might have meant."""
    assert [f"14: {said}"] == told(LINT, f"{PLAIN}Ask {said} first.\n")


@pytest.mark.parametrize(
    "command",
    ["sed -i s/REPLACEME/1.2/ a.md", "grep CHANGEME a.md", "link=https://a.test/1 # CHANGEME"],
)
def test_a_command_that_seeks_the_word_or_remarks_it_is_fine(command):
    """It works as it stands."""
    assert [] == told(LINT, f"{PLAIN}```sh\n{command}\n```\n")
    assert ["15: CHANGEME"] == told(LINT, f"{PLAIN}```sh\nexport A=CHANGEME # b\n```\n")


@pytest.mark.parametrize(
    "said",
    [
        "Ask your team first.",
        "Ask {{ team }} or {{ .Team }} or {{ $labels.TEAM }} first.",
        "Write `YOUR_TEAM`.",
        "Replace YOUR_TEAM by its name.",
        "Set YOUR_TEAM before you begin.",
        "Mind [your own](https://a.test) business.",
        "This is your-self.",
    ],
)
def test_ordinary_words_and_words_about_it_are_fine(said):
    """A line that tells the reader to fill it in is about it."""
    assert [] == told(LINT, f"{PLAIN}{said}\n")


def test_front_matter_is_read_as_well():
    """An owner that is nobody."""
    text = WHOLE.replace("owner: storage", "owner: YOUR_TEAM")
    assert ["2: YOUR_TEAM"] == told(LINT, text)


@pytest.mark.parametrize(
    "target",
    [
        "https://grafana.example.com/d/1",
        "http://example.org",
        "//wiki.example.net/x",
        "https://git.test/YOUR_ORG/runbooks",
        "https://git.test/your-org/runbooks",
    ],
)
def test_a_link_that_leads_nowhere_is_underlined(target):
    """The address, not its text."""
    assert [f"14: {target}"] == told(LINT, f"{PLAIN}See [it]({target}).\n")
    assert ["warning"] == severities(LINT, f"{PLAIN}See [it]({target}).\n")


@pytest.mark.parametrize("target", ["https://example.company.test", "example.com.md", "#words"])
def test_a_link_that_may_lead_somewhere_is_fine(target):
    """Whether it is there is another lint's."""
    assert [] == told(LINT, f"{PLAIN}See [it]({target}).\n")


def command(line: str, language: str = "sh") -> str:
    """A fence with one line."""
    return f"{PLAIN}```{language}\n{line}\n```\n"


@pytest.mark.parametrize(
    ("line", "underlined"),
    [
        ("kubectl --context your-cluster get pods", "your-cluster"),
        ("curl https://api.example.com/health", "https://api.example.com"),
        ("export TOKEN=YOUR_TOKEN", "YOUR_TOKEN"),
    ],
)
def test_in_a_command_it_is_a_note_unless_the_file_uses_our_format(line, underlined):
    """Having readers fill it in is common practice; who wants it to be run cannot."""
    assert [f"15: {underlined}"] == told(LINT, command(line))
    assert ["note"] == severities(LINT, command(line))
    assert ["warning"] == severities(LINT, "---\nalerts: [Full]\n---\n" + command(line))


@pytest.mark.parametrize(
    "line",
    [
        "curl https://example.com",
        "curl https://www.example.com",
        "kubectl get pod <YOUR_POD>",
        'echo "$YOUR_TOKEN" "${YOUR_ORG}"',
        "mail --to a@example.com",
    ],
)
def test_what_works_or_is_told_elsewhere_is_fine(line):
    """To ask example.com is a check of the network; `<…>` has a lint of its own."""
    assert [] == told(LINT, command(line))


def test_a_fence_that_is_not_run_is_an_example():
    """A manifest shows what one's own may look like."""
    assert [] == told(LINT, command("image: your-registry/your-image", "yaml"))
