"""Dates written by a pattern as Moment.js 2.30 writes them (MIT, momentjs.com), in English and UTC."""

from __future__ import annotations

import math
import re

from .instants import Moment
from .tokens import TOKENS

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
