"""`--wait DURATION` → how many seconds a terminal waits for other people."""

import click

from drillbook.cli.keys import is_terminal
from drillbook.read.sentences.duration import read_duration

AT_TERMINAL_S = 3_600.0

wait_option = click.option(
    "--wait",
    metavar="DURATION",
    help="How long to wait for approvals before the run is left open; 1h at a terminal, "
    "else 0s, if not given.",
)


def waiting_s(text: str | None) -> float:
    """Seconds. Raises BadParameter where the text is no duration."""
    if text is None:
        return AT_TERMINAL_S if is_terminal() else 0.0
    if text.strip() == "0":
        return 0.0
    said_s = read_duration(text)
    if said_s is None:
        raise click.BadParameter(f"{text!r} is no duration such as 10m", param_hint="--wait")
    return said_s
