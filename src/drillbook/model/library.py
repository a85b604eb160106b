"""All documents and rules of a tree, as far as one has to know of another."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum

from drillbook.model.place import Place
from drillbook.model.rule import RuleFile


class ReferenceKind(Enum):
    """How one file names another."""

    LINK = "link"
    SCRIPT = "script"
    FILE = "file"
    MODULE = "module"
    OPTION = "option"
    NETWORK = "network"
    COLUMN = "column"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A relative path that a document names, as written; a LINK may be `#anchor` alone.

    A FILE is named in prose. A MODULE is imported, its target has dots.
    An OPTION is given to a script: `path --option`. A NETWORK is one of containers.
    A COLUMN is `table column`.
    """

    place: Place
    kind: ReferenceKind
    target: str


class ClaimKind(Enum):
    """What a text says of a rule."""

    THRESHOLD = "threshold"
    FOR = "for"
    RATE = "rate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What a document says in words of an alert's rule, such as "above 5 % for 10 minutes".

    `value` is a number as the rule would hold it (5 % is 0.05 where `is_percent`), durations are in
    seconds. `per_s` is the time that a RATE counts by (60 for "per minute").
    """

    place: Place
    alert: str
    kind: ClaimKind
    value: float
    text: str
    is_percent: bool = False
    per_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RunbookCard:
    """A runbook in short; `alerts` are those it lists, each with its place.

    `options` are the anchors of its Options.
    `detect_s` is the time in which its objectives promise that the alert fires.
    """

    place: Place
    path: str
    anchor: str
    title: str
    kind: str = "alert"
    severity: str = ""
    owner: str = ""
    service: str = ""
    alerts: Mapping[str, Place] = field(default_factory=dict)
    options: tuple[str, ...] = ()
    detect_s: float | None = None
    detect_place: Place | None = None


class LeadKind(Enum):
    """Where a runbook_url leads. ELSEWHERE: to an address of which this tree knows nothing."""

    FILE = "file"
    NO_ANCHOR = "no anchor"
    NO_FILE = "no file"
    ELSEWHERE = "elsewhere"
    TEMPLATED = "templated"
    NO_ADDRESS = "no address"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """What a runbook_url names: `path` is the file's, empty where there is none.

    `prefix` is what no `runbook_urls` knows of an address that leads ELSEWHERE; of a URL that names
    NO_FILE, `path` is where one was looked for.
    """

    kind: LeadKind
    path: str = ""
    anchor: str = ""
    prefix: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """An alert to which a line of its own gives what follows."""

    alert: str
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What the rest of the library has to know of one document; small, kept for every file.

    `named` are the alerts to which a line such as `Alert Name: DiskFull` gives what follows.
    """

    path: str
    is_runbook: bool = True
    is_adopted: bool = False
    anchors: tuple[str, ...] = ()
    runbooks: tuple[RunbookCard, ...] = ()
    references: tuple[Reference, ...] = ()
    claims: tuple[Claim, ...] = ()
    named: tuple[Named, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One metric that something exports: `type` as its TYPE line says, values by label."""

    name: str
    type: str = "unknown"
    labels: Mapping[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposition:
    """What a Prometheus or its targets export; `source` is said to people.

    `is_whole`: what is not in it is exported by nothing, as a Prometheus knows; a file of one
    exporter knows only of itself.
    """

    source: str
    metrics: Mapping[str, Metric] = field(default_factory=dict)
    is_whole: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Keep:
    """What a remote write keeps: metrics whose name `pattern` fits whole, and no other."""

    place: Place
    pattern: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScrapeConfig:
    """A Prometheus's own configuration file. `rule_files` are patterns, from its folder.

    `is_whole`: all its jobs and rule files stand in it, and none in a file that it names.
    """

    path: str
    jobs: frozenset[str] = frozenset()
    rule_files: tuple[str, ...] = ()
    keeps: tuple[Keep, ...] = ()
    scrape_s: float | None = None
    evaluation_s: float | None = None
    is_whole: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """Everything that was read. `has_file` says whether a path, from the root, is there.

    `text_of` says what stands in a file: None where it is no text, or a very long one.
    `jobs` are the scrape jobs of the configuration files that were read; None where none was.
    `runbook_urls` maps a URL's beginning to a folder, of all packs and settings. `leads` says of
    each runbook_url of the rules where it leads; a verb asks the room `link` for them.
    """

    cards: tuple[Card, ...] = ()
    rule_files: tuple[RuleFile, ...] = ()
    has_file: Callable[[str], bool] = lambda _: False
    text_of: Callable[[str], str | None] = lambda _: None
    exposition: Exposition | None = None
    jobs: frozenset[str] | None = None
    scrape_configs: tuple[ScrapeConfig, ...] = ()
    leads: Mapping[str, Lead] = field(default_factory=dict)
    runbook_urls: Mapping[str, str] = field(default_factory=dict)
