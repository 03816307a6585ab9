"""KNB6: tokens in addresses, bodies and declared settings, and where they travel."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from kustomer_nb.diagnostics import Severity, Span
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.template import Kind

from .addresses import address_of
from .declared import declared_settings, holds_secret
from .model import Finding, action_rule, document_rule
from .proof import a_request, an_action, an_app, file
from .subject import Action, Subject
from .tokens import WAY_OUT, is_named, is_sure, severity_of, token_in, written_out
from .words import cut, said
from .written import Written, is_fixed, is_pointed

_PAIR = re.compile(r"(?:^|[?&])([^=&#?{}\s]+)=([^&#]*)")
_USER = re.compile(r"\s*https?://(([^/?#@:\s]*)(?::([^/?#@\s]*))?)@", re.IGNORECASE)
# A shorter password is the x or none that fills the place of one.
_PASSWORD = 4
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
    "KNB603",
    "token-in-address",
    Severity.ERROR,
    why="docs: a registered version is permanent. observed: /#response holds the whole address, and services "
    "and proxies on the way keep addresses in their logs. What only may be a token is a warning.",
    bad=file(an_action(inputTemplate=a_request(qs={"api_key": _TOKEN}))),
    good=file(an_action(appSettings=_SETTING, inputTemplate=_WITH_HEADER)),
)
def _token_in_address(action: Action) -> Iterator[Finding]:
    for one in action.written:
        if is_pointed(one.text):
            continue
        if one.keys == ("uri",):
            yield from _user(action, one)
        if one.keys[0] in ("uri", "qs"):
            yield from _named(action, one)


def _user(action: Action, one: Written) -> Iterator[Finding]:
    if (found := _USER.match(one.text)) is None:
        return
    user, password = found[2], found[3] or ""
    is_password = is_fixed(found[1]) and bool(user) and len(password) >= _PASSWORD
    if is_password or is_sure(password) or is_sure(user):
        token = user if is_sure(user) and not is_sure(password) and not is_password else password
        place = action.subject.place(one, Span.of(one.text, found.start(1), found.end(1)))
        message = written_out("the part of the uri before its @", token)
        yield Finding(one.pointer, message, WAY_OUT, span=place)


def _named(action: Action, one: Written) -> Iterator[Finding]:
    """Yield the tokens of a string: as the pairs of a query, or as the value of its own key."""
    if len(one.keys) > 1:
        name = next((key for key in reversed(one.keys[1:]) if not key.isdecimal()), "")
        if (token := token_in(name, one.text)) is not None:
            yield Finding(one.pointer, written_out(said(name), token), WAY_OUT, severity_of(token))
        return
    for pair in _PAIR.finditer(one.text):
        if (token := token_in(pair[1], pair[2])) is not None:
            place = action.subject.place(one, Span.of(one.text, pair.start(1), pair.end(2)))
            message = written_out(said(pair[1]), token)
            yield Finding(one.pointer, message, WAY_OUT, severity_of(token), place)


@document_rule(
    "KNB604",
    "secret-default-in-file",
    Severity.ERROR,
    why="docs: a registered version is permanent and the same for every organisation, while a secret is "
    "given by each one and never shown again.",
    bad=_declaring(_TOKEN),
    good=_declaring(""),
)
def _secret_default(subject: Subject) -> Iterator[Finding]:
    for pointer, setting in declared_settings(subject):
        if holds_secret(setting):
            message = "the defaultValue of a secret is readable in the file."
            fix = 'write "defaultValue": "", and set the secret in each organisation.'
            yield Finding(pointers.join(pointer, "defaultValue"), message, fix)


@action_rule(
    "KNB605",
    "token-in-data",
    Severity.ERROR,
    why="docs: a registered version is permanent. A secret belongs in an app setting of type secret, which "
    "is given per organisation and can be changed. What only may be a token is a warning.",
    bad=_posting(_TOKEN),
    good=_posting("/#token", appSettings=_SETTING),
)
def _token_in_data(action: Action) -> Iterator[Finding]:
    for one in action.written:
        if one.keys[0] in ("data", "json") and not is_pointed(one.text):
            yield from _named(action, one)


@action_rule(
    "KNB606",
    "token-over-plain-http",
    Severity.WARNING,
    why="docs: RFC 6750 asks for TLS wherever a bearer token is sent. What travels by http:// can be read "
    "and kept by all that stands between.",
    bad=_calling("http://api.shop.com/orders"),
    good=_calling("https://api.shop.com/orders"),
)
def _plain_http(action: Action) -> Iterator[Finding]:
    written = (action.request or {}).get("uri")
    is_plain = isinstance(written, str) and written.strip()[:7].lower() == "http://"
    address = address_of(action) if is_plain else None
    if address is None or address.is_loopback:
        return
    is_fixed_host = all(piece.kind is Kind.LITERAL for piece in address.authority.pieces)
    if is_fixed_host and (secret := _secret_sent(action)) is not None:
        uri = next(one for one in action.written if one.keys == ("uri",))
        start = uri.text.lower().index("http")
        place = action.subject.place(uri, Span.of(uri.text, start, start + len("http://")))
        message = f"{secret} travels by plain http, where it can be read on the way."
        yield Finding(uri.pointer, message, "write https:// if the service takes it.", span=place)


def _secret_sent(action: Action) -> str | None:
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
