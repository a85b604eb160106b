"""A fault's settings as its drill gives them → what is missing, unknown or of a wrong form."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from drillbook.model.drill import Setting
from drillbook.model.finding import Finding
from drillbook.model.lab import LabError
from drillbook.model.place import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A setting that a kind of fault has: a text, from `choices` where there are any."""

    name: str
    is_required: bool = True
    choices: tuple[str, ...] = ()


def check_settings(
    known: Collection[Known], settings: Mapping[str, Setting], place: Place
) -> tuple[Finding, ...]:
    """Every flaw at once, with the nearest name that would have been understood."""
    names = [one.name for one in known]
    unknown = [
        Finding(
            place=place,
            lint="fault-setting-unknown",
            message=f"this kind of fault has no setting {name}",
            help=_nearest(name, names),
        )
        for name in settings
        if name not in names
    ]
    return tuple(unknown + [flaw for one in known for flaw in _flaws(one, settings, place)])


def text(settings: Mapping[str, Setting], name: str, default: str = "") -> str:
    """A checked setting. Raises LabError where the drill is run in spite of its findings."""
    value = settings.get(name, default)
    if not isinstance(value, str) or not value:
        raise LabError(f"the fault has no setting {name}: add it to the drill")
    return value


def _flaws(one: Known, settings: Mapping[str, Setting], place: Place) -> list[Finding]:
    value = settings.get(one.name)
    if value is None:
        lint, message = "fault-setting-missing", f"the fault has no setting {one.name}"
        cure = f"add {one.name} to the fault"
        is_flaw = one.is_required
    elif not isinstance(value, str) or not value.strip():
        lint, message = "fault-setting-mistyped", f"the fault's {one.name} is no text"
        cure = f'write {one.name} as a text: {one.name}: "…"'
        is_flaw = True
    else:
        lint, message = "fault-setting-mistyped", f"the fault's {one.name} cannot be {value}"
        cure = _nearest(value, one.choices)
        is_flaw = bool(one.choices) and value not in one.choices
    return [Finding(place=place, lint=lint, message=message, help=cure)] if is_flaw else []


def _nearest(word: str, words: Collection[str]) -> str:
    near = get_close_matches(word, words, n=1)
    return f"write {near[0]}" if near else f"write one of: {', '.join(words)}"
