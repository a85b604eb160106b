"""The reference says what the code does: its lists are those of the registries.

Parts between `<!-- generated: NAME -->` and `<!-- end -->` are written by
`pytest --snapshot-update` and compared otherwise.
"""

import io
import re
import tomllib
from collections.abc import Callable, Mapping
from contextlib import redirect_stdout
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import click
import pytest

from asked import STEP, guided
from drillbook.cli.guided import screen
from drillbook.cli.guided_keys import KEYS as GUIDED_KEYS
from drillbook.cli.guided_keys import key_lines
from drillbook.cli.main import COMMANDS, code_of
from drillbook.drill.faults.registry import FAULTS
from drillbook.drill.rulings import INVARIANTS, RULINGS
from drillbook.lint.registry import LINTS
from drillbook.model.place import Place
from drillbook.model.settings import Limits
from drillbook.model.verdict import Times
from drillbook.read import drill as read_drill_module
from drillbook.read import settings as read_settings_module
from drillbook.read.configured.limits import LimitsTable
from drillbook.read.configured.lint import LintTable, SnoozeTable
from drillbook.read.configured.people import PersonTable, PolicyTable
from drillbook.read.configured.proofs import ProofsTable
from drillbook.read.configured.secrets import SecretTable
from drillbook.read.configured.serving import (
    ScheduleTable,
    ServerTable,
    StoreTable,
    TracingTable,
)
from drillbook.read.configured.targets import TargetTable
from drillbook.read.drill import read_drill
from drillbook.read.markdown.fence import ATTRIBUTES, read_info
from drillbook.read.markdown.front_matter import INPUT_KEYS, KEYS, read_front_matter
from drillbook.read.markdown.labels import LABELS
from drillbook.read.markdown.synonyms import OF_PROCEDURES, SYNONYMS
from drillbook.read.sentences.forms import (
    CAPTURE_FORMS,
    CONDITION_FORMS,
    EXPECTATION_FORMS,
    LOSES_FORMS,
)
from drillbook.read.sentences.sentence import (
    read_capture,
    read_condition,
    read_expectation,
    read_loses,
    read_risk,
)
from drillbook.read.settings import read_settings
from drillbook.run.actions.registry import ACTIONS
from drillbook.verbs.running.environment import PASSED_ON
from drillbook_labs.registry import LABS

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "docs" / "reference"
COLUMNS = "100"


def page(name: str) -> str:
    return (REFERENCE / f"{name}.md").read_text(encoding="utf-8")


def first_cells(text: str, heading: str) -> list[str]:
    """The words in backticks of the first cell of each row, of the table after the heading."""
    lines = text[text.index(heading) :].splitlines()
    begin = next(index for index, line in enumerate(lines) if line.startswith("|"))
    cells = []
    for line in lines[begin + 2 :]:
        if not line.startswith("|"):
            break
        cells += re.findall("`([^`]+)`", line.split("|")[1])
    return cells


