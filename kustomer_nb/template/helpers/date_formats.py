"""What each format token of Moment.js 2.30 (MIT, momentjs.com) prints, in English.

Assumed: the workflow runtime runs in UTC and prints there, so an offset in the date is taken into account
and not printed again: `RUNTIME_OFFSET` is what ``Z`` gives. A moment in its process's own zone has no zone
name, so ``z`` prints nothing.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

from .instants import DAY, Moment

RUNTIME_OFFSET = "+00:00"
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_DAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
_Number = Callable[[Moment], int]
_Text = Callable[[Moment], str]


def ordinal(number: int) -> str:
    """Return a number with its English ending.

    Example:
        >>> [ordinal(number) for number in (1, 2, 3, 11, 22, 113)]
        ['1st', '2nd', '3rd', '11th', '22nd', '113th']
    """
    tens, ones = number // 10 % 10, number % 10
    return f"{number}{'th' if tens == 1 else {1: 'st', 2: 'nd', 3: 'rd'}.get(ones, 'th')}"


def filled(number: int, width: int) -> str:
    """Return a number filled up with zeros; its sign does not count.

    Example:
        >>> filled(7, 2), filled(-7, 2)
        ('07', '-07')
    """
    return f"{'-' if number < 0 else ''}{abs(number):0{width}}"


def _year(moment: Moment) -> str:
    return filled(moment.year, 4) if moment.year <= 9999 else f"+{moment.year}"


def _signed_year(moment: Moment) -> str:
    return f"{moment.year:+07}"


def _weekday(moment: Moment) -> int:
    return moment.clock.isoweekday() % 7


def _day_of_year(moment: Moment) -> int:
    return moment.clock.timetuple().tm_yday


def _saturday(moment: Moment) -> Moment:
    """Return the end of the week: the year it falls in is the week's own."""
    return Moment.at(moment.instant + (6 - _weekday(moment)) * DAY)


def _week(moment: Moment) -> int:
    return (_day_of_year(_saturday(moment)) + 6) // 7


def _iso_week_year(moment: Moment) -> int:
    return moment.clock.isocalendar().year + moment.year - moment.clock.year


def _within_century(year: int) -> int:
    # JavaScript's remainder keeps the sign of the year.
    return int(math.fmod(year, 100))


def _half(moment: Moment) -> str:
    return "am" if moment.clock.hour < 12 else "pm"


def _era(moment: Moment) -> str:
    return "AD" if moment.year > 0 else "BC"


def _era_name(moment: Moment) -> str:
    return "Anno Domini" if moment.year > 0 else "Before Christ"


def _number(number: _Number, width: int = 1) -> _Text:
    return lambda moment: filled(number(moment), width)


def _ranked(number: _Number) -> _Text:
    return lambda moment: ordinal(number(moment))


def _named(names: tuple[str, ...], number: _Number, length: int | None = None) -> _Text:
    return lambda moment: names[number(moment)][:length]


def _fraction(width: int) -> _Text:
    return lambda moment: f"{moment.clock.microsecond:06}000"[:width]


def _joined(*tokens: str) -> _Text:
    return lambda moment: "".join(TOKENS[token](moment) for token in tokens)


