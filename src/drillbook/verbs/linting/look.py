"""Files to look at → what is known of each, from the last time or of today, and of all together."""

import json
from collections.abc import Iterator, Sequence

from drillbook.lint.choose import heard
from drillbook.lint.keeping.compact import CompactError, written
from drillbook.lint.keeping.kept import Kept, Row, hash_of, stamp_of
from drillbook.model.finding import Finding
from drillbook.model.inspected import Inspected
from drillbook.model.library import Exposition
from drillbook.read.tree import Found, whole_path
from drillbook.verbs.linting.inspect import Manner
from drillbook.verbs.linting.library import Looking, of_all
from drillbook.verbs.linting.rows import findings_in, inspected_in
from drillbook.verbs.linting.work import Task, worked


class Look:
    """The rows of all files. What is read of a broken cache raises CompactError."""

    def __init__(
        self, manner: Manner, kept: Kept | None = None, exposition: Exposition | None = None
    ) -> None:
        self._manner = manner
        self._kept = kept
        self._exposition = exposition
        self.rows: list[Row] = []

    def at(self, found: Sequence[Found]) -> tuple[Finding, ...]:
        """Look at what is new, and keep it; what the files say together."""
        old = self._kept.rows() if self._kept else {}
        rows = [old.get(one.key) for one in found]
        changed = dict(self._changed(found, rows))
        self.rows = list(_merged(rows, changed))
        together, whole = self._together()
        if self._kept is not None and (changed or whole):
            keys = {one.key for one in found}
            # Files of other folders may be asked for the next time.
            gone = [key for key in old if key not in keys] if len(old) > 2 * len(keys) else []
            self._kept.keep(list(changed.values()), gone, whole)
        return together

    def inspected(self, row: Row) -> Inspected:
        """What is known of a file, without its Findings."""
        return row.inspected or inspected_in(self._filled(row).known or b"")

    def quiet(self, row: Row) -> tuple[Finding, ...]:
        """The notes of a file."""
        return findings_in(self._filled(row).quiet) if row.quiet_count else ()

    def _changed(
        self, found: Sequence[Found], rows: Sequence[Row | None]
    ) -> Iterator[tuple[int, Row]]:
        """The rows of files that do not look as they did, by number."""
        numbers = [
            number
            for number, (one, row) in enumerate(zip(found, rows, strict=True))
            if row is None or not row.stamp or row.stamp != self._stamp(one)
        ]
        tasks = [Task(found[n], row.hash if (row := rows[n]) else b"") for n in numbers]
        for task, done in worked(tasks, self._manner):
            row = rows[numbers[task]]
            if isinstance(done, Row):
                yield numbers[task], done
            elif row is not None:
                row.stamp = done
                yield numbers[task], row

    def _stamp(self, found: Found) -> str:
        return stamp_of(whole_path(self._manner.root, found.path))

    def _together(self) -> tuple[tuple[Finding, ...], tuple[bytes, bytes, bytes] | None]:
        """What is said of all files together, and how it is kept; None where it was kept before."""
        looking = Looking(self._manner.root)
        outside = repr(self._exposition).encode() if self._exposition else b""
        key = hash_of(b"".join(row.version for row in self.rows) + outside)
        said = self._kept.whole(key) if self._kept else None
        if said is not None and looking.is_still(_asked(said[1])):
            return findings_in(said[0]), None
        files = [self.inspected(row) for row in self.rows]
        every = of_all(files, self._manner, looking, self._exposition)
        findings = tuple(heard(every, self._manner.lints, self._manner.around.settings))
        asked = json.dumps(looking.asked).encode()
        return findings, (key, written(findings, tuple[Finding, ...]), asked)

    def _filled(self, row: Row) -> Row:
        if row.known is None and self._kept is not None:
            row.quiet, row.known = self._kept.rest(row.path) or (b"", b"")
        return row


def _asked(data: bytes) -> dict[str, bool | str]:
    try:
        said = json.loads(data).items()
        return {str(path): one if isinstance(one, str) else bool(one) for path, one in said}
    except (ValueError, AttributeError) as error:
        raise CompactError(str(error)) from error


def _merged(rows: Sequence[Row | None], changed: dict[int, Row]) -> Iterator[Row]:
    for number, row in enumerate(rows):
        one = changed.get(number, row)
        assert one is not None, "what was not there before has changed"
        yield one
