"""Three-valued logic's values: what is not known is neither true nor false."""

from enum import Enum


class Truth(Enum):
    """Kleene's strong three-valued logic (S. C. Kleene, Introduction to Metamathematics, §64)."""

    TRUE = "true"
    FALSE = "false"
    UNKNOWN = "unknown"
