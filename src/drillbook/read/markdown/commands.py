"""The content of a fence → the command that is run, without prompts and output."""

import re
from dataclasses import dataclass

RUNNABLE = ("sh", "bash", "shell", "console", "sql", "promql", "http", "python")
SHELLS = ("sh", "bash", "shell", "console")
# Languages of blocks that are looked at; never taken for a slip of one that runs.
SHOWN = frozenset(
    "text txt plaintext plain output log logs json jsonc json5 yaml yml toml ini conf xml html css "
    "diff patch md markdown mermaid go golang java js javascript ts typescript c cpp rust ruby rb "
    "php csv tsv hcl terraform tf nginx dockerfile docker makefile make proto graphql regex none "
    "csharp cs kotlin scala lua perl r jsonpath logql traceql dot plantuml svg ssh config env "
    "properties systemd cron crontab powershell ps1 bat cmd zsh fish ksh csh tcsh cql kql "
    "mql".split()
)
# What bash takes as it is comes first: quotes, comments, what an escape stands before.
_PLACEHOLDER = re.compile(
    r"""'[^']*'|"(?:[^"\\]|\\.)*"|\\.|(?:^|(?<=\s))\#[^\n]*"""
    r"""|(?P<placeholder><[A-Za-z](?:[A-Za-z0-9_. -]{0,60}[A-Za-z0-9_.-])?>)""",
    re.DOTALL,
)
# What programs print: a block may hold an answer below its command.
_PRINTED = frozenset(
    "<none> <unknown> <unset> <nil> <null> <invalid> <pending> <empty> <html> <head> <body> "
    "<title> <h1> <p> <br> <hr> <center> <div> <span> <pre> <a> <ul> <li>".split()
)
# A text for a program's input, up to its own last line.
_HERE_DOCUMENT = re.compile(
    r"<<-?[ \t]*(['\"]?)(\w+)\1(?P<rest>[^\n]*)\n.*?(?:\n[ \t]*\2(?=\n|$)|$)", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Command:
    """`line` is how many lines below the fence's content begin; `text` is empty for output."""

    text: str
    line: int = 0
    has_prompts: bool = False


def read_command(language: str, content: str) -> Command:
    """In `console`, and wherever the first line has a prompt, only the prompted lines."""
    lines = content.split("\n")
    first = next((line.strip() for line in lines if line.strip()), "")
    if language == "console" or (language in SHELLS and first.startswith("$ ")):
        return _prompted(lines)
    # An empty fence is no step.
    return Command(text=content.rstrip("\n") if content.strip() else "")


def _prompted(lines: list[str]) -> Command:
    kept: list[str] = []
    first = 0
    is_continued = False
    for number, line in enumerate(lines):
        stripped = line.strip()
        if is_continued:
            kept.append(line.rstrip())
        elif stripped.startswith("$ "):
            first = first if kept else number
            kept.append(stripped[2:])
        else:
            continue
        is_continued = kept[-1].endswith("\\")
    return Command(text="\n".join(kept), line=first, has_prompts=bool(kept))


def placeholder_in(command: str) -> str | None:
    """The first `<namespace>` of a shell command, which bash would take for a redirection."""
    if "<" not in command:
        return None
    bare = _HERE_DOCUMENT.sub(r"\g<rest>\n", command) if "<<" in command else command
    found = (each["placeholder"] for each in _PLACEHOLDER.finditer(bare))
    return next((each for each in found if each and each.lower() not in _PRINTED), None)
