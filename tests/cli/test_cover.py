"""`drillbook cover` as it is called, and what it leaves behind."""

import json
import re
from pathlib import Path

import pytest

from drillbook.cli.cover import _progress
from proofs import DRILLED_AT_NS
from trees import proven_pack, write_tree

STORIES = Path(__file__).parent / "stories"
NOW_NS = DRILLED_AT_NS + 10**15


@pytest.fixture
def tree(tmp_path, monkeypatch):
    """A team's plain folders and a pack that is proven, twelve days after its drill."""
    monkeypatch.setattr("time.time_ns", lambda: NOW_NS)
    write_tree(tmp_path)
    proven_pack(tmp_path / "packs/erpgo")
    return tmp_path


@pytest.mark.parametrize("width", [100, 40])
def test_story(tell, tree, inside, monkeypatch, width):
    """What a team sees of its tree, in a wide and in a narrow terminal."""
    monkeypatch.setenv("COLUMNS", str(width))
    ended = inside("cover")
    assert (0, "") == (ended.code, ended.err)
    tell(STORIES / f"cover-{width}.txt").expect("out", ended.out.rstrip("\n"))


def test_markdown_story(tell, tree, inside):
    """The same as a page for a pull request."""
    ended = inside("cover", "--format", "markdown")
    tell(STORIES / "cover-markdown.txt").expect("out", ended.out.rstrip("\n"))


def test_json_says_what_each_figure_means(tree, inside):
    """Figures by name, each with its definition, and the matrix."""
    body = json.loads(inside("cover", "--format", "json").out)
    assert body["figures"].keys() == body["definitions"].keys()
    assert {"count": 1, "total": 6, "share": 1 / 6, "percent": "16.6 %"} == {
        key: body["figures"]["proven"][key] for key in ("count", "total", "share", "percent")
    }
    assert body["figures"]["accuracy"]["share"] is None
    [proven] = [each for each in body["runbooks"] if each["rung"] == "proven"]
    [drill] = proven["drills"]
    assert (True, "unsigned", 95.0) == (
        drill["is_proven"],
        drill["proof"]["signature"],
        drill["proof"]["recover_s"],
    )
    assert ["server-ready", "check", "sh"] == [
        proven["steps"][0][key] for key in ("name", "part", "language")
    ]
    unlinked = {each["name"] for each in body["alerts"] if each["runbook"] is None}
    assert {"NodeGone", "Unknown"} == unlinked


def test_a_minimum_that_is_missed_ends_with_1_and_a_line_for_each(tree, inside):
    """What is reached says nothing."""
    asked = ("--min", "readable=100%", "--min", "covered=100%", "--min", "accuracy=1")
    ended = inside("cover", *asked)
    assert 1 == ended.code
    assert [
        "missed: covered: 71.4 % (5 of 7), and 100 % are asked for",
        "missed: accuracy: no step of these runbooks has run here, and 1 % are asked for",
    ] == ended.err.splitlines()
    assert 0 == inside("cover", "packs", "--min", "proven=100%", "--min", "linked=100").code


def test_nothing_at_all_is_not_everything(tmp_path, inside):
    """An empty folder is proven by nobody."""
    ended = inside("cover", "--min", "proven=0%")
    assert 1 == ended.code
    assert "no runbook was found" in ended.out
    assert "%" not in ended.out


@pytest.mark.parametrize(
    ("asked", "because"),
    [
        (("--min", "linkd=1%"), "no figure is called 'linkd'; did you mean linked?"),
        (("--min", "linked"), "'linked' is no minimum; write one such as linked=100%"),
        (("moon",), "moon: there is no such file or folder; check the path"),
        (("--format", "pdf"), "'pdf' is not one of 'text', 'markdown', 'json', 'html'"),
    ],
)
def test_what_cannot_be_meant_is_told_in_one_line(tree, inside, asked, because):
    """With the cure, and exit code 2."""
    ended = inside("cover", *asked)
    assert (2, "") == (ended.code, ended.out)
    assert because in ended.err
    assert "Traceback" not in ended.err


def test_output_is_written_whole_and_said(tree, inside):
    """In a folder that is made; nothing is printed."""
    ended = inside("cover", "--format", "html", "--output", "build/pages/coverage.html")
    assert (0, "", "drillbook: written to build/pages/coverage.html\n") == (
        ended.code,
        ended.out,
        ended.err,
    )
    page = (tree / "build/pages/coverage.html").read_text()
    assert page.startswith("<!DOCTYPE html>")
    assert page.rstrip().endswith("</html>")
    assert ["coverage.html"] == [each.name for each in (tree / "build/pages").iterdir()]


def test_looking_makes_no_journal(tree, inside):
    """Nothing is left behind in the tree."""
    before = sorted(tree.rglob("*"))
    assert 0 == inside("cover").code
    assert before == sorted(tree.rglob("*"))


def test_what_ran_here_is_counted_unless_it_is_left_out(tree, inside, tmp_path):
    """A real run of a runbook is found again by its path."""
    text = (
        "---\nowner: ops\n---\n# Look\n\n## Diagnosis\n```sh { name=look timeout=5s }\ntrue\n```\n"
        "**Healthy:** exit code is 0.\n"
    )
    (tmp_path / "look.md").write_text(text)
    inside("run", "look.md", "--yes")
    with_journal = json.loads(inside("cover", "--format", "json").out)
    assert (1, 1) == (with_journal["runs"], with_journal["figures"]["accuracy"]["count"])
    [look] = [each for each in with_journal["runbooks"] if each["name"] == "look.md"]
    assert {"as_said": 1, "otherwise": 0, "unknown": 0} == look["steps"][0]["ran"]
    without = json.loads(inside("cover", "--format", "json", "--no-journal").out)
    assert (0, 0) == (without["runs"], without["figures"]["accuracy"]["total"])


def test_hostile_names_are_shown_and_not_obeyed(tmp_path, inside):
    """Controls, markup and directions, in every form."""
    name = "x\x1b[31m\u202e<script>alert(1)</script>|`"
    (tmp_path / "a.md").write_text(
        f"# {name}\n\n## Diagnosis\n```sh {{ name=look timeout=5s }}\ntrue\n```\n"
    )
    rules = json.dumps({"groups": [{"name": "g", "rules": [{"alert": name, "expr": "up == 0"}]}]})
    (tmp_path / "rules.yaml").write_text(rules)
    for form in ("text", "markdown", "json", "html"):
        ended = inside("cover", "--format", form)
        assert 0 == ended.code, ended.err
        assert not re.search("[\x1b\u202e]", ended.out), form
        assert "<script>" not in ended.out or form in ("text", "json"), form


def test_whoever_waits_is_told_how_far_it_is(monkeypatch, capsys):
    """After two seconds and every two from then on, and not at the end."""
    now = [0.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    tell = _progress()
    for number in range(1, 11):
        now[0] += 0.5
        tell(number, 10)
    said = capsys.readouterr().err.splitlines()
    assert ["drillbook: 4 of 10 files read …", "drillbook: 8 of 10 files read …"] == said
