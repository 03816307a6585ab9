"""Kustomer's helpers for dates: `date`, `date_diff` and `date_format`, in both its forms."""

from __future__ import annotations

import math
from typing import Any

from kustomer_nb.faces import alternatives, how_to_pass
from kustomer_nb.jsontext.javascript import UNDEFINED

from .calls import Ambient, Call, HelperOptions, pad_arguments, parse_whole_number, quote
from .date_formats import format_instant
from .date_parsing import parse_date
from .instants import from_datetime, subtract, to_iso

UNITS = ("year", "day", "hour", "minute")
DIFFERENCE = "milliseconds"


def date(ambient: Ambient, options: HelperOptions, /, *args: Any) -> Any:
    """Return now MINUS ``count`` units as ISO 8601 in UTC with milliseconds: ``{{date 'days' count=1}}``.

    A negative count is in the future. The units are year, day, hour and minute, singular or plural.

    Source: help centre, "Date & math helpers". Certainty: documented; that a year before 29 February
    is 28 February is inferred from Moment.js.

    Example:
        >>> from datetime import UTC, datetime
        >>> noon = Ambient(now=lambda: datetime(2034, 1, 2, 12, tzinfo=UTC))
        >>> date(noon, Call("date", {"count": 1}), "days")
        '2034-01-01T12:00:00.000Z'
    """
    (unit,) = pad_arguments(args[:1], 1)
    ambient.report_extra(options.name, args[1:])
    unit_name = unit.removesuffix("s") if isinstance(unit, str) else ""
    if unit_name not in UNITS:
        variable = "" if args else f"; for a variable of this name, write {{{{this.{options.name}}}}}"
        fix = f"use {', '.join(UNITS)}{variable}."
        return ambient.report_unknown(options.name, f"{quote(unit)} is not a documented unit", fix)
    count = parse_whole_number(options.hash.get("count", UNDEFINED))
    if count is None:
        why = f"its count is {quote(options.hash.get('count', UNDEFINED))}"
        return ambient.report_unknown(options.name, why, "set count= to a whole number, as in count=0.")
    instant = subtract(from_datetime(ambient.now()), count, unit_name)
    if math.isnan(instant):
        return ambient.report_unknown(options.name, "the date is out of range", "use a smaller count.")
    return to_iso(int(instant))


def date_diff(ambient: Ambient, options: HelperOptions, /, *args: Any) -> Any:
    """Return ``to`` minus ``from`` in milliseconds: ``{{dateDiff 'milliseconds' from=path to=path}}``.

    NaN if one of them is not a date.

    Source: github NateSkiles/effort_timer. Certainty: the form is observed, with only this unit; the sign
    is inferred from its use there.

    Example:
        >>> ends = {"from": "2022-06-16T00:00:00Z", "to": "2022-06-16T00:00:01.5Z"}
        >>> date_diff(Ambient(), Call("dateDiff", ends), "milliseconds")
        1500
    """
    (unit,) = pad_arguments(args[:1], 1)
    ambient.report_extra(options.name, args[1:])
    # Moment.js has other units, but whether the platform passes them on is unknown.
    if unit != DIFFERENCE:
        why = f"{quote(unit)} is not a unit seen in public apps"
        fix = alternatives(f"use '{DIFFERENCE}'", how_to_pass("helpers", options.name))
        return ambient.report_unknown(options.name, why, fix)
    ends = [options.hash.get(name, UNDEFINED) for name in ("from", "to")]
    start, end = (parse_date(end) for end in ends)
    if start is None or end is None:
        return _report_bad_date(ambient, options.name, ends[0] if start is None else ends[1])
    return end - start


def date_format(ambient: Ambient, options: HelperOptions, /, *args: Any) -> Any:
    """Return a date in a format of Moment.js: ``{{{dateFormat path format='LL'}}}``.

    A string that is not a date gives ``Invalid date``.

    Source: developer hub, "Expressions reference". Certainty: the form and the tokens are documented; that
    it prints in UTC and English, and the default format of Moment.js, are inferred. The default is reported.

    Example:
        >>> date_format(Ambient(), Call("dateFormat", {"format": "LL"}), "2034-01-01T00:00:00.000Z")
        'January 1, 2034'
    """
    (value,) = pad_arguments(args[:1], 1)
    ambient.report_extra(options.name, args[1:])
    return _format(ambient, options.name, value, options.hash.get("format", UNDEFINED))


def date_format_function(ambient: Ambient, call: Call, value: Any, /, *args: str) -> Any:
    """Return a date in a format of Moment.js: ``/#fn:dateFormat,path,format``.

    The format may contain commas, unlike any other argument of a function.

    Source: developer hub, "Expressions reference"; github NateSkiles/effort_timer without a format.
    Certainty: as for `date_format`.

    Example:
        >>> date_format_function(Ambient(), Call("dateFormat"), 0, "MMMM D", " YYYY")
        'January 1, 1970'
    """
    return _format(ambient, call.name, value, ",".join(args) if args else UNDEFINED)


def _format(ambient: Ambient, name: str, value: Any, pattern: Any) -> Any:
    instant = parse_date(value)
    if instant is None:
        return _report_bad_date(ambient, name, value)
    if isinstance(pattern, str) and pattern:
        return format_instant(instant, pattern)
    if pattern is None or pattern is UNDEFINED or pattern == "":
        why = "its default format is not documented; that of Moment.js is used here"
        ambient.report_unknown(name, why, "pass a format, as in 'YYYY-MM-DDTHH:mm:ssZ'.")
        return format_instant(instant, "")
    return ambient.report_unknown(name, f"its format is {quote(pattern)}", "pass the format as a string.")


def _report_bad_date(ambient: Ambient, name: str, value: Any) -> Any:
    # Moment.js reads undefined as now, but a missing date is more likely a mistake.
    if value is UNDEFINED:
        why, fix = "its date is missing, which Moment.js reads as the current time", "guard it with {{#if}}."
    else:
        description = "a string that is" if isinstance(value, str) else f"{quote(value)}, which is"
        why, fix = f"its date is {description} not ISO 8601", "pass a date such as 2034-01-31T12:00:00.000Z."
    return ambient.report_unknown(name, why, fix)
