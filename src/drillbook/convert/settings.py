"""What was found in a team's tree → the text of a drillbook.toml for it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownTree:
    """Globs and folders, as they count from where the settings lie."""

    runbooks: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    scrape: tuple[str, ...] = ()
    packs: tuple[str, ...] = ()
    runbook_urls: Mapping[str, str] = field(default_factory=dict)


# What a team needs next, and cannot be found in its files.
NEXT = """\
# Where steps run, and what they may know of it; a step names its target with on=NAME.
# [targets.prometheus]
# url = "http://prometheus:9090"
#
# [targets.orders-db]
# kind = "ssh"
# address = "db1"

# Who may do what at a server and in a terminal; without anybody, you are the only one.
# [people.ada]
# roles = ["admin"]
"""


def settings_file(known: KnownTree) -> str:
    """TOML that the reader of settings takes without a Finding, the tables of NEXT included."""
    parts = [
        "# Written by drillbook init. Every setting: docs/reference/settings.md",
        *(["\n".join(_list("packs", known.packs))] if known.packs else []),
        "\n".join(_lint(known)),
    ]
    if known.runbook_urls:
        urls = [f"{_text(url)} = {_text(folder)}" for url, folder in known.runbook_urls.items()]
        parts.append(
            "\n".join(
                [
                    "# A runbook_url that begins so names a file of this folder.",
                    "[lint.runbook_urls]",
                    *urls,
                ]
            )
        )
    return "\n\n".join([*parts, NEXT])


def _lint(known: KnownTree) -> Iterator[str]:
    yield "[lint]"
    for name in ("runbooks", "rules", "exclude", "scrape"):
        globs: Sequence[str] = getattr(known, name)
        if globs:
            yield from _list(name, globs)


def _list(name: str, values: Iterable[str]) -> list[str]:
    said = [_text(value) for value in values]
    line = f"{name} = [{', '.join(said)}]"
    if len(line) <= 100:
        return [line]
    return [f"{name} = [", *(f"    {each}," for each in said), "]"]


def _text(value: str) -> str:
    """A basic string of TOML: what cannot be seen is written by its number."""
    said = "".join(map(_character, value))
    return f'"{said}"'


def _character(char: str) -> str:
    if char in '"\\':
        return "\\" + char
    if char.isprintable():
        return char
    return f"\\u{ord(char):04X}" if ord(char) <= 0xFFFF else f"\\U{ord(char):08X}"
