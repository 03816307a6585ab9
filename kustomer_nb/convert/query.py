"""Whether the query of a call can be an object, as ``qs`` of an action is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import Enum
from typing import TYPE_CHECKING
from urllib.parse import unquote_plus

from kustomer_nb.request.query import merged
from kustomer_nb.template import Text

from .words import MARKER

if TYPE_CHECKING:
    from .http_call import CallUrl

_ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}")
# The platform reads brackets as nesting, and braces are templates.
_SPECIAL_NAME = re.compile(rf"[\[\]{{}}]|__proto__|{MARKER.pattern}")
_INDEX = re.compile(r"0|[1-9][0-9]{0,8}")


class QueryForm(Enum):
    """How a query can be written in an action."""

    # The platform writes the object as the command has it.
    SAME_OBJECT = "same object"
    # The object has the same values, and the platform encodes them in another way.
    OTHER_ENCODING = "other encoding"
    TEXT = "text"


def query_form(url: CallUrl) -> QueryForm:
    """Return how the query of a URL can be written in an action.

    Example:
        >>> from kustomer_nb.convert.http_call import CallUrl
        >>> urls = [CallUrl("https", "a.b", "/", query) for query in ("q=a%20b", "q=a+b", "f[x]=1")]
        >>> [query_form(url).value for url in urls]
        ['same object', 'other encoding', 'text']
    """
    decoded = {unquote_plus(name): unquote_plus(value or "") for name, value in url.pairs}
    if not _fits_object(url, decoded):
        return QueryForm.TEXT
    if _as_the_platform_writes(decoded) == upper_case_escapes(MARKER.sub("x", url.query or "")):
        return QueryForm.SAME_OBJECT
    return QueryForm.OTHER_ENCODING if _keeps_values(decoded) else QueryForm.TEXT


def _keeps_values(decoded: Mapping[str, str]) -> bool:
    """Return whether an object has the values of a query, and in its order."""
    # Names that are indexes come first in an object of JavaScript. What is no UTF-8 cannot be in one.
    is_reordered = any(map(_INDEX.fullmatch, decoded)) and len(decoded) > 1
    return not is_reordered and "\ufffd" not in "".join([*decoded, *decoded.values()])


def _fits_object(url: CallUrl, decoded: Mapping[str, str]) -> bool:
    """Return whether an object has all pairs of a query: each name once, with a value, and as it is."""
    if not decoded or len(decoded) != len(url.pairs):
        return False
    return not any(value is None for _, value in url.pairs) and not any(map(_SPECIAL_NAME.search, decoded))


def _as_the_platform_writes(decoded: Mapping[str, str]) -> str:
    values = {name: MARKER.sub("x", value) for name, value in decoded.items()}
    return merged(Text(), values).real.removeprefix("?")


def upper_case_escapes(text: str) -> str:
    """Return a text with its percent-escapes in upper case, which mean the same (RFC 3986, section 2.1).

    Example:
        >>> upper_case_escapes("a%2fb")
        'a%2Fb'
    """
    return _ESCAPE.sub(lambda match: match[0].upper(), text)
