"""argv → one command; every error that we know becomes one line, every other a report."""

import os
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

import click

from drillbook import __version__
from drillbook.cli.exits import (
    FAULT_OF_OURS,
    INTERRUPTED,
    USAGE,
    UnusableError,
    known_errors,
    trouble_of,
)
from drillbook.report.plain import plain

# Each command's module is imported when it is called, so that `--help` stays quick.
GROUPS = {
    "Look after runbooks and rules": {
        "init": "Find runbooks and rules, and write the settings for them.",
        "new": "Write a new runbook, drill, post-mortem or pack.",
        "import": "Convert Runme, Markdown, Rundeck and SSM files to runbooks.",
        "lint": "Say what is wrong in runbooks and rules, and how it is put right.",
    },
    "Follow a runbook": {
        "find": "Find the runbook for a symptom, an alert, an error or a log line.",
        "plan": "Show what a runbook would run, and what stops it.",
        "run": "Follow a runbook in the terminal, step by step.",
        "resume": "Go on with a run that was cut off, or list such runs.",
        "respond": "Take an Alertmanager webhook from a file and follow its runbook.",
    },
    "Speak to a run from another terminal": {
        "runs": "List the runs, and for whom they wait; show the timeline of one.",
        "approve": "See exactly what a run wants to do, and approve or refuse it.",
        "answer": "Answer what a run asks.",
        "note": "Write something into the timeline of a run.",
        "cancel": "Have a run end, wherever it is performed.",
    },
    "Prove runbooks": {
        "cover": "Say how far all runbooks stand, and what the next rung needs.",
        "drill": "Break a lab for real and prove that the runbook recovers it.",
        "judge": "Judge an old drill again from its journal, or list drills.",
    },
    "Look after an installation": {
        "serve": "Answer the API and webhooks, and perform the runs asked for.",
        "runner": "Perform the runs of one site.",
        "schedule": "List what is done at cron times; do, pause or resume it.",
        "token": "Make, list, use and revoke tokens, which say who asks.",
        "journal": "Verify the journal's hash chains, or show a stream.",
        "store": "Look after the tables and roles of journal and jobs.",
    },
}
COMMANDS = {name: text for group in GROUPS.values() for name, text in group.items()}


class LazyGroup(click.Group):
    """Knows its commands by name and imports the one that is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"drillbook.cli.{cmd_name}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from difflib import get_close_matches

            near = get_close_matches(args[0], COMMANDS, n=1)
            cure = f"did you mean {near[0]}?" if near else f"there are {', '.join(COMMANDS)}"
            ctx.fail(f"no command is called {args[0]!r}; {cure}")
        return super().resolve_command(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[Any]:
        """Names from the table alone: a press of the tab key imports no command."""
        from click.shell_completion import CompletionItem

        found = [
            CompletionItem(name, help=text)
            for name, text in COMMANDS.items()
            if name.startswith(incomplete)
        ]
        return found + click.Command.shell_complete(self, ctx, incomplete)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for title, commands in GROUPS.items():
            with formatter.section(title):
                formatter.write_dl([(f"{name:8}", text) for name, text in commands.items()])


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 passed, 1 findings or a failed verdict, 2 usage, 3 a bug of ours, "
    "4 unknown, 130 interrupted. Shell completion: "
    'eval "$(_DRILLBOOK_COMPLETE=bash_source drillbook)".',
)
@click.version_option(__version__, prog_name="drillbook")
@click.pass_context
def drillbook(ctx: click.Context) -> None:
    """A runbook is done when a drill says so.

    \b
    Examples:
      drillbook plan packs/erpgo/runbooks/database-connectivity.md
      drillbook run runbook.md --input api_url=http://127.0.0.1:8080
      drillbook run runbook.md --guided
      drillbook drill packs/erpgo --compressed 10 --report build/report
    """
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        ctx.color = False


def main(argv: list[str] | None = None) -> None:
    """Run the command and exit with its code."""
    _have_streams()
    code = code_of(argv)
    _leave_output()
    sys.exit(code)


def code_of(argv: list[str] | None = None) -> int:
    """Run the command; its exit code. Nothing but a KeyboardInterrupt's aftermath gets out."""
    try:
        _bear_every_character()
        code: Any = drillbook.main(args=argv, prog_name="drillbook", standalone_mode=False)
    except click.ClickException as error:
        _tell(error.show)
        return error.exit_code if isinstance(error, UnusableError) else USAGE
    except (click.Abort, KeyboardInterrupt, BrokenPipeError) as error:
        # Where the reader of our output has gone (`| head`), there is nobody left to tell.
        if not isinstance(error, BrokenPipeError):
            _say("interrupted")
        return INTERRUPTED
    except known_errors() as error:
        _say(f"drillbook: {plain(str(error))}")
        return USAGE
    except OSError as error:
        trouble = trouble_of(error)
        _say(f"drillbook: {plain(trouble)}" if trouble else _report())
        return USAGE if trouble else FAULT_OF_OURS
    except Exception:  # noqa: BLE001 - the outermost edge: it becomes a report, not silence
        _say(_report())
        return FAULT_OF_OURS
    return code if isinstance(code, int) else 0


def _say(text: str) -> None:
    _tell(lambda: click.echo(text, err=True))


def _tell(show: Callable[[], None]) -> None:
    """Show it if anybody can see it; the exit code says it in any case."""
    try:
        show()
    except OSError:
        return


def _have_streams() -> None:
    """Where one was closed (`>&-`), the next file that is opened would take its place."""
    for name, descriptor in (("stdin", 0), ("stdout", 1), ("stderr", 2)):
        if getattr(sys, name) is None:
            nowhere = os.open(os.devnull, os.O_RDWR)
            if nowhere != descriptor:
                os.dup2(nowhere, descriptor)
                os.close(nowhere)
            mode = "r" if name == "stdin" else "w"
            setattr(sys, name, open(descriptor, mode, closefd=False))  # noqa: SIM115 - for good


def _bear_every_character() -> None:
    """A character that the terminal's encoding lacks is shown as `\\u2713`, and is no error."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def _leave_output() -> None:
    """What nobody can take any more must not be tried again while the interpreter ends."""
    for stream, descriptor in ((sys.stdout, 1), (sys.stderr, 2)):
        try:
            if stream is not None:
                stream.flush()
        except (OSError, ValueError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, descriptor)
            os.close(nowhere)


def _report() -> str:
    """A text that can be pasted into an issue as it is."""
    import traceback
    from platform import platform, python_version

    return (
        "drillbook: this is a bug of ours, and the journal has lost nothing. Please report:\n\n"
        f"drillbook {__version__}, Python {python_version()}, {platform()}\n"
        f"arguments: {' '.join(sys.argv[1:2])} …\n{traceback.format_exc()}"
    )
