"""Kustomer's helpers for dates: `date`, `date_diff` and `date_format`, in both its forms."""

from __future__ import annotations

import math
from typing import Any

from kustomer_nb.jsontext.javascript import UNDEFINED

from .calls import OWN, Ambient, Call, HelperOptions, padded, quote, whole_number
from .date_formats import formatted
from .date_parsing import read
from .instants import before, iso, of_datetime

UNITS = ("year", "day", "hour", "minute")
DIFFERENCE = "milliseconds"


def date(ambient: Ambient, options: HelperOptions, /, *args: Any) -> Any:
    """Return now MINUS ``count`` units as ISO 8601 in UTC with milliseconds: ``{{date 'days' count=1}}``.

    A negative count is in the future. The units are year, day, hour and minute, also in the plural.

    Source: help centre, "Date & math helpers". Certainty: documented; a year before 29 February being
    28 February is inferred from Moment.js.

    Example:
        >>> from datetime import UTC, datetime
        >>> noon = Ambient(now=lambda: datetime(2034, 1, 2, 12, tzinfo=UTC))
        >>> date(noon, Call("date", {"count": 1}), "days")
        '2034-01-01T12:00:00.000Z'
    """
    (unit,) = padded(args[:1], 1)
    ambient.only(options.name, args[1:])
    known = unit.removesuffix("s") if isinstance(unit, str) else ""
    if known not in UNITS:
        variable = "" if args else f"; a variable of this name is {{{{this.{options.name}}}}}"
        fix = f"use {', '.join(UNITS)}{variable}."
        return ambient.not_known(options.name, f"{quote(unit)} is not one of its public units", fix)
    count = whole_number(options.hash.get("count", UNDEFINED))
    if count is None:
        why = f"its count is {quote(options.hash.get('count', UNDEFINED))}"
        return ambient.not_known(options.name, why, "pass count= with a whole number, as in count=0.")
    instant = before(of_datetime(ambient.now()), count, known)
    if math.isnan(instant):
        return ambient.not_known(options.name, "no date is that far from now", "pass a smaller count.")
    return iso(int(instant))


def date_diff(ambient: Ambient, options: HelperOptions, /, *args: Any) -> Any:
    """Return ``to`` minus ``from`` in milliseconds: ``{{dateDiff 'milliseconds' from=path to=path}}``.

    NaN when one of them is no date.

    Source: github NateSkiles/effort_timer. Certainty: the form is observed, with this unit alone; the sign
    is inferred from its use there.

    Example:
        >>> ends = {"from": "2022-06-16T00:00:00Z", "to": "2022-06-16T00:00:01.5Z"}
        >>> date_diff(Ambient(), Call("dateDiff", ends), "milliseconds")
        1500
    """
    (unit,) = padded(args[:1], 1)
    ambient.only(options.name, args[1:])
    if unit != DIFFERENCE:
        why = f"{quote(unit)} is not a unit seen in use"
        return ambient.not_known(options.name, why, f"use '{DIFFERENCE}', or {OWN}")
    ends = [options.hash.get(name, UNDEFINED) for name in ("from", "to")]
    start, end = (read(one) for one in ends)
    if start is None or end is None:
        return _no_date(ambient, options.name, ends[0] if start is None else ends[1])
    return end - start


def date_format(ambient: Ambient, options: HelperOptions, /, *args: Any) -> Any:
    """Return a date written by a pattern of Moment.js: ``{{{dateFormat path format='LL'}}}``.

    Text that is no date gives ``Invalid date``.

    Source: developer hub, "Expressions reference". Certainty: the form and the tokens are documented; that
    it prints in UTC and English, and Moment's own default pattern, are inferred. The default is reported.

    Example:
        >>> date_format(Ambient(), Call("dateFormat", {"format": "LL"}), "2034-01-01T00:00:00.000Z")
        'January 1, 2034'
    """
    (value,) = padded(args[:1], 1)
    ambient.only(options.name, args[1:])
    return _written(ambient, options.name, value, options.hash.get("format", UNDEFINED))


def date_format_function(ambient: Ambient, call: Call, value: Any, /, *args: str) -> Any:
    """Return a date written by a pattern of Moment.js: ``/#fn:dateFormat,path,format``.

    The pattern may hold commas, alone among the arguments of a function.

    Source: developer hub, "Expressions reference"; github NateSkiles/effort_timer without a pattern.
    Certainty: as of `date_format`.

    Example:
        >>> date_format_function(Ambient(), Call("dateFormat"), 0, "MMMM D", " YYYY")
        'January 1, 1970'
    """
    return _written(ambient, call.name, value, ",".join(args) if args else UNDEFINED)


def _written(ambient: Ambient, name: str, value: Any, pattern: Any) -> Any:
    instant = read(value)
    if instant is None:
        return _no_date(ambient, name, value)
    if isinstance(pattern, str) and pattern:
        return formatted(instant, pattern)
    if pattern is None or pattern is UNDEFINED or pattern == "":
        why = "its default format is not public, and Moment's own is taken here"
        ambient.not_known(name, why, "pass a format, as in 'YYYY-MM-DDTHH:mm:ssZ'.")
        return formatted(instant, "")
    return ambient.not_known(name, f"its format is {quote(pattern)}", "pass the format as a text.")


def _no_date(ambient: Ambient, name: str, value: Any) -> Any:
    if value is UNDEFINED:
        why, fix = "its date is missing, and Moment.js takes that for now", "guard it with {{#if}}."
    else:
        found = "a text that is" if isinstance(value, str) else f"{quote(value)}, which is"
        why, fix = f"its date is {found} not in ISO 8601", "pass a date as in 2034-01-31T12:00:00.000Z."
    return ambient.not_known(name, why, fix)
