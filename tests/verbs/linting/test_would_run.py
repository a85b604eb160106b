"""Why a runbook would not run, as far as its text says."""

from drillbook.model.target import Target
from drillbook.read.markdown.runbook import read_document
from drillbook.verbs.linting.would_run import would_not_run

TEXT = """\
---
alerts: [Down]
inputs: {{api_url: {{}}}}
---
# Down
## Diagnosis
```sh {{ name=look {more} }}
{command}
```
**Healthy:** exit code is 0.
"""


def found(command: str = "true", more: str = "timeout=5s", targets: tuple[str, ...] = ()):
    document = read_document(TEXT.format(command=command, more=more), "a.md")
    by_name = {name: Target(name=name, env={"PGUSER": "x"}) for name in targets}
    return [one.lint for runbook in document.runbooks for one in would_not_run(runbook, by_name)]


def test_a_step_that_runs_is_not_spoken_of():
    """Its inputs are variables, and so is who one is."""
    assert [] == found('curl "$API_URL"; echo "$HOME $PATH $LANG"')


def test_a_variable_that_nothing_gives():
    """Whatever this machine happens to have in its environment."""
    assert ["variable-without-value"] == found('curl "$API_URI"')


def test_a_target_that_is_not_configured():
    """Only where targets are configured at all: a pack's come with its lab."""
    assert [] == found(more="on=db")
    assert ["unknown-target"] == found(more="on=db", targets=("web",))
    assert [] == found(more="on=db", targets=("db",))


def test_variables_of_a_target_are_known():
    """To the steps that run on it."""
    assert [] == found('psql -U "$PGUSER"', more="on=db", targets=("db",))
    assert ["variable-without-value"] == found('psql -U "$PGUSER"', targets=("db",))
