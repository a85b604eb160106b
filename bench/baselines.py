"""What else finds a document by words: plain SQLite FTS5, and ripgrep by words that it matched."""

import os
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

Search = Callable[[str], list[str]]
SHOWN = 10
_WORD = re.compile(r"[A-Za-z0-9_]+")
_UNPACKED = Path(__file__).parents[1] / ".tools" / "debian" / "usr" / "bin" / "rg"


def words_of(question: str) -> list[str]:
    """Each once, in small letters."""
    return list(dict.fromkeys(word.lower() for word in _WORD.findall(question)))


def fts5(documents: Mapping[str, str], tokenizer: str = "unicode61") -> Search:
    """bm25 over whole documents, any word of the question."""
    connection = sqlite3.connect(":memory:")
    connection.execute(
        f"CREATE VIRTUAL TABLE document USING fts5(path UNINDEXED, body, tokenize='{tokenizer}')"
    )
    connection.executemany("INSERT INTO document VALUES (?, ?)", documents.items())

    def search(question: str) -> list[str]:
        asked = " OR ".join(f'"{word}"' for word in words_of(question))
        statement = "SELECT path FROM document WHERE document MATCH ? ORDER BY rank LIMIT ?"
        return [path for (path,) in connection.execute(statement, (asked, SHOWN))] if asked else []

    return search


def program() -> str | None:
    """Where ripgrep is, on PATH or unpacked by `tools/servers.sh`."""
    return shutil.which("rg") or (str(_UNPACKED) if os.access(_UNPACKED, os.X_OK) else None)


def ripgrep(documents: Mapping[str, str], folder: Path) -> Search | None:
    """By how many words of the question a document has, then by how often; None without it."""
    rg = program()
    if rg is None:
        return None
    paths = {}
    for number, (path, text) in enumerate(documents.items()):
        paths[f"{number}.md"] = path
        (folder / f"{number}.md").write_text(text, encoding="utf-8")

    def search(question: str) -> list[str]:
        found: dict[str, set[str]] = {}
        often: dict[str, int] = {}
        words = [part for word in words_of(question) for part in ("-e", word)]
        flags = ["--only-matching", "--ignore-case", "--word-regexp", "--no-heading", "--no-config"]
        command = [rg, *flags, "--with-filename", *words, "."]
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, check=False, timeout=60
        )
        for line in done.stdout.splitlines():
            name, _, word = line.removeprefix("./").partition(":")
            found.setdefault(name, set()).add(word.lower())
            often[name] = often.get(name, 0) + 1
        best = sorted(found, key=lambda name: (-len(found[name]), -often[name], paths[name]))
        return [paths[name] for name in best[:SHOWN]]

    return search