def blocks(text: str, language: str) -> list[str]:
    """The contents of the fences of this language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def synonyms() -> str:
    return titles_of(SYNONYMS)


def synonyms_of_procedures() -> str:
    return titles_of(OF_PROCEDURES)


def titles_of(synonyms: Mapping[str, tuple[str, ...]]) -> str:
    rows = [f"| {role.capitalize()} | {', '.join(words)} |" for role, words in synonyms.items()]
    return "\n".join(["| section | titles that stand for it |", "|---|---|", *rows])


def rulings() -> str:
    return "\n".join(f"- {ruling.__doc__}" for ruling in RULINGS)


def commands() -> str:
    names = [(), *((name,) for name in COMMANDS), *_within_groups()]
    return "\n\n".join(f"## {' '.join(('drillbook', *name))}\n{_help(name)}" for name in names)


def _within_groups() -> list[tuple[str, ...]]:
    commands = {name: import_module(f"drillbook.cli.{name}").command for name in COMMANDS}
    return [
        (name, each)
        for name, command in commands.items()
        if isinstance(command, click.Group)
        for each in command.commands
    ]


def _help(name: tuple[str, ...]) -> str:
    # In this process: forty programs would take half a minute to start.
    said = io.StringIO()
    with redirect_stdout(said), pytest.MonkeyPatch.context() as patch:
        patch.setenv("COLUMNS", COLUMNS)
        assert code_of([*name, "--help"]) == 0, name
    return f"```text\n{said.getvalue()}```"


def lints() -> str:
    return "\n".join(
        f"- [{lint.name}](../lints/{lint.name}.md): {lint.summary}"
        for lint in sorted(LINTS, key=lambda lint: lint.name)
    )


GENERATED: dict[str, tuple[str, Callable[[], str]]] = {
    "synonyms": ("format", synonyms),
    "synonyms-of-procedures": ("format", synonyms_of_procedures),
    "rulings": ("drill", rulings),
    "commands": ("cli", commands),
    "lints": ("lint", lints),
}


@pytest.mark.parametrize("name", GENERATED)
def test_generated_part(name, request):
    """A generated part of the reference is what its source says now."""
    of_page, write = GENERATED[name]
    begin, end = f"<!-- generated: {name} -->\n", "<!-- end -->"
    before, _, rest = page(of_page).partition(begin)
    actual, _, after = rest.partition(end)
    expected = write() + "\n"
    if request.config.getoption("--snapshot-update"):
        text = f"{before}{begin}{expected}{end}{after}"
        (REFERENCE / f"{of_page}.md").write_text(text, encoding="utf-8")
        actual = expected
    assert expected == actual, "run pytest --snapshot-update and review"


@pytest.mark.parametrize(
    ("of_page", "heading", "names"),
    [
        ("format", "## Front matter", KEYS),
        ("format", "An input is a mapping", INPUT_KEYS),
        ("format", "A fence in one of", ACTIONS),
        ("format", "Attributes stand in", ATTRIBUTES),
        ("format", "## Labelled sentences", LABELS),
        ("drill", "## A drill", read_drill_module.KEYS),
        ("drill", "### Labs", LABS),
        ("drill", "### Faults", FAULTS),
        ("drill", "### Invariants", INVARIANTS),
        ("drill", "## Times", Times.__dataclass_fields__),
    ],
)
def test_table_lists_what_there_is(of_page, heading, names):
    """The table names everything that the code knows, and nothing else."""
    assert sorted(names) == sorted(first_cells(page(of_page), heading))


@pytest.mark.parametrize(
    ("language", "read"),
    [
        ("expectation", read_expectation),
        ("condition", read_condition),
        ("capture", read_capture),
        ("risk", read_risk),
        ("loses", read_loses),
    ],
)
def test_every_sentence_is_understood(language, read):
    """The sentences of the reference are sentences of the grammar."""
    (block,) = blocks(page("format"), language)
    for line in block.splitlines():
        noun, findings = read(line, Place(path="format.md"))
        assert noun is not None, line
        assert not findings, line


@pytest.mark.parametrize(
    ("language", "forms"),
    [
        ("expectation", EXPECTATION_FORMS),
        ("condition", CONDITION_FORMS),
        ("capture", CAPTURE_FORMS),
        ("loses", LOSES_FORMS),
    ],
)
def test_every_form_is_shown(language, forms):
    """Each form of the grammar has an example."""
    (block,) = blocks(page("format"), language)
    slots = {"n": r"-?[0-9.]+", "code": "`[^`]+`", "d": r"[0-9]+ ?\w+"}
    for form in forms:
        pattern = re.sub(r"\\\{(\w+)\\\}", lambda slot: slots[slot[1]], re.escape(form.template))
        assert re.search(pattern, block), form.template


def test_fence_of_the_text_is_understood():
    """The one fence that the text shows has the attributes that it claims."""
    shown = re.search(r"` ```(sh \{.*?\}) `", page("format"))
    assert shown is not None
    info, findings = read_info(shown[1], Place(path="format.md"))
    assert ("server-ready", 5.0, ()) == (info.name, info.timeout_s, findings)


def test_settings():
    """Every key stands in the table with its default, and the example is read without flaw."""
    text = page("settings")
    cells = first_cells(text, "# Settings")
    module = read_settings_module
    keys = [
        *(name for name in module._Settings.model_fields if name in ("state", "packs")),
        *(f"limits.{name}" for name in LimitsTable.model_fields),
        *(f"store.{name}" for name in StoreTable.model_fields),
        *(f"server.{name}" for name in ServerTable.model_fields),
        *(f"people.NAME.{name}" for name in PersonTable.model_fields),
        *(f"policy[].{name}" for name in PolicyTable.model_fields),
        *(f"schedules[].{name}" for name in ScheduleTable.model_fields),
        *(f"tracing.{name}" for name in TracingTable.model_fields),
        *(f"proofs.{name}" for name in ProofsTable.model_fields),
        *(f"lint.{name}" for name in LintTable.model_fields if name != "snooze"),
        *(f"lint.snooze[].{name}" for name in SnoozeTable.model_fields),
        *(f"targets.NAME.{name}" for name in TargetTable.model_fields),
        "targets.NAME.KEY",
        # Settings that actions read by name, as any other KEY.
        *(
            f"targets.NAME.{name}"
            for name in ("url", "password_secret", "token_secret", "row_limit")
        ),
        *(f"secrets[].{name}" for name in SecretTable.model_fields),
    ]
    assert sorted(keys) == sorted(cells)
    assert f"`{Limits().output_head_bytes}`" in text
    assert f'`"{Limits().step_timeout_s:g}s"`' in text
    assert f'`"{module.STATE_FOLDER}"`' in text
    assert all(f"`{name}`" in text for name in PASSED_ON)


def test_the_people_of_the_reference_are_read_without_flaw(tmp_path):
    """Its tables, taken together, are what the reader takes, and warns of nothing."""
    (tmp_path / "drillbook.toml").write_text("\n".join(blocks(page("people"), "toml")))
    found, findings = read_settings(tmp_path / "drillbook.toml")
    assert ({"ada", "bob", "eve"}, ()) == (set(found.people), findings)
    assert ["15m", "30m"] == [f"{rule.expires_s / 60:g}m" for rule in found.policy]
    assert 2 == found.policy[0].approvals


def test_the_guided_screen_of_the_documents_is_one():
    """What the page shows is what is shown, but for a shorter command."""
    text = (ROOT / "docs" / "guided.md").read_text(encoding="utf-8")
    command = 'supervisorctl start "$SERVER"'
    question = guided(step=replace(STEP, command=command))
    lines = [*screen(question, 79), *key_lines(question, 79)]
    assert "\n".join(lines).strip("\n") in text
    for key in GUIDED_KEYS.values():
        assert f"| `{key.letter}` {key.word} |" in text


def test_examples_are_read_without_flaw(tmp_path):
    """The TOML and the YAML of the reference are what the readers take."""
    (toml,) = blocks(page("settings"), "toml")
    assert tomllib.loads(toml)
    (tmp_path / "drillbook.toml").write_text(toml, encoding="utf-8")
    assert () == read_settings(tmp_path / "drillbook.toml")[1]
    _, drill = blocks(page("drill"), "yaml")
    assert () == read_drill(drill, "drill.yaml")[1]
    pack = ROOT / "packs" / "erpgo"
    assert (pack / "pack.yaml").read_text() == blocks(page("drill"), "yaml")[0]
    assert (pack / "drills" / "postgresql-killed.yaml").read_text() == drill


@pytest.mark.parametrize("source", ["target.db.host", "label.instance", "secret.api_key"])
def test_every_place_that_an_input_comes_from_is_told(source):
    """What `from` may say is read without a Finding, and stands in the reference."""
    text = f"---\ninputs:\n  value: {{from: {source}}}\n---\n"
    assert () == read_front_matter(text.splitlines(), "runbook.md")[1]
    [row] = [line for line in page("format").splitlines() if line.startswith("| `from` |")]
    assert f"`{source.partition('.')[0]}.NAME" in row
