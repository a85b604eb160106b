"""Any tree that somebody clones: every command that looks at one ends, and none with a bug of ours.

The trees are the examples of the lints' pages, with pieces in them that no editor would write.
"""

import contextlib
import io
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from drillbook.cli.main import code_of
from drillbook.convert.registry import FORMATS
from drillbook.report.lint_forms import FORMS
from mutated import trees

LOOKS = (
    *(("lint", "--no-outside", "--severity", "note", "--format", form) for form in FORMS),
    ("lint", "--no-outside", "--diff"),
    ("lint", "--no-outside", "--write-baseline", "known.json"),
    ("lint", "--no-outside", "--baseline", "known.json"),
    ("cover", "--format", "json"),
    ("cover", "--format", "markdown"),
    ("find", "the disk is full", "--format", "json"),
    ("find", "DiskFull"),
    ("init", "--dry-run"),
)
QUIET = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@contextlib.contextmanager
def tree_of(files: dict[str, str], folder: Path) -> Iterator[Path]:
    """The files on the disk, and we in their folder; all is gone afterwards."""
    before, root = Path.cwd(), folder / "tree"
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8", errors="surrogatepass", newline="")
    root.mkdir(exist_ok=True)
    os.chdir(root)
    try:
        yield root
    finally:
        os.chdir(before)
        shutil.rmtree(root)


def ended(*arguments: str) -> tuple[int, str, str]:
    """The exit code, and what was said on both streams."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = code_of(list(arguments))
    return code, out.getvalue(), err.getvalue()


def is_harmless(text: str) -> bool:
    """Nothing in it moves the cursor, colours, rings or turns the direction of writing."""
    return not {*text} & {*map(chr, range(9)), "\x1b", "\x07", "\r", "\x9b", "\u202e", "\u2066"}


@settings(max_examples=8, suppress_health_check=QUIET)
@given(files=trees())
def test_whoever_looks_at_a_tree_comes_back(files, tmp_path):
    """With an exit code that the pages tell, and nothing that a terminal would obey."""
    with tree_of(files, tmp_path):
        for arguments in LOOKS:
            code, out, err = ended(*arguments)
            assert code in (0, 1, 2, 4), (arguments, out, err)
            assert is_harmless(out + err), arguments
            if code in (0, 1) and arguments[-1] == "json":
                json.loads(out)


@settings(max_examples=25, suppress_health_check=QUIET)
@given(files=trees(), name=st.sampled_from(sorted(FORMATS)))
def test_what_is_imported_of_any_file_lies_in_its_folder(files, name, tmp_path):
    """Whatever the file is called and says; and a second import replaces nothing unasked."""
    with tree_of(files, tmp_path) as root:
        code, out, err = ended("import", name, *files, "--into", "made", "--owner", "team")
        assert code in (0, 1, 2), err
        assert is_harmless(out + err)
        made = {path: path.read_bytes() for path in (root / "made").rglob("*") if path.is_file()}
        assert files.keys() == {
            path.relative_to(root).as_posix()
            for path in root.rglob("*")
            if path.is_file() and path not in made
        }
        ended("import", name, *files, "--into", "made", "--owner", "somebody else")
        assert made == {path: path.read_bytes() for path in made}


@settings(max_examples=8, suppress_health_check=QUIET)
@given(files=trees())
def test_init_writes_settings_that_lint_understands(files, tmp_path):
    """In any tree that has none, and in which there is something: once, and over nothing."""
    with tree_of(files, tmp_path) as root:
        file = root / "drillbook.toml"
        before = file.read_bytes() if file.exists() else None
        code, _, err = ended("init")
        written = file.read_bytes() if file.exists() else None
        if before is not None:
            assert (2, before) == (code, written), err
        elif written is None:
            assert 1 == code, err
            assert "nothing is written" in err
        else:
            assert 0 == code, err
            assert ended("lint", "--no-outside")[0] in (0, 1)
            assert (2, written) == (ended("init")[0], file.read_bytes())


@settings(max_examples=6, suppress_health_check=QUIET)
@given(files=trees())
def test_mending_a_tree_twice_changes_it_once(files, tmp_path):
    """What is left for a second `--fix` overlapped with what the first one did."""
    with tree_of(files, tmp_path) as root:
        texts = [{path: (root / path).read_bytes() for path in files}]
        for _ in range(8):
            code, _, err = ended("lint", "--no-outside", "--fix")
            assert code in (0, 1, 2), err
            texts.append({path: (root / path).read_bytes() for path in files})
        assert texts[-1] == texts[-2]
