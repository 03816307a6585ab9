"""KNB6: tokens in addresses, bodies and declared settings, and where they travel."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Severity, Span
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.linting.context import LintContext, LintedAction
from kustomer_nb.linting.examples import a_request, an_action, an_app, file
from kustomer_nb.linting.messages import cut, said
from kustomer_nb.linting.rule import Finding, action_rule, document_rule
from kustomer_nb.platform import is_fixed
from kustomer_nb.request.written_tokens import tokens_in
from kustomer_nb.secrets import keys_by_variable
from kustomer_nb.secrets.token_patterns import WAY_OUT, is_named, severity_of, token_in, written_out
from kustomer_nb.template import Kind

from .knb2_settings import declared_settings, holds_secret
from .knb4_address import address_of

_TOKEN_SETTING = {"token": {"key": "shop.default.token"}}
_DECLARED = {"default": {"token": {"type": "secret", "defaultValue": ""}}}


@action_rule(
    Code.TOKEN_IN_FILE,
    Severity.ERROR,
    why="docs: a registered version is permanent. A secret belongs in an app setting of type secret, which "
    "is given per organisation and can be changed. What only may be a token is a warning.",
    bad=file(an_action(inputTemplate=a_request(headers={"authorization": "Bearer 0123456789abcdef0123"}))),
    good=file(
        an_action(
            appSettings=_TOKEN_SETTING,
            inputTemplate=a_request(headers={"authorization": "Bearer {{{token}}}"}),
        )
    ),
)
def _token_in_file(action: LintedAction) -> Iterator[Finding]:
    headers = (action.request or {}).get("headers")
    for name, value in headers.items() if isinstance(headers, dict) else ():
        if (token := token_in(name, value)) is not None:
            # The token itself is never quoted.
            message = (
                f"the header {said(name)} holds a token of {len(token)} characters, readable in the file."
            )
            fix = "make it a setting of type secret, and read it by a variable of appSettings."
            severity = severity_of(token)
            yield Finding(action.at("inputTemplate", "headers", name), message, fix, severity)


@action_rule(
    Code.SECRET_IN_ADDRESS,
    Severity.WARNING,
    why="observed: /#response holds the whole address. Services and proxies on the way keep addresses in "
    "their logs, and headers seldom.",
    bad=file(
        an_app(
            settings=_DECLARED,
            actions=[an_action(appSettings=_TOKEN_SETTING, inputTemplate=a_request(qs={"key": "/#token"}))],
        )
    ),
    good=file(
        an_app(
            settings=_DECLARED,
            actions=[
                an_action(
                    appSettings=_TOKEN_SETTING, inputTemplate=a_request(headers={"x-api-key": "{{{token}}}"})
                )
            ],
        )
    ),
)
def _secret_in_address(action: LintedAction) -> Iterator[Finding]:
    for one in action.written:
        for read in one.reads if one.keys[0] in ("uri", "qs") else ():
            setting = action.subject.setting_of(action.setting_key(read.segments[0]))
            if setting is not None and setting.get("type") == "secret":
                message = f"the secret `{cut(read.segments[0])}` travels in the address, which logs keep."
                place = action.subject.place(one, read.span)
                yield Finding(
                    one.pointer, message, "send it in a header, if the service takes it.", span=place
                )


def _with_keys(*keys: str) -> str:
    used = {f"token{at}": {"key": key} for at, key in enumerate(keys)}
    headers = {f"x-{name}": f"{{{{{{{name}}}}}}}" for name in used}
    return file(an_action(appSettings=used, inputTemplate=a_request(headers=headers)))


@document_rule(
    Code.ONE_VARIABLE_OF_TWO_SETTINGS,
    Severity.ERROR,
    why="measured: the value of api-key and that of api_key are both looked for in the environment variable "
    "SHOP_DEFAULT_API_KEY, so that one is sent in the place of the other.",
    bad=_with_keys("shop.default.api-key", "shop.default.api_key"),
    good=_with_keys("shop.default.api-key", "shop.default.other_key"),
)
def _one_variable_of_two(subject: LintContext) -> Iterator[Finding]:
    places = _keys(subject)
    for name, keys in keys_by_variable(places).items():
        for key in keys[1:]:
            message = f"{said(key)} and {said(keys[0])} give one environment variable, {cut(name)}."
            yield Finding(places[key], message, "give one of them another key.")


def _keys(subject: LintContext) -> dict[str, str]:
    """Return each key of a setting, and where it is declared, or first used where it is not."""
    found: dict[str, str] = {}
    app = (subject.app or {}).get("app")
    for rest in subject.settings if isinstance(app, str) else ():
        category, _, name = rest.partition(".")
        found[f"{app}.{rest}"] = pointers.join("/settings", category, name)
    for action in subject.actions:
        for name in action.app_settings:
            if isinstance(key := action.setting_key(name), str) and key:
                found.setdefault(key, action.at("appSettings", name, "key"))
    return found


_TOKEN = "0123456789abcdef0123"  # noqa: S105 - what the proofs report
_SETTING = {"token": {"key": "shop.default.token"}}
_WITH_HEADER = a_request(headers={"x-api-key": "{{{token}}}"})


def _declaring(default: str) -> str:
    setting = {"type": "secret", "defaultValue": default}
    using = an_action(appSettings=_SETTING, inputTemplate=_WITH_HEADER)
    return file(an_app(settings={"default": {"token": setting}}, actions=[using]))


def _posting(value: str, **keys: Any) -> str:
    template = a_request(method="post", data={"client_secret": value}, json=True)
    return file(an_action(inputTemplate=template, **keys))


def _calling(uri: str) -> str:
    return file(an_action(appSettings=_SETTING, inputTemplate=_WITH_HEADER | {"uri": uri}))


@action_rule(
    Code.TOKEN_IN_ADDRESS,
    Severity.ERROR,
    why="docs: a registered version is permanent. observed: /#response holds the whole address, and services "
    "and proxies on the way keep addresses in their logs. What only may be a token is a warning.",
    bad=file(an_action(inputTemplate=a_request(qs={"api_key": _TOKEN}))),
    good=file(an_action(appSettings=_SETTING, inputTemplate=_WITH_HEADER)),
)
def _token_in_address(action: LintedAction) -> Iterator[Finding]:
    yield from _written(action, "uri", "qs")


def _written(action: LintedAction, *parts: str) -> Iterator[Finding]:
    """Yield the tokens that are written out in these parts of a request."""
    for text in action.written:
        for token in tokens_in(text.keys, text.text) if text.keys[0] in parts else ():
            holder = said(token.name) if token.name else "the part of the uri before its @"
            severity = severity_of(token.token) if token.name else Severity.ERROR
            is_whole = len(text.keys) > 1
            span = Span.from_offsets(text.text, token.start, token.end)
            place = None if is_whole else action.subject.place(text, span)
            yield Finding(text.pointer, written_out(holder, token.token), WAY_OUT, severity, place)


@document_rule(
    Code.SECRET_DEFAULT_IN_FILE,
    Severity.ERROR,
    why="docs: a registered version is permanent and the same for every organisation, while a secret is "
    "given by each one and never shown again.",
    bad=_declaring(_TOKEN),
    good=_declaring(""),
)
def _secret_default(subject: LintContext) -> Iterator[Finding]:
    for pointer, setting in declared_settings(subject):
        if holds_secret(setting):
            message = "the defaultValue of a secret is readable in the file."
            fix = 'write "defaultValue": "", and set the secret in each organisation.'
            yield Finding(pointers.join(pointer, "defaultValue"), message, fix)


@action_rule(
    Code.TOKEN_IN_DATA,
    Severity.ERROR,
    why="docs: a registered version is permanent. A secret belongs in an app setting of type secret, which "
    "is given per organisation and can be changed. What only may be a token is a warning.",
    bad=_posting(_TOKEN),
    good=_posting("/#token", appSettings=_SETTING),
)
def _token_in_data(action: LintedAction) -> Iterator[Finding]:
    yield from _written(action, "data", "json")


@action_rule(
    Code.TOKEN_OVER_PLAIN_HTTP,
    Severity.WARNING,
    why="docs: RFC 6750 asks for TLS wherever a bearer token is sent. What travels by http:// can be read "
    "and kept by all that stands between.",
    bad=_calling("http://api.shop.com/orders"),
    good=_calling("https://api.shop.com/orders"),
)
def _plain_http(action: LintedAction) -> Iterator[Finding]:
    written = (action.request or {}).get("uri")
    is_plain = isinstance(written, str) and written.strip()[:7].lower() == "http://"
    address = address_of(action) if is_plain else None
    if address is None or address.is_loopback:
        return
    is_fixed_host = all(piece.kind is Kind.LITERAL for piece in address.authority.pieces)
    if is_fixed_host and (secret := _secret_sent(action)) is not None:
        uri = next(one for one in action.written if one.keys == ("uri",))
        start = uri.text.lower().index("http")
        place = action.subject.place(uri, Span.from_offsets(uri.text, start, start + len("http://")))
        message = f"{secret} travels by plain http, where it can be read on the way."
        yield Finding(uri.pointer, message, "write https:// if the service takes it.", span=place)


def _secret_sent(action: LintedAction) -> str | None:
    for one in action.written:
        for read in one.reads:
            setting = action.subject.setting_of(action.setting_key(read.segments[0]))
            if setting is not None and setting.get("type") == "secret":
                return f"the secret `{cut(read.segments[0])}`"
        if (
            one.keys[0] == "headers"
            and len(one.keys) > 1
            and not is_fixed(one.text)
            and is_named(one.keys[1])
        ):
            return f"the header {said(one.keys[1])}"
    return None
