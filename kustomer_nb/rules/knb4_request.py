"""KNB4: what a request carries: headers, body, and the keys of the input template."""

from __future__ import annotations

from collections.abc import Iterator

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Severity
from kustomer_nb.linting.context import LintedAction, is_get
from kustomer_nb.linting.examples import LEFT_OUT, a_request, an_action, file
from kustomer_nb.linting.messages import quote
from kustomer_nb.linting.rule import Finding, action_rule
from kustomer_nb.platform import is_fixed
from kustomer_nb.request.checks import (
    REQUEST_KEYS,
    check_fragment,
    check_input_template,
    fix_of_key,
    known_key,
    misnamed_uri,
)

from .request_address import address_of
from .written_overrides import written_overrides


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
    for override in written_overrides(request):
        is_same = isinstance(method, str) and override.method == method.strip().upper()
        if not is_same and not (override.is_safe and is_get(request)):
            other = quote(override.method) if is_fixed(override.method) else "another method"
            message = f"{quote(override.name)} asks the service to treat this {quote(method)} as {other}."
            pointer = f"{action.pointer}{override.pointer}"
            yield Finding(pointer, message, "set method to the intended method, and remove the override.")


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
