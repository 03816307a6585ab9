"""Helpers whose meaning is not public, and names that nobody documents: reported, never guessed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Diagnostic, Severity
from kustomer_nb.jsontext.javascript import UNDEFINED

from .calls import Ambient, Call, Function, Helper, HelperOptions

LONGEST_NAME = 64
_NO_LETTER = re.compile("[^a-z0-9]")
_SECTIONS = {
    "JSON data helpers": (
        *("Parse Bool", "Parse JSON", "To JSON", "Transform", "Map", "Included Resource Attribute"),
    ),
    "Data validation workflow helpers": (
        *("Escape", "Escape RegExp", "Markdown to HTML", "Remove Markdown", "URI Encoding"),
        *("Base64 Encoding", "Auth HMAC", "Get App Setting"),
    ),
}


def _letters(name: str) -> str:
    return _NO_LETTER.sub("", name.lower())


# By the letters of its name, what is missing of each; help centre, certainty: the sections are documented.
MISSING: Mapping[str, str] = MappingProxyType(
    {
        "inbusinesshours": "it needs the business schedule of the organisation",
        "isvalidphonenumber": "the forms of phone numbers it accepts are not public",
        **{
            _letters(section): f"of the section '{section}' of '{page}' neither name nor arguments are public"
            for page, sections in _SECTIONS.items()
            for section in sections
        },
    }
)


def why_unknown(name: str) -> str | None:
    """Return why a helper or function that Kustomer's pages speak of is not known here, None of another.

    Example:
        >>> why_unknown("isValidPhoneNumber"), why_unknown("toLower")
        ('the forms of phone numbers it accepts are not public', None)
    """
    return MISSING.get(_letters(name))


def in_business_hours(ambient: Ambient, call: Call, value: Any, /, *args: str) -> Any:
    """Return nothing, with a finding: ``/#fn:inBusinessHours,datePath,scheduleId`` asks the organisation.

    Source: help centre, "Date & math helpers". Certainty: documented, and not to be computed here.

    Example:
        >>> found = []
        >>> in_business_hours(Ambient(report=found.append), Call("inBusinessHours"), UNDEFINED)
        UNDEFINED
        >>> found[0].code
        'KNB308'
    """
    return ambient.not_known(call.name, MISSING["inbusinesshours"])


def is_valid_phone_number(ambient: Ambient, call: Call, value: Any, /, *args: str) -> Any:
    """Return nothing, with a finding: ``/#fn:isValidPhoneNumber,path`` follows rules that are not public.

    Source: help centre, "Data validation workflow helpers", which says that a number outside of the US and
    Canada needs a country code. Certainty: documented in part.

    Example:
        >>> found = []
        >>> is_valid_phone_number(Ambient(report=found.append), Call("isValidPhoneNumber"), "1")
        UNDEFINED
        >>> found[0].code
        'KNB308'
    """
    return ambient.not_known(call.name, MISSING["isvalidphonenumber"])


def find_function(name: str, functions: Mapping[str, Function], ambient: Ambient) -> Function:
    """Return the function of a name; for one that is unknown, a function that gives nothing and reports it.

    An unknown name does not fail on the platform. Source: developer hub, "Expressions reference".
    Certainty: documented up to "it silen", where the text is cut; that it gives nothing is inferred.

    Example:
        >>> nothing = find_function("parseint", {"parseInt": print}, Ambient(report=print))
        >>> nothing(Call("parseint"), "7")
        KNB309 `parseint` is no function known here. Fix: did you mean `parseInt`?
        UNDEFINED
    """
    if name in functions:
        return functions[name]

    def nothing(_call: Call, _value: Any, /, *_args: str) -> Any:
        if (why := why_unknown(name)) is not None:
            return ambient.not_known(name, why)
        shown = name if len(name) <= LONGEST_NAME else f"{name[:LONGEST_NAME]}…"
        message = f"`{shown}` is no function known here."
        ambient.report(
            Diagnostic(Code.UNKNOWN_FUNCTION, Severity.WARNING, "", message, _near_miss(name, functions))
        )
        return UNDEFINED

    return nothing


def find_helper(name: str, helpers: Mapping[str, Helper], ambient: Ambient) -> Helper | None:
    """Return the helper of a name; None for an unknown one, which Handlebars refuses when it has arguments.

    For a name that Kustomer's pages speak of without saying enough, a helper that gives nothing and reports
    it. These names are in no mapping, so that a variable ``{{map}}`` or ``{{escape}}`` stays one.

    Example:
        >>> find_helper("markdownToHtml", {}, Ambient()) is None, find_helper("shout", {}, Ambient())
        (False, None)
    """
    if name in helpers:
        return helpers[name]
    why = why_unknown(name)
    if why is None:
        return None

    def nothing(_options: HelperOptions, /, *_args: Any) -> Any:
        return ambient.not_known(name, why)

    return nothing


def _near_miss(name: str, functions: Mapping[str, Function]) -> str:
    lowered = {one.lower(): one for one in functions}
    near = get_close_matches(name.lower(), lowered, n=1) if len(name) <= LONGEST_NAME else []
    if near:
        return f"did you mean `{lowered[near[0]]}`?"
    return f"known here: {', '.join(f'`{one}`' for one in sorted(functions))}."
