"""A text as a conversion is given it, and the sample files of other tools."""

from pathlib import Path

from drillbook.convert.source import Converted, Source
from drillbook.model.runbook import Runbook, Step
from drillbook.plan.variables import variables_read
from drillbook.read.environment import is_refused_variable, is_variable_name
from drillbook.read.markdown.runbook import read_document
from drillbook.read.sentences.pattern import flaw_of_pattern
from drillbook.read.yaml import read_yaml

DATA = Path(__file__).parents[1] / "convert" / "data"


def source_of(text: str, path: str = "a.yaml", owner: str = "ops") -> Source:
    """As the verb makes it."""
    is_data = not path.endswith(".md")
    return Source(
        path=path,
        text=text,
        document=read_document("" if is_data else text, path),
        values=read_yaml(text, path)[0] if is_data else (),
        owner=owner,
        may_be_input=lambda name: is_variable_name(name) and not is_refused_variable(name),
        may_be_pattern=lambda pattern: flaw_of_pattern(pattern) is None,
        variables_of=lambda script: frozenset(variables_read(script) - {"HOME"}),
    )


def sample(name: str) -> Source:
    """One of the sample files."""
    return source_of((DATA / name).read_text(encoding="utf-8"), name)


def only(converted: Converted) -> tuple[Runbook, str, list[str]]:
    """The runbook of the only file, its text, and what was left out."""
    ((path, text),) = converted.files.items()
    (runbook,) = read_document(text, path).runbooks
    return runbook, text, [each.message for each in converted.leftovers]


def steps_of(runbook: Runbook) -> dict[str, Step]:
    """The steps of its Options, by their names."""
    return {step.name: step for option in runbook.options for step in option.steps}
