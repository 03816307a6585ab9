"""Instants as JavaScript counts them: whole milliseconds since 1970, in years -271821 to 275760.

Python's datetime ends with the year 9999. The calendar repeats every 400 years, weekdays included, so a
datetime within 2000 to 2399 stands for every instant, beside its true year.
"""

from __future__ import annotations

import math
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

DAY = 86_400_000
# ECMA-262, 21.4.1.1: no time value is further from 1970 than this.
FURTHEST = 100_000_000 * DAY
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
    def at(cls, instant: int) -> Moment:
        """Return the calendar at an instant.

        Example:
            >>> Moment.at(-62198755200000).year, Moment.at(1500).clock.microsecond
            (-1, 500000)
        """
        cycles, rest = divmod(instant - _START_INSTANT, _CYCLE)
        clock = _START + timedelta(milliseconds=rest)
        return cls(instant, clock.year + cycles * _CYCLE_YEARS, clock)


def instant(year: int, month: int, day: int, milliseconds: int = 0) -> int:
    """Return the instant of a day in UTC; a day past its month runs into the next one.

    Example:
        >>> instant(1970, 1, 2), instant(12026, 1, 1)
        (86400000, 317336745600000)
    """
    cycles, within = divmod(year - _START_YEAR, _CYCLE_YEARS)
    first = datetime(_START_YEAR + within, month, 1) - _START
    days = first.days + day - 1
    return _START_INSTANT + cycles * _CYCLE + days * DAY + milliseconds


def days_in_month(year: int, month: int) -> int:
    """Return the number of days of a month, of whatever year.

    Example:
        >>> days_in_month(2034, 2), days_in_month(-4, 2)
        (28, 29)
    """
    return monthrange(_START_YEAR + year % _CYCLE_YEARS, month)[1]


def of_datetime(moment: datetime) -> int:
    """Return the instant of a datetime; without a zone it is in UTC.

    Example:
        >>> of_datetime(datetime(1970, 1, 1, 0, 0, 1))
        1000
    """
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return (aware - datetime(1970, 1, 1, tzinfo=UTC)) // _MILLISECOND


def clipped(milliseconds: float) -> float:
    """Return a number as a time value: whole, and NaN beyond what a date can be.

    Example:
        >>> clipped(1.7), clipped(-1.7), clipped(1e16)
        (1, -1, nan)
    """
    return math.trunc(milliseconds) if abs(milliseconds) <= FURTHEST else math.nan


def before(instant_: int, count: int, unit: str) -> float:
    """Return the instant so many units earlier, NaN beyond what a date can be.

    ``unit`` is year, day, hour or minute. A year before 29 February is 28 February, as in Moment.js.

    Example:
        >>> before(86400000, 1, "day")
        0
    """
    if unit == "year":
        moment = Moment.at(instant_)
        year, month = moment.year - count, moment.clock.month
        day = min(moment.clock.day, days_in_month(year, month))
        return clipped(instant(year, month, day, instant_ % DAY))
    length = {"day": DAY, "hour": DAY // 24, "minute": DAY // 1440}[unit]
    return clipped(instant_ - count * length)


def iso(instant_: int) -> str:
    """Return an instant as ``Date.prototype.toISOString`` writes it.

    Example:
        >>> iso(0), iso(253402300800000)
        ('1970-01-01T00:00:00.000Z', '+010000-01-01T00:00:00.000Z')
    """
    moment = Moment.at(instant_)
    year = f"{moment.year:04}" if 0 <= moment.year <= 9999 else f"{moment.year:+07}"
    return f"{year}-{moment.clock:%m-%dT%H:%M:%S}.{moment.clock.microsecond // 1000:03}Z"
