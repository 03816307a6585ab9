"""Checks of single parts of a request, shared by `lint`, which asks before a run, and by `build_request`.

Each takes the part and the pointer it is written at, and returns a diagnostic, or None if the part is valid.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Diagnostic, Severity
from kustomer_nb.errors import TemplateError
from kustomer_nb.faces import alternatives, how_to_pass
from kustomer_nb.jsontext.caches import ValueCache
from kustomer_nb.platform import METHODS, REST_API
from kustomer_nb.printable import quoted, shortened
from kustomer_nb.template.helpers import is_known
from kustomer_nb.template.value_syntax import CallSite, calls

if TYPE_CHECKING:
    from kustomer_nb.definition import ActionDefinition
    from kustomer_nb.template import Text

    from .url import Address

# Node's checkIsHttpToken (RFC 9110, section 5.6.2): ERR_INVALID_HTTP_TOKEN otherwise.
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
# Node's checkInvalidHeaderChar: ERR_INVALID_CHAR for what this finds.
_NOT_IN_HEADERS = re.compile(r"[^\t\x20-\x7e\x80-\xff]")
# Node's INVALID_PATH_REGEX, and the characters that it cannot write as Latin-1.
_NOT_IN_TARGETS = re.compile("[^\x21-\xff]")
# The user information may hold a password, and the query a key of the service: no message quotes them.
_USER = re.compile(r"(?<=//)[^/#]*@")


def check_action(definition: ActionDefinition) -> Iterator[Diagnostic]:
    """Yield the reasons why an action makes no request at all (KNB410, KNB411)."""
    if definition.type not in (None, REST_API):
        message = (
            f"an action of type {quoted(definition.type)} runs inside Kustomer and cannot be run from here."
        )
        fix = "only rest_api actions make an HTTP request."
        yield Diagnostic(Code.TYPE_NOT_RUNNABLE, Severity.ERROR, "/type", message, fix)
    if (diagnostic := check_input_template(definition.input_template, "/inputTemplate")) is not None:
        yield diagnostic


def check_input_template(template: Any, pointer: str) -> Diagnostic | None:
    """Return the diagnostic for an action without inputTemplate (KNB411)."""
    if template is not None:
        return None
    message = "the action has no inputTemplate, so there is no request to make."
    fix = 'add "inputTemplate": {"uri": "…", "method": "…"}.'
    return Diagnostic(Code.INPUT_TEMPLATE_MISSING, Severity.ERROR, pointer, message, fix)


def check_method(method: str, pointer: str) -> Diagnostic | None:
    """Return the diagnostic for a missing or unknown method (KNB401).

    Example:
        >>> print(check_method("fetch", "/method"))
        /method: KNB401 "fetch" is not a method that Kustomer knows. Fix: use get, post, put, patch or delete.
    """
    if method.lower() in METHODS:
        return None
    message = (
        f"{_quoted(method)} is not a method that Kustomer knows." if method else "the method is missing."
    )
    fix = f"use {', '.join(METHODS[:-1])} or {METHODS[-1]}."
    return Diagnostic(Code.METHOD_UNKNOWN, Severity.ERROR, pointer, message, fix)


def invalid_uri(uri: Text, reason: str, pointer: str) -> Diagnostic:
    """Return the diagnostic for a uri that `parse_address` rejects with this reason (KNB402).

    Example:
        >>> from kustomer_nb.template import Text
        >>> print(invalid_uri(Text.of("a.b"), "has no http:// or https:// before the host", "/uri").message)
        the uri "a.b" has no http:// or https:// before the host.
    """
    without_user = _USER.sub("", uri.shown.partition("?")[0])
    message = f"the uri {_quoted(without_user)} {reason}." if uri.shown.strip() else "the uri is missing."
    fix = "write the full URL, as in https://api.example.com/orders."
    return Diagnostic(Code.URI_NOT_AN_ADDRESS, Severity.ERROR, pointer, message, fix)


def check_target(address: Address, pointer: str) -> Diagnostic | None:
    """Return the diagnostic for a URL with a character that Node refuses to send (KNB403)."""
    if not (character := unsendable_character(address)):
        return None
    message = f"the URL contains {quoted(character)}, which Node refuses to send unencoded."
    fix = "pass it in qs, which is encoded, or encode it."
    return Diagnostic(Code.URI_WITH_FOREIGN_CHARACTER, Severity.ERROR, pointer, message, fix)


def unsendable_character(address: Address) -> str:
    """Return the first character of path and query that Node refuses to send; empty if there is none."""
    match = _NOT_IN_TARGETS.search(address.target.real)
    return "" if match is None else match[0]


def check_fragment(address: Address, pointer: str) -> Diagnostic | None:
    """Return the diagnostic for a URL whose fragment would swallow the query made of ``qs`` (KNB415)."""
    if not address.fragment or address.search:
        return None
    message = "the uri contains a #, and npm request appends qs after it, where it is not sent."
    return Diagnostic(
        Code.QUERY_BEHIND_FRAGMENT, Severity.WARNING, pointer, message, "remove the #, or write %23."
    )


def check_header_name(name: str, pointer: str) -> Diagnostic | None:
    """Return the diagnostic for a header name that Node refuses (KNB406).

    Example:
        >>> check_header_name("x order", "/h").message, check_header_name("x-order", "/h")
        ('"x order" is not a valid header name.', None)
    """
    if _HEADER_NAME.fullmatch(name):
        return None
    message = f"{_quoted(name)} is not a valid header name."
    return Diagnostic(Code.HEADER_NAME, Severity.ERROR, pointer, message, "use letters, digits and dashes.")


def check_header_value(name: str, value: Text, pointer: str) -> Diagnostic | None:
    r"""Return the diagnostic for a header value that Node refuses (KNB407).

    Example:
        >>> from kustomer_nb.template import Text
        >>> check_header_value("x", Text.of("5\n"), "/h").message
        'the header "x" contains "\\n": headers cannot contain line breaks or characters beyond Latin-1.'
    """
    match = _NOT_IN_HEADERS.search(value.real)
    if match is None:
        return None
    # No character of a setting is quoted, not even an invalid one.
    is_secret = value.after(match.start()).pieces[0].label is not None
    character = "an invalid character" if is_secret else quoted(match[0])
    message = (
        f"the header {_quoted(name)} contains {character}: "
        "headers cannot contain line breaks or characters beyond Latin-1."
    )
    return Diagnostic(Code.HEADER_VALUE, Severity.ERROR, pointer, message, "remove it, or encode it.")


def _calls_in_output(template: Any) -> tuple[CallSite, ...]:
    return tuple(calls(template, "/outputTemplate"))


# An action has one outputTemplate, which each of its runs checks.
_CALLS_IN_OUTPUT = ValueCache(_calls_in_output)


def check_output_template(template: Any, helpers: Mapping[str, object]) -> Iterator[Diagnostic]:
    """Yield the errors in an outputTemplate (KNB3), looked for before anything is sent.

    Found only after the response they would cost the output: the service has acted by then.
    """
    try:
        call_sites = _CALLS_IN_OUTPUT.get(template)
    except TemplateError as error:
        yield from error.diagnostics
        return
    for call in call_sites:
        if (diagnostic := check_helper(call, helpers)) is not None:
            yield diagnostic


def check_helper(call: CallSite, helpers: Mapping[str, object]) -> Diagnostic | None:
    """Return the diagnostic for a call of a helper that neither Kustomer nor ``helpers`` has (KNB310)."""
    if call.form != "helper" or is_known(call.name, helpers):
        return None
    message = f"`{shortened(call.name)}` is called, but it is not a known helper."
    fix = alternatives("use a known helper", how_to_pass("helpers", shortened(call.name)))
    return Diagnostic(Code.UNKNOWN_HELPER, Severity.ERROR, call.pointer, message, fix, call.span)


def _quoted(text: str) -> str:
    return quoted(text)
