"""The house rules. Each complaint names the place, what stands there, and what to do instead.

A rule is a function: sources → complaints. Each is tried on a text that breaks it, so that
none of them can pass by silence.
"""

import ast
import re
import subprocess
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import ModuleType

import pytest
from markdown_it import MarkdownIt

from drillbook.cli.main import COMMANDS
from drillbook.drill.faults.registry import FAULTS
from drillbook.run.actions.registry import ACTIONS
from drillbook.run.transports.registry import TRANSPORTS
from drillbook_labs.registry import LABS

ROOT = Path(__file__).parents[1]
FUNCTION_LINES_MAX = 50
MODULE_LINES_MAX = 400
# What is wanted is 1.3. This is a ratchet on the way there: raise it, never lower it.
TEST_LINES_PER_SOURCE_LINE = 1.15
FILE_BYTES_MAX = 2_000_000

OUTERMOST_EDGE = "src/drillbook/cli/main.py"
# The sections of a lint's page whose blocks tests/lint/test_pages.py lints.
EXECUTED = {"Flagged", "Fine"}
LAZY_ROOM = "src/drillbook/cli/"
DRAWERS = {"utils", "util", "helpers", "helper", "common", "manager", "misc"}

# Put together here, so that this file does not flag itself.
MODULE_NAME = re.compile(r"\bdrillbook(?:\.\w+)+")
UNFINISHED = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "X" * 3)) + r")\b")
OWN_PATHS = re.compile(r"(?<![\w.$}/-])/(?:home|Users|root|work)/[\w.-]+")
REGISTRIES = re.compile(
    r"\b(?:[\w-]+\.)*(?:"
    + "|".join(
        re.escape(".".join(words))
        for words in (
            ("pypi", "org"),
            ("pythonhosted", "org"),
            ("npmjs", "org"),
            ("npmjs", "com"),
            ("docker", "io"),
            ("docker", "com"),
            ("ghcr", "io"),
            ("quay", "io"),
            ("gcr", "io"),
            ("crates", "io"),
            ("golang", "org"),
            ("rubygems", "org"),
        )
    )
    + r")\b"
)


@dataclass(frozen=True)
class Source:
    """A file by its path in the tree."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, self.path)

    @property
    def lines(self) -> list[str]:
        return self.text.splitlines()

    @property
    def module(self) -> str:
        """`src/drillbook/run/state.py` is `drillbook.run.state`."""
        parts = Path(self.path).with_suffix("").parts[1:]
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


Complaints = Iterator[str]


def short_functions(sources: Iterable[Source]) -> Complaints:
    """A function is seen at one glance."""
    for source, function in functions_of(sources):
        count = (function.end_lineno or 0) - function.lineno + 1
        if count > FUNCTION_LINES_MAX:
            yield (
                f"{source.path}:{function.lineno}: function {function.name!r} has {count} lines, "
                f"at most {FUNCTION_LINES_MAX} may be; let it decide and give the work to "
                "functions named for what they do"
            )


def short_modules(sources: Iterable[Source]) -> Complaints:
    """A module holds one thing."""
    for source in sources:
        if len(source.lines) > MODULE_LINES_MAX:
            yield (
                f"{source.path}: the module has {len(source.lines)} lines, at most "
                f"{MODULE_LINES_MAX} may be; split it by its nouns"
            )


def named_errors(sources: Iterable[Source]) -> Complaints:
    """Only the outermost edge catches everything."""
    for source in sources:
        handlers = (node for node in ast.walk(source.tree) if isinstance(node, ast.ExceptHandler))
        for handler in handlers:
            if source.path != OUTERMOST_EDGE and catches_everything(handler):
                yield (
                    f"{source.path}:{handler.lineno}: everything is caught here; catch the errors "
                    f"that you can name and let {OUTERMOST_EDGE} report the rest"
                )


def catches_everything(handler: ast.ExceptHandler) -> bool:
    """Whether it takes any exception and does not hand every one of them on at its end."""
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    names = {kind.id if isinstance(kind, ast.Name) else None for kind in kinds if kind}
    last = handler.body[-1]
    hands_on = isinstance(last, ast.Raise) and last.exc is None
    is_clean_up = names == {"BaseException"} and hands_on
    return (
        handler.type is None or bool(names & {"Exception", "BaseException"})
    ) and not is_clean_up


def finished(sources: Iterable[Source]) -> Complaints:
    """What is not done is an issue, not a remark."""
    for source, number, line in lines_of(sources):
        if found := UNFINISHED.search(line):
            yield (
                f"{source.path}:{number}: {found[0]!r} is left; finish it, or open an issue and "
                "take the remark out"
            )


def imports_on_top(sources: Iterable[Source]) -> Complaints:
    """What a module needs is read in its head; only the command line imports when asked."""
    for source, function in functions_of(sources):
        for node in ast.walk(function):
            if not isinstance(node, ast.Import | ast.ImportFrom):
                continue
            if not source.path.startswith(LAZY_ROOM):
                yield (
                    f"{source.path}:{node.lineno}: import inside of {function.name!r}; import at "
                    f"the head of the module, or do it in {LAZY_ROOM} where start-up counts"
                )


def telling_names(sources: Iterable[Source]) -> Complaints:
    """No drawer into which anything could be put."""
    for source in sources:
        for part in Path(source.path).with_suffix("").parts:
            if part in DRAWERS:
                yield (
                    f"{source.path}: {part!r} names a drawer; name the module for the one noun "
                    "that it holds"
                )


def docstrings(sources: Iterable[Source]) -> Complaints:
    """Every module says what comes in and what goes out."""
    for source in sources:
        if not ast.get_docstring(source.tree):
            yield (
                f"{source.path}:1: the module has no docstring; begin with one line "
                '"what comes in → what goes out"'
            )


def no_dead_modules(sources: Iterable[Source]) -> Complaints:
    """Every module can be reached from an entry: the program, a command, a registry."""
    known = {source.module: source for source in sources}
    reached: set[str] = set()
    waiting = [name for name in entries() if name in known]
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting.extend(used_by(known[name], known) - reached)
    for name in sorted(known.keys() - reached):
        yield (
            f"{known[name].path}: nothing that is ever started imports this module; wire it into "
            "a verb, or delete it"
        )


def entries() -> set[str]:
    """What is started by its name: console scripts, `python -m drillbook`, the commands."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    scripts = {target.split(":")[0] for target in project["scripts"].values()}
    return {*scripts, "drillbook.__main__", *(f"drillbook.cli.{name}" for name in COMMANDS)}


