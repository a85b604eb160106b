"""A run that somebody spoke to → a job, so that whoever performs it looks at it again."""

from drillbook.engine.open import open_engine
from drillbook.verbs.run import beginning_of
from drillbook.verbs.running.secrets import masker
from drillbook.verbs.running.workplace import Workplace
from drillbook.verbs.serving.request import job_of


def wake_run(place: Workplace, run: str) -> bool:
    """Whether a server or runner performs this run, and was told to look at it again.

    One that was started at a terminal is performed there: whoever asked goes on with it. Raises
    EngineError where the jobs cannot be kept; what was said of the run is journaled already.
    """
    entries = place.journal.entries(f"run/{run}")
    if not entries or entries[0].kind != "run-requested":
        return False
    beginning = beginning_of(entries)
    site = str((beginning or entries[0]).body.get("site") or entries[0].body["site"])
    engine = open_engine(
        place.settings, clock=place.clock, secrets=place.secrets, mask=masker(place.masks)
    )
    try:
        engine.submit(job_of(run, site))
    finally:
        engine.close()
    return True
