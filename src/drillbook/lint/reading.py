"""The lints that reading and planning find on their way. Their pages lie below docs/lints."""

from drillbook.model.finding import Severity
from drillbook.model.lint import ReadingLint, Rung

ERROR, WARNING, NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE


def _lint(name: str, summary: str, severity: Severity, rung: Rung) -> ReadingLint:
    return ReadingLint(name=name, summary=summary, severity=severity, rung=rung)


READING: tuple[ReadingLint, ...] = (
    _lint(
        "bad-fence-attribute", "a value in a fence's braces that cannot be", ERROR, Rung.RUNNABLE
    ),
    _lint("bad-input-from", "an input whose source is none", ERROR, Rung.RUNNABLE),
    _lint(
        "bad-input-pattern", "an input whose pattern is no regular expression", ERROR, Rung.RUNNABLE
    ),
    _lint(
        "bad-input-prompt", "an input whose question is no single short line", ERROR, Rung.RUNNABLE
    ),
    _lint("bad-input-type", "an input of a type that there is not", ERROR, Rung.RUNNABLE),
    _lint("bad-lock-name", "a lock whose name cannot be one", ERROR, Rung.RUNNABLE),
    _lint(
        "capture-name-refused",
        "a capture whose variable could change how programs load",
        ERROR,
        Rung.RUNNABLE,
    ),
    _lint(
        "contradictory-control", "a control that says two things about healing", ERROR, Rung.PROVEN
    ),
    _lint(
        "control-without-hold",
        "a control that is over as soon as the alert may fire",
        WARNING,
        Rung.PROVEN,
    ),
    _lint(
        "drill-names-no-alert",
        "a drill that names an alert that its pack does not have",
        ERROR,
        Rung.PROVEN,
    ),
    _lint(
        "drill-names-no-option",
        "a drill that names an Option that its pack does not have",
        ERROR,
        Rung.PROVEN,
    ),
    _lint(
        "drill-names-no-runbook",
        "a drill that names a runbook that its pack does not have",
        ERROR,
        Rung.PROVEN,
    ),
    _lint(
        "drill-not-a-mapping", "a drill that is no mapping of keys to values", ERROR, Rung.PROVEN
    ),
    _lint("drill-without-invariants", "a drill that counts nothing", WARNING, Rung.PROVEN),
    _lint(
        "drill-without-stays",
        "a drill that does not watch the recovered system",
        WARNING,
        Rung.PROVEN,
    ),
    _lint(
        "duplicate-fence-attribute", "an attribute that a fence gives twice", ERROR, Rung.RUNNABLE
    ),
    _lint("duplicate-sentence", "a second sentence where one counts", ERROR, Rung.RUNNABLE),
    _lint("duplicate-step-name", "two steps of one runbook with one name", ERROR, Rung.RUNNABLE),
    _lint("duplicate-yaml-key", "a key that stands twice in one mapping", ERROR, Rung.READABLE),
    _lint(
        "export-name-refused",
        "an exported variable that could change how programs load",
        ERROR,
        Rung.RUNNABLE,
    ),
    _lint(
        "exports-without-shell",
        "a step that exports variables and does not run under bash",
        ERROR,
        Rung.RUNNABLE,
    ),
    _lint(
        "exposition-line-not-understood",
        "a line of an exporter's answer that is no sample of a metric",
        WARNING,
        Rung.PROVEN,
    ),
    _lint("file-is-binary", "a file with zero bytes in it", ERROR, Rung.READABLE),
    _lint("file-not-found", "a path that was named and is not there", ERROR, Rung.READABLE),
    _lint("file-not-readable", "a file that cannot be opened", ERROR, Rung.READABLE),
    _lint("file-not-utf-8", "a file that is no UTF-8 text", ERROR, Rung.READABLE),
    _lint("file-too-large", "a file that is larger than is read", ERROR, Rung.READABLE),
    _lint(
        "front-matter-not-a-mapping",
        "a front matter that is no mapping of keys to values",
        ERROR,
        Rung.READABLE,
    ),
    _lint("interactive-step", "a step that asks whoever runs it", ERROR, Rung.RUNNABLE),
    _lint(
        "missing-key", "a rule, drill or pack without a key that it must have", ERROR, Rung.READABLE
    ),
    _lint("no-rule-groups", "a rule file without groups", WARNING, Rung.LINKED),
    _lint("option-without-risk", "an Option that does not say its risk", WARNING, Rung.RUNNABLE),
    _lint(
        "option-without-when", "an Option that does not say when it applies", WARNING, Rung.RUNNABLE
    ),
    _lint(
        "pack-not-a-mapping",
        "a pack file that is no mapping of keys to values",
        ERROR,
        Rung.READABLE,
    ),
    _lint(
        "placeholder-in-command",
        "a placeholder that bash takes for a redirection",
        WARNING,
        Rung.RUNNABLE,
    ),
    _lint("polled-check", "a check that is to be looked at several times", ERROR, Rung.RUNNABLE),
    _lint("prompt-in-command", "a block of shell that begins with a prompt", NOTE, Rung.RUNNABLE),
    _lint(
        "refused-input-name",
        "an input whose variable could change how programs load",
        ERROR,
        Rung.RUNNABLE,
    ),
    _lint(
        "repeated-step-not-idempotent",
        "a step that is repeated and does not say that it may be",
        ERROR,
        Rung.RUNNABLE,
    ),
    _lint(
        "runbook-names-no-section",
        "a runbook of the front matter without a section of its own",
        ERROR,
        Rung.READABLE,
    ),
    _lint(
        "runbook-without-sections",
        "a document in which no title is one of a runbook's sections",
        NOTE,
        Rung.READABLE,
    ),
    _lint(
        "sentence-after-the-first",
        "a second sentence behind a label, which nothing evaluates",
        ERROR,
        Rung.RUNNABLE,
    ),
    _lint(
        "sentence-out-of-place",
        "a labelled sentence in a section that does not read it",
        WARNING,
        Rung.RUNNABLE,
    ),
    _lint(
        "sentence-outside-grammar",
        "a labelled sentence that cannot be evaluated",
        ERROR,
        Rung.RUNNABLE,
    ),
    _lint("sentence-without-step", "a labelled sentence before any step", WARNING, Rung.RUNNABLE),
    _lint(
        "step-outside-sections", "a named step in a section that is not run", WARNING, Rung.RUNNABLE
    ),
    _lint(
        "time-limit-out-of-range",
        "a step with a time limit of more than a day",
        ERROR,
        Rung.RUNNABLE,
    ),
    _lint(
        "unclosed-brace-group",
        "braces behind a fence's language that are never closed",
        ERROR,
        Rung.RUNNABLE,
    ),
    _lint("unclosed-fence", "a fence that is never closed", ERROR, Rung.READABLE),
    _lint("unclosed-front-matter", "a front matter that never ends", ERROR, Rung.READABLE),
    _lint(
        "unknown-fence-attribute",
        "an attribute of a fence that nothing reads",
        ERROR,
        Rung.RUNNABLE,
    ),
    _lint(
        "unknown-fence-language",
        "a fence whose language looks like a slip of one that runs",
        NOTE,
        Rung.RUNNABLE,
    ),
    _lint("unknown-key", "a key that nothing reads", WARNING, Rung.READABLE),
    _lint(
        "unknown-target", "a step on a target that the settings do not have", ERROR, Rung.RUNNABLE
    ),
    _lint(
        "value-of-wrong-kind",
        "a value that is not of the kind that its key wants",
        ERROR,
        Rung.READABLE,
    ),
    _lint(
        "variable-without-value",
        "a variable of a step that nothing gives a value",
        ERROR,
        Rung.RUNNABLE,
    ),
    _lint(
        "when-names-no-capture",
        "a When that compares a value that nothing captures",
        ERROR,
        Rung.RUNNABLE,
    ),
    _lint("when-names-no-check", "a When that names no check of the runbook", ERROR, Rung.RUNNABLE),
    _lint("yaml-key-not-a-word", "a key in YAML that is a list or a mapping", ERROR, Rung.READABLE),
    _lint("yaml-not-readable", "YAML that cannot be read", ERROR, Rung.READABLE),
)
