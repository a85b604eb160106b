"""`drillbook answer`: answer what a run asks, from any terminal."""

from pathlib import Path

import click

from drillbook.cli.exits import PASSED
from drillbook.cli.naming import run_argument, run_name
from drillbook.cli.options import settings_of, settings_option
from drillbook.cli.voice import say
from drillbook.model.run import Answer
from drillbook.report.plain import plain
from drillbook.verbs.answer import answer_run
from drillbook.verbs.people.identity import caller_at_terminal
from drillbook.verbs.running.workplace import open_workplace
from drillbook.verbs.serving.wake import wake_run

WORDS = [
    answer.value for answer in (Answer.HAPPENED, Answer.AGAIN, Answer.YES, Answer.NO, Answer.STOP)
]


@click.command("answer")
@run_argument
@click.argument("answer", type=click.Choice(WORDS))
@click.option("--because", default="", help="Why, for whoever reads the timeline.")
@settings_option
def command(run: str, answer: str, because: str, config: Path | None) -> int:
    """Answer what RUN asks: whether a step shall run, or whether a lost one happened.

    \b
      yes       run the step           happened  it happened: go on after it
      no        leave the Option       again     run it again
      stop      end the run

    `drillbook runs` says what a run asks. A run that a server performs goes on by itself; one
    that was left at a terminal goes on with `drillbook resume`.

    \b
    Examples:
      drillbook answer 20261121-103045-7f3a yes
      drillbook answer 20261121-103045-7f3a happened --because "I saw the row in the table"
    """
    name = run_name(run)
    with open_workplace(settings_of(config), tell=say) as place:
        caller = caller_at_terminal(place)
        question = answer_run(place, name, caller, Answer(answer), text=because)
        is_awake = wake_run(place, name)
    then = "its runner goes on with it" if is_awake else f"`drillbook resume {name}` goes on"
    click.echo(f"answered {answer} about {plain(question.about)}; {then}")
    return PASSED
