"""A folder with settings, a pack and people with tokens: what a server is started in.

The pack's runbooks mend files below the folder, so that a test sees what really happened.
"""

from dataclasses import dataclass
from pathlib import Path

from drillbook.model.clock import SystemClock
from drillbook.model.settings import Settings
from drillbook.people import tokens
from drillbook.people.tokens import NewToken
from drillbook.read.settings import read_settings
from drillbook.verbs.running.workplace import open_workplace

PEOPLE = {
    "alice": ["admin", "oncall"],
    "bob": ["dba"],
    "carol": ["dba"],
    "guest": [],
    "alertmanager": ["webhook"],
}
URLS = 'runbook_urls:\n  "https://runbooks.example.org/flags/": runbooks/\n'
FRONT = """---
service: flags
alerts: [FlagDown]
inputs:
  pole: {pattern: '[a-z0-9][a-z0-9-]*', default: north-1}
---
"""


def flag_book(risk: str = "none", *, attributes: str = "idempotent=yes", step: str = "") -> str:
    """A runbook that raises a flag, a file in the folder `poles`, and counts how often."""
    act = step or 'echo "$POLE" >> "$POLES/raised"; touch "$POLES/$POLE"'
    return f"""{FRONT.replace("inputs:", "inputs:" + POLES)}# The flag is down
## Diagnosis
### Is the flag up?
```sh {{ name=flag-up timeout=20s }}
test -e "$POLES/$POLE"
```
**Healthy:** exit code is 0. **Unhealthy:** exit code is 1.
## Resolution
### Raise the flag
**When:** `flag-up` is unhealthy.
**Risk:** {risk}.
**Loses:** nothing.
```sh {{ name=raise-flag timeout=30s {attributes} }}
{act}
```
## Verification
```sh {{ name=flag-stays timeout=20s }}
test -e "$POLES/$POLE"
```
**Recovered:** exit code is 0.
"""


POLES = "\n  poles: {from: target.flagpole.folder}"


@dataclass(frozen=True, slots=True)
class Site:
    """`tokens` by name of the person."""

    folder: Path
    tokens: dict[str, str]

    @property
    def poles(self) -> Path:
        """Where the flags fly."""
        return self.folder / "poles"

    @property
    def config(self) -> Path:
        """The settings' file."""
        return self.folder / "drillbook.toml"

    @property
    def settings(self) -> Settings:
        """The settings as they are read."""
        settings, findings = read_settings(self.config)
        assert settings is not None, findings
        return settings

    def raised(self) -> list[str]:
        """Each raising of a flag that really happened."""
        path = self.poles / "raised"
        return path.read_text().splitlines() if path.exists() else []


def make_site(folder: Path, more: str = "", pack: str = URLS, **books: str) -> Site:
    """A site with these runbooks, which are `flag.md` of no risk where none are given."""
    (folder / "pack/runbooks").mkdir(parents=True)
    (folder / "poles").mkdir()
    (folder / "pack/pack.yaml").write_text(f"name: flags\n{pack}", encoding="utf-8")
    for name, text in (books or {"flag": flag_book()}).items():
        (folder / f"pack/runbooks/{name}.md").write_text(text, encoding="utf-8")
    people = "".join(f"[people.{name}]\nroles = {roles}\n" for name, roles in PEOPLE.items())
    (folder / "drillbook.toml").write_text(
        f'packs = ["pack"]\n{more}\n{people}[targets.flagpole]\nfolder = "{folder}/poles"\n',
        encoding="utf-8",
    )
    return Site(folder, {})


def give_tokens(site: Site) -> Site:
    """A token for each of PEOPLE, made as `drillbook token create` does it."""
    now_ns = SystemClock().now_ns()
    with open_workplace(site.settings) as place:
        for name in PEOPLE:
            _, text = tokens.create(place.journal, NewToken(person=name, by="test"), now_ns)
            site.tokens[name] = text
    return site
