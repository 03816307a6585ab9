"""Parse dates as Moment.js does: ISO 8601 in its usual forms, RFC 2822, and milliseconds since 1970.

Moment.js 2.30 (MIT, momentjs.com) passes every other string to the JavaScript engine, whose result depends on
the engine. Such a date is unknown here, unless the string cannot be a date at all.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from kustomer_nb.jsontext.javascript import SPACE, UNDEFINED

from .instants import DAY, Moment, clip, days_in_month, instant_of_day

_Groups = Mapping[str, str | None]


def _iso_pattern(dash: str, colon: str) -> re.Pattern[str]:
    """Return the pattern of ISO 8601 with or without its separators."""
    day = (
        rf"(?P<month>\d\d)(?:{dash}(?P<day>\d\d))?"
        rf"|W(?P<week>\d\d)(?:{dash}(?P<weekday>\d))?"
        r"|(?P<ordinal>\d{3})"
    )
    second = rf"(?:{colon}(?P<second>\d\d)(?:[.,](?P<fraction>\d+))?)?"
    time = rf"(?P<hour>\d\d)(?:{colon}(?P<minute>\d\d){second})?"
    zone = rf"(?P<zone>[+-]\d\d(?::?\d\d)?|[{SPACE}]*Z)?"
    day_and_time = rf"(?:{dash}(?:{day})){'' if dash else '?'}(?:[T ]{time}{zone})?"
    return re.compile(rf"[{SPACE}]*(?P<year>[+-]\d{{6}}|\d{{4}}){day_and_time}", re.ASCII)


_EXTENDED = _iso_pattern("-", ":")
_BASIC = _iso_pattern("", "")
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


def parse_date(value: Any) -> float | None:
    """Return a date in milliseconds since 1970: NaN if it is not a date, None if the result is unknown.

    A string without an offset is in UTC, as in a process that runs in UTC.

    Example:
        >>> dates = ("1970-01-01T00:00:01.5Z", "1970-01-01T02:00+02:00", "hello", "1/2/70")
        >>> [parse_date(date) for date in dates]
        [1500, 0, nan, None]
    """
    if isinstance(value, bool) or value is None:
        return math.nan
    if isinstance(value, str):
        return _parse_text(value)
    if value is UNDEFINED or isinstance(value, (list, dict)):
        return None
    return clip(value)


def _parse_text(text: str) -> float | None:
    if match := _EXTENDED.fullmatch(text) or _BASIC.fullmatch(text):
        return _parse_iso(match.groupdict())
    if match := _MAIL.fullmatch(text):
        return _parse_mail_date(match.groupdict())
    # Without a digit it cannot be a date for any engine.
    return None if _DIGIT.search(text) else math.nan


def _parse_iso(groups: _Groups) -> float | None:
    zone = _parse_offset(groups["zone"])
    if zone is None:
        return None
    if groups["hour"] and not (groups["day"] or groups["weekday"] or groups["ordinal"]):
        # Moment.js does not accept a time after only a year, month or week; the JavaScript engine parses it.
        return None
    if not groups["day"] and (groups["year"] or "")[0] in "+-":
        # Moment.js accepts a six-digit year only with month and day, and misreads it in the other forms.
        return None
    day = _parse_day(groups)
    return math.nan if day is None else clip(day + _parse_time(groups) - zone)


def _parse_day(groups: _Groups) -> float | None:
    year = int(groups["year"] or 0)
    if groups["week"]:
        return _parse_week_day(year, int(groups["week"]), int(groups["weekday"] or 1))
    if groups["ordinal"]:
        return _nth_day(instant_of_day(year, 1, 1), int(groups["ordinal"]), 337 + days_in_month(year, 2))
    month = int(groups["month"] or 1)
    if not 1 <= month <= 12:
        return None
    return _nth_day(instant_of_day(year, month, 1), int(groups["day"] or 1), days_in_month(year, month))


def _nth_day(start: int, day: int, days: int) -> int | None:
    return start + (day - 1) * DAY if 1 <= day <= days else None


def _parse_week_day(year: int, week: int, weekday: int) -> int | None:
    # 4 January is always in the first ISO week of its year.
    moment = Moment.from_instant(instant_of_day(year, 1, 4))
    week_start = moment.instant - moment.clock.weekday() * DAY
    # 28 December is always in the last ISO week of its year.
    weeks = date(moment.clock.year, 12, 28).isocalendar().week
    if not (1 <= week <= weeks and 1 <= weekday <= 7):
        return None
    return week_start + ((week - 1) * 7 + weekday - 1) * DAY


def _parse_time(groups: _Groups) -> float:
    hour, minute, second = (int(groups[name] or 0) for name in ("hour", "minute", "second"))
    # The same product as in JavaScript, truncated: .0019 is one millisecond, and enough nines give 1000.
    fraction = int(float(f"0.{groups.get('fraction') or 0}") * 1000)
    after_hour = (minute * 60 + second) * 1000 + fraction
    if minute > 59 or second > 59 or fraction > 999 or hour > 24 or (hour == 24 and after_hour):
        return math.nan
    return hour * DAY // 24 + after_hour


def _parse_offset(zone: str | None) -> int | None:
    """Return an offset in milliseconds; None if it is out of range, where versions of Moment.js differ."""
    if not zone or zone[-1] == "Z":
        return 0
    hours, minutes = int(zone[1:3]), int(zone[-2:]) if len(zone) > 3 else 0
    offset = (hours * 60 + minutes) * (-1 if zone[0] == "-" else 1)
    return offset * 60_000 if -12 * 60 <= offset <= 14 * 60 and minutes <= 59 else None


def _parse_mail_date(groups: Mapping[str, str]) -> float | None:
    year, month, day = int(groups["year"]), _MONTHS.index(groups["month"]) + 1, int(groups["day"])
    # RFC 2822, 4.3: two digits up to 49 are 2000 to 2049; other years below 1000 are relative to 1900.
    if year <= 999:
        year += 2000 if year <= 49 else 1900
    # Moment.js knows no seconds or milliseconds here, and takes hour 24 only with those that are 0.
    if not 1 <= day <= days_in_month(year, month) or int(groups["hour"] or 0) == 24:
        return math.nan
    start = instant_of_day(year, month, day)
    if groups["weekday"] and groups["weekday"] != _WEEKDAYS[Moment.from_instant(start).clock.weekday()]:
        return math.nan
    zone = groups["zone"]
    offset = _ZONES.get(zone, 0) * DAY // 24 if zone[-1].isalpha() else _parse_offset(zone)
    return None if offset is None else clip(start + _parse_time(groups) - offset)
