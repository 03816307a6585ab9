"""Checks of single parts of a request, shared by `lint`, which asks before a run, and by `build_request`.

Each takes the part and the pointer it is written at, and returns a diagnostic, or None if the part is valid.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Diagnostic, Severity
from kustomer_nb.errors import TemplateError
from kustomer_nb.faces import alternatives, how_to_pass
from kustomer_nb.jsontext import javascript
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.caches import ValueCache
from kustomer_nb.near_names import near_miss
from kustomer_nb.platform import METHODS, REST_API, is_fixed
from kustomer_nb.printable import quoted, shortened
from kustomer_nb.template.helpers import is_known, suspected
from kustomer_nb.template.value_syntax import CallSite, calls

if TYPE_CHECKING:
    from kustomer_nb.definition import ActionDefinition
    from kustomer_nb.template import Text

    from .url import Address

REQUEST_KEYS = frozenset({"uri", "method", "headers", "qs", "data", "json"})
# Node's checkIsHttpToken (RFC 9110, section 5.6.2): ERR_INVALID_HTTP_TOKEN otherwise.
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
# Node's checkInvalidHeaderChar: ERR_INVALID_CHAR for what this finds.
_NOT_IN_HEADERS = re.compile(r"[^\t\x20-\x7e\x80-\xff]")
# Node's INVALID_PATH_REGEX, and the characters that it cannot write as Latin-1.
_NOT_IN_TARGETS = re.compile("[^\x21-\xff]")
# The user information may hold a password, and the query a key of the service: no message quotes them.
FORM = "application/x-www-form-urlencoded"
_CREDENTIALS = frozenset({"authorization", "proxy-authorization"})
_PLAIN_BASIC = re.compile(r"\s*basic\s[^:]*:", re.IGNORECASE)
_FORM_TEXT = '"amount={{{amount}}}&currency={{{currency}}}"'
_NO_MULTIPART = (
    "send JSON or text in data, such as the URL of the file: Kustomer documents no multipart and no upload "
    "for rest_api."
)
_NO_SIGNATURE = "send the request through a service of your own that signs it: rest_api cannot."
# What npm request would do by these options is expressed otherwise in an inputTemplate, or not at all.
_OTHER_OPTIONS = {
    "form": f"write data as form text, such as {_FORM_TEXT}, without json and with the header "
    f"content-type: {FORM}.",
    "formdata": _NO_MULTIPART,
    "multipart": _NO_MULTIPART,
    "files": _NO_MULTIPART,
    "auth": "write the header authorization: Basic and a setting that holds the base64 of user:password; or "
    "Bearer and a setting that holds the token.",
    "bearer": "write the header authorization: Bearer {{{token}}}.",
    "oauth": _NO_SIGNATURE,
    "hawk": _NO_SIGNATURE,
    "aws": _NO_SIGNATURE,
    "httpsignature": _NO_SIGNATURE,
}
# What other libraries call the parts of a request.
_OTHER_NAMES = {
    "url": "uri",
    "body": "data",
    "payload": "data",
    "query": "qs",
    "querystring": "qs",
    "params": "qs",
    "searchparams": "qs",
}
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


def invalid_uri(uri: Text, reason: str, pointer: str, template: Collection[str] = ()) -> Diagnostic:
    """Return the diagnostic for a uri that `parse_address` rejects with this reason (KNB402).

    ``template`` are the other keys, one of which may have been meant as the uri.

    Example:
        >>> from kustomer_nb.template import Text
        >>> print(invalid_uri(Text.of("a.b"), "has no http:// or https:// before the host", "/uri").message)
        the uri "a.b" has no http:// or https:// before the host.
    """
    without_user = _USER.sub("", uri.shown.partition("?")[0])
    message = f"the uri {_quoted(without_user)} {reason}." if uri.shown.strip() else "the uri is missing."
    fix = "write the full URL, as in https://api.example.com/orders."
    if (misnamed := misnamed_uri(template)) is not None:
        fix = f'rename {_quoted(misnamed)} to "uri".'
    return Diagnostic(Code.URI_NOT_AN_ADDRESS, Severity.ERROR, pointer, message, fix)


def check_target(address: Address, pointer: str) -> Diagnostic | None:
    """Return the diagnostic for a URL with a character that Node refuses to send (KNB403)."""
    if not (character := unsendable_character(address)):
        return None
    message = f"the URL contains {quoted(character)}, which Node refuses to send unencoded."
    fix = "pass it in qs, which is encoded, or encode it."
    if not character.isprintable() and not character.isspace():
        fix = "remove it, as it is invisible; it may come from copied text."
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


def is_header_text(text: str) -> bool:
    r"""Return whether Node sends a text as the value of a header.

    Example:
        >>> is_header_text("é"), is_header_text("5\n")
        (True, False)
    """
    return _NOT_IN_HEADERS.search(text) is None


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
    """Return the diagnostic for a call of a helper that neither Kustomer nor ``helpers`` has (KNB310).

    For a name that may be that of a helper whose name is not public, it is KNB308.
    """
    if call.form != "helper" or is_known(call.name, helpers):
        return None
    if (why := suspected(call.name)) is not None:
        message = f"`{shortened(call.name)}` cannot be computed here: {why}."
        fix = f"{how_to_pass('helpers', shortened(call.name))}."
        return Diagnostic(Code.HELPER_NOT_KNOWN_HERE, Severity.ERROR, call.pointer, message, fix, call.span)
    message = f"`{shortened(call.name)}` is called, but it is not a known helper."
    fix = alternatives("use a known helper", how_to_pass("helpers", shortened(call.name)))
    return Diagnostic(Code.UNKNOWN_HELPER, Severity.ERROR, call.pointer, message, fix, call.span)


def misnamed_uri(template: Collection[str]) -> str | None:
    """Return the key that was written in place of ``uri``; None if there is a uri, or no such key.

    Example:
        >>> misnamed_uri({"url": "https://x.com"}), misnamed_uri({"uri": "", "url": "https://x.com"})
        ('url', None)
    """
    return None if "uri" in template else next((key for key in template if known_key(key) == "uri"), None)


def check_request_keys(template: Collection[str]) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each key that an inputTemplate does not have, so it is not sent (KNB414)."""
    misnamed = misnamed_uri(template)
    for key in template:
        # Without a uri there is an error already, which names the key.
        if key in REQUEST_KEYS or key == misnamed:
            continue
        message = f"{_quoted(key)} is not a documented property of an inputTemplate; it is ignored here."
        pointer = pointers.join("/inputTemplate", key)
        yield Diagnostic(Code.UNKNOWN_REQUEST_KEY, Severity.WARNING, pointer, message, fix_of_key(key))


