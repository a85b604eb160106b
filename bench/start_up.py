"""How long `drillbook --help` takes, beside the bare interpreter."""

import subprocess
import sys
from pathlib import Path

from bench.figures import Figure, in_turn_ms, median

WARM_UP = 2


def measure(folder: Path, *, is_quick: bool) -> list[Figure]:
    """Both in turn, as a person would start them."""
    script = Path(sys.executable).parent / "drillbook"

    def ours() -> None:
        subprocess.run([script, "--help"], cwd=folder, check=True, stdout=subprocess.DEVNULL)

    def peer() -> None:
        subprocess.run([sys.executable, "-c", "pass"], cwd=folder, check=True)

    in_turn_ms(ours, peer, times=WARM_UP)
    ours_ms, peer_ms = in_turn_ms(ours, peer, times=5 if is_quick else 20)
    return [
        Figure(
            what="`drillbook --help`",
            unit="ms",
            ours=median(ours_ms),
            peer=median(peer_ms),
            peer_name="`python -c pass`",
            samples=len(ours_ms),
            aim="under 80 ms",
        )
    ]
