"""KNB4: the headers of a request."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Severity
from kustomer_nb.jsontext.javascript import ordered
from kustomer_nb.linting.examples import a_request, an_action, file
from kustomer_nb.linting.messages import quote
from kustomer_nb.linting.rule import Finding, action_rule
from kustomer_nb.platform import is_pointed
from kustomer_nb.request.checks import check_basic, check_header_name, check_header_value
from kustomer_nb.template import Text

from .knb3_templates import without_tags

if TYPE_CHECKING:
    from kustomer_nb.linting.context import LintedAction


def headers_of(action: LintedAction) -> Iterator[tuple[str, Any]]:
    """Yield the name and value of each header, as they are written."""
    headers = (action.request or {}).get("headers")
    yield from headers.items() if isinstance(headers, dict) else ()


def _authorized(authorization: str) -> str:
    names = re.findall(r"\w+", authorization)[1:]
    return file(
        an_action(
            appSettings={name: {"key": f"shop.default.{name}"} for name in names},
            inputTemplate=a_request(headers={"authorization": authorization}),
        )
    )


@action_rule(
    Code.HEADER_NAME,
    Severity.ERROR,
    why="measured: Node rejects a header name with white space, a colon or other special characters.",
    bad=file(an_action(inputTemplate=a_request(headers={"x order": "5"}))),
    good=file(an_action(inputTemplate=a_request(headers={"x-order": "5"}))),
)
def _header_name(action: LintedAction) -> Iterator[Finding]:
    for name, _ in headers_of(action):
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
    for name, value in headers_of(action):
        if not isinstance(value, str) or is_pointed(value):
            continue
        pointer = action.at("inputTemplate", "headers", name)
        if (diagnostic := check_header_value(name, Text.of(value), pointer)) is not None:
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
    Code.BASIC_NOT_ENCODED,
    Severity.WARNING,
    why="docs: user and password of the scheme Basic are joined by a colon and encoded in base64, which has "
    "no colon (RFC 7617, section 2). Kustomer has a helper for base64, but its name is not public.",
    bad=_authorized("Basic {{{user}}}:{{{password}}}"),
    good=_authorized("Basic {{{credentials}}}"),
)
def _basic_not_encoded(action: LintedAction) -> Iterator[Finding]:
    headers = (action.request or {}).get("headers")
    for name, value in headers.items() if isinstance(headers, dict) else ():
        if not isinstance(value, str) or is_pointed(value):
            continue
        pointer = action.at("inputTemplate", "headers", name)
        if (diagnostic := check_basic(name, without_tags(value), pointer)) is not None:
            yield Finding(pointer, diagnostic.message, diagnostic.fix)
