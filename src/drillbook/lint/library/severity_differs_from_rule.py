"""A runbook of another severity than the alerts that lead to it."""

from collections import defaultdict
from collections.abc import Iterator

from drillbook.lint.linking import Linked, links_of, rank_of, severity_of
from drillbook.model.library import Library
from drillbook.model.lint import Circumstances, Flaw, LibraryLint, Rung


def _check(library: Library, _: Circumstances) -> Iterator[Flaw]:
    links: dict[tuple[str, str], list[Linked]] = defaultdict(list)
    for link in links_of(library):
        links[link.card.path, link.card.anchor].append(link)
    for several in links.values():
        said = several[0].card.severity
        ranks = {rank_of(severity_of(link.rule)) for link in several}
        # Words that we do not rank may mean anything; the runbook of several has the worst.
        if rank_of(said) is None or None in ranks or rank_of(said) in ranks:
            continue
        rule = several[0].rule
        yield Flaw(
            place=several[0].card.place,
            message=f"the runbook is {said}, and {rule.name} is {severity_of(rule)}",
            help="write one of the two into both",
        )


LINT = LibraryLint(
    name="severity-differs-from-rule",
    summary="a runbook of another severity than its alerts",
    rung=Rung.LINKED,
    check=_check,
)
