"""Every bound of the program is told in docs/reference/limits.md, or is listed here with a reason.

To add a bound: name it `…_MAX` with its unit, give it a row of the page; or, where a user never
meets it, a line below.
"""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from drillbook.model.settings import Limits, Server
from drillbook.read.configured.limits import LimitsTable

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src/drillbook"
PAGE = ROOT / "docs/reference/limits.md"
SETTINGS = ROOT / "docs/reference/settings.md"

SHOWN = "cuts what a person is shown, never what is kept or decided"
NEAREST = "how far a slip is compared with what was meant"
OURS = "bounds what we do ourselves; nothing that a user writes or sends meets it"
LOOKED_AT = "how much of a text a lint looks at; beyond it nothing is flagged"
# A whole module, or one constant of it: and why it has no row.
INTERNAL = {
    "cli": SHOWN,
    "convert/edited.HEADING_LEVEL_MAX": "what a heading of Markdown can be",
    "cover": SHOWN,
    "report": SHOWN,
    "drill/durations": NEAREST,
    "drill/faults/commands": SHOWN,
    "engine/address": OURS,
    "engine/deferred": OURS,
    "engine/store.BECAUSE_LENGTH_MAX": SHOWN,
    "engine/store.NAME_LENGTH_MAX": OURS,
    "engine/store.SITE_LENGTH_MAX": OURS,
    "engine/ticks": OURS,
    "incident/intake.CLOSE_S_MAX": OURS,
    "incident/intake.DISCARDED_BYTES_MAX": OURS,
    "incident/intake.DISCARD_S_MAX": OURS,
    "incident/intake.LINGERING_MAX": OURS,
    "journal/chain.INTEGER_MAX": OURS,
    "journal/links": OURS,
    "journal/postgresql": OURS,
    "journal/postgresql_schema": OURS,
    "journal/postgresql_status": OURS,
    "journal/verify": OURS,
    "lint/shell/calls": LOOKED_AT,
    "lint/acting/export_reaches_no_service": LOOKED_AT,
    "lint/acting/known_trap": LOOKED_AT,
    "lint/acting/promql_does_not_parse": LOOKED_AT,
    "lint/acting/python_does_not_parse": LOOKED_AT,
    "lint/shell/shell_text": LOOKED_AT,
    "lint/acting/sql_does_not_parse": LOOKED_AT,
    "lint/texts/annotations": LOOKED_AT,
    "lint/ask": SHOWN,
    "lint/texts/claims": LOOKED_AT,
    "lint/texts/columns": LOOKED_AT,
    "lint/document/drastic_before_mild": LOOKED_AT,
    "lint/document/escalation_to_nobody": LOOKED_AT,
    "lint/metrics/exported": LOOKED_AT,
    "lint/texts/named_files": LOOKED_AT,
    "lint/outside/scripts": LOOKED_AT,
    "lint/texts/paths": LOOKED_AT,
    "lint/texts/references.LINE_CHARS_MAX": LOOKED_AT,
    "lint/texts/used": LOOKED_AT,
    "lint/texts/nearest": NEAREST,
    "link/leads": LOOKED_AT,
    "link/prefixes.SUFFIX_SEGMENTS_MAX": NEAREST,
    "link/prefixes.TRIED_MAX": NEAREST,
    "link/match.QUOTED_CHARACTERS_MAX": SHOWN,
    "people/tokens.TEXT_CHARS_MAX": OURS,
    "read/configured/cron": OURS,
    "read/configured/people.NAME_CHARS_MAX": OURS,
    "read/markdown/anchors": SHOWN,
    "read/markdown/blocks.CHARS_MAX": "the same as a file's",
    "read/markdown/blocks.WORK_MAX": OURS,
    "read/markdown/steps": NEAREST,
    "read/markdown/synonyms": NEAREST,
    "read/moment": NEAREST,
    "read/rule_comments": LOOKED_AT,
    "read/markdown/links": LOOKED_AT,
    "read/sentences/duration.DURATION_CHARS_MAX": NEAREST,
    "read/sentences/expectation": "what an exit code can be",
    "read/sentences/nearest": NEAREST,
    "read/alerts.NS_MAX": "what a journal's integer can hold",
    "read/sentences/option_words": NEAREST,
    "read/sentences/wording": SHOWN,
    "run/approving": SHOWN,
    "run/clients/ending": SHOWN,
    "run/clients/sql_clickhouse.ERROR_BYTES_MAX": SHOWN,
    "run/executor.COMMAND_CHARACTERS_MAX": SHOWN,
    "run/executor.EVIDENCE_CHARACTERS_MAX": SHOWN,
    "run/guard/channel": OURS,
    "run/guard/elsewhere": SHOWN,
    "run/guard/guardian._EXIT_TRIES_MAX": OURS,
    "run/guard/guardian._TEXT_BYTES_MAX": SHOWN,
    "run/guard/kernel._M_ARENA_MAX": OURS,
    "run/guard/stem._AT_ONCE_MAX": OURS,
    "run/guard/watch._EXPORTS_MAX": OURS,
    "run/guard/watch._TOLD_BYTES_MAX": OURS,
    "run/guard/watch._TURN_S_MAX": OURS,
    "run/guiding": SHOWN,
    "run/polling": OURS,
    "run/prelude": OURS,
    "run/supervisor._REMAINS_ROUNDS_MAX": OURS,
    "run/transports/naming": SHOWN,
    "run/transports/ssh_sharing": OURS,
    "search/entries.LINE_CHARS_MAX": SHOWN,
    "search/ranking.BEGINNINGS_MAX": NEAREST,
    "search/ranking.FAMILY_MAX": NEAREST,
    "search/ranking.WORDS_MAX": SHOWN,
    "search/words": NEAREST,
    "verbs/serving/alert": OURS,
    "verbs/answer": OURS,
    "verbs/approve": OURS,
    "verbs/cancel": SHOWN,
    "verbs/drill": SHOWN,
    "verbs/running/names": OURS,
    "verbs/making/drill": SHOWN,
    "verbs/making/runbook": SHOWN,
    "verbs/note": SHOWN,
    "verbs/indexing/work.ALONE_MAX": OURS,
    "verbs/linting/work.ALONE_MAX": OURS,
    "verbs/serving/opening": OURS,
    "verbs/people/own_token": OURS,
    "verbs/serving/request": OURS,
    "verbs/respond": OURS,
    "verbs/runs": SHOWN,
    "verbs/schedules": OURS,
    "verbs/running/secret_commands.SILENT_S_MAX": SHOWN,
    "verbs/running/secret_commands._DRAINS_MAX": OURS,
    "verbs/running/secret_commands._STDERR_BYTES_MAX": SHOWN,
    "verbs/running/secrets.STDERR_CHARACTERS_MAX": SHOWN,
    "verbs/running/secrets._CHARACTER_BYTES_MAX": OURS,
    "verbs/serving/shelf": SHOWN,
    "verbs/covering/studying": OURS,
    "verbs/serving/tracing": OURS,
    "verbs/serving/troubles": SHOWN,
    "web/shapes.NAME_CHARACTERS_MAX": OURS,
    "web/shapes.TEXT_CHARACTERS_MAX": OURS,
    "web/errors": SHOWN,
    "web/following": OURS,
    "web/listening.PORT_MAX": "what a port can be",
    "web/metrics": OURS,
    "web/reading": OURS,
    "web/runs": SHOWN,
    "web/work": OURS,
}


