"""Definition, inputs and settings to a `Request`; pure, so a preview is what is sent."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from kustomer_nb.codes import Code
from kustomer_nb.definition import ActionDefinition
from kustomer_nb.diagnostics import Diagnostics, Severity
from kustomer_nb.errors import TemplateError
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.platform import METHODS, REST_API, SAMPLE_ENV, Platform
from kustomer_nb.secrets import Secret, variable
from kustomer_nb.template import Kind, MissingReference, Piece, Rendering, Scope, Text, Traced
from kustomer_nb.template.helpers import is_known
from kustomer_nb.template.traced_values import as_text, html_escape_warnings, real
from kustomer_nb.template.value_syntax import calls

from .body import json_text
from .context import BuildContext
from .credentials import credentials_of
from .headers import AccountToken, account_header, authored_headers, with_defaults
from .host_choice import host_choice
from .method_override import Override, overrides_of
from .model import NOT_REST_API, UNSET, Request
from .query import merged
from .url import Address, AddressError, parse_address
from .written_tokens import place_of_token

_USER = re.compile("//[^/?#]*@")
_UNSENDABLE = re.compile("[^\x21-\xff]")


def build_request(
    definition: ActionDefinition,
    inputs: Mapping[str, Any],
    settings: Mapping[str, Secret | None],
    *,
    platform: Platform | None = None,
    rendering: Rendering | None = None,
    hosts: Mapping[str, str] | None = None,
    accounts: Mapping[str, AccountToken] | None = None,
    allow_missing: frozenset[str] = frozenset(),
    variables: Mapping[str, str] | None = None,
    is_sent: bool = True,
) -> Request:
    """Return the request of an action for coerced inputs and the settings by variable name.

    Never raises for what an author or a user did: the faults are in ``diagnostics``, and `Request.check`
    raises them. ``hosts`` maps authored origins to the ones that answer in their place; ``rendering`` is the
    one of ``platform`` where it is None. ``variables`` are those of `Request`. Sample values of ``_env`` may
    stand in what is not ``is_sent``.

    Example:
        >>> template = {"uri": "http://a.b/{{id}}", "method": "get"}
        >>> build_request(ActionDefinition.read({"inputTemplate": template}).model, {"id": 7}, {})
        <Request: GET http://a.b/7>
    """
    platform = platform or Platform()
    labels = {name: f"${key}" for name, key in definition.setting_keys.items()}
    rendering = rendering or Rendering.from_platform(platform)
    scope = _scope(inputs, settings, labels, platform)
    draft = BuildContext(scope, platform, rendering, _declared(definition), allow_missing)
    template = definition.input_template
    written = template.model_dump(by_alias=True, exclude_unset=True) if template else {}
    _check_action(draft, definition)
    secrets = {label: settings.get(name) for name, label in labels.items()}
    uri = draft.text(written, "uri")
    method = _method(draft, written)
    qs = draft.trace(written.get("qs"), "qs")
    body, parses_json = _body(draft, written)
    address = None if _unset(uri.pieces, secrets) else _address(draft, uri, qs)
    headers, told = authored_headers(draft, written.get("headers"))
    _check_output(draft, definition)
    if definition.app_account_name:
        headers += account_header(draft, definition.app_account_name, headers, accounts or {}, secrets)
    header_texts = with_defaults(draft, headers, address, method, body, parses_json=parses_json, told=told)
    placed = [(name, text, pointers.join("/inputTemplate/headers", name)) for name, text in headers]
    choice = host_choice(uri, placed, address, scope)
    known = {label for label, secret in secrets.items() if secret is not None}
    request = Request(
        action=definition.name or "",
        method=method,
        address=address,
        uri=uri,
        header_texts=header_texts,
        told=told,
        body_text=body,
        parses_json=parses_json,
        secrets=secrets,
        credentials=credentials_of(
            _auth(address), headers, Text() if address is None else address.search, body, known
        ),
        variables=variables or {},
        sent_to=_redirected(draft, address, hosts or {}),
        missing=tuple(draft.notes.missing),
        overrides=_overrides(draft, method, header_texts, address, body, written),
        host_choice=choice,
        written_token=place_of_token(written) if choice.inputs else "",
    )
    unset = tuple(label.removeprefix("$") for label in _unset(draft.used, secrets))
    if is_sent:
        _refuse_samples(draft)
    found = _findings(draft, request)
    return replace(request, unset=unset, reads=_reads(draft.used), diagnostics=found)


def _scope(
    inputs: Mapping[str, Any],
    settings: Mapping[str, Secret | None],
    labels: Mapping[str, str],
    platform: Platform,
) -> Scope:
    values = {
        name: secret.reveal() for name, secret in settings.items() if secret is not None and name in labels
    }
    mine = dict(labels)
    if not platform.setting_beats_input:
        values = {name: value for name, value in values.items() if name not in inputs}
        mine = {name: label for name, label in labels.items() if name not in inputs}
    return Scope({**inputs, **values, "_env": dict(platform.env)}, mine)


def _declared(definition: ActionDefinition) -> frozenset[str]:
    schema = definition.input_schema or {}
    properties = schema.get("properties")
    return frozenset(properties if isinstance(properties, dict) else ()) | {"_env", *definition.setting_keys}


def _check_action(draft: BuildContext, definition: ActionDefinition) -> None:
    if definition.type not in (None, REST_API):
        message = f"an action of type {definition.type!r} runs inside Kustomer and cannot be run from here."
        draft.refuse(NOT_REST_API, "/type", message, "only rest_api actions make an HTTP request.")
    if definition.input_template is None:
        message = "the action has no inputTemplate, so there is no request to make."
        draft.refuse(
            Code.INPUT_TEMPLATE_MISSING,
            "/inputTemplate",
            message,
            'add "inputTemplate": {"uri": …, "method": …}.',
        )


def _check_output(draft: BuildContext, definition: ActionDefinition) -> None:
    """Find a fault of outputTemplate before anything is sent: afterwards the output would be lost to it."""
    try:
        called = list(calls(definition.output_template, "/outputTemplate"))
    except TemplateError as error:
        draft.found.extend(error.diagnostics)
        return
    for one in called:
        if one.form == "helper" and not is_known(one.name, draft.rendering.helpers):
            message = f"`{one.name}` is called, and is no helper known here."
            fix = "write the name of one, or pass helpers= with one of your own."
            draft.refuse(Code.UNKNOWN_HELPER, one.pointer, message, fix, one.span)


def _method(draft: BuildContext, written: Mapping[str, Any]) -> str:
    method = draft.text(written, "method").shown.upper()
    if method.lower() not in METHODS and not draft.has_fault("method"):
        known = ", ".join(METHODS)
        said = f"{method!r} is not a method Kustomer knows." if method else "the method is missing."
        draft.refuse(Code.METHOD_UNKNOWN, "/inputTemplate/method", said, f"use one of {known}.")
    return method


def _address(draft: BuildContext, uri: Text, qs: Any) -> Address | None:
    try:
        address = parse_address(uri)
    except AddressError as error:
        if not draft.has_fault("uri"):
            fix = "write it whole, as in https://api.example.com/orders."
            draft.refuse(
                Code.URI_NOT_AN_ADDRESS,
                "/inputTemplate/uri",
                f"the uri {_without_user(uri.shown)!r} {error}.",
                fix,
            )
        return None
    address = _with_query(draft, address, qs)
    if found := _UNSENDABLE.search(address.target.real):
        message = f"the address holds {found[0]!r}, which Node refuses to send unencoded."
        draft.refuse(
            Code.URI_WITH_FOREIGN_CHARACTER,
            "/inputTemplate/uri",
            message,
            "pass it in qs, which is encoded, or encode it.",
        )
    return address


def _without_user(uri: str) -> str:
    """Return an address without its user and password, which no message quotes."""
    return _USER.sub("//", uri)


def _auth(address: Address | None) -> str:
    """Return the user information of an address, empty where it has none."""
    return "" if address is None or address.auth is None else str(address.auth.reveal())


def _with_query(draft: BuildContext, address: Address, qs: Any) -> Address:
    origin = qs.piece if isinstance(qs, Traced) else None
    if isinstance(qs, Traced):
        qs = qs.opened()
    if isinstance(qs, list):
        qs = {str(at): item for at, item in enumerate(qs)}
    if isinstance(qs, dict):
        return _merged(draft, address, qs, origin)
    if not real(qs):
        return address
    if isinstance(real(qs), str):
        return _with_text(draft, address, as_text(qs))
    # For a number or true npm request reads the query anew as well, and adds nothing.
    return _merged(draft, address, {})


def _merged(
    draft: BuildContext, address: Address, qs: dict[str, Any], origin: Piece | None = None
) -> Address:
    search = merged(address.search, qs, "/inputTemplate/qs", origin)
    if not search:
        return address
    if address.fragment and not address.search:
        message = "the uri holds a #, and npm request puts qs behind it, where it is not sent."
        draft.say(
            Code.QUERY_BEHIND_FRAGMENT,
            Severity.WARNING,
            "/inputTemplate/uri",
            message,
            "take the # out, or write %23.",
        )
    return address.merged_with(search)


def _with_text(draft: BuildContext, address: Address, qs: Text) -> Address:
    is_query = draft.platform.string_qs_is_query
    how = "sent as the query string, as Kustomer's page shows it" if is_query else "spread by character"
    fix = "make qs an object: npm request, which the platform seems to use, spreads a string by character."
    draft.say(Code.QS_IS_TEXT, Severity.WARNING, "/inputTemplate/qs", f"qs is a string; it is {how}.", fix)
    if not is_query:
        return _merged(draft, address, {str(at): char for at, char in enumerate(_characters(qs))})
    query = qs.after(1) if qs.real.startswith("?") else qs
    written = parse_address(Text.of("http://x/?") + query)
    between = {"": "?", "?": ""}.get(address.search.real, "&")
    search = address.search + Text.of(between) + written.search.after(1)
    # A # in it begins what is not sent, as anywhere in an address.
    return replace(address, search=search, fragment=written.fragment + address.fragment)


def _characters(text: Text) -> Iterator[Text]:
    while text:
        character, text = text.split_at(1)
        yield character


def _body(draft: BuildContext, written: Mapping[str, Any]) -> tuple[Text | None, bool]:
    json_option = draft.trace(written.get("json"), "json")
    as_json = real(json_option)
    if isinstance(as_json, (dict, list)):
        return json_text(json_option, "/inputTemplate/json"), True
    data = draft.trace(written.get("data"), "data")
    if data is UNDEFINED or (data.value if isinstance(data, Traced) else data) is None:
        return None, bool(as_json)
    if as_json:
        return json_text(data, "/inputTemplate/data"), True
    if isinstance(real(data), str) or real(data) is UNDEFINED:
        return as_text(data), False
    message = "data is not text, and json is not true: npm request refuses such a body."
    draft.refuse(Code.DATA_WITHOUT_JSON, "/inputTemplate/data", message, 'set "json": true.')
    return None, False


def _overrides(
    draft: BuildContext,
    method: str,
    headers: Iterable[tuple[str, Text]],
    address: Address | None,
    body: Text | None,
    written: Mapping[str, Any],
) -> tuple[Override, ...]:
    """Return what overrides the method, and say where that makes another one of it."""
    source = "json" if isinstance(written.get("json"), (dict, list)) else "data"
    placed = [(name, text, pointers.join("/inputTemplate/headers", name)) for name, text in headers]
    overrides = overrides_of(
        placed,
        Text() if address is None else address.search,
        None if body is None else (body, f"/inputTemplate/{source}"),
        draft.scope,
    )
    for override in overrides:
        if override.method != method and not (override.is_safe and method == "GET"):
            of = f", of the input {' and '.join(override.inputs)}," if override.inputs else ""
            message = f"{override.name}{of} asks the service to treat this {method} as {override.method}."
            draft.say(
                Code.METHOD_OVERRIDDEN,
                Severity.WARNING,
                override.pointer,
                message,
                f"make the method {override.method}.",
            )
    return overrides


def _redirected(draft: BuildContext, address: Address | None, hosts: Mapping[str, str]) -> Address | None:
    if address is None:
        return None
    for authored, instead in hosts.items():
        try:
            if _origin(authored).origin == address.origin:
                return _origin(instead)
        except AddressError as error:
            pair = f"{_without_user(authored)!r} to {_without_user(instead)!r}"
            message = f"hosts maps {pair}; one of them {error}."
            draft.refuse(
                Code.HOSTS_INVALID, "", message, 'write both as origins, as in "http://127.0.0.1:8000".'
            )
    return None


def _origin(text: str) -> Address:
    address = parse_address(Text.of(text))
    if address.auth is not None or address.target.real != "/":
        raise AddressError("says more than scheme, host and port")
    return address


def _findings(draft: BuildContext, request: Request) -> Diagnostics:
    for label, piece in _unset(draft.used, request.secrets).items():
        key = label.removeprefix("$")
        message = f"the setting {key} has no value."
        name = request.variables.get(key) or variable(key)
        fix = f"set the environment variable {name}, or a line {name}=… in .env."
        draft.refuse(UNSET, piece.pointer, message, fix, piece.span)
    draft.found.extend(html_escape_warnings(draft.used))
    for one in draft.notes.missing:
        _say_missing(draft, one)
    return Diagnostics(draft.found)


def _say_missing(draft: BuildContext, one: MissingReference) -> None:
    name = one.name
    if not name:
        message = f"`{one.path}` names nothing here."
        fix = "../ leaves a block that opens a context, which #if does not; @index and its like are of loops."
        draft.say(Code.VALUE_GAP, Severity.WARNING, one.pointer, message, fix, one.span)
    elif name not in draft.declared and name not in draft.allow_missing:
        message = f"`{one.path}` has no value: it is neither an input nor an app setting."
        fix = f"declare `{name}` in inputSchema or appSettings, or pass allow_missing={{{name!r}}}."
        draft.refuse(Code.VARIABLE_UNSET, one.pointer, message, fix, one.span)
    elif one.pointer == "/inputTemplate/uri":
        message = f"`{one.path}` has no value, so that part of the address is empty."
        fix = f"give `{name}` a value, or require it."
        draft.say(Code.VALUE_GAP, Severity.WARNING, one.pointer, message, fix, one.span)


def _refuse_samples(draft: BuildContext) -> None:
    """Refuse what reads the workflow's environment: its sample values may be looked at, never sent."""
    samples = {name for name, value in SAMPLE_ENV.items() if draft.platform.env.get(name) == value}
    read = {one.path: one for one in reversed(draft.used) if one.kind is Kind.ENV}
    for path, piece in read.items():
        # A path of one word reads all of them.
        name = path.split(".")[1] if "." in path else min(samples, default="")
        if name in samples:
            message = f"`{path}` has only a sample value here, which is never sent."
            fix = f"pass env={{{name!r}: …}}, or --env {name}=…."
            draft.refuse(Code.SAMPLE_ENV_SENT, piece.pointer, message, fix, piece.span)


def _reads(pieces: Iterable[Piece]) -> tuple[str, ...]:
    """Return the keys of settings and the paths in ``_env`` that a request reads, in order."""
    paths = (
        one.label.removeprefix("$") if one.label else one.path
        for one in pieces
        if one.label or one.kind is Kind.ENV
    )
    return tuple(sorted(set(paths)))


def _unset(pieces: Iterable[Piece], secrets: Mapping[str, Secret | None]) -> dict[str, Piece]:
    """Return the label of each setting in the pieces that has no value, and where it is first written."""
    unset: dict[str, Piece] = {}
    for piece in pieces:
        if piece.label is not None and secrets[piece.label] is None:
            unset.setdefault(piece.label, piece)
    return unset
