"""`[proofs]` → ProofSettings: how long a proof is fresh, who signs it, whose signatures count."""

from pathlib import Path

from pydantic import Field

from drillbook.model.settings import ProofSettings
from drillbook.read.configured.strict import Strict

DAYS_MAX = 3_650


class ProofsTable(Strict):
    """Paths count from the folder of the file."""

    days: int = Field(default=90, ge=1, le=DAYS_MAX)
    signing_key: str = ""
    allowed_signers: str = ""

    def noun(self, folder: Path) -> ProofSettings:
        """The ProofSettings."""
        return ProofSettings(
            days=self.days,
            signing_key=_path(self.signing_key, folder),
            allowed_signers=_path(self.allowed_signers, folder),
        )


def _path(said: str, folder: Path) -> Path | None:
    return folder / Path(said).expanduser() if said else None
