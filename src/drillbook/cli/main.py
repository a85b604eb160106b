"""argv → one command; every error that we know becomes one line, every other a report."""

import sys
from importlib import import_module
from typing import Any

import click

from drillbook import __version__
from drillbook.cli.exits import FAULT_OF_OURS, INTERRUPTED, USAGE, known_errors

# Each command's module is imported when it is called, so that `--help` stays quick.
COMMANDS = {
    "plan": "Show what a runbook would run, and what stops it.",
    "run": "Follow a runbook in the terminal, step by step.",
    "resume": "Go on with a run that was cut off, or list such runs.",
    "respond": "Take an Alertmanager webhook from a file and follow its runbook.",
    "drill": "Break a lab for real and prove that the runbook recovers it.",
    "judge": "Judge an old drill again from its journal, or list drills.",
    "journal": "Verify the journal's hash chains, or show a stream.",
}


class LazyGroup(click.Group):
    """Knows its commands by name and imports the one that is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"drillbook.cli.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 passed, 1 findings or a failed verdict, 2 usage, 3 a bug of ours, "
    "4 unknown, 130 interrupted. Shell completion: "
    'eval "$(_DRILLBOOK_COMPLETE=bash_source drillbook)".',
)
@click.version_option(__version__, prog_name="drillbook")
def drillbook() -> None:
    """A runbook is done when a drill says so.

    \b
    Examples:
      drillbook plan packs/erpgo/runbooks/database-connectivity.md
      drillbook run runbook.md --input api_url=http://127.0.0.1:8080
      drillbook drill packs/erpgo --compressed 10 --report build/report
    """


def main(argv: list[str] | None = None) -> None:
    """Run the command and exit with its code."""
    sys.exit(code_of(argv))


def code_of(argv: list[str] | None = None) -> int:
    """Run the command; its exit code. Nothing but a KeyboardInterrupt's aftermath gets out."""
    try:
        code: Any = drillbook.main(args=argv, prog_name="drillbook", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return USAGE
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of our output has gone (`| head`); there is nobody left to tell.
        sys.stderr.close()
        return INTERRUPTED
    except known_errors() as error:
        click.echo(f"drillbook: {error}", err=True)
        return USAGE
    except Exception:  # noqa: BLE001 - the outermost edge: it becomes a report, not silence
        click.echo(_report(), err=True)
        return FAULT_OF_OURS
    return code if isinstance(code, int) else 0


def _report() -> str:
    """A text that can be pasted into an issue as it is."""
    import traceback
    from platform import platform, python_version

    return (
        "drillbook: this is a bug of ours, and the journal has lost nothing. Please report:\n\n"
        f"drillbook {__version__}, Python {python_version()}, {platform()}\n"
        f"arguments: {' '.join(sys.argv[1:2])} …\n{traceback.format_exc()}"
    )
