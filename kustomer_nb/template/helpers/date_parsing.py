"""Dates as Moment.js reads them: ISO 8601 in its usual forms, RFC 2822, and milliseconds since 1970.

Moment.js 2.30 (MIT, momentjs.com) hands every other text to the JavaScript engine, which reads what it
likes. That is not known here, and said so, unless the text can be no date at all.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from kustomer_nb.jsontext.javascript import SPACE, UNDEFINED

from .instants import DAY, Moment, clipped, days_in_month, instant

_Parts = Mapping[str, str | None]


def _form(dash: str, colon: str) -> re.Pattern[str]:
    """Return the pattern of ISO 8601 with or without its separators."""
    day = (
        rf"(?P<month>\d\d)(?:{dash}(?P<day>\d\d))?"
        rf"|W(?P<week>\d\d)(?:{dash}(?P<weekday>\d))?"
        r"|(?P<ordinal>\d{3})"
    )
    second = rf"(?:{colon}(?P<second>\d\d)(?:[.,](?P<part>\d+))?)?"
    time = rf"(?P<hour>\d\d)(?:{colon}(?P<minute>\d\d){second})?"
    zone = rf"(?P<zone>[+-]\d\d(?::?\d\d)?|[{SPACE}]*Z)?"
    rest = rf"(?:{dash}(?:{day})){'' if dash else '?'}(?:[T ]{time}{zone})?"
    return re.compile(rf"[{SPACE}]*(?P<year>[+-]\d{{6}}|\d{{4}}){rest}", re.ASCII)


_EXTENDED = _form("-", ":")
_BASIC = _form("", "")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_ZONES = {"EDT": -4, "EST": -5, "CDT": -5, "CST": -6, "MDT": -6, "MST": -7, "PDT": -7, "PST": -8}
_MAIL = re.compile(
    rf"""(?:(?P<weekday>{"|".join(_WEEKDAYS)}),?\ )?(?P<day>[0-9]{{1,2}})\ (?P<month>{"|".join(_MONTHS)})
    \ (?P<year>[0-9]{{2,4}})\ (?P<hour>[0-9]{{2}}):(?P<minute>[0-9]{{2}})(?::(?P<second>[0-9]{{2}}))?
    \ (?P<zone>UT|GMT|[ECMP][SD]T|[Zz]|[+-][0-9]{{4}})""",
    re.VERBOSE,
)
_DIGIT = re.compile("[0-9]")


def read(value: Any) -> float | None:
    """Return the milliseconds since 1970 of a date: NaN for what is none, None when it is not known here.

    A text without an offset is in UTC, as in a process that runs in UTC.

    Example:
        >>> read("1970-01-01T00:00:01.5Z"), read("1970-01-01T02:00+02:00"), read("hello"), read("1/2/70")
        (1500, 0, nan, None)
    """
    if isinstance(value, bool) or value is None:
        return math.nan
    if isinstance(value, str):
        return _read_text(value)
    if value is UNDEFINED or isinstance(value, (list, dict)):
        return None
    return clipped(value)


def _read_text(text: str) -> float | None:
    if found := _EXTENDED.fullmatch(text) or _BASIC.fullmatch(text):
        return _iso(found.groupdict())
    if found := _MAIL.fullmatch(text):
        return _mail(found.groupdict())
    return None if _DIGIT.search(text) else math.nan


def _iso(parts: _Parts) -> float | None:
    zone = _offset(parts["zone"])
    if zone is None:
        return None
    if parts["hour"] and not (parts["day"] or parts["weekday"] or parts["ordinal"]):
        # Moment.js takes no time after a year, month or week alone: the JavaScript engine reads it.
        return None
    if not parts["day"] and (parts["year"] or "")[0] in "+-":
        # Moment.js takes a long year with month and day only, and misreads it in the other forms.
        return None
    day = _day(parts)
    return math.nan if day is None else clipped(day + _time(parts) - zone)


def _day(parts: _Parts) -> float | None:
    year = int(parts["year"] or 0)
    if parts["week"]:
        return _week_day(year, int(parts["week"]), int(parts["weekday"] or 1))
    if parts["ordinal"]:
        return _within(instant(year, 1, 1), int(parts["ordinal"]), 337 + days_in_month(year, 2))
    month = int(parts["month"] or 1)
    if not 1 <= month <= 12:
        return None
    return _within(instant(year, month, 1), int(parts["day"] or 1), days_in_month(year, month))


def _within(start: int, day: int, days: int) -> int | None:
    return start + (day - 1) * DAY if 1 <= day <= days else None


def _week_day(year: int, week: int, weekday: int) -> int | None:
    moment = Moment.at(instant(year, 1, 4))
    first = moment.instant - moment.clock.weekday() * DAY
    weeks = date(moment.clock.year, 12, 28).isocalendar().week
    if not (1 <= week <= weeks and 1 <= weekday <= 7):
        return None
    return first + ((week - 1) * 7 + weekday - 1) * DAY


def _time(parts: _Parts) -> float:
    hour, minute, second = (int(parts[name] or 0) for name in ("hour", "minute", "second"))
    # The same product as JavaScript's, cut and not rounded: .0019 is one millisecond, and many a nine 1000.
    part = int(float(f"0.{parts.get('part') or 0}") * 1000)
    within = (minute * 60 + second) * 1000 + part
    if minute > 59 or second > 59 or part > 999 or hour > 24 or (hour == 24 and within):
        return math.nan
    return hour * DAY // 24 + within


def _offset(zone: str | None) -> int | None:
    """Return an offset in milliseconds; None beyond the earth's, where versions of Moment.js differ."""
    if not zone or zone[-1] == "Z":
        return 0
    hours, minutes = int(zone[1:3]), int(zone[-2:]) if len(zone) > 3 else 0
    offset = (hours * 60 + minutes) * (-1 if zone[0] == "-" else 1)
    return offset * 60_000 if -12 * 60 <= offset <= 14 * 60 and minutes <= 59 else None


def _mail(parts: Mapping[str, str]) -> float | None:
    year, month, day = int(parts["year"]), _MONTHS.index(parts["month"]) + 1, int(parts["day"])
    if year <= 999:
        year += 2000 if year <= 49 else 1900
    if not 1 <= day <= days_in_month(year, month):
        return math.nan
    start = instant(year, month, day)
    if parts["weekday"] and parts["weekday"] != _WEEKDAYS[Moment.at(start).clock.weekday()]:
        return math.nan
    zone = parts["zone"]
    offset = _ZONES.get(zone, 0) * DAY // 24 if zone[-1].isalpha() else _offset(zone)
    return None if offset is None else clipped(start + _time(parts) - offset)
