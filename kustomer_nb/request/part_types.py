"""Parts of a request whose type npm ``request`` ignores, or takes for something else (KNB202, KNB417).

Measured: a string or array as ``headers`` is sent by its indexes, ``0: a``, and a number or true not at all;
so it is with ``qs``. A method that is no string is refused by Node, a uri by npm request.
"""

from __future__ import annotations

from typing import Any

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Diagnostic, Severity
from kustomer_nb.jsontext import javascript

from .checks import is_text_type

_HEADERS = 'write an object: "headers": {"accept": "…"}.'
_QS = 'make qs an object of names and values: "qs": {"page": 2}.'


def check_headers_type(value: Any, pointer: str) -> Diagnostic | None:
    """Return the diagnostic for headers that are not an object; None for one, and for none.

    Example:
        >>> check_headers_type(["accept"], "/headers").message
        'headers is an array, not an object: npm request sends its items under the names 0, 1 and so on.'
    """
    if isinstance(value, dict) or not value:
        return None
    if not isinstance(value, (str, list)):
        message = f"headers is {_named(value)}, not an object, so no header is sent."
        return Diagnostic(Code.WRONG_TYPE, Severity.WARNING, pointer, message, _HEADERS)
    by_index = "its characters" if isinstance(value, str) else "its items"
    message = (
        f"headers is {_named(value)}, not an object: npm request sends {by_index} under the names 0, 1 and "
        "so on."
    )
    return Diagnostic(Code.WRONG_TYPE, Severity.ERROR, pointer, message, _HEADERS)


def check_qs_type(value: Any, pointer: str) -> Diagnostic | None:
    """Return the diagnostic for a qs that is neither an object nor a string, which KNB404 reports.

    Example:
        >>> check_qs_type([1], "/qs").message, check_qs_type({}, "/qs"), check_qs_type([], "/qs")
        ('qs is an array: npm request sends its items under the names 0, 1 and so on.', None, None)
    """
    if isinstance(value, (dict, str)) or value in (None, False, []) or value is javascript.UNDEFINED:
        return None
    if isinstance(value, list):
        message = "qs is an array: npm request sends its items under the names 0, 1 and so on."
    else:
        message = f"qs is {_named(value)}: npm request adds nothing to the query."
    return Diagnostic(Code.WRONG_TYPE, Severity.WARNING, pointer, message, _QS)


def check_string_part(name: str, value: Any, pointer: str) -> Diagnostic | None:
    """Return the diagnostic for a uri or method that is not a string; None for one that is missing.

    Example:
        >>> check_string_part("method", ["get"], "/method").message
        'method is an array, not a string, so no request can be sent.'
    """
    if isinstance(value, str) or value is None or value is javascript.UNDEFINED:
        return None
    message = f"{name} is {_named(value)}, not a string, so no request can be sent."
    return Diagnostic(Code.WRONG_TYPE, Severity.ERROR, pointer, message, "write a string.")


def check_text_as_json(what: str, content_type: str, pointer: str) -> Diagnostic:
    """Return the diagnostic for data that is a string although json is true (KNB417).

    ``what`` is how the message calls the data, ``content_type`` the media type that the author wrote.

    Example:
        >>> check_text_as_json("a string", "", "/data").message
        'data is a string and json is true: npm request encodes it a second time, as a JSON string.'
    """
    message = f"data is {what} and json is true: npm request encodes it a second time, as a JSON string."
    unchanged = "remove json to send the string unchanged; the response is then a string as well."
    fix = unchanged if is_text_type(content_type) else f"make data an object, or {unchanged}"
    return Diagnostic(Code.TEXT_SENT_AS_JSON, Severity.WARNING, pointer, message, fix)


def check_data_beside_json(pointer: str) -> Diagnostic:
    """Return the diagnostic for data beside a ``json`` that is itself the body (KNB424)."""
    message = "json is an object or array, which npm request sends as the body; data is ignored."
    fix = 'write one body in data, and set "json": true.'
    return Diagnostic(Code.DATA_BESIDE_JSON, Severity.WARNING, pointer, message, fix)


def _named(value: Any) -> str:
    # By its type alone: the value may be that of a setting.
    names = {str: "a string", list: "an array", dict: "an object", bool: "a boolean"}
    return names.get(type(value), "a number")
