"""KNB4: what a request carries: its headers, its body, and the keys of the input template."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kustomer_nb.codes import Code
from kustomer_nb.definition import InputTemplate
from kustomer_nb.diagnostics import Severity
from kustomer_nb.jsontext.javascript import ordered, string, utf8
from kustomer_nb.jsontext.pointer import join
from kustomer_nb.linting.context import LintedAction, is_get, reference_of, strings
from kustomer_nb.linting.examples import LEFT_OUT, a_request, an_action, closed_schema, file
from kustomer_nb.linting.messages import cut, near_miss, said
from kustomer_nb.linting.rule import Finding, action_rule
from kustomer_nb.platform import is_fixed, is_pointed
from kustomer_nb.request.body import json_text
from kustomer_nb.request.checks import (
    check_fragment,
    check_header_name,
    check_header_value,
    check_input_template,
)
from kustomer_nb.request.framing import fix_of_framing, framing_fault, is_framing
from kustomer_nb.request.method_override import Override, overrides_of
from kustomer_nb.request.query import merged
from kustomer_nb.template import Scope, Text

from .knb4_address import address_of

REQUEST_KEYS = InputTemplate.keys()
# What other tools call them.
_OTHER_NAMES = {
    "url": "uri",
    "body": "data",
    "payload": "data",
    "query": "qs",
    "querystring": "qs",
    "params": "qs",
}


@action_rule(
    Code.DATA_WITHOUT_JSON,
    Severity.ERROR,
    why="measured: npm request refuses a body that is not text unless json is true.",
    bad=file(an_action(inputTemplate=a_request(method="post", data={"open": True}))),
    good=file(an_action(inputTemplate=a_request(method="post", data={"open": True}, json=True))),
)
def _data_without_json(action: LintedAction) -> Iterator[Finding]:
    request = action.request or {}
    data = request.get("data")
    if data is None or not is_off(request.get("json")):
        return
    path = reference_of(data)
    if path is not None:
        kind = action.type_of(tuple(path.split(".")))
        if kind in (None, "string"):
            return
        what = f"`{cut(path)}`, declared as {kind}"
    elif isinstance(data, str):
        return
    else:
        what = said(data)
    message = f"data is {what}, and json is not true: npm request refuses such a body."
    edits = action.subject.layout.set(action.at("inputTemplate", "json"), True)
    yield Finding(action.at("inputTemplate", "data"), message, 'set "json": true.', edits=edits)


@action_rule(
    Code.HEADER_NAME,
    Severity.ERROR,
    why="measured: Node refuses a header whose name holds white space, a colon or the like.",
    bad=file(an_action(inputTemplate=a_request(headers={"x order": "5"}))),
    good=file(an_action(inputTemplate=a_request(headers={"x-order": "5"}))),
)
def _header_name(action: LintedAction) -> Iterator[Finding]:
    for name, _ in _headers(action):
        pointer = action.at("inputTemplate", "headers", name)
        if (diagnostic := check_header_name(name, pointer)) is not None:
            span = action.subject.key_span(pointer)
            yield Finding(pointer, diagnostic.message, diagnostic.fix, span=span)


@action_rule(
    Code.HEADER_VALUE,
    Severity.ERROR,
    why="measured: Node refuses a header with a line break or a character beyond Latin-1 (ERR_INVALID_CHAR).",
    bad=file(an_action(inputTemplate=a_request(headers={"x-order": "5\n"}))),
    good=file(an_action(inputTemplate=a_request(headers={"x-order": "5"}))),
)
def _header_value(action: LintedAction) -> Iterator[Finding]:
    for name, value in _headers(action):
        if not isinstance(value, str) or is_pointed(value):
            continue
        pointer = action.at("inputTemplate", "headers", name)
        if (diagnostic := check_header_value(name, Text.of(value), pointer)) is not None:
            yield Finding(pointer, diagnostic.message, diagnostic.fix)


@action_rule(
    Code.BODY_FRAMED_BY_HAND,
    Severity.ERROR,
    why="measured: npm request sends transfer-encoding beside its own content-length, and a content-length "
    "of the author in the place of its own, right or wrong. A proxy and a service that look for the end of "
    "the body in different places take one request for two, and of two host headers each may read another "
    "one. A run refuses it.",
    bad=file(an_action(inputTemplate=a_request(method="post", headers={"transfer-encoding": "chunked"}))),
    good=file(an_action(inputTemplate=a_request(method="post", headers={"te": "trailers"}))),
)
def _framed_by_hand(action: LintedAction) -> Iterator[Finding]:
    for name, value in _headers(action):
        if not is_framing(name):
            continue
        values = value if isinstance(value, list) else [value]
        length = _length(action.request or {})
        is_alone = name.lower() == "content-length" and len(values) == 1
        pointer = action.at("inputTemplate", "headers", name)
        fix = fix_of_framing(name)
        # Which of several hosts is meant, only the author knows.
        edits = () if name.lower() == "host" else action.subject.layout.remove(pointer)
        if is_alone and (length is None or not is_fixed(values[0])):
            message = f"the header {said(name)} is right for one length of the body alone."
            yield Finding(pointer, message, fix, Severity.WARNING, edits=edits)
        elif fault := framing_fault(name, [string(item) for item in values], length or ""):
            yield Finding(pointer, f"the header {said(name)} {fault}.", fix, edits=edits)


def _length(request: dict[str, Any]) -> str | None:
    """Return the length of the body in bytes, None where only a run can tell it."""
    option, data = request.get("json"), request.get("data")
    body = option if isinstance(option, (dict, list)) else data
    if body is None:
        return "0"
    if not is_fixed(option) or not all(is_fixed(text.text) for text in strings(body, "")):
        return None
    if body is option or is_on(option):
        return str(len(utf8(json_text(body).real)))
    return str(len(utf8(body))) if isinstance(body, str) else None


@action_rule(
    Code.METHOD_OVERRIDDEN,
    Severity.WARNING,
    why="docs: method says what a request does. Frameworks act by X-HTTP-Method-Override and its like, and "
    "by _method of the query or the body, in its place; the guards of a run go by what changes more.",
    bad=file(an_action(inputTemplate=a_request(headers={"X-HTTP-Method-Override": "DELETE"}))),
    good=file(an_action(inputTemplate=a_request(method="delete"))),
)
def _method_overridden(action: LintedAction) -> Iterator[Finding]:
    request = action.request or {}
    method = request.get("method")
    for override in _overrides(request):
        is_same = isinstance(method, str) and override.method == method.strip().upper()
        if not is_same and not (override.is_safe and is_get(request)):
            what = said(override.method) if is_fixed(override.method) else "another method"
            message = f"{said(override.name)} asks the service to treat this {said(method)} as {what}."
            pointer = f"{action.pointer}{override.pointer}"
            yield Finding(pointer, message, "make method the one that is meant.")


def _overrides(request: dict[str, Any]) -> tuple[Override, ...]:
    """Return what overrides the method, found as a run finds it, in what is written of a request."""
    uri, qs, headers = request.get("uri"), request.get("qs"), request.get("headers")
    _, mark, query = uri.partition("?") if isinstance(uri, str) and not is_pointed(uri) else ("", "", "")
    search = Text.of(mark + query)
    if isinstance(qs, dict):
        flat = {key: value for key, value in qs.items() if not _is_nested(value)}
        search = merged(search, flat, "/inputTemplate/qs")
    placed = [
        (name, Text.of(string(item)), join("/inputTemplate/headers", name))
        for name, value in (headers.items() if isinstance(headers, dict) else ())
        for item in (value if isinstance(value, list) else [value])
    ]
    return overrides_of(placed, search, _body(request), Scope({}))


def _is_nested(value: Any) -> bool:
    """Return whether a parameter holds an object, or an array of more than single values."""
    items = value if isinstance(value, list) else [value]
    return any(isinstance(item, (dict, list)) for item in items)


def _body(request: dict[str, Any]) -> tuple[Text, str] | None:
    name = "json" if isinstance(request.get("json"), (dict, list)) else "data"
    body, pointer = request.get(name), f"/inputTemplate/{name}"
    if isinstance(body, (dict, list)):
        return json_text(body, pointer), pointer
    return (Text.of(body), pointer) if isinstance(body, str) and not is_pointed(body) else None


@action_rule(
    Code.INPUT_TEMPLATE_MISSING,
    Severity.ERROR,
    why="docs: inputTemplate defines the request; without it there is none to make.",
    bad=file(an_action(inputTemplate=LEFT_OUT)),
    good=file(an_action()),
)
def _input_template_missing(action: LintedAction) -> Iterator[Finding]:
    if action.makes_request:
        pointer = action.at("inputTemplate")
        if (diagnostic := check_input_template(action.value.get("inputTemplate"), pointer)) is not None:
            yield Finding(pointer, diagnostic.message, diagnostic.fix)


@action_rule(
    Code.GET_WITH_DATA,
    Severity.WARNING,
    why="measured: npm request sends a body with GET too, an empty object as {}; HTTP gives it no meaning.",
    bad=file(an_action(inputTemplate=a_request(data={"open": True}, json=True))),
    good=file(an_action(inputTemplate=a_request(qs={"open": True}, json=True))),
)
def _get_with_data(action: LintedAction) -> Iterator[Finding]:
    request = action.request or {}
    if is_get(request) and request.get("data") is not None:
        pointer = action.at("inputTemplate", "data")
        message = f"a GET with data: {said(request['data'])} is sent as its body."
        edits = action.subject.layout.remove(pointer) if request["data"] in ({}, [], "") else ()
        yield Finding(pointer, message, "take data out, or put it into qs.", edits=edits)


@action_rule(
    Code.UNKNOWN_REQUEST_KEY,
    Severity.WARNING,
    why="docs: an inputTemplate takes uri, method, headers, qs, data and json; another key is not known to "
    "do anything.",
    bad=file(an_action(inputTemplate=a_request(method="post", body={"open": True}, json=True))),
    good=file(an_action(inputTemplate=a_request(method="post", data={"open": True}, json=True))),
)
def _unknown_request_key(action: LintedAction) -> Iterator[Finding]:
    for key in action.request or {}:
        if key not in REQUEST_KEYS:
            pointer = action.at("inputTemplate", key)
            near = _OTHER_NAMES.get(key.lower()) or near_miss(key, REQUEST_KEYS)
            fix = f"did you mean `{near}`?" if near else "take it out."
            message = f"{said(key)} is no property of an inputTemplate."
            edits = action.subject.renamed(pointer, near)
            yield Finding(pointer, message, fix, span=action.subject.key_span(pointer), edits=edits)


def _headers(action: LintedAction) -> Iterator[tuple[str, Any]]:
    headers = (action.request or {}).get("headers")
    yield from headers.items() if isinstance(headers, dict) else ()


def is_off(option: Any) -> bool:
    """Return whether json is false in every run, as JavaScript sees it."""
    return is_fixed(option) and not isinstance(option, (dict, list)) and not option


def is_on(option: Any) -> bool:
    """Return whether json is true in every run, as JavaScript sees it; an object is a body of its own."""
    return is_fixed(option) and not isinstance(option, (dict, list)) and bool(option)


_NOTE = closed_schema(note="string")


@action_rule(
    Code.QUERY_BEHIND_FRAGMENT,
    Severity.WARNING,
    why="measured: npm request puts qs behind the # of an address without a query of its own, and what "
    "stands behind a # is not sent.",
    bad=file(an_action(inputTemplate=a_request(uri="https://api.shop.com/orders#open", qs={"page": 2}))),
    good=file(an_action(inputTemplate=a_request(uri="https://api.shop.com/orders%23open", qs={"page": 2}))),
)
def _query_behind_fragment(action: LintedAction) -> Iterator[Finding]:
    request = action.request or {}
    qs = request.get("qs")
    is_given = isinstance(qs, (dict, list)) and bool(qs)
    address = address_of(action) if is_given and "#" in str(request.get("uri")) else None
    pointer = action.at("inputTemplate", "uri")
    if address is not None and (diagnostic := check_fragment(address, pointer)) is not None:
        yield Finding(pointer, diagnostic.message, diagnostic.fix)


@action_rule(
    Code.HEADER_TWICE,
    Severity.WARNING,
    why="measured: to npm request and Node the names of headers are the same in upper and lower case; of a "
    "name given twice the last one is sent.",
    bad=file(an_action(inputTemplate=a_request(headers={"Accept": "text/csv", "accept": "text/plain"}))),
    good=file(an_action(inputTemplate=a_request(headers={"accept": "text/plain"}))),
)
def _header_twice(action: LintedAction) -> Iterator[Finding]:
    headers = (action.request or {}).get("headers")
    last = {name.lower(): name for name, _ in ordered(headers)} if isinstance(headers, dict) else {}
    for name in headers if isinstance(headers, dict) else ():
        if (sent := last[name.lower()]) != name:
            pointer = action.at("inputTemplate", "headers", name)
            message = f"the header {said(name)} is given again as {said(sent)}, and only that one is sent."
            yield Finding(pointer, message, "take one of them out.", span=action.subject.key_span(pointer))


@action_rule(
    Code.TEXT_SENT_AS_JSON,
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
def _text_as_json(action: LintedAction) -> Iterator[Finding]:
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
