"""Instants as in JavaScript: whole milliseconds since 1970, in the years -271821 to 275760.

Python's datetime ends with the year 9999. The calendar repeats every 400 years, including weekdays, so each
instant is represented by a datetime in 2000 to 2399 and its true year.
"""

from __future__ import annotations

import math
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

DAY = 86_400_000
# ECMA-262, 21.4.1.1: no time value is further from 1970 than this.
MAX_INSTANT = 100_000_000 * DAY
# The Gregorian calendar repeats after 400 years, which are a whole number of weeks.
_CYCLE_YEARS = 400
_CYCLE = 146_097 * DAY
_START = datetime(2000, 1, 1)
_START_YEAR = 2000
_START_INSTANT = 946_684_800_000
_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant with its calendar in UTC: the true year, and a datetime for all smaller units."""

    instant: int
    year: int
    clock: datetime

    @classmethod
    def from_instant(cls, instant: int) -> Moment:
        """Return the moment at an instant.

        Example:
            >>> Moment.from_instant(-62198755200000).year, Moment.from_instant(1500).clock.microsecond
            (-1, 500000)
        """
        cycles, remainder = divmod(instant - _START_INSTANT, _CYCLE)
        clock = _START + timedelta(milliseconds=remainder)
        return cls(instant, clock.year + cycles * _CYCLE_YEARS, clock)


def instant_of_day(year: int, month: int, day: int, milliseconds: int = 0) -> int:
    """Return the instant of a day in UTC; a day past its month runs into the next one.

    Example:
        >>> instant_of_day(1970, 1, 2), instant_of_day(12026, 1, 1)
        (86400000, 317336745600000)
    """
    cycles, year_in_cycle = divmod(year - _START_YEAR, _CYCLE_YEARS)
    first = datetime(_START_YEAR + year_in_cycle, month, 1) - _START
    days = first.days + day - 1
    return _START_INSTANT + cycles * _CYCLE + days * DAY + milliseconds


def days_in_month(year: int, month: int) -> int:
    """Return the number of days in a month of any year.

    Example:
        >>> days_in_month(2034, 2), days_in_month(-4, 2)
        (28, 29)
    """
    return monthrange(_START_YEAR + year % _CYCLE_YEARS, month)[1]


def from_datetime(moment: datetime) -> int:
    """Return the instant of a datetime; without a time zone it is in UTC.

    Example:
        >>> from_datetime(datetime(1970, 1, 1, 0, 0, 1))
        1000
    """
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return (aware - datetime(1970, 1, 1, tzinfo=UTC)) // _MILLISECOND


def clip(milliseconds: float) -> float:
    """Return a number as a time value: truncated, NaN if it is out of range.

    Example:
        >>> clip(1.7), clip(-1.7), clip(1e16)
        (1, -1, nan)
    """
    return math.trunc(milliseconds) if abs(milliseconds) <= MAX_INSTANT else math.nan


def subtract(instant: int, count: int, unit: str) -> float:
    """Return the instant ``count`` units earlier; NaN if it is out of range.

    ``unit`` is year, day, hour or minute. A year before 29 February is 28 February, as in Moment.js.

    Example:
        >>> subtract(86400000, 1, "day")
        0
    """
    if unit == "year":
        moment = Moment.from_instant(instant)
        year, month = moment.year - count, moment.clock.month
        day = min(moment.clock.day, days_in_month(year, month))
        return clip(instant_of_day(year, month, day, instant % DAY))
    length = {"day": DAY, "hour": DAY // 24, "minute": DAY // 1440}[unit]
    return clip(instant - count * length)


def to_iso(instant: int) -> str:
    """Return an instant in the format of ``Date.prototype.toISOString``.

    Example:
        >>> to_iso(0), to_iso(253402300800000)
        ('1970-01-01T00:00:00.000Z', '+010000-01-01T00:00:00.000Z')
    """
    moment = Moment.from_instant(instant)
    year = f"{moment.year:04}" if 0 <= moment.year <= 9999 else f"{moment.year:+07}"
    return f"{year}-{moment.clock:%m-%dT%H:%M:%S}.{moment.clock.microsecond // 1000:03}Z"
