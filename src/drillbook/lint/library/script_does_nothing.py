"""A step that runs a Python script of the tree, all of whose functions are empty."""

import ast
from collections.abc import Iterator

from drillbook.lint.texts.paths import ancestors, is_plain, joined
from drillbook.model.library import Card, Library, ReferenceKind
from drillbook.model.lint import Circumstances, Flaw, LibraryLint, Rung

# What reads options, speaks and begins; all else may do something.
_TALK = frozenset(("argparse", "asyncio", "click", "log", "logger", "logging", "parser", "print"))


def _check(library: Library, _: Circumstances) -> Iterator[Flaw]:
    for card in library.cards:
        said: set[str] = set()
        for reference in card.references:
            path = reference.target
            is_python = reference.kind is ReferenceKind.SCRIPT and path.endswith(".py")
            if not is_python or path in said:
                continue
            said.add(path)
            if _does_nothing(_text(path, card, library)):
                yield Flaw(
                    place=reference.place,
                    message=f"all functions of {path} are empty, so this step does nothing",
                    help="write the script, or say what to do by hand",
                )


def _text(path: str, card: Card, library: Library) -> str:
    if not is_plain(path):
        return ""
    places = (joined(folder, path) for folder in ancestors(card.path))
    found = next((place for place in places if place and library.has_file(place)), "")
    return library.text_of(found) or "" if found else ""


def _does_nothing(text: str) -> bool:
    """Whether it has functions, none of them does anything, and nothing else is called."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    nodes = list(ast.walk(tree))
    functions = [one for one in nodes if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)]
    empty = {one.name for one in functions if all(map(_is_empty, one.body))}
    calls = [_root(one.func) for one in nodes if isinstance(one, ast.Call)]
    known = empty | _TALK | {one.name for one in functions}
    is_all_empty = {one.name for one in functions} - empty <= {"main"}
    return bool(empty) and is_all_empty and all(root in known for root in calls)


def _root(called: ast.expr) -> str:
    """The first name of what is called."""
    while isinstance(called, ast.Attribute | ast.Call):
        called = called.value if isinstance(called, ast.Attribute) else called.func
    return called.id if isinstance(called, ast.Name) else ""


def _is_empty(statement: ast.stmt) -> bool:
    """`pass`, a docstring, an ellipsis, or what raises that it is not implemented."""
    if isinstance(statement, ast.Raise):
        return "NotImplemented" in ast.dump(statement)
    is_words = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    return is_words or isinstance(statement, ast.Pass)


LINT = LibraryLint(
    name="script-does-nothing",
    summary="a step that runs a script whose functions are all empty",
    rung=Rung.RUNNABLE,
    check=_check,
)
