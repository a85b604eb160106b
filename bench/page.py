"""Figures → the table in the terminal, and docs/benchmarks.md."""

import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from bench.figures import Figure

HEAD = ("what", "ours", "peer", "ratio", "the peer", "samples", "aim")
PAGE = """\
# Benchmarks

Each figure stands beside its peer, measured in turn with it in one run, so that whatever else
the machine did met both.
Ratios travel between machines; milliseconds do not.
No test is decided by any of them.

Repeat them with:

```sh
.venv/bin/python bench/run.py
```

`--only NAME` measures one of {names}; `--quick` takes fewer samples.
Both leave this page alone.

Machine: {machine}.

{table}

- **step**: runs of 20 steps of `true`.
  Ours is from one outcome on the disk to the next: a guardian runs the step and writes its
  traces, the outcome is judged, what follows is decided, and the outcome is committed together
  with the next intent.
  The peer starts `bash -c true` and waits; it keeps no output and no time limit, and remembers
  nothing.
- **supervisor**: the same without the journal and the run around it.
- **parse**: generated runbooks of 120 to 260 lines (`bench/runbook_texts.py`), read from disk.
  Ours gives nouns, sentences and Findings with their places; the peer gives tokens.
- **lint**: the files of `DRILLBOOK_CORPUS`, repeated with another last line each, else generated
  runbooks; by as many processes as there are cores, without programs outside.
  Memory is the sum of all processes' proportional shares.
  The peer reads Markdown alone and asks 40 rules of style; it is given 100 of the files.
- **start**: bytecode is compiled, as an installation leaves it.
- **find**: what an alert says of itself is asked for, its runbook is the answer; names of alerts,
  titles and names of files are masked in questions and documents (`bench/alert_questions.py`).
  Nothing of the rules is in the index. Weights were tuned on one half of the alerts, chosen by a
  hash of their names. Intervals are of a paired bootstrap of 10,000 samples.
  Lines of logs are ours (`tests/search/data/log_lines.txt`).
  The corpora are public runbooks and rules, which `DRILLBOOK_CORPORA` names; without them speed
  alone is measured, without ripgrep it is left out.
  An answer looks at the stamp of every file and folder first.
- **journal**: one entry per transaction, `synchronous = FULL`, write-ahead log.
  The peer hashes nothing and chains nothing.
- **store**: a PostgreSQL on the same machine with `fsync=on`, reached by TCP.
  The large journal holds 100,000 runs of ten entries, of which 50 are open; reading in it stands
  beside the same reading in a journal of 100 runs.
- **jobs**: the engine alone, from one thread to another; the bare loop starts `true` itself.
- **runners**: a Check, eight steps of an Option and a verification, each of them `true`, asked for
  by `POST /api/v1/runs` of a server.
  On SQLite that server performs them; on PostgreSQL (the same machine, `fsync=on`) runners do.
  Waiting at once: from the first request to the last end, so asking is a part of it.
  Server, runners, database and steps share the machine's cores: runners add nothing to what the
  cores can do, they only show what it costs to be many.
- **hostile**: zeros through a guardian, which counts them all and keeps both ends; and silent
  steps (`echo up; sleep 600`), whose memory is the sum of all processes' proportional shares.
"""


def table(figures: Sequence[Figure]) -> str:
    """A Markdown table."""
    rows = [HEAD, tuple("---" for _ in HEAD), *(_row(each) for each in figures)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def page(figures: Sequence[Figure], names: Sequence[str]) -> str:
    """The whole page."""
    listed = ", ".join(f"`{name}`" for name in names)
    return PAGE.format(names=listed, machine=machine(), table=table(figures))


def machine() -> str:
    """What it was measured on, and when (UTC)."""
    today = datetime.now(UTC).date().isoformat()
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return f"{_processor()}, {os.cpu_count()} cores, {platform.system()}, {python}; {today}"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, "") or platform.processor() or platform.machine()


def _row(figure: Figure) -> tuple[str, ...]:
    return (
        figure.what,
        f"{_number(figure.ours)} {figure.unit}",
        f"{_number(figure.peer)} {figure.unit}",
        f"{figure.ratio:.2f}",
        figure.peer_name,
        str(figure.samples),
        figure.aim or "none",
    )


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.2f}"
