"""A program and a text for it → what it says; nothing where it is missing or does not end."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PROGRAMS = ("bash", "shellcheck")
ANSWER_S_MAX = 10.0
ANSWER_CHARS_MAX = 200_000


@dataclass(frozen=True, slots=True)
class Answer:
    """`is_asked`: the program was there and ended by itself."""

    is_asked: bool
    code: int = 0
    out: str = ""
    err: str = ""


@cache
def path_of(name: str) -> str | None:
    """Where the program is installed: on the path, or beside the Python that runs us."""
    beside = str(Path(sys.executable).parent)
    return shutil.which(name) or shutil.which(name, path=beside)


def ask(name: str, *args: str, text: str) -> Answer:
    """The text goes to its standard input; it gets none of our environment but the path."""
    path = path_of(name)
    if path is None:
        return Answer(is_asked=False)
    try:
        done = subprocess.run(
            (path, *args),
            input=text.encode("utf-8", "replace"),
            capture_output=True,
            timeout=ANSWER_S_MAX,
            check=False,
            env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8"},
        )
    except (OSError, subprocess.TimeoutExpired):
        return Answer(is_asked=False)
    out, err = (
        said[:ANSWER_CHARS_MAX].decode("utf-8", "replace") for said in (done.stdout, done.stderr)
    )
    return Answer(is_asked=True, code=done.returncode, out=out, err=err)
