"""Jobs of Rundeck become procedures; what only Rundeck can do is said."""

import json

import pytest

from drillbook.convert.formats import rundeck
from drillbook.model.runbook import Kind
from drillbook.model.sentence import Risk
from drillbook.read.markdown.runbook import read_document
from sources import only, sample, source_of, steps_of

JOB = "- name: a\n  sequence: {{commands: [{}]}}\n"
OPTIONS = "  options: [{name: shop, required: true}, {name: region-id, value: eu}]\n"


def converted(step, more=OPTIONS):
    return only(rundeck.convert(source_of(JOB.format(step) + more)))


def test_each_job_is_a_procedure():
    """Called after it, with its inputs and owner, and a risk that nobody lowered."""
    files = rundeck.convert(sample("rundeck.yaml")).files
    assert ["clear-the-cache-all.md", "second.md"] == list(files)
    document = read_document(files["clear-the-cache-all.md"], "a.md")
    assert () == tuple(f for f in document.findings if f.severity.value == "error")
    (runbook,) = document.runbooks
    assert (Kind.PROCEDURE, "ops", "shop/cache") == (
        runbook.kind,
        runbook.owner,
        runbook.service,
    )
    (option,) = runbook.options
    assert (Risk.DESTRUCTIVE, None, None) == (option.risk, option.when, option.loses)
    assert "Not said by the source" in option.risk_text
    first, second, third = (step.name for step in option.steps)
    assert ("flush-it", "print-hello") == (first, third)
    assert second.startswith("echo-of-option-region-id")


def test_options_are_inputs():
    """Choices where they are enforced, patterns, secrets; a name that is refused has another."""
    text = rundeck.convert(sample("rundeck.yaml")).files["clear-the-cache-all.md"]
    (runbook,) = read_document(text, "a.md").runbooks
    inputs = {one.name: one for one in runbook.inputs}
    assert {"shop", "region_id", "token", "input_path"} == inputs.keys()
    assert (("north", "south"), None) == (inputs["shop"].choices, inputs["shop"].default)
    region = inputs["region_id"]
    assert ("[a-z]{2}", "eu", "Where it stands") == (region.pattern, region.default, region.prompt)
    assert inputs["token"].is_secret
    assert inputs["token"].default is None


@pytest.mark.parametrize(
    ("step", "command"),
    [
        ("{exec: 'echo ${option.shop}'}", 'echo "${SHOP}"'),
        ("{exec: 'echo ${unquotedoption.shop}'}", 'echo "${SHOP}"'),
        ("{script: 'echo @option.region-id@'}", 'echo "${REGION_ID}"'),
        ("{script: 'echo \"$RD_OPTION_REGION_ID\"'}", 'echo "${REGION_ID}"'),
        ("{script: 'echo ${RD_OPTION_SHOP}'}", "echo ${SHOP}"),
        ("{script: 'echo $RD_OPTION_NONE'}", "echo $RD_OPTION_NONE"),
    ],
)
def test_references_become_variables(step, command):
    """Wherever Rundeck puts a value into the text."""
    runbook, _, leftovers = converted(step)
    assert ([command], []) == ([one.command for one in steps_of(runbook).values()], leftovers)


@pytest.mark.parametrize(
    ("step", "because"),
    [
        ("{exec: 'ssh h \"rm ${option.shop}\"'}", "would be read as commands"),
        ("{exec: 'echo ${option.nobody}'}", "would be read as commands"),
        ("{script: 'cat <<E\n\n    ${option.shop}\n\n    E'}", "would be read as commands"),
        ("{exec: 'echo ${job.id}'}", "only Rundeck knows"),
        ("{script: 'echo @node.name@'}", "only Rundeck knows"),
        ("{script: 'echo $RD_JOB_ID'}", "only Rundeck knows"),
        ("{jobref: {name: other}}", 'a step is the job "other"'),
        ("{scriptfile: /x/y.sh}", "a step is scriptfile /x/y.sh"),
        ("{type: plugin, configuration: {}}", "a step is type plugin"),
        ("{script: 'puts 1', scriptInterpreter: ruby}", "an interpreter that no fence has"),
        ("{script: '#!/usr/bin/perl\n\n    1'}", "an interpreter that no fence has"),
        ("{script: 'print(1)', scriptInterpreter: python3, args: '-x'}", "arguments"),
        ("{script: 'print(\"@option.shop@\")', scriptInterpreter: python3}", "read as commands"),
    ],
)
def test_what_cannot_be_run_is_shown_and_said(step, because):
    """It is no step, and no text of it acts."""
    runbook, text, leftovers = converted(step)
    assert {} == steps_of(runbook)
    assert any(because in message for message in leftovers), leftovers
    assert "```text" in text


@pytest.mark.parametrize(
    ("more", "because"),
    [
        ("  schedule: {crontab: '* *'}\n", "when it is started"),
        ("  notification: {onfailure: x}\n", "whom it tells"),
        ("  nodefilters: {filter: x}\n", "on which nodes it runs"),
        ("  retry: '3'\n", "that it is tried again"),
        ("  timeout: 1h\n", "how long the whole job may take"),
        ("  options: [{name: a, valuesUrl: 'http://x'}]\n", "has valuesUrl"),
        ("  options: [{name: a, multivalued: true}]\n", "has multivalued"),
        ("  options: [{value: a}]\n", "has no name"),
        ("  options: [{name: a, regex: '(?<=x)y'}]\n", "is no RE2 pattern"),
    ],
)
def test_what_no_runbook_says_is_told_with_its_place(more, because):
    """Each once."""
    done = rundeck.convert(source_of(JOB.format("{exec: 'true'}") + more))
    (left,) = done.leftovers
    assert because in left.message
    assert (3, "not-carried-over") == (left.place.line, left.lint)


def test_json_and_options_by_name():
    """Older exports, and those of the API."""
    job = {"name": "a", "options": {"x": {"value": "1"}}, "sequence": {"commands": [{"exec": "b"}]}}
    runbook, _, leftovers = only(rundeck.convert(source_of(json.dumps([job]), "a.json")))
    assert ([], [("x", "1")]) == (leftovers, [(one.name, one.default) for one in runbook.inputs])


def test_jobs_of_one_name_have_files_of_their_own():
    """None is lost."""
    done = rundeck.convert(source_of(JOB.format("{exec: a}") * 3))
    assert ["a.md", "a-2.md", "a-2-2.md"] == list(done.files)


def test_inputs_of_one_variable_are_told_apart():
    """`a-b` and `a_b` are two options."""
    runbook, _, _ = converted(
        "{exec: 'c ${option.a-b} ${option.a_b}'}", "  options: [{name: a-b}, {name: a_b}]\n"
    )
    assert ['c "${A_B}" "${A_B_2}"'] == [one.command for one in steps_of(runbook).values()]
    assert ["a_b", "a_b_2"] == [one.name for one in runbook.inputs]


@pytest.mark.parametrize("text", ["", "a: b", "- a", "- {name: a}", "- {sequence: []}", "[[]]"])
def test_other_yaml_is_none_of_it(text):
    """Nor does it raise."""
    assert not rundeck.may_be(source_of(text))
