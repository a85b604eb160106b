"""How often `find` answers right, and how quickly, beside plain SQLite FTS5 and ripgrep."""

import os
import random
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path, PurePath

from bench.alert_questions import Labelled, Question, labelled
from bench.baselines import SHOWN, Search, fts5, ripgrep
from bench.figures import Figure, in_turn_ms, median
from bench.runbook_texts import runbook_texts
from drillbook.read.markdown.runbook import read_document
from drillbook.read.settings import default_settings
from drillbook.search.cache import open_cache, writing
from drillbook.search.entries import entries_of
from drillbook.search.indexing import replace_entries
from drillbook.search.question import ask
from drillbook.search.ranking import ranked
from drillbook.search.rows import Entry
from drillbook.verbs.find import Scope, find
from drillbook.verbs.indexing.tree import index_tree

# The corpora are test data of others and no part of the project: README, "Benchmarks".
CORPORA = Path(
    os.environ.get("DRILLBOOK_CORPORA", Path(__file__).parents[2] / "shared" / "corpora")
)
SETS = {
    "kube-prometheus": ("kube-prometheus-rules", "prometheus-operator-runbooks"),
    "OpenShift": ("cluster-monitoring-rules", "openshift-runbooks"),
}
LOG_LINES = Path(__file__).parents[1] / "tests" / "search" / "data" / "log_lines.txt"
RESAMPLES = 10_000
RUNBOOKS = 2_000
AIM = "10 points more than each peer"


@dataclass(frozen=True, slots=True)
class Asked:
    """One question, and at which place each way had its answer; 0 where it had not."""

    group: str
    is_held_out: bool
    ours: int
    peers: dict[str, int]


def measure(folder: Path, *, is_quick: bool) -> list[Figure]:
    """Quality where the corpora lie beside the project, then speed."""
    figures: list[Figure] = []
    if CORPORA.is_dir():
        figures += quality(folder)
    else:
        print(f"no corpora at {CORPORA}: what is found is not measured", file=sys.stderr)
    return figures + speed(folder, is_quick=is_quick)


def quality(folder: Path) -> list[Figure]:
    """Descriptions decide; summaries and lines of logs stand beside them."""
    sets = [
        labelled(name, CORPORA / rules, CORPORA / documents)
        for name, (rules, documents) in SETS.items()
    ]
    descriptions = _asked(sets, folder / "descriptions", lambda question: question.description)
    summaries = _asked(sets, folder / "summaries", lambda question: question.summary)
    halves = {
        "the half that was tuned on": [each for each in descriptions if not each.is_held_out],
        "the half held out": [each for each in descriptions if each.is_held_out],
    }
    groups = {name: [each for each in descriptions if each.group == name] for name in SETS}
    figures = _figures("alert descriptions, both sets", descriptions, aim=AIM)
    for name, asked in {**groups, **halves}.items():
        figures += _figures(f"alert descriptions, {name}", asked)[::3]
    figures += _figures("alert summaries, both sets", summaries)
    return figures + _figures("lines of logs", _log_lines(sets, folder / "logs"))


def _asked(
    sets: Sequence[Labelled], folder: Path, text_of: Callable[[Question], str]
) -> list[Asked]:
    found = []
    for one in sets:
        search, peers = _ways(one.documents, folder / one.name)
        for question in one.questions:
            text = text_of(question)
            places = {name: _place(peer(text), {question.document}) for name, peer in peers.items()}
            ours = _place(search(text), {question.document})
            found.append(Asked(one.name, question.is_held_out, ours, places))
    return found


def _log_lines(sets: Sequence[Labelled], folder: Path) -> list[Asked]:
    """Both sets together; whichever has a document of that name answers right."""
    documents = {f"{one.name}/{path}": text for one in sets for path, text in one.documents.items()}
    search, peers = _ways(documents, folder)
    found = []
    for block in LOG_LINES.read_text(encoding="utf-8").split("=== ")[1:]:
        name, _, text = block.partition("\n")
        right = {path for path in documents if PurePath(path).stem == name.strip()}
        places = {peer: _place(way(text), right) for peer, way in peers.items()}
        found.append(Asked("logs", True, _place(search(text), right), places))
    return found


def _ways(documents: Mapping[str, str], folder: Path) -> tuple[Search, dict[str, Search]]:
    """Ours and those that are there of the others, over the same documents."""
    folder.mkdir(parents=True)
    peers = {"SQLite FTS5, bm25": fts5(documents)}
    by_ripgrep = ripgrep(documents, folder)
    if by_ripgrep is None:
        print("ripgrep is not installed: it is left out", file=sys.stderr)
    else:
        peers["ripgrep, words matched"] = by_ripgrep
    return _ours(documents), peers


