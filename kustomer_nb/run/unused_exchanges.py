"""Which recorded exchanges no action of a definition can use any more, and why."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from kustomer_nb.definition import ActionDefinition
    from kustomer_nb.storage.cassette import Exchange

# The start of a uri up to the end of its host, if the author wrote it out.
_WRITTEN_ORIGIN = re.compile(r"\s*(https?://[^/?#{}]+)(?=[/?#]|$)", re.IGNORECASE)


def unused_reason(exchange: Exchange, definitions: Iterable[ActionDefinition]) -> str:
    """Return why no request of an app's actions can be that of an exchange; empty if one may be.

    Example:
        >>> from kustomer_nb import loads
        >>> from kustomer_nb.storage.cassette import Exchange, RecordedRequest, RecordedResponse
        >>> request = RecordedRequest("GET", "https://a.b/7")
        >>> app = loads('{"name": "find", "inputTemplate": {"uri": "https://a.b/{{id}}", "method": "post"}}')
        >>> definitions = [app.action().definition]
        >>> unused_reason(Exchange("find", request, RecordedResponse(200)), definitions)
        'the action sends POST'
        >>> unused_reason(Exchange("search", request, RecordedResponse(200)), definitions)
        'there is no such action'
    """
    actions = [action for action in definitions if (action.name or "") == exchange.action]
    if not actions:
        return "there is no such action"
    reasons = [_difference(exchange, action) for action in actions]
    return "" if "" in reasons else reasons[0]


def _difference(exchange: Exchange, action: ActionDefinition) -> str:
    template = action.input_template
    if template is None:
        return ""
    method = template.method
    if isinstance(method, str) and method.isalpha() and method.upper() != exchange.request.method.upper():
        return f"the action sends {method.upper()}"
    match = _WRITTEN_ORIGIN.match(template.uri or "")
    # With a label in the host, the uri is not written out.
    if match is None or "$" in exchange.request.url.partition("//")[2].partition("/")[0]:
        return ""
    written, recorded = urlsplit(match[1].lower()), urlsplit(exchange.request.url.lower())
    return "" if written.hostname == recorded.hostname else f"the action calls {written.hostname}"
