"""Files of other tools → runbooks in a folder, and what they could not say."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from drillbook.convert.registry import FORMATS
from drillbook.convert.source import Converted, Source
from drillbook.model.finding import Finding, Severity
from drillbook.plan.bind import THERE
from drillbook.plan.variables import variables_read
from drillbook.read.environment import is_refused_variable, is_variable_name
from drillbook.read.file import read_text
from drillbook.read.markdown.runbook import read_document
from drillbook.read.sentences.pattern import flaw_of_pattern
from drillbook.read.yaml import read_yaml
from drillbook.verbs.making.files import CannotCreateError, write_new
from drillbook.verbs.running.environment import PASSED_ON

AUTO = "auto"
YAML = (".yaml", ".yml", ".json")
# What a shell has without anybody giving it.
_OWN = frozenset(
    "PATH HOME USER LOGNAME PWD OLDPWD HOSTNAME SHELL TERM LANG LC_ALL TMPDIR UID EUID PPID RANDOM "
    "SECONDS LINENO IFS OPTARG OPTIND REPLY PIPESTATUS BASH BASH_SOURCE BASH_VERSION FUNCNAME "
    "HOSTTYPE OSTYPE MACHTYPE EPOCHSECONDS".split()
)
_GIVEN = frozenset((*PASSED_ON, *THERE, *_OWN))


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """`written` are paths from the root; `leftovers` are what was left out, with its place.

    `findings` are errors of what was written: a plan would not begin before they are mended.
    """

    written: tuple[str, ...]
    leftovers: tuple[Finding, ...]
    findings: tuple[Finding, ...]


def import_files(
    root: Path, form: str, paths: tuple[str, ...], *, into: str, owner: str = ""
) -> Imported:
    """All or none of it is written. Raises CannotCreateError and OSError."""
    files: dict[str, str] = {}
    leftovers: list[Finding] = []
    for path in paths:
        done = _converted(root, form, path, owner)
        leftovers += done.leftovers
        for name, text in done.files.items():
            place = f"{into}/{name}"
            if place in files:
                raise CannotCreateError(f"{path}: {place} comes of another file too; rename one")
            files[place] = text
    written = write_new(root, files)
    return Imported(
        written=tuple(written), leftovers=tuple(leftovers), findings=tuple(_errors(files))
    )


def _errors(files: dict[str, str]) -> Iterator[Finding]:
    for path, text in files.items():
        for finding in read_document(text, path).findings:
            if finding.severity is Severity.ERROR:
                yield finding


def _converted(root: Path, form: str, path: str, owner: str) -> Converted:
    text, flaws = read_text(root / path, path)
    if text is None:
        raise CannotCreateError(f"{path}: {flaws[0].message}; {flaws[0].help}")
    is_data = path.endswith(YAML) or form in ("rundeck", "ssm")
    values, findings = read_yaml(text, path) if is_data else ((), ())
    if findings:
        first = findings[0]
        raise CannotCreateError(f"{path}:{first.place.line}: {first.message}; {first.help}")
    source = Source(
        path=path,
        text=text,
        document=read_document("" if is_data else text, path),
        values=values,
        owner=owner,
        may_be_input=lambda name: is_variable_name(name) and not is_refused_variable(name),
        may_be_pattern=lambda pattern: flaw_of_pattern(pattern) is None,
        variables_of=lambda script: frozenset(variables_read(script) - _GIVEN),
    )
    name = _guessed(source) if form == AUTO else form
    if not FORMATS[name].may_be(source):
        raise CannotCreateError(f"{path} does not look like {name}; --help lists the formats")
    return FORMATS[name].convert(source)


def _guessed(source: Source) -> str:
    for name, each in FORMATS.items():
        if each.may_be(source):
            return name
    raise CannotCreateError(
        f"{source.path} is none of {', '.join(FORMATS)}; name its format if it is one"
    )
