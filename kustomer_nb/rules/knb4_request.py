"""KNB4: what a request carries: headers, body, and the keys of the input template."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kustomer_nb.codes import Code
from kustomer_nb.definition import InputTemplate
from kustomer_nb.diagnostics import Severity
from kustomer_nb.jsontext.javascript import ordered, string, utf8
from kustomer_nb.jsontext.pointer import join
from kustomer_nb.linting.context import LintedAction, is_get, reference_path
from kustomer_nb.linting.examples import LEFT_OUT, a_request, an_action, closed_schema, file
from kustomer_nb.linting.messages import cut, quote
from kustomer_nb.linting.rule import Finding, action_rule
from kustomer_nb.platform import is_fixed, is_pointed
from kustomer_nb.request.body import json_text
from kustomer_nb.request.checks import (
    check_fragment,
    check_header_name,
    check_header_value,
    check_input_template,
    check_unencoded,
    content_type_of,
    fix_of_key,
    is_text_type,
    known_key,
    misnamed_uri,
)
from kustomer_nb.request.framing import fix_of_framing, framing_fault, is_framing
from kustomer_nb.request.method_override import Override, overrides_of
from kustomer_nb.request.part_types import check_text_as_json
from kustomer_nb.request.query import merged
from kustomer_nb.request.written_tokens import written_strings
from kustomer_nb.template import Scope, Text

from .knb4_body import is_off, is_on
from .request_address import address_of

REQUEST_KEYS = InputTemplate.keys()


@action_rule(
    Code.DATA_WITHOUT_JSON,
    Severity.ERROR,
    why="measured: npm request rejects a body that is not a string unless json is true.",
    bad=file(an_action(inputTemplate=a_request(method="post", data={"open": True}))),
    good=file(an_action(inputTemplate=a_request(method="post", data={"open": True}, json=True))),
)
def _data_without_json(action: LintedAction) -> Iterator[Finding]:
    request = action.request or {}
    data = request.get("data")
    if data is None or not is_off(request.get("json")):
        return
    pointer = action.at("inputTemplate", "data")
    content_type = content_type_of(request.get("headers"))
    path = reference_path(data)
    if path is not None:
        kind = action.type_of(tuple(path.split(".")))
        if kind in (None, "string"):
            return
        what = f"`{cut(path)}`, declared as {kind}"
    elif isinstance(data, str):
        return
    else:
        what = quote(data)
    diagnostic = check_unencoded(data, content_type, pointer)
    message = f"data is {what}, but json is not true: npm request rejects such a body."
    if diagnostic.severity is Severity.WARNING:
        message = diagnostic.message
    edits = (
        ()
        if is_text_type(content_type)
        else action.subject.layout.set(action.at("inputTemplate", "json"), True)
    )
    yield Finding(pointer, message, diagnostic.fix, diagnostic.severity, edits=edits)


@action_rule(
    Code.HEADER_NAME,
    Severity.ERROR,
    why="measured: Node rejects a header name with white space, a colon or other special characters.",
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
    why="measured: Node rejects a header value with a line break or a character outside Latin-1 "
    "(ERR_INVALID_CHAR).",
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
    why="measured: npm request sends transfer-encoding together with its own content-length, and replaces "
    "its own content-length with yours, right or wrong. A proxy and a service that disagree about the end of "
    "the body see two requests in one, and each may use a different one of two host headers. A run refuses "
    "to send it.",
    bad=file(an_action(inputTemplate=a_request(method="post", headers={"transfer-encoding": "chunked"}))),
    good=file(an_action(inputTemplate=a_request(method="post", headers={"te": "trailers"}))),
)
def _framed_by_hand(action: LintedAction) -> Iterator[Finding]:
    for name, values in _framing_headers(action):
        length = _length(action.request or {})
        pointer = action.at("inputTemplate", "headers", name)
        fix = fix_of_framing(name)
        # Only the author knows which of several hosts is meant.
        edits = () if name.lower() == "host" else action.subject.layout.remove(pointer)
        if _is_length_uncertain(name, values, length):
            message = f"the header {quote(name)} is correct only for one length of the body."
            yield Finding(pointer, message, fix, Severity.WARNING, edits=edits)
        elif fault := framing_fault(name, [string(item) for item in values], length or ""):
            yield Finding(pointer, f"the header {quote(name)} {fault}.", fix, edits=edits)


def _framing_headers(action: LintedAction) -> Iterator[tuple[str, list[Any]]]:
    for name, value in _headers(action):
        if is_framing(name):
            yield name, value if isinstance(value, list) else [value]


def _is_length_uncertain(name: str, values: list[Any], length: str | None) -> bool:
    """Return whether only a run knows if a content-length is that of the body."""
    is_alone = name.lower() == "content-length" and len(values) == 1
    return is_alone and (length is None or not is_fixed(values[0]))


def _length(request: dict[str, Any]) -> str | None:
    """Return the length of the body in bytes; None when only a run knows it."""
    option, data = request.get("json"), request.get("data")
    body = option if isinstance(option, (dict, list)) else data
    if body is None:
        return "0"
    if not is_fixed(option) or not all(is_fixed(text) for _, text in written_strings(body)):
        return None
    if body is option or is_on(option):
        return str(len(utf8(json_text(body).real)))
    return str(len(utf8(body))) if isinstance(body, str) else None


@action_rule(
    Code.METHOD_OVERRIDDEN,
    Severity.WARNING,
    why="docs: method says what a request does. Many frameworks let X-HTTP-Method-Override and similar "
    "headers, or _method in the query or body, override it; the guards of a run use the less safe of the two "
    "methods.",
    bad=file(an_action(inputTemplate=a_request(headers={"X-HTTP-Method-Override": "DELETE"}))),
    good=file(an_action(inputTemplate=a_request(method="delete"))),
)
def _method_overridden(action: LintedAction) -> Iterator[Finding]:
    request = action.request or {}
    method = request.get("method")
    for override in _overrides(request):
        is_same = isinstance(method, str) and override.method == method.strip().upper()
        if not is_same and not (override.is_safe and is_get(request)):
            other = quote(override.method) if is_fixed(override.method) else "another method"
            message = f"{quote(override.name)} asks the service to treat this {quote(method)} as {other}."
            pointer = f"{action.pointer}{override.pointer}"
            yield Finding(pointer, message, "set method to the intended method, and remove the override.")


def _overrides(request: dict[str, Any]) -> tuple[Override, ...]:
    """Return the overrides of the method in an input template, found by the code that a run uses."""
    uri, qs, headers = request.get("uri"), request.get("qs"), request.get("headers")
    _, mark, query = uri.partition("?") if isinstance(uri, str) and not is_pointed(uri) else ("", "", "")
    search = Text.of(mark + query)
    if isinstance(qs, dict):
        # npm request sends a nested parameter as name[key]=…, which overrides nothing.
        plain = {key: value for key, value in qs.items() if not _is_nested(value)}
        search = merged(search, plain, "/inputTemplate/qs")
    located_headers = _located_headers(headers) if isinstance(headers, dict) else []
    return overrides_of(located_headers, search, _body(request), Scope({}))


def _located_headers(headers: dict[str, Any]) -> list[tuple[str, Text, str]]:
    """Return the name, text and pointer of each header; a list of values is a header for each."""
    return [
        (name, Text.of(string(item)), join("/inputTemplate/headers", name))
        for name, value in headers.items()
        for item in (value if isinstance(value, list) else [value])
    ]


def _is_nested(value: Any) -> bool:
    """Return whether a parameter is an object, or an array that contains objects or arrays."""
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
    why="docs: inputTemplate defines the request; without it there is no request to send.",
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
    why="measured: npm request sends a body with GET too, also an empty object as {}. A body has no defined "
    "meaning in a GET request (RFC 9110 section 9.3.1).",
    bad=file(an_action(inputTemplate=a_request(data={"open": True}, json=True))),
    good=file(an_action(inputTemplate=a_request(qs={"open": True}, json=True))),
)
def _get_with_data(action: LintedAction) -> Iterator[Finding]:
    request = action.request or {}
    if is_get(request) and request.get("data") is not None:
        pointer = action.at("inputTemplate", "data")
        message = f"the method is GET, but data ({quote(request['data'])}) is sent as a body."
        edits = action.subject.layout.remove(pointer) if request["data"] in ({}, [], "") else ()
        yield Finding(pointer, message, "remove data, or move it to qs.", edits=edits)


@action_rule(
    Code.UNKNOWN_REQUEST_KEY,
    Severity.WARNING,
    why="docs: an inputTemplate has the keys uri, method, headers, qs, data and json; other keys are not "
    "known to have any effect.",
    bad=file(an_action(inputTemplate=a_request(method="post", body={"open": True}, json=True))),
    good=file(an_action(inputTemplate=a_request(method="post", data={"open": True}, json=True))),
)
def _unknown_request_key(action: LintedAction) -> Iterator[Finding]:
    # KNB402 reports the one in the place of the uri.
    misnamed = misnamed_uri(action.request or {})
    for key in action.request or {}:
        if key not in REQUEST_KEYS and key != misnamed:
            pointer = action.at("inputTemplate", key)
            message = f"{quote(key)} is not a documented property of an inputTemplate; it is ignored here."
            edits = action.subject.rename_key(pointer, known_key(key))
            yield Finding(
                pointer, message, fix_of_key(key), span=action.subject.key_span(pointer), edits=edits
            )


def _headers(action: LintedAction) -> Iterator[tuple[str, Any]]:
    headers = (action.request or {}).get("headers")
    yield from headers.items() if isinstance(headers, dict) else ()


_NOTE = closed_schema(note="string")


@action_rule(
    Code.QUERY_BEHIND_FRAGMENT,
    Severity.WARNING,
    why="measured: when the uri has no query, npm request appends qs after its #, and the part of a URL "
    "after # is not sent.",
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
    why="measured: npm request and Node compare header names without case. When a name occurs twice, the "
    "last one is sent.",
    bad=file(an_action(inputTemplate=a_request(headers={"Accept": "text/csv", "accept": "text/plain"}))),
    good=file(an_action(inputTemplate=a_request(headers={"accept": "text/plain"}))),
)
def _header_twice(action: LintedAction) -> Iterator[Finding]:
    headers = (action.request or {}).get("headers")
    # JavaScript enumerates keys that are integers first.
    last = {name.lower(): name for name, _ in ordered(headers)} if isinstance(headers, dict) else {}
    for name in headers if isinstance(headers, dict) else ():
        if (sent := last[name.lower()]) != name:
            pointer = action.at("inputTemplate", "headers", name)
            message = f"the header {quote(name)} is repeated as {quote(sent)}, and only that one is sent."
            yield Finding(pointer, message, "remove one of them.", span=action.subject.key_span(pointer))


@action_rule(
    Code.TEXT_SENT_AS_JSON,
    Severity.WARNING,
    why="measured: when json is true, npm request encodes a string body as JSON again, in quotes and with "
    "its own quotes escaped, so the service receives a string instead of an object.",
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
    option = request.get("json")
    # KNB420 reports "false" in quotes, which meant that the string is sent unchanged.
    if not isinstance(data, str) or not is_on(option) or option == "false":
        return
    path = reference_path(data)
    if path is not None and action.type_of(tuple(path.split("."))) == "string":
        what = f"`{cut(path)}`, a string,"
    elif not is_pointed(data):
        what = "a string"
    else:
        return
    pointer = action.at("inputTemplate", "data")
    diagnostic = check_text_as_json(what, content_type_of(request.get("headers")), pointer)
    yield Finding(pointer, diagnostic.message, diagnostic.fix)
