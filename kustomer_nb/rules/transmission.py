"""KNB4: what npm request changes in what it is given, or does not send."""

from __future__ import annotations

from collections.abc import Iterator

from kustomer_nb.diagnostics import Severity
from kustomer_nb.jsontext.javascript import ordered

from .addresses import address_of
from .model import Finding, action_rule
from .proof import a_request, an_action, closed_schema, file
from .requests import is_on
from .subject import Action
from .words import cut, said
from .written import is_pointed, reference_of

_NOTE = closed_schema(note="string")


@action_rule(
    "KNB415",
    "query-behind-fragment",
    Severity.WARNING,
    why="measured: npm request puts qs behind the # of an address without a query of its own, and what "
    "stands behind a # is not sent.",
    bad=file(an_action(inputTemplate=a_request(uri="https://api.shop.com/orders#open", qs={"page": 2}))),
    good=file(an_action(inputTemplate=a_request(uri="https://api.shop.com/orders%23open", qs={"page": 2}))),
)
def _query_behind_fragment(action: Action) -> Iterator[Finding]:
    request = action.request or {}
    qs = request.get("qs")
    is_given = isinstance(qs, (dict, list)) and bool(qs)
    address = address_of(action) if is_given and "#" in str(request.get("uri")) else None
    if address is not None and address.fragment and not address.search:
        message = "the uri holds a #, and npm request puts qs behind it, where it is not sent."
        yield Finding(action.at("inputTemplate", "uri"), message, "take the # out, or write %23.")


@action_rule(
    "KNB416",
    "header-twice",
    Severity.WARNING,
    why="measured: to npm request and Node the names of headers are the same in upper and lower case; of a "
    "name given twice the last one is sent.",
    bad=file(an_action(inputTemplate=a_request(headers={"Accept": "text/csv", "accept": "text/plain"}))),
    good=file(an_action(inputTemplate=a_request(headers={"accept": "text/plain"}))),
)
def _header_twice(action: Action) -> Iterator[Finding]:
    headers = (action.request or {}).get("headers")
    last = {name.lower(): name for name, _ in ordered(headers)} if isinstance(headers, dict) else {}
    for name in headers if isinstance(headers, dict) else ():
        if (sent := last[name.lower()]) != name:
            pointer = action.at("inputTemplate", "headers", name)
            message = f"the header {said(name)} is given again as {said(sent)}, and only that one is sent."
            yield Finding(pointer, message, "take one of them out.", span=action.subject.key_span(pointer))


@action_rule(
    "KNB417",
    "text-sent-as-json",
    Severity.WARNING,
    why="measured: with json on, npm request writes a text body as JSON once more, in quotes and with its "
    "own quotes escaped, so that the service gets a text and no object.",
    bad=file(an_action(inputSchema=_NOTE, inputTemplate=a_request(method="post", data="/#note", json=True))),
    good=file(
        an_action(
            inputSchema=_NOTE,
            inputTemplate=a_request(method="post", data={"note": "/#note"}, json=True),
        )
    ),
)
def _text_as_json(action: Action) -> Iterator[Finding]:
    request = action.request or {}
    data = request.get("data")
    if not isinstance(data, str) or not is_on(request.get("json")):
        return
    path = reference_of(data)
    if path is not None and action.type_of(tuple(path.split("."))) == "string":
        what = f"`{cut(path)}`, a text,"
    elif not is_pointed(data):
        what = "a text"
    else:
        return
    message = f"data is {what} and json is on: npm request encodes it a second time, as a JSON string."
    fix = "make data an object, or take json out and send the text as it is."
    yield Finding(action.at("inputTemplate", "data"), message, fix)
