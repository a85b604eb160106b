"""A cron expression as a user wrote it → the same, or what is wrong with it in one sentence.

Five fields of numbers, names of months and days, `*`, `,`, `-` and `/`, or one of the words
such as `@daily`. What else croniter knows (random times, a name's hash, seconds) means another
time on each machine, or none that cron knows.
"""

import re
from datetime import datetime

from croniter import CroniterBadDateError, CroniterError, croniter

LENGTH_MAX = 200
FIELDS = 5
WORDS = ("@hourly", "@daily", "@midnight", "@weekly", "@monthly", "@yearly", "@annually")
MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
DAYS = "sun mon tue wed thu fri sat".split()
# The words that each field may hold; `l` is the last day of a month.
NAMES: tuple[set[str], ...] = (set(), set(), {"l"}, set(MONTHS), set(DAYS))
FORM = 'write it as "30 4 * * 1"'
# A day that comes every four years, seen from the middle of a long gap.
SINCE = datetime(2025, 1, 1)  # noqa: DTZ001 - only whether there is any time, nowhere


def checked(cron: str) -> str:
    """The expression in one form: its blanks single, without those around it.

    Raises ValueError, in one sentence with the cure.
    """
    fields = cron.split()
    if len(cron) > LENGTH_MAX or not cron.isascii():
        raise ValueError(f"it is no cron expression; {FORM}")
    if len(fields) == 1 and fields[0] in WORDS:
        return fields[0]
    if len(fields) != FIELDS:
        raise ValueError(f"it has {len(fields)} of {FIELDS} fields; {FORM}")
    for field, names in zip(fields, NAMES, strict=True):
        unknown = set(re.findall(r"[a-z]+", field.lower())) - names
        if unknown or not re.fullmatch(r"[0-9A-Za-z*/,-]+", field):
            raise ValueError(f'its field "{field}" is none that cron knows; {FORM}')
    return _possible(" ".join(fields))


def _possible(cron: str) -> str:
    try:
        croniter(cron, SINCE).get_next(datetime)
    except CroniterBadDateError as error:
        raise ValueError("no such time ever comes; correct the day or the month") from error
    except (CroniterError, ValueError, KeyError, OverflowError) as error:
        raise ValueError(f"one of its fields is out of range; {FORM}") from error
    return cron
