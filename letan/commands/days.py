"""Days as people write them at the command line."""

from __future__ import annotations

import calendar
import re
from datetime import date

from robot.types import LetanError

_FORM = re.compile(r"(\d{4})-(\d\d)-(\d\d)")


def day_of(text: str, option: str) -> date:
    """The day that is written as 2026-11-23. LetanError, with the option's name, for anything else."""
    found = _FORM.fullmatch(text.strip())
    if found is None:
        raise LetanError(f"{option} {text}: a day is written 2026-11-23")
    year, month, day = map(int, found.groups())
    if not 1 <= month <= 12 or year < 1:
        raise LetanError(f"{option} {text}: {found[2]} is no month; a day is written year-month-day, as 2026-11-23")
    last = calendar.monthrange(year, month)[1]
    if not 1 <= day <= last:
        raise LetanError(f"{option} {text}: {last} {calendar.month_name[month]} is the last day of the month")
    return date(year, month, day)
