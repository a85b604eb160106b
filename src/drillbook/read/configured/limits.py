"""`[limits]` → Limits: the bounds that hold where a runbook says none of its own."""

from pydantic import Field

from drillbook.model.settings import Limits
from drillbook.read.configured.strict import Duration, Strict, seconds

OUTPUT_BYTES_MAX = 16 << 20
# One environment variable, its name and `=` included, has 131,072 bytes in Linux.
INPUT_BYTES_MAX = 100_000
ALERTS_MAX = 100_000


class LimitsTable(Strict):
    """Every bound, each with its unit in its name, or as a duration with one."""

    step_timeout: Duration = "300s"
    step_grace: Duration = "1s"
    output_head_bytes: int = Field(default=65_536, ge=0, le=OUTPUT_BYTES_MAX)
    output_tail_bytes: int = Field(default=65_536, ge=0, le=OUTPUT_BYTES_MAX)
    input_bytes_max: int = Field(default=4_096, ge=1, le=INPUT_BYTES_MAX)
    secret_timeout: Duration = "10s"  # noqa: S105 -- a duration
    alerts_max: int = Field(default=10_000, ge=1, le=ALERTS_MAX)

    def noun(self) -> Limits:
        """The Limits."""
        return Limits(
            step_timeout_s=seconds(self.step_timeout),
            step_grace_s=seconds(self.step_grace),
            output_head_bytes=self.output_head_bytes,
            output_tail_bytes=self.output_tail_bytes,
            input_bytes_max=self.input_bytes_max,
            secret_timeout_s=seconds(self.secret_timeout),
            alerts_max=self.alerts_max,
        )
