"""The forms of the grammar, and what people write for them: the material of every cure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Form:
    """`template` is a sentence of the grammar with slots for a number, a code, a duration.

    `says` are other ways to say it, with N, C and D where those stand.
    """

    template: str
    says: tuple[str, ...] = ()


EXPECTATION_FORMS = (
    Form("exit code is {n}", ("exit status is N", "returns N", "exits with N", "succeeds", "ok")),
    Form("exit code is {n} or {n}", ("exit status is N or N", "exits with N or N")),
    Form("output is {code}", ("output equals C", "stdout is C", "prints C")),
    Form(
        "output contains {code}", ("output includes C", "output has C", "shows C", "stdout has C")
    ),
    Form("output matches {code}", ("output is like C", "output matches pattern C")),
    Form("output is empty", ("no output", "nothing is printed", "output is blank")),
    Form("number is below {n}", ("number is less than N", "number < N", "is under N", "smaller")),
    Form(
        "number is above {n}", ("number is greater than N", "number is more than N", "number > N")
    ),
    Form("number is at most {n}", ("number <= N", "number ≤ N", "no more than N", "maximum N")),
    Form("number is at least {n}", ("number >= N", "number ≥ N", "no less than N", "minimum N")),
    Form("number is between {n} and {n}", ("number lies between N and N", "from N to N")),
    Form("for {d}", ("stays so for D", "during D", "lasting D")),
    Form("within {d}", ("in D", "in under D", "after at most D", "before D")),
)
CONDITION_FORMS = (
    Form("{code} is healthy", ("C is ok", "C passes", "C succeeds", "C is up", "C is fine")),
    Form(
        "{code} is unhealthy",
        ("C fails", "C failed", "C is down", "C is not healthy", "C is bad", "C is broken"),
    ),
    Form("{code} is unknown", ("C cannot be told", "C is unclear", "C is not known")),
    Form("{code} is below {n}", ("C is less than N", "C < N", "C is under N")),
    Form(
        "{code} is above {n}", ("C is greater than N", "C is more than N", "C > N", "C is over N")
    ),
    Form("{code} is at most {n}", ("C <= N", "C ≤ N", "C is no more than N")),
    Form("{code} is at least {n}", ("C >= N", "C ≥ N", "C is no less than N")),
    Form("{code} is between {n} and {n}", ("C lies between N and N",)),
    Form("{code} is {code}", ("C equals C", "C = C", "C is N", "C == N")),
)
CAPTURE_FORMS = (
    Form("{code} is number", ("C is the number", "C", "C is a number in the output")),
    Form("{code} is JSON path {code}", ("C is C", "C is JSONPath C", "C from JSON C")),
    Form("{code} is group {n} of {code}", ("C matches C", "C is group N in C", "C is match of C")),
)
RISK_FORMS = (
    Form("none", ("no risk", "safe", "low", "no", "harmless")),
    Form("disruptive", ("medium", "restarts", "interruption", "moderate", "downtime")),
    Form("destructive", ("high", "data loss", "deletes", "dangerous")),
)
LOSES_FORMS = (
    Form("nothing", ("none", "no data", "no writes", "nothing is lost")),
    Form(
        "at most {n} writes",
        (
            "N writes",
            "up to N writes",
            "fewer than N writes",
        ),
    ),
    Form(
        "at most the last {d}",
        (
            "everything",
            "all data",
            "some data",
            "D",
            "up to D",
            "at most D of writes",
            "writes since D ago",
        ),
    ),
)
