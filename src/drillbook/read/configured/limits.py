"""`[limits]` → Limits: the bounds that hold where a runbook says none of its own."""

from pydantic import Field

from drillbook.model.settings import Limits
from drillbook.read.configured.strict import Duration, Strict, seconds

OUTPUT_BYTES_MAX = 16 << 20


class LimitsTable(Strict):
    """Every bound, each with its unit in its name, or as a duration with one."""

    step_timeout: Duration = "300s"
    output_head_bytes: int = Field(default=65_536, ge=0, le=OUTPUT_BYTES_MAX)
    output_tail_bytes: int = Field(default=65_536, ge=0, le=OUTPUT_BYTES_MAX)

    def noun(self) -> Limits:
        """The Limits."""
        return Limits(
            step_timeout_s=seconds(self.step_timeout),
            output_head_bytes=self.output_head_bytes,
            output_tail_bytes=self.output_tail_bytes,
        )
