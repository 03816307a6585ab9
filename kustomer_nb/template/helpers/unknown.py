"""Helpers without a public definition, and undocumented names: reported, never guessed."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Diagnostic, Severity
from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.near_names import near_miss

if TYPE_CHECKING:
    from .calls import Ambient, Call, Function, Helper, HelperOptions

# Longer names are shortened in messages and not compared with known ones, which would be slow.
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


# The reason for each, by the letters of its name. Source: help centre. Certainty: documented sections.
MISSING: Mapping[str, str] = MappingProxyType(
    {
        "inbusinesshours": "it depends on the business schedule of the organisation",
        "isvalidphonenumber": "the phone number formats that it accepts are not documented",
        **{
            _letters(section): f'the section "{section}" of "{page}" does not document its name and arguments'
            for page, sections in _SECTIONS.items()
            for section in sections
        },
    }
)


# Names that authors try for helpers of which only the section is public.
_SUSPECTED: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(
            ("base64", "base64encode", "encodebase64", "tobase64", "tobase64string", "btoa", "b64encode"),
            "Base64 Encoding",
        ),
        **dict.fromkeys(
            (
                *("uriencode", "encodeuri", "encodeuricomponent", "urlencode", "encodeurl", "urlencoding"),
                *("uricomponent", "encodeurlcomponent"),
            ),
            "URI Encoding",
        ),
        **dict.fromkeys(("hmac", "hmacsha256", "sha256hmac"), "Auth HMAC"),
        **dict.fromkeys(("json", "jsonstringify", "stringify", "jsonencode"), "To JSON"),
        **dict.fromkeys(("jsonparse", "fromjson", "jsondecode"), "Parse JSON"),
        **dict.fromkeys(("escaperegexp", "regexescape"), "Escape RegExp"),
    }
)


def why_unknown(name: str) -> str | None:
    """Return why a helper or function that Kustomer's pages mention is unknown; None for any other.

    Example:
        >>> why_unknown("isValidPhoneNumber"), why_unknown("toLower")
        ('the phone number formats that it accepts are not documented', None)
    """
    return MISSING.get(_letters(name))


def suspected(name: str) -> str | None:
    """Return why a name that may be one of Kustomer's helpers cannot be checked; None for any other.

    Example:
        >>> suspected("base64"), suspected("shout")
        ('Kustomer has a helper for Base64 Encoding, but its name and arguments are not public', None)
    """
    section = _SUSPECTED.get(_letters(name))
    return section and f"Kustomer has a helper for {section}, but its name and arguments are not public"


def in_business_hours(ambient: Ambient, call: Call, value: Any, /, *args: str) -> Any:
    """Report that the result is unknown: ``/#fn:inBusinessHours,datePath,scheduleId``.

    Source: help centre, "Date & math helpers". Certainty: documented, but it needs the business
    schedule of the organisation.

    Example:
        >>> from kustomer_nb.template.helpers.calls import Ambient, Call
        >>> diagnostics = []
        >>> in_business_hours(Ambient(report=diagnostics.append), Call("inBusinessHours"), UNDEFINED)
        UNDEFINED
        >>> diagnostics[0].code
        'KNB308'
    """
    return ambient.report_unknown(call.name, MISSING["inbusinesshours"])


def is_valid_phone_number(ambient: Ambient, call: Call, value: Any, /, *args: str) -> Any:
    """Report that the result is unknown: ``/#fn:isValidPhoneNumber,path`` follows undocumented rules.

    Source: help centre, "Data validation workflow helpers", which says that a number outside of the US and
    Canada needs a country code. Certainty: documented in part.

    Example:
        >>> from kustomer_nb.template.helpers.calls import Ambient, Call
        >>> diagnostics = []
        >>> is_valid_phone_number(Ambient(report=diagnostics.append), Call("isValidPhoneNumber"), "1")
        UNDEFINED
        >>> diagnostics[0].code
        'KNB308'
    """
    return ambient.report_unknown(call.name, MISSING["isvalidphonenumber"])


def find_function(name: str, functions: Mapping[str, Function], ambient: Ambient) -> Function:
    """Return the function of a name; for an unknown one, a function that reports it and returns UNDEFINED.

    An unknown name does not fail on the platform. Source: developer hub, "Expressions reference".
    Certainty: documented up to "it silen", where the text is cut off; the result is inferred.

    Example:
        >>> from kustomer_nb.template.helpers.calls import Ambient, Call
        >>> nothing = find_function("parseint", {"parseInt": print}, Ambient(report=print))
        >>> nothing(Call("parseint"), "7")
        KNB309 `parseint` is not a known function. Fix: did you mean `parseInt`?
        UNDEFINED
    """
    if name in functions:
        return functions[name]

    def nothing(_call: Call, _value: Any, /, *_args: str) -> Any:
        if (why := why_unknown(name) or suspected(name)) is not None:
            return ambient.report_unknown(name, why)
        ambient.report(unknown_function(name, functions))
        return UNDEFINED

    return nothing


def unknown_function(name: str, functions: Collection[str]) -> Diagnostic:
    """Return the diagnostic for a call of a function that is neither known nor mentioned by Kustomer."""
    short_name = name if len(name) <= LONGEST_NAME else f"{name[:LONGEST_NAME]}…"
    message = f"`{short_name}` is not a known function."
    return Diagnostic(Code.UNKNOWN_FUNCTION, Severity.WARNING, "", message, _near_miss(name, functions))


def find_helper(name: str, helpers: Mapping[str, Helper], ambient: Ambient) -> Helper | None:
    """Return the helper of a name; None for an unknown one, which Handlebars rejects if it has arguments.

    For a name that Kustomer's pages mention but do not define, return a helper that reports it. These names
    are not in the mapping, so that ``{{map}}`` or ``{{escape}}`` can be a variable.

    Example:
        >>> from kustomer_nb.template.helpers.calls import Ambient
        >>> find_helper("markdownToHtml", {}, Ambient()) is None, find_helper("shout", {}, Ambient())
        (False, None)
    """
    if name in helpers:
        return helpers[name]
    why = why_unknown(name)
    if why is None:
        return None

    def nothing(_options: HelperOptions, /, *_args: Any) -> Any:
        return ambient.report_unknown(name, why)

    return nothing


def _near_miss(name: str, functions: Collection[str]) -> str:
    if (near := near_miss(name, functions)) is not None:
        return f"did you mean `{near}`?"
    return f"known functions: {', '.join(f'`{known}`' for known in sorted(functions))}."