# A token, what it counts, and the longer token that fills it up to two digits, if there is one.
_NUMBERS: tuple[tuple[str, _Number, str], ...] = (
    ("M", lambda moment: moment.clock.month, "MM"),
    ("D", lambda moment: moment.clock.day, "DD"),
    ("DDD", _day_of_year, ""),
    ("d", _weekday, ""),
    ("e", _weekday, ""),
    ("E", lambda moment: moment.clock.isoweekday(), ""),
    ("w", _week, "ww"),
    ("W", lambda moment: moment.clock.isocalendar().week, "WW"),
    ("Q", lambda moment: (moment.clock.month + 2) // 3, ""),
    ("H", lambda moment: moment.clock.hour, "HH"),
    ("h", lambda moment: moment.clock.hour % 12 or 12, "hh"),
    ("k", lambda moment: moment.clock.hour or 24, "kk"),
    ("m", lambda moment: moment.clock.minute, "mm"),
    ("s", lambda moment: moment.clock.second, "ss"),
    ("y", lambda moment: moment.year if moment.year > 0 else 1 - moment.year, "yy"),
    ("x", lambda moment: moment.instant, ""),
    ("X", lambda moment: moment.instant // 1000, ""),
)
_COUNTS: dict[str, _Number] = {token: number for token, number, _ in _NUMBERS}

TOKENS: Mapping[str, _Text] = MappingProxyType(
    {
        **{token: _number(number) for token, number, _ in _NUMBERS},
        **{longer: _number(number, 2) for _, number, longer in _NUMBERS if longer},
        **{f"{token}o": _ranked(_COUNTS[token]) for token in ("M", "D", "DDD", "d", "w", "W", "Q", "y")},
        **{"S" * width: _fraction(width) for width in range(1, 10)},
        "Y": _year,
        "YY": _number(lambda moment: _within_century(moment.year), 2),
        "YYYY": _number(lambda moment: moment.year, 4),
        "YYYYY": _number(lambda moment: moment.year, 5),
        "YYYYYY": _signed_year,
        "yyy": _number(_COUNTS["y"], 3),
        "yyyy": _number(_COUNTS["y"], 4),
        "N": _era,
        "NN": _era,
        "NNN": _era,
        "NNNN": _era_name,
        "NNNNN": _era,
        "gg": _number(lambda moment: _within_century(_saturday(moment).year), 2),
        "gggg": _number(lambda moment: _saturday(moment).year, 4),
        "ggggg": _number(lambda moment: _saturday(moment).year, 5),
        "GG": _number(lambda moment: _within_century(_iso_week_year(moment)), 2),
        "GGGG": _number(_iso_week_year, 4),
        "GGGGG": _number(_iso_week_year, 5),
        "MMM": _named(_MONTHS, lambda moment: moment.clock.month - 1, 3),
        "MMMM": _named(_MONTHS, lambda moment: moment.clock.month - 1),
        "DDDD": _number(_day_of_year, 3),
        "dd": _named(_DAYS, _weekday, 2),
        "ddd": _named(_DAYS, _weekday, 3),
        "dddd": _named(_DAYS, _weekday),
        "hmm": _joined("h", "mm"),
        "hmmss": _joined("h", "mm", "ss"),
        "Hmm": _joined("H", "mm"),
        "Hmmss": _joined("H", "mm", "ss"),
        "a": _half,
        "A": lambda moment: _half(moment).upper(),
        "Z": lambda _: RUNTIME_OFFSET,
        "ZZ": lambda _: RUNTIME_OFFSET.replace(":", ""),
        "z": lambda _: "",
        "zz": lambda _: "",
    }
)


INVALID = "Invalid date"
DEFAULT = "YYYY-MM-DDTHH:mm:ssZ"
_TOKEN = re.compile(
    r"""\[[^\[]*\]
    |\\?(?:[Hh]mm(?:ss)?|Mo|MM?M?M?|Do|DDDo|DD?D?D?|ddd?d?|do?|w[o|w]?|W[o|W]?|Qo?|N{1,5}
    |YYYYYY|YYYYY|YYYY|YY|y{2,4}|yo?|gg(?:ggg?)?|GG(?:GGG?)?|e|E|a|A|hh?|HH?|kk?|mm?|ss?|S{1,9}
    |x|X|zz?|ZZ?|[^\n\r\u2028\u2029])""",
    re.VERBOSE,
)
_LONG_TOKEN = re.compile(r"\[[^\[]*\]|\\?(?:LTS|LT|LL?L?L?|l{1,4})")
_LONG = {
    "LTS": "h:mm:ss A",
    "LT": "h:mm A",
    "L": "MM/DD/YYYY",
    "LL": "MMMM D, YYYY",
    "LLL": "MMMM D, YYYY h:mm A",
    "LLLL": "dddd, MMMM D, YYYY h:mm A",
    "l": "M/D/YYYY",
    "ll": "MMM D, YYYY",
    "lll": "MMM D, YYYY h:mm A",
    "llll": "ddd, MMM D, YYYY h:mm A",
}


def formatted(instant: float, pattern: str) -> str:
    """Return an instant, in milliseconds since 1970, written by a pattern; NaN is ``Invalid date``.

    An empty pattern is Moment's own default. Line ends outside of brackets are lost, as they are there.

    Example:
        >>> formatted(0, "LL"), formatted(0, "[on] dddd, Do"), formatted(math.nan, "LL")
        ('January 1, 1970', 'on Thursday, 1st', 'Invalid date')
    """
    if math.isnan(instant):
        return INVALID
    moment = Moment.at(int(instant))
    short = _LONG_TOKEN.sub(lambda found: _LONG.get(found[0], found[0]), pattern or DEFAULT)
    return "".join(_piece(token, moment) for token in _TOKEN.findall(short))


def _piece(token: str, moment: Moment) -> str:
    if token in TOKENS:
        return TOKENS[token](moment)
    if token[0] == "[" and len(token) > 1:
        return token[1:-1]
    return token.replace("\\", "")
