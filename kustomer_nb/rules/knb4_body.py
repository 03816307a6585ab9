"""KNB4: whether body, content-type and authorization say the same."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Severity
from kustomer_nb.jsontext.serialization import stringify
from kustomer_nb.linting.context import LintedAction, is_get, reference_path
from kustomer_nb.linting.examples import a_request, an_action, closed_schema, file
from kustomer_nb.linting.messages import cut, quote
from kustomer_nb.linting.rule import Finding, action_rule
from kustomer_nb.platform import is_fixed, is_pointed
from kustomer_nb.request.checks import (
    FORM,
    check_json_as_other_type,
    check_json_option,
    check_unencoded,
    content_type_of,
    is_text_type,
)
from kustomer_nb.request.part_types import check_data_beside_json, check_text_as_json

_AMOUNT = closed_schema(amount="number")
_NOTE = closed_schema(note="string")


def is_off(option: Any) -> bool:
    """Return whether json is false in every run, by the rules of JavaScript."""
    return is_fixed(option) and not isinstance(option, (dict, list)) and not option


def is_on(option: Any) -> bool:
    """Return whether json is true in every run, by the rules of JavaScript; an object is itself the body."""
    return is_fixed(option) and not isinstance(option, (dict, list)) and bool(option)


def is_string(action: LintedAction, value: Any) -> bool:
    """Return whether a value is a string in every run: a template, or a reference to a declared string."""
    if not isinstance(value, str):
        return False
    path = reference_path(value)
    return not is_pointed(value) if path is None else action.type_of(tuple(path.split("."))) == "string"


def fix_of_string_body(action: LintedAction) -> str | None:
    """Return how to read the response of a body of text, which ``json`` would encode; None without one."""
    request = action.request or {}
    data = request.get("data")
    if not is_string(action, data) or data == "":
        return None
    is_text = is_text_type(content_type_of(request.get("headers")))
    if str(data).lstrip().startswith(("{", "[")) and not is_text:
        return 'make data an object instead of text, and set "json": true.'
    return (
        "emit the whole text as /#body and parse it in a later step: json would send the text in data as a "
        "JSON string."
    )


@action_rule(
    Code.JSON_NOT_BOOLEAN,
    Severity.WARNING,
    why="docs: json is a boolean. measured: to npm request every string but an empty one and every number "
    "but 0 is true, `false` in quotes too; if there is no data, it sends the string or number as the body.",
    bad=file(an_action(inputTemplate=a_request(method="post", data={"open": True}, json="false"))),
    good=file(an_action(inputTemplate=a_request(method="post", data="open", json=False))),
)
def _json_not_boolean(action: LintedAction) -> Iterator[Finding]:
    request = action.request or {}
    option = request.get("json")
    is_scalar = isinstance(option, (int, float)) or is_string(action, option)
    if isinstance(option, bool) or not option or not is_scalar:
        return
    pointer = action.at("inputTemplate", "json")
    # Only the author knows whether "false" was meant: the data are sent as JSON now.
    edits = action.subject.layout.set(pointer, True) if option in ("true", 1) else ()
    has_data = request.get("data") is not None
    quoted_value = cut(stringify(option) or "")
    diagnostic = check_json_option(
        option, pointer, has_data=has_data, is_body=not has_data, quoted_value=quoted_value
    )
    yield Finding(pointer, diagnostic.message, diagnostic.fix, edits=edits)


@action_rule(
    Code.DATA_BESIDE_JSON,
    Severity.WARNING,
    why="measured: npm request sends a json that is an object or array as the body, and ignores data.",
    bad=file(an_action(inputTemplate=a_request(method="post", data={"open": True}, json={"id": 5}))),
    good=file(an_action(inputTemplate=a_request(method="post", data={"open": True, "id": 5}, json=True))),
)
def _data_beside_json(action: LintedAction) -> Iterator[Finding]:
    request = action.request or {}
    option, data = request.get("json"), request.get("data")
    # Both in one: a step of Kustomer's own has the data in json as well.
    path = reference_path(option)
    kind = None if path is None else action.type_of(tuple(path.split(".")))
    is_body = isinstance(option, (dict, list)) or kind in ("object", "array")
    if is_body and data not in (None, "", {}, [], option):
        diagnostic = check_data_beside_json(action.at("inputTemplate", "data"))
        yield Finding(diagnostic.pointer, diagnostic.message, diagnostic.fix)


@action_rule(
    Code.JSON_AS_OTHER_TYPE,
    Severity.WARNING,
    why="measured: when json is true, npm request sends data as JSON, whatever the header content-type says, "
    "so the service cannot read the body. An object is never sent as a form, multipart or XML.",
    bad=file(
        an_action(
            inputSchema=_AMOUNT,
            inputTemplate=a_request(
                method="post", headers={"content-type": FORM}, data={"amount": "/#amount"}, json=True
            ),
        )
    ),
    good=file(
        an_action(
            inputSchema=_AMOUNT,
            inputTemplate=a_request(
                method="post", headers={"content-type": FORM}, data="amount={{{amount}}}"
            ),
        )
    ),
)
def _json_as_other_type(action: LintedAction) -> Iterator[Finding]:
    request = action.request or {}
    content_type = content_type_of(request.get("headers"))
    option, data = request.get("json"), request.get("data")
    # KNB417 reports a string that is sent as JSON, and that is the way to send such a body without json.
    is_encoded = isinstance(option, (dict, list)) or (
        is_on(option) and data is not None and not is_string(action, data)
    )
    if is_encoded and is_text_type(content_type):
        name = next(name for name in request["headers"] if name.lower() == "content-type")
        pointer = action.at("inputTemplate", "headers", name)
        diagnostic = check_json_as_other_type(name, content_type, pointer)
        yield Finding(pointer, diagnostic.message, diagnostic.fix)


def _not_text(action: LintedAction, data: Any) -> str:
    """Return what a body is that is no text; "" if it is one, or may be."""
    path = reference_path(data)
    if path is None:
        return "" if isinstance(data, str) else quote(data)
    kind = action.type_of(tuple(path.split(".")))
    return "" if kind in (None, "string") else f"`{cut(path)}`, declared as {kind}"


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
    what = _not_text(action, data)
    if not what:
        return
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
