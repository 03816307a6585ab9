"""KNB4: where a request goes: method, uri and qs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qsl
from urllib.parse import quote as percent_encode

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Severity
from kustomer_nb.linting.context import LintedAction, reference_path
from kustomer_nb.linting.examples import a_request, an_action, closed_schema, file
from kustomer_nb.linting.messages import cut
from kustomer_nb.linting.rule import Finding, action_rule
from kustomer_nb.near_names import near_miss
from kustomer_nb.platform import METHODS, is_fixed, is_pointed
from kustomer_nb.request.checks import (
    check_method,
    check_target,
    invalid_uri,
    misnamed_uri,
    unsendable_character,
)

from .request_address import address_of, address_problem, uri_text

# A host name with a top-level domain but without a scheme: https:// is very likely meant.
_BARE_HOST = re.compile(r"(?:[\w-]+\.)+[a-z]{2,}(?:[:/]|\Z)", re.IGNORECASE)
_QUERY_NAME = re.compile(r"[?&]([^=&#]*)")
_ORDERS = closed_schema(query="string")


@action_rule(
    Code.METHOD_UNKNOWN,
    Severity.ERROR,
    why=f"docs: the available methods are {', '.join(METHODS)}, in upper or lower case.",
    bad=file(an_action(inputTemplate=a_request(method="send"))),
    good=file(an_action(inputTemplate=a_request(method="get"))),
)
def _method_unknown(action: LintedAction) -> Iterator[Finding]:
    if action.request is None:
        return
    method, pointer = action.request.get("method"), action.at("inputTemplate", "method")
    method = "" if method is None else method
    if not isinstance(method, str) or not is_fixed(method):
        return
    if (diagnostic := check_method(method, pointer)) is not None:
        near = near_miss(method, METHODS)
        fix = f"did you mean `{near}`?" if near else diagnostic.fix
        edits = action.subject.layout.set(pointer, near) if near else ()
        yield Finding(pointer, diagnostic.message, fix, edits=edits)


@action_rule(
    Code.URI_NOT_AN_ADDRESS,
    Severity.ERROR,
    why="measured: npm request rejects a URL without http:// or https:// and a host. observed: a real app "
    "was registered without the scheme, and then again with it.",
    bad=file(an_action(inputTemplate=a_request(uri="api.shop.com/orders"))),
    good=file(an_action(inputTemplate=a_request(uri="https://api.shop.com/orders"))),
)
def _uri_not_an_address(action: LintedAction) -> Iterator[Finding]:
    if action.request is None:
        return
    uri, pointer = action.request.get("uri"), action.at("inputTemplate", "uri")
    if uri is None or (isinstance(uri, str) and not uri.strip()):
        diagnostic = invalid_uri(uri_text(uri), "", pointer, action.request)
        misnamed = misnamed_uri(action.request)
        edits = action.subject.rename_key(action.at("inputTemplate", misnamed), "uri") if misnamed else ()
        yield Finding(pointer, diagnostic.message, diagnostic.fix, edits=edits)
    elif (text := uri_text(uri)) and (problem := address_problem(text)):
        diagnostic = invalid_uri(text, problem, pointer)
        edits = action.subject.layout.set(pointer, f"https://{uri}") if _BARE_HOST.match(uri) else ()
        yield Finding(pointer, diagnostic.message, diagnostic.fix, edits=edits)


@action_rule(
    Code.URI_WITH_FOREIGN_CHARACTER,
    Severity.ERROR,
    why="measured: Node refuses to send a URL with control characters or characters outside Latin-1.",
    bad=file(an_action(inputTemplate=a_request(uri="https://api.shop.com/orders/№5"))),
    good=file(an_action(inputTemplate=a_request(uri="https://api.shop.com/orders/%E2%84%965"))),
)
def _foreign_character(action: LintedAction) -> Iterator[Finding]:
    address = address_of(action)
    pointer = action.at("inputTemplate", "uri")
    diagnostic = None if address is None else check_target(address, pointer)
    if address is not None and diagnostic is not None:
        character = unsendable_character(address)
        span = action.subject.document.span(pointer)
        encoded = percent_encode(character.encode("utf-8", "replace"))
        edits = action.subject.replace_word(span, character, encoded) if character.isprintable() else ()
        yield Finding(pointer, diagnostic.message, diagnostic.fix, edits=edits)


@action_rule(
    Code.QS_IS_TEXT,
    Severity.WARNING,
    why="docs: an example on the page uses a string for qs. measured: npm request, which the platform seems "
    "to use, splits a string into characters: a=1 is sent as 0=a&1=%3D&2=1. An object always works.",
    bad=file(an_action(inputTemplate=a_request(qs="/#query"), inputSchema=_ORDERS)),
    good=file(an_action(inputTemplate=a_request(qs={"q": "/#query"}), inputSchema=_ORDERS)),
)
def _qs_is_text(action: LintedAction) -> Iterator[Finding]:
    qs = (action.request or {}).get("qs")
    if not isinstance(qs, str) or not qs:
        return
    path = reference_path(qs)
    if not is_pointed(qs):
        message = "qs is a string, and npm request splits a string into characters."
        fix = "make qs an object of names and values."
        pointer, parameters = action.at("inputTemplate", "qs"), _parameters(qs)
        edits = action.subject.layout.set(pointer, parameters) if parameters else ()
        yield Finding(pointer, message, fix, edits=edits)
    elif path is not None and action.type_of(tuple(path.split("."))) == "string":
        message = f"qs is the string `{cut(path)}`, and npm request splits a string into characters."
        name = cut(path.rpartition(".")[2])
        fix = f'make qs an object: {{"{name}": "/#{cut(path)}"}}.'
        yield Finding(action.at("inputTemplate", "qs"), message, fix)


def _parameters(qs: str) -> dict[str, str]:
    """Return the parameters of a fixed query string; none if an object cannot hold them."""
    parameters = parse_qsl(qs.lstrip("?"), keep_blank_values=True) if is_fixed(qs) else []
    # An object cannot hold a name twice.
    return dict(parameters) if len(dict(parameters)) == len(parameters) else {}


@action_rule(
    Code.QUERY_IN_TWO_PLACES,
    Severity.WARNING,
    why="measured: npm request parses the query of the uri, merges qs into it and encodes the result again, "
    "so a name in both is sent once, with the value from qs.",
    bad=file(an_action(inputTemplate=a_request(uri="https://api.shop.com/orders?open=1", qs={"page": 2}))),
    good=file(an_action(inputTemplate=a_request(qs={"open": 1, "page": 2}))),
)
def _query_in_two_places(action: LintedAction) -> Iterator[Finding]:
    request = action.request or {}
    uri, qs = request.get("uri"), request.get("qs")
    if isinstance(uri, str) and not is_pointed(uri) and "?" in uri and qs not in (None, "", {}):
        # Only the names: a value may be an API key.
        names = [name for name in _QUERY_NAME.findall(uri) if name]
        message = f"both the uri ({cut(', '.join(names)) or 'with an empty query'}) and qs have a query."
        yield Finding(action.at("inputTemplate", "qs"), message, "put the whole query into qs.")