@cache
def constants():
    """Every `…_MAX` at the top of a module, by its place, with its value where it is a number."""
    found = {}
    for path in sorted(SOURCE.rglob("*.py")):
        place = path.relative_to(SOURCE).with_suffix("").as_posix()
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", 0)]
            for target in targets:
                if isinstance(target, ast.Name) and target.id.endswith("_MAX"):
                    found[f"{place}.{target.id}"] = _number(node.value)
    return found


def _number(node):
    """The value of a sum of literals; None for anything else."""
    text = ast.unparse(node)
    return eval(text) if re.fullmatch(r"[0-9_.e+*<( )-]+", text) else None


def rows():
    """The cells of each row of the page."""
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if "|" in line]
    return [row for row in cells if row[0] not in ("limit", "---")]


@cache
def told():
    """Each constant that the page names, with the bound that it tells."""
    return {name: row[1] for row in rows() for name in re.findall(r"`([^`]+)`", row[4])}


def is_internal(name):
    room, module = name.partition("/")[0], name.rpartition(".")[0]
    return bool({room, module, name} & INTERNAL.keys())


def test_every_bound_is_told_or_has_a_reason():
    """A new one needs a row of the page, or a line above."""
    unknown = [name for name in constants() if name not in told() and not is_internal(name)]
    assert [] == unknown, "give each a row of docs/reference/limits.md, or a line in INTERNAL"


def test_the_page_names_nothing_that_is_not_there():
    """Nor does the list above, nor does anything stand in both."""
    known = constants()
    assert [] == [name for name in told() if name not in known]
    assert [] == [name for name in told() if is_internal(name)]
    places = {*known, *(name.rpartition(".")[0] for name in known)}
    places |= {name.partition("/")[0] for name in known}
    assert [] == [name for name in INTERNAL if name not in places]


@pytest.mark.parametrize("name", sorted(told()))
def test_the_page_tells_each_bound_as_it_is(name):
    """With its unit behind it, and thousands separated."""
    value = constants()[name]
    assert value is not None
    number = f"{value:,}" if isinstance(value, int) else f"{value:,.15g}"
    assert re.match(rf"{re.escape(number)}(?![0-9,])", told()[name]), (number, told()[name])


def test_every_limit_that_can_be_set_is_on_the_page():
    """With the default that settings.md tells; and nothing is called a setting that is none."""
    lines = SETTINGS.read_text(encoding="utf-8").splitlines()
    settings = {cell for line in lines for cell in re.findall(r"^\| `([^`]+)` \|", line)}
    named = {name for row in rows() for name in re.findall(r"`([^`]+)`", row[2])}
    assert set() == named - settings
    assert {f"limits.{name}" for name in LimitsTable.model_fields} <= named
    bounds = [name for name in Server.__dataclass_fields__ if name.endswith("_max")]
    assert {f"server.{name}" for name in bounds} <= named


def test_a_default_is_the_same_wherever_it_stands():
    """In the noun, in the table that is read, and on the page."""
    assert Limits() == LimitsTable().noun()
    by_setting = {row[2].strip("`"): row[1] for row in rows() if row[2]}
    noun = Limits()
    for name, value in (
        ("step_timeout", noun.step_timeout_s),
        ("step_grace", noun.step_grace_s),
        ("output_head_bytes", noun.output_head_bytes),
        ("output_tail_bytes", noun.output_tail_bytes),
        ("input_bytes_max", noun.input_bytes_max),
        ("secret_timeout", noun.secret_timeout_s),
        ("alerts_max", noun.alerts_max),
    ):
        assert by_setting[f"limits.{name}"].startswith(f"{value:,.15g} ".rstrip())


def test_every_row_says_what_happens():
    """A bound without a message is a surprise at 3 a.m."""
    assert [] == [row[0] for row in rows() if len(row) != 5 or not row[3]]
