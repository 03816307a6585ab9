"""Kustomer's own Handlebars helpers and ``/#fn:`` functions, as far as their meaning is public.

Handlebars' built-ins are the engine's. Each helper and each function names its source and its certainty:
documented, observed or inferred. What is not public gives nothing and a finding, KNB308 for what is not
known here and KNB309 for a function of an unknown name.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType

from . import basic, dates, unknown
from .calls import Ambient, Call, Function, Helper, HelperOptions
from .unknown import find_function, find_helper, why_unknown

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
    "why_unknown",
]


def kustomer_helpers(ambient: Ambient) -> dict[str, Helper]:
    """Return Kustomer's Handlebars helpers by name, with the time, chance and ear they are to use.

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
    """Return Kustomer's ``/#fn:`` functions by name, with the time, chance and ear they are to use.

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


def is_known(name: str, own: Mapping[str, object]) -> bool:
    """Return whether a call of a helper gives something, if only a finding; ``own`` are those of the user.

    Example:
        >>> [is_known(name, {"mine": print}) for name in ("toLower", "markdownToHtml", "mine", "shout")]
        [True, True, True, False]
    """
    return name in own or name in HELPERS or why_unknown(name) is not None


HELPERS: Mapping[str, Helper] = MappingProxyType(kustomer_helpers(Ambient()))
FUNCTIONS: Mapping[str, Function] = MappingProxyType(kustomer_functions(Ambient()))
