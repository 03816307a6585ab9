"""Whether a value of a call usually varies from one use of an action to the next."""

from __future__ import annotations

import re
from enum import Enum
from urllib.parse import unquote_plus

from kustomer_nb.secrets.token_patterns import UUID, spaced

from .path_segments import Role, Segment
from .places import Part, PlacedValue


class Variation(Enum):
    """Whether a value usually varies, rarely, or never while the same API is called in the same way."""

    USUAL = "usual"
    RARE = "rare"
    NEVER = "never"


# Their values say how to answer, and not about what.
_CONSTANT = re.compile(
    r"(?:.*-)?(?:type|kind|version|format|encoding|currency|locale|lang|language|timezone|tz)"
    r"|object|method|jsonrpc|alt|fields?|properties|columns|select|includes?|include-.*|excludes?|expand|embed|with"
    r"|event|\$?schema|model|pretty|debug|verbose|role|temperature|max-tokens|top-p|operation-?name"
    # Pages: how many items, and which of them.
    r"|(?:.*-)?(?:limit|per-?page|page-?size|max-(?:results|records|items)|page|page-number|offset)|size|count|first"
    r"|take|skip|top|rows|(?:.*-)?sort(?:-?by|-?order|-?dir(?:ection)?)?|order-?by|direction",
    re.IGNORECASE,
)
_FLAGS = frozenset({"true", "false", "yes", "no", "on", "off", "asc", "desc"})
_GRAPHQL = re.compile(r"\s*(?:(?:query|mutation|subscription|fragment)\b[^{]*)?\{(?!\{)", re.DOTALL)
_LAST_BRACKET = re.compile(r".*\[([^\[\]]+)\](?:\[[0-9]*\])*")
# A value of its own for each request, or for each state of a record.
_PER_REQUEST = re.compile(r"(?:.*-)?(?:idempotency-(?:key|token)|nonce)|if-(?:none-)?match", re.IGNORECASE)
_REQUEST_ID = re.compile(r"(?:.*-)?(?:request|correlation|transaction)-?id", re.IGNORECASE)
# Headers by which client and service agree on how to talk.
_TECHNICAL = re.compile(
    r"accept(?:-.*)?|content-.*|user-agent|connection|host|origin|referer|dnt|cache-control|pragma|te|sec-.*"
    r"|upgrade-.*|soapaction|x-requested-with|priority|(?:.*-)?version|revision|traceparent|tracestate|baggage|b3"
    r"|sentry-trace|x-(?:b3|datadog|amzn?)-.*",
    re.IGNORECASE,
)


def variation_of(item: PlacedValue, segment: Segment | None) -> Variation:
    """Return whether a value usually varies; ``segment`` is what a value of the path is.

    Example:
        >>> from kustomer_nb.convert.places import Place
        >>> values = ("limit", "50"), ("email", "jane@shop.com"), ("archived", "false"), ("id", "")
        >>> items = [PlacedValue(Place(Part.QUERY, (name,)), value) for name, value in values]
        >>> [variation_of(item, None).value for item in items]
        ['rare', 'usual', 'rare', 'rare']
    """
    if segment is not None:
        return Variation.USUAL if segment.role is Role.VALUE else Variation.NEVER
    if item.place.part is Part.HEADER:
        return _of_header(str(item.place.keys[0]), item.value)
    return Variation.RARE if _is_constant(item) else Variation.USUAL


def _of_header(name: str, value: str) -> Variation:
    if _PER_REQUEST.fullmatch(name):
        return Variation.USUAL
    if _TECHNICAL.fullmatch(name):
        return Variation.NEVER
    return Variation.USUAL if _REQUEST_ID.fullmatch(name) and UUID.fullmatch(value) else Variation.RARE


def _is_constant(item: PlacedValue) -> bool:
    value = item.value
    if value is None or isinstance(value, bool) or value == "":
        return True
    if _has_constant_name(item.last_name):
        return True
    if isinstance(value, str) and (value.lower() in _FLAGS or _GRAPHQL.match(value)):
        return True
    # No known helper encodes a value in a text: one that needs it is not a good input.
    return bool(item.is_raw and unquote_plus(value) != value)


def _has_constant_name(last_name: str) -> bool:
    # Of filters[0][field], the field.
    bracket = _LAST_BRACKET.fullmatch(last_name)
    written_name = bracket[1] if bracket else last_name.removesuffix("[]")
    name = spaced(written_name).replace("_", "-").replace(".", "-")
    return _CONSTANT.fullmatch(name) is not None or name.startswith(("$", "-"))