def known_key(key: str) -> str | None:
    """Return the key of an inputTemplate that was probably meant by another one; None without one.

    Example:
        >>> [known_key(key) for key in ("body", "header", "formData", "timeout")]
        ['data', 'headers', None, None]
    """
    # What is written as formData is not meant as data.
    if key.lower() in _OTHER_OPTIONS:
        return None
    return _OTHER_NAMES.get(key.lower()) or near_miss(key, REQUEST_KEYS)


def fix_of_key(key: str) -> str:
    """Return what to write in place of a key that an inputTemplate does not have.

    Example:
        >>> fix_of_key("bearer"), fix_of_key("body"), fix_of_key("timeout")
        ('write the header authorization: Bearer {{{token}}}.', 'did you mean `data`?', 'remove it.')
    """
    near = known_key(key)
    return _OTHER_OPTIONS.get(key.lower()) or (f"did you mean `{near}`?" if near else "remove it.")


def content_type_of(headers: Any) -> str:
    """Return the media type that a header names, in lower case; empty if only a run knows it.

    Example:
        >>> content_type_of({"Content-Type": "Text/XML; charset=utf-8"}), content_type_of({"accept": "*/*"})
        ('text/xml', '')
    """
    for name, value in headers.items() if isinstance(headers, Mapping) else ():
        if name.lower() == "content-type" and isinstance(value, str) and is_fixed(value):
            return value.partition(";")[0].strip().lower()
    return ""


