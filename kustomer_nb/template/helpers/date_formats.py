"""Format dates with the format tokens of Moment.js 2.30 (MIT, momentjs.com), in English.

Assumed: the workflow runtime runs and prints in UTC. So an offset in the date is converted and not printed:
``Z`` prints `RUNTIME_OFFSET`. A moment in the local zone of its process does not have a zone name, so ``z``
prints nothing.
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
    """Return a number with its English ordinal suffix.

    Example:
        >>> [ordinal(number) for number in (1, 2, 3, 11, 22, 113)]
        ['1st', '2nd', '3rd', '11th', '22nd', '113th']
    """
    tens, ones = number // 10 % 10, number % 10
    return f"{number}{'th' if tens == 1 else {1: 'st', 2: 'nd', 3: 'rd'}.get(ones, 'th')}"


def zero_pad(number: int, width: int) -> str:
    """Return a number padded with zeros; the width does not include the sign.

    Example:
        >>> zero_pad(7, 2), zero_pad(-7, 2)
        ('07', '-07')
    """
    return f"{'-' if number < 0 else ''}{abs(number):0{width}}"


def _year(moment: Moment) -> str:
    return zero_pad(moment.year, 4) if moment.year <= 9999 else f"+{moment.year}"


def _signed_year(moment: Moment) -> str:
    return f"{moment.year:+07}"


def _weekday(moment: Moment) -> int:
    return moment.clock.isoweekday() % 7


def _day_of_year(moment: Moment) -> int:
    return moment.clock.timetuple().tm_yday


def _end_of_week(moment: Moment) -> Moment:
    """Return the Saturday of the week, whose year is the year of the week."""
    return Moment.from_instant(moment.instant + (6 - _weekday(moment)) * DAY)


def _week(moment: Moment) -> int:
    return (_day_of_year(_end_of_week(moment)) + 6) // 7


def _iso_week_year(moment: Moment) -> int:
    return moment.clock.isocalendar().year + moment.year - moment.clock.year


def _within_century(year: int) -> int:
    # JavaScript's remainder keeps the sign of the year.
    return int(math.fmod(year, 100))


def _meridiem(moment: Moment) -> str:
    return "am" if moment.clock.hour < 12 else "pm"


def _era(moment: Moment) -> str:
    return "AD" if moment.year > 0 else "BC"


def _era_name(moment: Moment) -> str:
    return "Anno Domini" if moment.year > 0 else "Before Christ"


def _format_number(number: _Number, width: int = 1) -> _Text:
    return lambda moment: zero_pad(number(moment), width)


def _format_ordinal(number: _Number) -> _Text:
    return lambda moment: ordinal(number(moment))


def _format_name(names: tuple[str, ...], number: _Number, length: int | None = None) -> _Text:
    return lambda moment: names[number(moment)][:length]


def _format_fraction(width: int) -> _Text:
    return lambda moment: f"{moment.clock.microsecond:06}000"[:width]


def _join(*tokens: str) -> _Text:
    return lambda moment: "".join(TOKENS[token](moment) for token in tokens)


# A token, its number, and the longer token that pads it to two digits, if there is one.
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
        **{token: _format_number(number) for token, number, _ in _NUMBERS},
        **{longer: _format_number(number, 2) for _, number, longer in _NUMBERS if longer},
        **{
            f"{token}o": _format_ordinal(_COUNTS[token])
            for token in ("M", "D", "DDD", "d", "w", "W", "Q", "y")
        },
        **{"S" * width: _format_fraction(width) for width in range(1, 10)},
        "Y": _year,
        "YY": _format_number(lambda moment: _within_century(moment.year), 2),
        "YYYY": _format_number(lambda moment: moment.year, 4),
        "YYYYY": _format_number(lambda moment: moment.year, 5),
        "YYYYYY": _signed_year,
        "yyy": _format_number(_COUNTS["y"], 3),
        "yyyy": _format_number(_COUNTS["y"], 4),
        "N": _era,
        "NN": _era,
        "NNN": _era,
        "NNNN": _era_name,
        "NNNNN": _era,
        "gg": _format_number(lambda moment: _within_century(_end_of_week(moment).year), 2),
        "gggg": _format_number(lambda moment: _end_of_week(moment).year, 4),
        "ggggg": _format_number(lambda moment: _end_of_week(moment).year, 5),
        "GG": _format_number(lambda moment: _within_century(_iso_week_year(moment)), 2),
        "GGGG": _format_number(_iso_week_year, 4),
        "GGGGG": _format_number(_iso_week_year, 5),
        "MMM": _format_name(_MONTHS, lambda moment: moment.clock.month - 1, 3),
        "MMMM": _format_name(_MONTHS, lambda moment: moment.clock.month - 1),
        "DDDD": _format_number(_day_of_year, 3),
        "dd": _format_name(_DAYS, _weekday, 2),
        "ddd": _format_name(_DAYS, _weekday, 3),
        "dddd": _format_name(_DAYS, _weekday),
        "hmm": _join("h", "mm"),
        "hmmss": _join("h", "mm", "ss"),
        "Hmm": _join("H", "mm"),
        "Hmmss": _join("H", "mm", "ss"),
        "a": _meridiem,
        "A": lambda moment: _meridiem(moment).upper(),
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


def format_instant(instant: float, pattern: str) -> str:
    """Return an instant, in milliseconds since 1970, in a format of Moment.js; NaN is ``Invalid date``.

    An empty pattern is the default of Moment.js. Line breaks outside of brackets are dropped, as there.

    Example:
        >>> format_instant(0, "LL"), format_instant(0, "[on] dddd, Do"), format_instant(math.nan, "LL")
        ('January 1, 1970', 'on Thursday, 1st', 'Invalid date')
    """
    if math.isnan(instant):
        return INVALID
    moment = Moment.from_instant(int(instant))
    # Moment.js expands the localized tokens first; an unknown one is an escaped or bracketed text.
    expanded = _LONG_TOKEN.sub(lambda match: _LONG.get(match[0], match[0]), pattern or DEFAULT)
    return "".join(_format_token(token, moment) for token in _TOKEN.findall(expanded))


def _format_token(token: str, moment: Moment) -> str:
    if token in TOKENS:
        return TOKENS[token](moment)
    if token[0] == "[" and len(token) > 1:
        return token[1:-1]
    return token.replace("\\", "")