def _ours(documents: Mapping[str, str]) -> Search:
    """The index as it is kept, but in memory and with the names of the files taken out."""
    entries = {
        path: _masked(path, number, text) for number, (path, text) in enumerate(documents.items())
    }
    connection = open_cache(None)
    with writing(connection):
        replace_entries(connection, (), entries, entries.__getitem__)
    return lambda text: [hit.path for hit in ranked(ask(text), connection, SHOWN)]


def _masked(path: str, number: int, text: str) -> list[Entry]:
    hidden = str(PurePath(path).with_name(f"d{number}.md"))
    found = entries_of(read_document(text, hidden))
    return [replace(entry, path=path, is_runbook=True) for entry in found]


def _place(found: Sequence[str], right: set[str]) -> int:
    return next((place for place, path in enumerate(found, start=1) if path in right), 0)


def _figures(what: str, asked: Sequence[Asked], aim: str = "") -> list[Figure]:
    """Recall at 1 and 5 and the mean reciprocal rank, beside each peer."""
    figures = []
    for peer in asked[0].peers:
        ours, theirs = [each.ours for each in asked], [each.peers[peer] for each in asked]
        low, high = interval(ours, theirs)
        spread = f"more by {low:.1f} to {high:.1f} points (95 %)"
        pair = partial(Figure, unit="%", peer_name=peer, samples=len(asked))
        figures += [
            pair(
                what=f"found first: {what}",
                ours=recall(ours, 1),
                peer=recall(theirs, 1),
                aim=f"{aim}; {spread}" if aim else spread,
            ),
            pair(what=f"among five: {what}", ours=recall(ours, 5), peer=recall(theirs, 5)),
            pair(
                what=f"mean reciprocal rank: {what}",
                ours=reciprocal(ours),
                peer=reciprocal(theirs),
            ),
        ]
    return figures


def recall(places: Sequence[int], at: int) -> float:
    """In percent: how often the answer is among the first so many."""
    return 100 * sum(0 < place <= at for place in places) / len(places)


def reciprocal(places: Sequence[int]) -> float:
    """In percent: 100 where the answer is always first, 50 where it is always second."""
    return 100 * sum(1 / place for place in places if place) / len(places)


def interval(ours: Sequence[int], theirs: Sequence[int], seed: int = 1) -> tuple[float, float]:
    """The paired bootstrap's 95 % of the difference in recall at 1, in points."""
    pairs = [(one == 1) - (other == 1) for one, other in zip(ours, theirs, strict=True)]
    draw = random.Random(seed)
    means = sorted(
        100 * sum(draw.choices(pairs, k=len(pairs))) / len(pairs) for _ in range(RESAMPLES)
    )
    return means[int(0.025 * RESAMPLES)], means[int(0.975 * RESAMPLES)]


def speed(folder: Path, *, is_quick: bool) -> list[Figure]:
    """In the process and from the shell, on so many runbooks, with the look at every file."""
    root = folder / "tree"
    texts = runbook_texts(RUNBOOKS)
    for number, text in enumerate(texts):
        path = root / f"team-{number // 50}" / f"runbook-{number}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{text}\nThe marker of this one is {_marker(number)}.\n", encoding="utf-8")
    scope = Scope(root=root, state=root / ".drillbook")
    with closing(open_cache(scope.cache)) as connection:
        index_tree(connection, scope, default_settings(root), tell=print)
    times = 20 if is_quick else 100
    by_fts5 = fts5({str(number): text for number, text in enumerate(texts)})
    question = "the ledger queue waits and the disk is full after a restart"
    act = partial(find, question, scope, 5, here=root, refresh=partial(_refresh, scope))
    act()
    inside_ms, peer_ms = in_turn_ms(act, lambda: by_fts5(question), times=times)
    script = Path(sys.executable).with_name("drillbook")
    shell = partial(_run, [script, "find", question], root)
    bare = partial(_run, [sys.executable, "-c", "pass"], root)
    shell()
    shell_ms, bare_ms = in_turn_ms(shell, bare, times=times // 4)
    on = f"{RUNBOOKS:,} runbooks"
    return [
        _timing(f"an answer on {on}, files looked at", inside_ms, peer_ms, "under 10 ms"),
        replace(
            _timing(f"`drillbook find` from the shell on {on}", shell_ms, bare_ms, "under 120 ms"),
            peer_name="`python -c pass`",
        ),
    ]


def _timing(what: str, ours: Sequence[float], peer: Sequence[float], aim: str) -> Figure:
    return Figure(
        what=what,
        unit="ms",
        ours=median(ours),
        peer=median(peer),
        peer_name="SQLite FTS5 alone, in memory",
        samples=len(ours),
        aim=aim,
    )


def _marker(number: int) -> str:
    """A word that one runbook alone has."""
    return "m" + "".join(chr(97 + int(digit)) for digit in str(number))


def _refresh(scope: Scope, connection: object) -> None:
    """Files that were just written are looked at again, until their times are settled."""
    index_tree(connection, scope, default_settings(scope.root), tell=print)  # type: ignore[arg-type]


def _run(command: Sequence[str | Path], folder: Path) -> None:
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