def is_text_type(content_type: str) -> bool:
    """Return whether a body of this media type is certainly not JSON: a form, multipart or XML.

    Example:
        >>> [is_text_type(name) for name in (FORM, "application/soap+xml", "application/json", "text/plain")]
        [True, True, False, False]
    """
    return content_type in (FORM, "text/xml", "application/xml") or (
        content_type.startswith("multipart/") or content_type.endswith("+xml")
    )


def fix_of_text_body(content_type: str) -> str:
    """Return how to send a body of a media type for which `is_text_type` holds."""
    if content_type == FORM:
        return f"write data as form text, such as {_FORM_TEXT}, and remove json."
    if content_type.startswith("multipart/"):
        return _NO_MULTIPART
    return "write data as a string of XML, and remove json."


def check_json_as_other_type(name: str, content_type: str, pointer: str) -> Diagnostic:
    """Return the diagnostic for a body that is sent as JSON under another media type (KNB422).

    Example:
        >>> check_json_as_other_type("content-type", "text/xml", "/h").message
        'the header "content-type" says text/xml, but the body is sent as JSON.'
    """
    message = f"the header {_quoted(name)} says {content_type}, but the body is sent as JSON."
    fix = f"remove the header to send JSON; otherwise {fix_of_text_body(content_type)}"
    return Diagnostic(Code.JSON_AS_OTHER_TYPE, Severity.WARNING, pointer, message, fix)


def check_unencoded(data: Any, content_type: str, pointer: str) -> Diagnostic:
    """Return the diagnostic for data that is not a string while json is not true (KNB405).

    Example:
        >>> check_unencoded(0, "", "/data").message
        'data is 0 and json is not true: npm request sends an empty body.'
    """
    if data is False or (data == 0 and isinstance(data, (int, float))):
        message = f"data is {javascript.string(data)} and json is not true: npm request sends an empty body."
        fix = f'set "json": true to send {javascript.string(data)}, or remove data.'
        return Diagnostic(Code.DATA_WITHOUT_JSON, Severity.WARNING, pointer, message, fix)
    message = "data is not a string, and json is not true: npm request refuses such a body."
    if data and isinstance(data, list) and all(isinstance(item, str) for item in data):
        message = "data is an array and json is not true: npm request would send its strings end to end."
    fix = fix_of_text_body(content_type) if is_text_type(content_type) else 'set "json": true.'
    return Diagnostic(Code.DATA_WITHOUT_JSON, Severity.ERROR, pointer, message, fix)


def check_json_option(
    option: Any, pointer: str, *, has_data: bool, is_body: bool, quoted_value: str = ""
) -> Diagnostic:
    """Return the diagnostic for a ``json`` that is a string or number which counts as true (KNB420).

    ``quoted_value`` is its value, if the message may contain it.

    Example:
        >>> check_json_option("false", "/json", has_data=True, is_body=False).message
        'json is a string, which counts as true: data is sent as JSON.'
    """
    kind = "a string" if isinstance(option, str) else "a number"
    kind = f"{quoted_value}, {kind}" if quoted_value else kind
    if is_body:
        message = f"json is {kind}, not a boolean, and there is no data: npm request sends it as the body."
        fix = "write true or false, without quotes; to send a body, write it as data."
    else:
        result = "data is sent as JSON" if has_data else "the response is read as JSON"
        message = f"json is {kind}, which counts as true: {result}."
        fix = "write true or false, without quotes."
    return Diagnostic(Code.JSON_NOT_BOOLEAN, Severity.WARNING, pointer, message, fix)


def check_basic(name: str, value: str, pointer: str) -> Diagnostic | None:
    """Return the diagnostic for a header with ``Basic user:password`` that is not base64 (KNB421).

    Example:
        >>> check_basic("authorization", "Basic YW5uOnB3", "/h"), check_basic("x", "Basic a:b", "/h")
        (None, None)
    """
    # base64 has no colon.
    if name.lower() not in _CREDENTIALS or _PLAIN_BASIC.match(value) is None:
        return None
    message = f"the header {_quoted(name)} has Basic with user:password as plain text, which must be base64."
    fix = "store the base64 of user:password in one setting, and write Basic {{{credentials}}}."
    return Diagnostic(Code.BASIC_NOT_ENCODED, Severity.WARNING, pointer, message, fix)


def _quoted(text: str) -> str:
    return quoted(text)
