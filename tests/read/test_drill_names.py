"""What drills name, and their pack does not have."""

from drillbook.model.inspected import DrillNames
from drillbook.model.place import Place
from drillbook.read.drill_names import missing_names

HERE = Place(path="drills/d.yaml")
OPTIONS = {"runbooks/a.md": ("start", "stop"), "runbooks/b.md#c": ("go",)}


def found(runbook: str = "runbooks/a.md", option: str = "start", alert: str = "Down"):
    drill = DrillNames(place=HERE, runbook=runbook, option=option, alert=alert)
    return list(missing_names([drill], OPTIONS, ["Down", "Down", "Slow"]))


def test_what_is_there_is_not_spoken_of():
    """Also a runbook in a file of several."""
    assert [] == found()
    assert [] == found("runbooks/b.md#c", "go")


def test_each_name_that_is_missing():
    """With what there is, the nearest first."""
    (flaw,) = found(alert="Slwo")
    assert ("drill-names-no-alert", "there are: Slow, Down") == (flaw.lint, flaw.help)
    (flaw,) = found(option="strat")
    assert ("drill-names-no-option", "there are: start, stop") == (flaw.lint, flaw.help)
    assert HERE == flaw.place


def test_of_a_runbook_that_is_missing_no_option_is_asked():
    """One cause, one Finding."""
    (flaw,) = found("runbooks/x.md", "whatever")
    assert "drill-names-no-runbook" == flaw.lint
