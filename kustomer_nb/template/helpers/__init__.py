"""Kustomer's Handlebars helpers and ``/#fn:`` functions, as far as their behavior is public.

The built-in helpers of Handlebars are part of the engine. Each helper and function names its source and its
certainty: documented, observed or inferred. One without a public definition returns UNDEFINED and reports
KNB308; a function of an unknown name reports KNB309.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType

from . import basic, dates, unknown
from .calls import Ambient, Call, Function, Helper, HelperOptions
from .unknown import find_function, find_helper, suspected, unknown_function, why_unknown

__all__ = [
    "FUNCTIONS",
    "HELPERS",
    "Ambient",
    "Call",
    "Function",
    "Helper",
    "HelperOptions",
    "find_function",
    "find_helper",
    "is_known",
    "kustomer_functions",
    "kustomer_helpers",
    "suspected",
    "unknown_function",
    "why_unknown",
]


def kustomer_helpers(ambient: Ambient) -> dict[str, Helper]:
    """Return Kustomer's Handlebars helpers by name, bound to the time, randomness and reporting to use.

    Example:
        >>> kustomer_helpers(Ambient())["math"](Call("math"), 1, "+", 2)
        3
    """
    return {
        "date": partial(dates.date, ambient),
        "dateDiff": partial(dates.date_diff, ambient),
        "dateFormat": partial(dates.date_format, ambient),
        "math": partial(basic.math, ambient),
        "randomId": partial(basic.random_id, ambient),
        "toLower": partial(basic.to_lower, ambient),
    }


def kustomer_functions(ambient: Ambient) -> dict[str, Function]:
    """Return Kustomer's ``/#fn:`` functions by name, bound to the time, randomness and reporting to use.

    Example:
        >>> kustomer_functions(Ambient())["parseInt"](Call("parseInt"), "7")
        7
    """
    return {
        "dateFormat": partial(dates.date_format_function, ambient),
        "ifExists": partial(basic.if_exists, ambient),
        "inBusinessHours": partial(unknown.in_business_hours, ambient),
        "isValidEmailAddress": partial(basic.is_valid_email_address, ambient),
        "isValidPhoneNumber": partial(unknown.is_valid_phone_number, ambient),
        "parseFloat": partial(basic.parse_float, ambient),
        "parseInt": partial(basic.parse_int, ambient),
    }


def is_known(name: str, own_helpers: Mapping[str, object]) -> bool:
    """Return whether a helper is one of ``own_helpers`` or of Kustomer's, even if its result is unknown.

    Example:
        >>> [is_known(name, {"mine": print}) for name in ("toLower", "markdownToHtml", "mine", "shout")]
        [True, True, True, False]
    """
    return name in own_helpers or name in HELPERS or why_unknown(name) is not None


# For names and documentation; a rendering binds its own time, randomness and reporting.
HELPERS: Mapping[str, Helper] = MappingProxyType(kustomer_helpers(Ambient()))
FUNCTIONS: Mapping[str, Function] = MappingProxyType(kustomer_functions(Ambient()))
