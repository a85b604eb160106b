"""A step whose command waits for somebody at the keyboard."""

from collections.abc import Iterator

from drillbook.lint.shell.acts import Act, acts_of, is_meant_to_run
from drillbook.lint.shell.calls import Call, calls_of
from drillbook.lint.shell.deeds import own_words
from drillbook.lint.shell.queries import CLIENTS
from drillbook.model.document import Document
from drillbook.model.finding import Severity
from drillbook.model.lint import Circumstances, DocumentLint, Flaw, Rung

_EDITORS = frozenset("vi vim nvim nano emacs pico visudo vipw".split())
_PAGERS = frozenset("less more".split())
_ON_SCREEN = frozenset("htop iotop iftop nethogs atop btop ncdu".split())
_WORDS = (_EDITORS | _PAGERS | _ON_SCREEN | CLIENTS.keys()) | frozenset(
    "top edit ssh read sudo su crontab clickhouse".split()
)
_ENDS = frozenset(("--version", "--help", "-V", "--list", "-l", "-L"))
_SSH_ALONE = frozenset(("-N", "-f", "-W", "-O", "-G", "-V", "-Q", "-L", "-R", "-D", "-fN", "-T"))


def _check(document: Document, _: Circumstances) -> Iterator[Flaw]:
    if not is_meant_to_run(document):
        return
    for act in acts_of(document):
        if not act.is_shell or act.step is None or act.step.is_interactive:
            continue
        if _WORDS.isdisjoint(act.words):
            continue
        for call in calls_of(act.text):
            if cure := _cure(call, act):
                yield Flaw(
                    place=act.place_at(document, call.start, call.end),
                    message=f'"{call.program}" waits for somebody at the keyboard, and a step has '
                    "none",
                    help=f"{cure}, or add interactive=yes",
                )


def _cure(call: Call, act: Act) -> str:
    """What to write instead; empty where the command ends by itself."""
    if set(call.texts) & _ENDS:
        return ""
    if cure := _of_screen(call):
        return cure
    if call.program in ("kubectl", "oc") and own_words(call.texts, "kubectl")[:1] == ["edit"]:
        return f"use {call.program} patch"
    if call.program == "crontab" and "-e" in call.texts:
        return "write the crontab from a file"
    is_fed = any(one.operator.startswith("<") for one in call.command.redirects)
    return "" if is_fed or call.is_piped_to else _of_client(call, act)


def _of_screen(call: Call) -> str:
    """Programs that take the whole screen."""
    if call.program in _EDITORS and not {"-es", "-c"} & set(call.texts):
        return "write the change with sed, or as a patch"
    is_taken = call.command.after in ("|", "|&") or call.command.depth
    if call.program in _PAGERS and not is_taken:
        return "use cat, head or tail"
    if call.program in _ON_SCREEN or (call.program == "top" and not _is_batch(call)):
        return "use top -b -n 1 or ps"
    return ""


def _is_batch(call: Call) -> bool:
    return any(
        text.startswith("-") and ("b" in text or text.startswith("-l")) for text in call.texts
    )


def _of_client(call: Call, act: Act) -> str:
    texts = call.texts
    if call.program in ("psql", "mysql", "mariadb", "clickhouse-client"):
        return "" if _has_statement(call) else "hand it a statement (psql -c, mysql -e)"
    if call.program == "ssh":
        return "" if _has_command(call, act) else "name the command: ssh HOST COMMAND"
    if call.program == "read":
        is_answered = "while" in act.words or "-t" in texts
        return "" if is_answered else "declare an input, or ask by approve="
    if call.program == "sudo" and texts in (("-i",), ("-s",)):
        return "run the one command by sudo"
    is_shell = call.program == "su" and len(texts) <= 2 and not {"-c", "--command"} & set(texts)
    return "run the one command by su -c" if is_shell else ""


def _has_statement(call: Call) -> bool:
    short = "ec" if call.program in ("psql", "mysql", "mariadb") else "q"
    extra = "lf" if call.program == "psql" else ""
    return any(
        text.startswith(("--command", "--execute", "--query", "--file", "--list", "--queries-file"))
        or (
            text.startswith("-")
            and not text.startswith("--")
            and any(c in text for c in short + extra)
        )
        for text in call.texts
    )


def _has_command(call: Call, act: Act) -> bool:
    """In doubt it has: an option that we do not know may take the next word."""
    if set(call.texts) & _SSH_ALONE or any(text.startswith("-") for text in call.texts):
        return True
    return len(call.texts) != 1 or "<<" in act.text or "$" in call.texts[0]


LINT = DocumentLint(
    name="interactive-command",
    summary="a step whose command waits for somebody at the keyboard",
    severity=Severity.ERROR,
    rung=Rung.RUNNABLE,
    check=_check,
)
