"""How many files are linted in a second, anew and by what was kept, and what it takes of memory.

DRILLBOOK_CORPUS names a folder of real runbooks and rules, which are repeated with another last
line each; without it, generated runbooks are linted. The peer is another linter of Markdown from
the package index, in an environment of its own below `build`.
"""

import itertools
import os
import subprocess
import sys
import threading
import time
import venv
from collections.abc import Iterator
from pathlib import Path

from bench.figures import Figure
from bench.runbook_texts import runbook_texts

ROOT = Path(__file__).parents[1]
PEER = "pymarkdownlnt==0.9.41"
PEERS = ROOT / "build" / "peers"
# A folder that it walks is what it is fastest at; ten thousand files would take it an hour.
PEER_FILES = 40
SAMPLE_S = 0.05
SUFFIXES = (".md", ".yaml", ".yml")


def measure(folder: Path, *, is_quick: bool) -> list[Figure]:
    """Our own lints alone: programs outside would measure themselves."""
    count = 500 if is_quick else 10_000
    tree = folder / "tree"
    _write(tree, count)
    few = folder / "few"
    _write(few, PEER_FILES // 5 if is_quick else PEER_FILES)
    peer = _peer_rate(few)
    cold_s, cold_mb = _lint(tree)
    warm_s, warm_mb = min(_lint(tree) for _ in range(3))
    return [
        _rate("files linted, anew", count / cold_s, peer, count, "over 1,000"),
        _rate("files linted, by what was kept", count / warm_s, peer, count, "over 10,000"),
        Figure(
            what=f"memory of all processes, {count:,} files linted anew",
            unit="MB",
            ours=cold_mb,
            peer=warm_mb,
            peer_name="the same by what was kept",
            samples=1,
            aim="under 300 MB",
        ),
    ]


def _rate(what: str, ours: float, peer: float, count: int, aim: str) -> Figure:
    name = f"{PEER.partition('=')[0]}, some of the same files"
    return Figure(
        what=what, unit="files/s", ours=ours, peer=peer, peer_name=name, samples=count, aim=aim
    )


def _write(tree: Path, count: int) -> None:
    for number, (path, text) in enumerate(itertools.islice(_texts(), count)):
        target = tree / str(number // 500) / path
        target.parent.mkdir(parents=True, exist_ok=True)
        mark = f"\n<!-- {number} -->\n" if target.suffix == ".md" else f"\n# {number}\n"
        target.write_text(text + mark, encoding="utf-8")


def _texts() -> Iterator[tuple[str, str]]:
    """Paths and texts, over and over."""
    corpus = os.environ.get("DRILLBOOK_CORPUS")
    if corpus is None:
        made = [(f"{number}.md", text) for number, text in enumerate(runbook_texts(400))]
    else:
        files = sorted(path for path in Path(corpus).rglob("*") if path.suffix in SUFFIXES)
        made = [(str(path.relative_to(corpus)), path.read_text("utf-8")) for path in files]
    for again in itertools.count():
        yield from ((f"{again}/{path}", text) for path, text in made)


def _lint(tree: Path) -> tuple[float, float]:
    """Seconds, and the most megabytes that all processes had for themselves at once."""
    script = Path(sys.executable).parent / "drillbook"
    command = [str(script), "lint", ".", "--no-outside", "--fail-on", "never"]
    begun_s = time.monotonic()
    with subprocess.Popen(command, cwd=tree, stdout=subprocess.DEVNULL) as process:
        peaks: list[float] = [0.0]
        watcher = threading.Thread(target=_watch, args=(process, peaks), daemon=True)
        watcher.start()
        assert process.wait() == 0
        took_s = time.monotonic() - begun_s
    watcher.join()
    return took_s, max(peaks)


def _watch(process: subprocess.Popen[bytes], peaks: list[float]) -> None:
    while process.poll() is None:
        peaks.append(sum(_proportional_mb(pid) for pid in _family(process.pid)))
        time.sleep(SAMPLE_S)


def _family(pid: int) -> list[int]:
    """The process and its children."""
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    except OSError:
        return []
    return [pid, *map(int, text.split())]


def _proportional_mb(pid: int) -> float:
    """What is shared counts by its share."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    except OSError:
        return 0.0
    lines = (line.split() for line in text.splitlines() if line.startswith("Pss:"))
    return sum(int(words[1]) for words in lines) / 1024


def _peer_rate(tree: Path) -> float:
    """Files in a second."""
    pymarkdown = PEERS / "bin" / "pymarkdown"
    if not pymarkdown.exists():
        venv.create(PEERS, with_pip=True)
        install = [str(PEERS / "bin" / "python"), "-m", "pip", "install", "--quiet", PEER]
        subprocess.run(install, check=True)
    count = sum(1 for _ in tree.rglob("*.md"))
    begun_s = time.monotonic()
    subprocess.run([pymarkdown, "scan", "-r", tree], stdout=subprocess.DEVNULL, check=False)
    return count / (time.monotonic() - begun_s)
