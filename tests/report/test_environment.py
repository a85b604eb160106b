"""On what machine a drill ran."""

from collections.abc import Callable

from drillbook.model.journal import Entry
from drillbook.report.environment import ROWS_MAX, VALUE_CHARACTERS_MAX, environment_rows

EntriesOf = Callable[[str], tuple[Entry, ...]]


def told(**body: object) -> Entry:
    """An entry that tells of the environment."""
    return Entry(
        stream="drill/1", seq=1, kind="environment", at_ns=0, body=body, previous="", hash=""
    )


def test_what_entries_tell_is_listed(entries_of: EntriesOf) -> None:
    """Versions and machine, and the host that the steps ran on."""
    assert (
        ("drillbook", "0.1.0"),
        ("python", "3.11.7"),
        ("machine", "Debian 12, 2 cores"),
        ("steps ran on", "lab-1"),
    ) == environment_rows(entries_of("passed"))


def test_nothing_told_is_nothing_listed(entries_of: EntriesOf) -> None:
    """A run without such entries has no environment."""
    assert () == environment_rows(entries_of("unknown"))


def test_values_and_rows_are_bounded() -> None:
    """Neither one long value nor many of them fill the page."""
    ((_, value),) = environment_rows([told(path="x" * 10_000)])
    assert len(value) < VALUE_CHARACTERS_MAX + 100
    many = told(**{f"name{n}": n for n in range(ROWS_MAX + 10)})
    assert ROWS_MAX == len(environment_rows([many]))
