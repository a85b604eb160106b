"""A step that gives an option to a script of the tree, which does not know it."""

import re
from collections.abc import Iterator

from drillbook.lint.texts.paths import ancestors, is_plain, joined
from drillbook.model.library import Library, Reference, ReferenceKind
from drillbook.model.lint import Circumstances, Flaw, LibraryLint, Rung

# Of a script that hands its options on to another program, or to a module that reads them, nobody
# can say what it knows.
_HANDS_ON = re.compile(
    r"\"\$@\"(?!\s*;?\s*do)|\$\*|parse_known|REMAINDER|ignore_unknown|sys\.argv\[1:\]|argv\.slice|"
    r"fire\.Fire|\bfrom \S{1,100} import [^\n]{0,100}\b(?:main|cli|run|app|parse_args)\b|"
    r"\b(?:source|import_module|exec)\b|^\s*\. ",
    re.MULTILINE,
)
# What every parser of options knows by itself.
_ALWAYS = frozenset(("--help", "--version"))


def _check(library: Library, _: Circumstances) -> Iterator[Flaw]:
    for card in library.cards:
        said: set[str] = set()
        for reference in card.references:
            if reference.kind is not ReferenceKind.OPTION or reference.target in said:
                continue
            said.add(reference.target)
            path, _space, option = reference.target.partition(" ")
            text = _script(path, card.path, library)
            if text is not None and option not in _ALWAYS and not _knows(text, option):
                yield _flaw(reference, path, option)


def _script(path: str, of: str, library: Library) -> str | None:
    """The nearest file of this path, from the runbook's folder up."""
    if not is_plain(path):
        return None
    places = (joined(folder, path) for folder in ancestors(of))
    found = next((place for place in places if place and library.has_file(place)), None)
    return library.text_of(found) if found else None


def _knows(text: str, option: str) -> bool:
    """By any form of its name: parsers make `dry_run` of `--dry-run`."""
    if _HANDS_ON.search(text):
        return True
    words = option.removeprefix("--").removeprefix("no-")
    form = re.compile("[-_]?".join(re.escape(word) for word in words.split("-")), re.IGNORECASE)
    return form.search(text) is not None


def _flaw(reference: Reference, path: str, option: str) -> Flaw:
    return Flaw(
        place=reference.place,
        message=f"nothing in {path} knows the option {option}",
        help="correct the option, or teach it to the script",
    )


LINT = LibraryLint(
    name="script-without-option",
    summary="a step that gives a script an option that stands nowhere in it",
    rung=Rung.RUNNABLE,
    check=_check,
)
