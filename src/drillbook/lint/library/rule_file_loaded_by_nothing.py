"""A rule file that no Prometheus configuration of the tree loads."""

from collections.abc import Iterator

from drillbook.lint.metrics.exported import loads, top_of
from drillbook.model.library import Library, ScrapeConfig
from drillbook.model.lint import Circumstances, Flaw, LibraryLint, Rung
from drillbook.model.place import Place
from drillbook.model.rule import RuleFile

# A configuration in such a folder is run by nobody.
_SHOWN = frozenset(("doc", "docs", "example", "examples", "sample", "samples", "testdata"))


def _check(library: Library, _: Circumstances) -> Iterator[Flaw]:
    """Only beside configurations: elsewhere an operator or a server loads what it likes."""
    loaded = {
        file.path
        for file in library.rule_files
        if any(loads(config, file) for config in library.scrape_configs)
    }
    folders = {_folder(path) for path in loaded}
    for file in library.rule_files:
        beside = [each for each in library.scrape_configs if _is_beside(each, file, folders)]
        is_other = file.is_manifest or not file.rules or "test" in file.path
        if file.path in loaded or not beside or is_other:
            continue
        yield Flaw(
            place=Place(path=file.path),
            message=f"no rule_files of {beside[0].path} names this file, so none of its "
            f"{len(file.rules)} alerts can fire",
            help=f"add it to rule_files of {beside[0].path}, or delete it",
        )


def _is_beside(config: ScrapeConfig, file: RuleFile, folders: set[str]) -> bool:
    """Below one folder of the root; of a configuration at the root, where it loads others.

    None is beside an example.
    """
    if not _SHOWN.isdisjoint(config.path.split("/")[:-1]):
        return False
    top = top_of(config.path)
    return top == top_of(file.path) if top else _folder(file.path) in folders


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


LINT = LibraryLint(
    name="rule-file-loaded-by-nothing",
    summary="a rule file that no Prometheus configuration loads",
    rung=Rung.LINKED,
    check=_check,
)
