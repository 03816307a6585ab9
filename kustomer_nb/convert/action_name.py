"""The name of the action that makes a call."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .names import camel_case, singular
from .path_segments import Role, segments_of, without_ending

if TYPE_CHECKING:
    from .http_call import HttpCall

_VERBS = {"GET": "get", "POST": "create", "PUT": "replace", "PATCH": "update", "DELETE": "delete"}
_OF_ALL = re.compile(r"api|rest|services|data|latest", re.IGNORECASE)
# A name of what is done, such as postMessage.
_DOES = re.compile(
    r"(?:.*\.)?(?P<name>(?:add|cancel|create|delete|find|get|list|post|put|remove|search|send|set|update)(?:[A-Z][a-z]+)+)"
)
_LETTERS = re.compile(r"[A-Za-z][A-Za-z_-]*")


def action_name(call: HttpCall) -> str:
    """Return a name for the action of a request, from its method and its path.

    Example:
        >>> from kustomer_nb.convert.http_call import CallUrl, HttpCall
        >>> urls = [CallUrl("https", "a.b", path) for path in ("/a/42/refunds", "/orders", "/users/ann")]
        >>> [action_name(HttpCall(method, url)) for method, url in zip(("POST", "GET", "GET"), urls)]
        ['createRefund', 'getOrders', 'getUser']
    """
    segments = segments_of(call.url.segments, call.url.placeholders, call.method)
    words = [segment for segment in segments if segment.role is Role.WORD and _says_what(segment.value)]
    if not words:
        return f"{_VERBS[call.method]}Request"
    last = words[-1]
    if match := _DOES.fullmatch(last.value):
        return match["name"]
    word = camel_case(without_ending(last.value))
    noun = word if call.method == "GET" and last is segments[-1] else singular(word)
    return _VERBS[call.method] + noun[:1].upper() + noun[1:]


def _says_what(text: str) -> bool:
    # Of chat.postMessage, the part before the point.
    word = text.rpartition(".")[0] or text
    return _LETTERS.fullmatch(word) is not None and _OF_ALL.fullmatch(text) is None