def used_by(source: Source, known: Mapping[str, Source]) -> set[str]:
    """The modules that it imports, or names in a string as it does to start a process of them.

    With a module come the packages that it lies in.
    """
    names: set[str] = {source.module}
    # A docstring that speaks of a module does not use it.
    said = {node.value for node in ast.walk(source.tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(source.tree):
        match node:
            case ast.Import():
                names |= {alias.name for alias in node.names}
            case ast.ImportFrom(module=str(module)):
                names |= {module, *(f"{module}.{alias.name}" for alias in node.names)}
            case ast.Constant(value=str(text)) if node not in said:
                neighbour = text.removesuffix(".py")
                names |= {f"{source.module.rpartition('.')[0]}.{neighbour}"}
                names |= set(MODULE_NAME.findall(text))
    packages = {
        ".".join(name.split(".")[:n]) for name in names for n in range(1, name.count(".") + 1)
    }
    return (names | packages) & known.keys()


def one_title(sources: Iterable[Source]) -> Complaints:
    """A page has one title, so that a table of contents is right."""
    for source in sources:
        tokens = MarkdownIt("commonmark").parse(source.text)
        titles = sum(token.type == "heading_open" and token.tag == "h1" for token in tokens)
        if titles != 1:
            yield (
                f"{source.path}: the page has {titles} titles of the first level; give it one "
                "`# Title` and make the others `##`"
            )


def no_own_machine(sources: Iterable[Source]) -> Complaints:
    """Nothing that is only true on the machine of who wrote it."""
    for source, number, line in lines_of(sources):
        if found := OWN_PATHS.search(line):
            yield (
                f"{source.path}:{number}: {found[0]!r} is a path of one machine; write it "
                "relative to the project or to a setting"
            )
        if found := REGISTRIES.search(line):
            yield (
                f"{source.path}:{number}: {found[0]!r} is the host of a registry; leave it to the "
                "settings of the package manager"
            )


def functions_of(
    sources: Iterable[Source],
) -> Iterator[tuple[Source, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """Every function of every source."""
    for source in sources:
        for node in ast.walk(source.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield source, node


def lines_of(sources: Iterable[Source]) -> Iterator[tuple[Source, int, str]]:
    """Every line of every source with its number."""
    for source in sources:
        for number, line in enumerate(source.lines, 1):
            yield source, number, line


def python(*folders: str) -> list[Source]:
    """The Python sources of the folders."""
    paths = (path for folder in folders for path in sorted((ROOT / folder).rglob("*.py")))
    return [read(path) for path in paths]


def read(path: Path) -> Source:
    """A file of the tree."""
    text = path.read_text(encoding="utf-8", errors="replace")
    return Source(path.relative_to(ROOT).as_posix(), text)


def tracked() -> list[Source]:
    """All files under version control; in a tree without it, all that are not made by tools."""
    command = ["git", "-C", str(ROOT), "ls-files", "-z"]
    result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    names = result.stdout.split("\0") if result.returncode == 0 else list(untracked())
    paths = [ROOT / name for name in names if name]
    return [read(path) for path in paths if path.is_file() and is_text(path)]


def untracked() -> Iterator[str]:
    """The files of a tree that came as an archive."""
    for path in ROOT.rglob("*"):
        parts = path.relative_to(ROOT).parts
        if not any(part.startswith(".") or part in {"__pycache__", "build"} for part in parts):
            yield path.relative_to(ROOT).as_posix()


def is_text(path: Path) -> bool:
    """Whether it is a text of a length that a person could have written."""
    if path.stat().st_size > FILE_BYTES_MAX:
        return False
    with path.open("rb") as file:
        return b"\0" not in file.read(4_096)


def code_lines(sources: Iterable[Source]) -> int:
    """Lines that are neither blank nor a comment."""
    stripped = (line.strip() for _, _, line in lines_of(sources))
    return sum(bool(line) and not line.startswith("#") for line in stripped)


PROGRAM = python("src")
PYTHON = [*PROGRAM, *python("tests", "bench")]
PAGES = [read(path) for path in sorted((ROOT / "docs").rglob("*.md"))]
LINT_PAGES = [page for page in PAGES if page.path.startswith("docs/lints/")]
OURS = [source for source in PROGRAM if source.module.split(".")[0] == "drillbook"]

RULES: dict[Callable[[Iterable[Source]], Complaints], list[Source]] = {
    short_functions: PYTHON,
    short_modules: PROGRAM,
    named_errors: PYTHON,
    finished: tracked(),
    imports_on_top: PYTHON,
    telling_names: PYTHON,
    docstrings: PYTHON,
    no_dead_modules: OURS,
    one_title: PAGES,
    no_own_machine: tracked(),
}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_house_is_tidy(rule: Callable[[Iterable[Source]], Complaints]) -> None:
    """No source gives a reason to complain."""
    complaints = list(rule(RULES[rule]))
    assert [] == complaints, "\n" + "\n".join(complaints)


LONG_FUNCTION = "def f() -> None:\n" + "    pass\n" * FUNCTION_LINES_MAX
BROKEN: list[tuple[Callable[[Iterable[Source]], Complaints], str, str]] = [
    (short_functions, "src/drillbook/run/x.py", LONG_FUNCTION),
    (short_modules, "src/drillbook/run/x.py", "\n" * (MODULE_LINES_MAX + 1)),
    (named_errors, "src/drillbook/run/x.py", "try: pass\nexcept Exception: pass"),
    (named_errors, "src/drillbook/run/x.py", "try: pass\nexcept (OSError, Exception): pass"),
    (named_errors, "src/drillbook/run/x.py", "try: pass\nexcept: raise"),
    (named_errors, "src/drillbook/run/x.py", "try: pass\nexcept BaseException: pass"),
    (finished, "README.md", "# " + "TO" + "DO: write this"),
    (imports_on_top, "src/drillbook/run/x.py", "def f():\n    import os"),
    (imports_on_top, "tests/test_x.py", "def f():\n    if 1:\n        from os import path"),
    (telling_names, "src/drillbook/run/utils.py", ""),
    (telling_names, "src/drillbook/common/x.py", ""),
    (docstrings, "src/drillbook/run/x.py", "import os"),
    (no_dead_modules, "src/drillbook/run/nobody_imports_me.py", '"""Dead."""'),
    (one_title, "docs/x.md", "# One\n\n# Two\n"),
    (one_title, "docs/x.md", "## None\n\n```sh\n# a comment\n```\n"),
    (no_own_machine, "Makefile", "cd " + "/home" + "/alice/drillbook"),
    (no_own_machine, "Makefile", 'PATH="' + "/work" + '/main/bin"'),
    (no_own_machine, "Makefile", "pip install --index-url https://" + "pypi" + ".org/simple"),
]


@pytest.mark.parametrize(
    ("rule", "path", "text"), BROKEN, ids=lambda value: getattr(value, "__name__", "")
)
def test_each_rule_can_complain(
    rule: Callable[[Iterable[Source]], Complaints], path: str, text: str
) -> None:
    """A text that breaks the rule is flagged once, by its place."""
    (complaint,) = rule([Source(path, text)])
    assert complaint.startswith(path)


@pytest.mark.parametrize(
    ("rule", "path", "text"),
    [
        (short_functions, "src/x.py", LONG_FUNCTION.replace("    pass\n", "", 1)),
        (short_modules, "src/x.py", "\n" * MODULE_LINES_MAX),
        (named_errors, OUTERMOST_EDGE, "try: pass\nexcept Exception: pass"),
        (named_errors, "src/x.py", "try: pass\nexcept BaseException:\n    down()\n    raise"),
        (named_errors, "src/x.py", "try: pass\nexcept (OSError, ValueError): pass"),
        (imports_on_top, "src/drillbook/cli/run.py", "def f():\n    import os"),
        (telling_names, "src/drillbook/run/manage_nothing.py", ""),
        (no_dead_modules, "src/drillbook/cli/main.py", '"""Started by its script."""'),
        (one_title, "docs/x.md", "# One\n\n## Two\n\n```sh\n# a comment\n```\n"),
        (no_own_machine, "docs/x.md", "see ~/.config, /etc/drillbook and src/home/page.md"),
    ],
)
def test_no_rule_complains_of_what_is_right(
    rule: Callable[[Iterable[Source]], Complaints], path: str, text: str
) -> None:
    """A text just inside of the rule is left in peace."""
    assert [] == list(rule([Source(path, text)]))


def test_a_module_is_reached_through_others() -> None:
    """By an import, a package, a name in a string; what only a docstring names stays dead."""
    sources = [
        Source("src/drillbook/cli/main.py", "from drillbook.run import near"),
        Source("src/drillbook/run/__init__.py", ""),
        Source("src/drillbook/run/near.py", 'GUARD = "guard.py", "import drillbook.run.named"'),
        Source("src/drillbook/run/guard.py", '"""Not to be taken for drillbook.run.told."""'),
        Source("src/drillbook/run/told.py", ""),
        Source("src/drillbook/run/named.py", ""),
        Source("src/drillbook/run/one.py", "import drillbook.run.other"),
        Source("src/drillbook/run/other.py", "import drillbook.run.one"),
    ]
    dead = [complaint.split(":")[0] for complaint in no_dead_modules(sources)]
    assert [f"src/drillbook/run/{name}.py" for name in ("one", "other", "told")] == dead


def examples(pages: Iterable[Source]) -> Iterator[Source]:
    """The blocks below `## Flagged` and `## Fine` of the pages of lints.

    tests/lint/test_pages.py lints each of them and holds it to its heading, so they are test text;
    the sentences around them are not.
    """
    for page in pages:
        section = ""
        before = ""
        for token in MarkdownIt("commonmark").parse(page.text):
            if before == "heading_open":
                section = token.content
            elif token.type == "fence" and section in EXECUTED:
                yield Source(page.path, token.content)
            before = token.type


def test_there_is_enough_test_code() -> None:
    """Tests are at least 1.15 times as long as what they test, on the way to 1.3."""
    program = code_lines(PROGRAM)
    tests = code_lines([*python("tests"), *examples(LINT_PAGES)])
    assert tests >= TEST_LINES_PER_SOURCE_LINE * program, (
        f"{tests} lines of tests for {program} of the program are "
        f"{tests / program:.2f} times, {TEST_LINES_PER_SOURCE_LINE} are wanted; test the room "
        "that has the fewest"
    )


def test_an_example_that_is_executed_is_test_text() -> None:
    """Of a page, the blocks of its two sections count, without blank lines and comments."""
    page = (
        "# x\n\nWhat it is.\n\n```yaml\nnot: counted\n```\n\n"
        "## Flagged\n\nOne more sentence.\n\n"
        "```yaml\n# a comment\ngroups:\n\n- name: disk\n```\n\n"
        "## Fine\n```yaml\ngroups: []\n```\n\n"
        "## Cure\n```yaml\nnot: counted\n```\n"
    )
    texts = list(examples([Source("docs/lints/x.md", page)]))
    assert ["# a comment\ngroups:\n\n- name: disk\n", "groups: []\n"] == [
        each.text for each in texts
    ]
    assert 3 == code_lines(texts)


@pytest.mark.parametrize(
    ("registry", "package", "act"),
    [
        (FAULTS, "drillbook.drill.faults", "inject"),
        (ACTIONS, "drillbook.run.actions", "start"),
        (TRANSPORTS, "drillbook.run.transports", "carry"),
    ],
    ids=["faults", "actions", "transports"],
)
def test_a_registry_holds_every_module_of_its_folder(
    registry: Mapping[str, object], package: str, act: str
) -> None:
    """A plug-in is one module and one line: neither is there without the other."""
    defining = {source.module for source, function in functions_of(PROGRAM) if function.name == act}
    modules = {name for name in defining if name.rpartition(".")[0] == package}
    assert modules == {module_of(entry) for entry in registry.values()}


def module_of(entry: object) -> str:
    """The module that an entry is, or in which it is defined."""
    return entry.__name__ if isinstance(entry, ModuleType) else entry.__module__


def test_every_lab_is_in_its_registry() -> None:
    """A folder with a lab is started by its name."""
    folders = {path.parent.name for path in (ROOT / "src/drillbook_labs").glob("*/lab.py")}
    assert folders == LABS.keys()
