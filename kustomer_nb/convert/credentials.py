"""Finds the credentials of a call: what becomes a setting of type secret, and is never written down."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from itertools import chain
from typing import Any
from urllib.parse import quote, quote_plus, unquote_plus
from xml.sax.saxutils import escape

from kustomer_nb.secrets import Secret
from kustomer_nb.secrets.cookies import cookies_of
from kustomer_nb.secrets.token_patterns import MIXED, UUID, is_random, is_sure, spaced
from kustomer_nb.secrets.token_shapes import is_sample
from kustomer_nb.storage.ignored_headers import is_volatile

from .credential import Credential, credential_of_value, new_credential
from .credential_names import is_certain, is_holder, is_secret, is_secret_name, says_how
from .http_call import Auth, BodyKind, HttpCall
from .names import camel_case
from .places import Part, Place, PlacedValue, placed_values
from .proposals import LONG_ENOUGH
from .text_credentials import LABELS, VALUES, Span, spans_in_body, spans_in_text
from .words import MARKER

_AUTHORIZATION = frozenset({"authorization", "proxy-authorization"})
_SCHEME = re.compile(
    r"(?P<scheme>[A-Za-z][\w-]*(?: (?=[A-Za-z_]+=))?(?:[A-Za-z_]+=| +))"
    r"(?P<quote>\"?)(?P<token>[^\s\"]+)(?P=quote)"
)
_BASIC = re.compile(r"basic\s", re.IGNORECASE)
_BEARER = re.compile(r"bearer\s", re.IGNORECASE)
_PREFIX = re.compile(r"x-|http-", re.IGNORECASE)
# Headers in which a generated value is an id, a checksum or a version, though it looks like a token.
_HARMLESS_HEADER = re.compile(
    r"(?:.*-)?(?:ids?|uuid|guid|number|ref|reference|hash|digest|md5|sha-?(?:1|256|512)|checksum|etag|match|version"
    r"|revision|date|agent|trace|traceparent|tracestate|baggage|context|b3|cursor|type|length|encoding|language"
    r"|account|host|origin|referer|location|range|nonce|url|name|platform|build|requestid|correlation)"
    r"|idempotency-.*|sec-.*|accept.*|if-.*|content-.*|.*-trace-.*|forwarded|via|dnt|connection|cache-control"
    r"|soapaction|expect|te|digest",
    re.IGNORECASE,
)
_OF_NUMBERS = re.compile(
    r"(?:.*[-_. ])?(?:password|passwd|pwd|passcode|pass|pin|otp|secret|auth|api[-_]?key"
    r"|(?:access|auth|refresh)[-_]?token)|token",
    re.IGNORECASE,
)
# A shorter password is a part of other words.
_SHORTEST = 4
# What a grant of OAuth exchanges for a token; elsewhere it may be any code, such as that of a coupon.
_OF_GRANTS = frozenset(
    {"code", "code_verifier", "device_code", "assertion", "client_assertion", "subject_token"}
)
_HOOK_HOST = re.compile(r"hooks?\.|.*\.webhook\.", re.IGNORECASE)
_SEGMENT_WITH_TOKEN = re.compile(r"(?P<prefix>bot)(?P<token>\d+:[\w-]{20,})")
_BASIC_SOURCE = "the base64 of user:password"
_COOKIES = "The cookies of the service."


def find_credentials(call: HttpCall, public: Collection[Place] = ()) -> list[Credential]:
    """Return the credentials of a call, in the order of the request.

    At the places ``public``, what is only suspected is none.

    Example:
        >>> from kustomer_nb.convert.curl import read_curl
        >>> call = read_curl("curl -H 'Authorization: Bearer abc123def456' 'https://a.b/?api_key=s3cr3t-0'")
        >>> [(item.name, str(item.place)) for item in find_credentials(call)]
        [('apiKey', 'query.api_key'), ('authToken', 'header.Authorization')]
    """
    by_item = [(item, _credential(item, call)) for item in placed_values(call) if _may_be_credential(item)]
    secret = _without_public((credential for _, credential in by_item), public)
    known = _known_texts(call, secret)
    # A suspected one repeats its own value.
    sure = _known_texts(call, [credential for credential in secret if not credential.is_suspected])
    password = _password(call)
    surest = (
        _surer(credential, _repeated(item, call, sure if credential else known, password))
        for item, credential in by_item
    )
    return [*_without_public(surest, public), *_of_whole_call(call, known)]


def _without_public(credentials: Iterable[Credential | None], public: Collection[Place]) -> list[Credential]:
    return [credential for credential in credentials if credential and not _is_public(credential, public)]


def _of_whole_call(call: HttpCall, known: Collection[str]) -> Iterator[Credential]:
    """Yield the credentials that are no value of their own: of -u, in a text, and the cookies."""
    if call.auth is not None:
        yield _of_auth(call.auth, call)
    yield from _in_text(call, known)
    if call.cookies:
        yield credential_of_value("cookie", None, 0, call.cookies, call, _COOKIES)


def _surer(credential: Credential | None, repeated: Credential | None) -> Credential | None:
    # What repeats a credential of the command is certainly one, whatever else its place suggests.
    return repeated or credential if credential is None or credential.is_suspected else credential


def _is_public(credential: Credential, public: Collection[Place]) -> bool:
    return credential.is_suspected and credential.place in public


def _may_be_credential(item: PlacedValue) -> bool:
    if isinstance(item.value, str):
        return bool(item.value)
    # A number is one only under its own name: a count of tokens is none.
    is_number = isinstance(item.value, (int, float)) and not isinstance(item.value, bool)
    name = item.place.keys[-1]
    return is_number and isinstance(name, str) and _OF_NUMBERS.fullmatch(spaced(name)) is not None


def is_within_secret(place: Place) -> bool:
    """Return whether a name around a value, also in the plural, is certainly that of credentials.

    Example:
        >>> places = ("tokens", 0), ("auth", "value"), ("auth", "type"), ("keys", 0), ("max_tokens",)
        >>> [is_within_secret(Place(Part.BODY, keys)) for keys in places]
        [True, True, False, False, False]
    """
    names = [key for key in place.keys if isinstance(key, str)]
    if place.part is not Part.BODY or not names or says_how(names[-1]):
        return False
    around = names if isinstance(place.keys[-1], int) else names[:-1]
    return any(map(is_holder, around))


def _encoded_password(call: HttpCall) -> str:
    """Return the password that a header of Basic authorization has; "" without one."""
    headers = (value for name, value in call.headers if name.lower() in _AUTHORIZATION)
    encoded = next((value[len("basic ") :] for value in headers if _BASIC.match(value)), "")
    try:
        return base64.b64decode(encoded, validate=True).decode().partition(":")[2]
    except ValueError:
        return ""


def _password(call: HttpCall) -> str:
    """Return the password of ``-u`` or of a Basic header, which other parts may repeat; empty without one."""
    if call.auth is not None and call.auth.bearer is None:
        password = call.auth.password
    else:
        password = _encoded_password(call)
    is_known = len(password) >= _SHORTEST and not MARKER.search(password) and not is_sample(password)
    return password if is_known else ""


def _known_texts(call: HttpCall, credentials: Collection[Credential]) -> dict[str, str]:
    """Return the values of credentials that other parts of a call may repeat, with the name of each."""
    names: dict[str, str] = {}
    for credential in credentials:
        if credential.secret is not None:
            names.setdefault(str(credential.secret.reveal()), credential.name)
    names |= dict.fromkeys(_cookie_values(call), "")
    if call.auth is not None and call.auth.bearer is not None:
        names[call.auth.bearer] = "authToken"
    names |= {text.partition(" ")[2]: name for text, name in names.items()}
    names[_password(call)] = "password"
    texts = sorted(names, key=len, reverse=True)
    return {text: names[text] for text in texts if len(text) >= LONG_ENOUGH and not MARKER.search(text)}


def _cookie_values(call: HttpCall) -> Iterator[str]:
    """Yield the values of cookies that are credentials: a locale or a theme may well be elsewhere."""
    headers = (value for name, value in call.headers if name.lower() == "cookie")
    for cookie in (call.cookies, *headers):
        for secret in cookies_of(cookie).values():
            value = str(secret.reveal())
            if MIXED.search(value):
                yield value


def _repeated(item: PlacedValue, call: HttpCall, known: dict[str, str], password: str) -> Credential | None:
    """Return the credential of a value that repeats one of another place, also percent-encoded."""
    if not isinstance(item.value, str):
        return None
    text = item.value
    part = _repeated_part(item.place, text, known, password)
    if part is None:
        return None
    is_password = part == password
    name = "password" if is_password else known[part] or _short_name(item.place)
    description = "The password of the command." if is_password else f"The value of {item.place}."
    if text.count(part) != 1:
        return credential_of_value(name, item.place, item.index, text, call, description)
    before, _, after = text.partition(part)
    return new_credential(name, item.place, item.index, before, after, part, call, description)


def _repeated_part(place: Place, text: str, known: Collection[str], password: str) -> str | None:
    """Return the known text that a value contains: of a password, only a value that is it as a whole."""
    plain = unquote_plus(text)
    # A short one may be a word of the path, or a part of another word.
    if password and place.part is not Part.PATH and password in (text, plain):
        return password
    return next((known_text for known_text in known if known_text in plain), None)


def _credential(item: PlacedValue, call: HttpCall) -> Credential | None:
    text = str(item.value) if not isinstance(item.value, str) else item.value
    name = _last_name(item.place)
    header = name.lower() if item.place.part is Part.HEADER else ""
    if item.place.part is Part.PATH:
        return _in_path(item, text, call)
    if header in _AUTHORIZATION:
        return _authorization(item, call)
    if header == "cookie":
        return credential_of_value("cookie", item.place, item.index, text, call, _COOKIES)
    if _is_named(item, name, text, call):
        is_labelled = is_secret_name(_label(item, call))
        is_suspected = not is_labelled and _is_only_suspected(item, name, text)
        return replace(_whole(item, text, call), is_suspected=is_suspected)
    return _within(item, name, text, call)


def _is_named(item: PlacedValue, name: str, text: str, call: HttpCall) -> bool:
    """Return whether a name says that a value is a credential: its own, or one of what it is in."""
    return (
        is_secret(name, text)
        or is_within_secret(item.place)
        or is_secret_name(_label(item, call))
        or (name.lower() in _OF_GRANTS and _is_grant(call))
        or (MARKER.fullmatch(text) is not None and _has_secret_variable(text, call))
    )


def _has_secret_variable(text: str, call: HttpCall) -> bool:
    variables = (call.variables[marker].name for marker in MARKER.findall(text))
    return any(map(is_secret_name, filter(None, variables)))


def _within(item: PlacedValue, name: str, text: str, call: HttpCall) -> Credential | None:
    """Return the token within a text: a URL with a password, or a header of a name of its own."""
    spans = _merged(spans_in_text(text))
    if len(spans) == 1:
        ((start, end),) = spans
        parts = text[:start], text[end:], text[start:end]
        return new_credential(
            _short_name(item.place), item.place, item.index, *parts, call, f"The value of {item.place}."
        )
    is_encoded = item.is_raw and bool(_merged(spans_in_text(unquote_plus(text))))
    if spans or is_encoded:
        return _whole(item, text, call)
    if _looks_like_token(item, name, text):
        return replace(_whole(item, text, call), is_suspected=True)
    return None


def _whole(item: PlacedValue, text: str, call: HttpCall) -> Credential:
    return credential_of_value(
        _short_name(item.place), item.place, item.index, text, call, f"The value of {item.place}."
    )


def _is_grant(call: HttpCall) -> bool:
    value = call.body.value if call.body else None
    names = [*(name for name, _ in [*call.url.pairs, *(call.body.pairs if call.body else ())])]
    return "grant_type" in [*names, *(value if isinstance(value, dict) else ())]


def _is_only_suspected(item: PlacedValue, name: str, text: str) -> bool:
    """Return whether only a name that may mean other things says that a value is a credential."""
    is_variable = MARKER.search(text) is not None
    return not (is_certain(name) or is_within_secret(item.place) or is_variable or any(spans_in_text(text)))


def _looks_like_token(item: PlacedValue, name: str, text: str) -> bool:
    """Return whether a header of any other name holds what was generated: elsewhere, that is mostly an id."""
    if item.place.part is not Part.HEADER or is_volatile(name) or _HARMLESS_HEADER.fullmatch(name):
        return False
    return is_random(text)


def _short_name(place: Place) -> str:
    return camel_case(_PREFIX.sub("", _last_name(place))) or "token"


def _last_name(place: Place) -> str:
    return next((key for key in reversed(place.keys) if isinstance(key, str)), "")


def _label(item: PlacedValue, call: HttpCall) -> str:
    """Return what the member beside a value calls it, as in ``{"name": "password", "value": "…"}``."""
    keys = item.place.keys
    if item.is_text or len(keys) < 2 or str(keys[-1]).lower() not in VALUES:
        return ""
    holder: Any = call.body.value if call.body else None
    for key in keys[:-1]:
        holder = holder[key]
    labels = (value for key, value in holder.items() if key.lower() in LABELS and isinstance(value, str))
    return next(labels, "")


def _merged(spans: Iterator[Span]) -> list[Span]:
    """Return spans in order, those that overlap as one."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _in_text(call: HttpCall, known: Collection[str]) -> Iterator[Credential]:
    """Yield the credentials in a body that is neither JSON nor a form; ``index`` is where each begins."""
    if call.body is None or call.body.kind is not BodyKind.TEXT:
        return
    text = call.body.text
    variants = {form for known_text in known for form in _variants(known_text)}
    repeated = (match.span() for form in variants for match in re.finditer(re.escape(form), text))
    for start, end in _merged(chain(spans_in_body(text), repeated)):
        token = text[start:end]
        if not MARKER.search(token):
            place = Place(Part.BODY, ())
            yield new_credential("bodyToken", place, start, "", "", token, call, "A token in the body.")


def _variants(text: str) -> set[str]:
    return {text, quote(text, safe=""), quote_plus(text), json.dumps(text)[1:-1], escape(text)}


def _in_path(item: PlacedValue, text: str, call: HttpCall) -> Credential | None:
    if (match := _SEGMENT_WITH_TOKEN.fullmatch(text)) is not None:
        parts = match["prefix"], "", match["token"]
        return new_credential("botToken", item.place, item.index, *parts, call, "The bot's token.")
    is_token = _is_hook(item, text, call) or bool(_merged(spans_in_text(text)))
    if is_token or _has_secret_variable(text, call):
        return credential_of_value("pathToken", item.place, item.index, text, call, "The token in the path.")
    return None


def _is_hook(item: PlacedValue, text: str, call: HttpCall) -> bool:
    """Return whether a segment of the path is the secret of a webhook."""
    if _HOOK_HOST.match(call.url.host):
        # The service has a host for them: each id in its path is part of the secret.
        return is_sure(text) or bool(UUID.search(text))
    before = call.url.segments[: item.index]
    previous = "".join(before[-1:])
    if not is_sure(text):
        return False
    if is_certain(previous):
        return True
    # webhooks/<uuid> is a resource as any other.
    is_resource = UUID.fullmatch(text) is not None and previous.endswith("hooks")
    is_last = item.index == len(call.url.segments) - 1
    return is_last and not is_resource and "hooks" in f"{call.url.host}/{'/'.join(before)}"


def _authorization(item: PlacedValue, call: HttpCall) -> Credential:
    text = item.value
    match = _SCHEME.fullmatch(text)
    if match is None:
        return credential_of_value(
            "authorization", item.place, item.index, text, call, "The authorization header."
        )
    before, after = text[: match.start("token")], text[match.end("token") :]
    name = "basicAuth" if _BASIC.match(text) else "authToken"
    what = f"What follows {match['scheme'].split('=')[0].strip()} in the authorization header"
    what += f": {_BASIC_SOURCE}." if name == "basicAuth" else "."
    return new_credential(name, item.place, item.index, before, after, match["token"], call, what)


def _of_auth(auth: Auth, call: HttpCall) -> Credential:
    if auth.bearer is not None:
        return new_credential("authToken", None, 0, "Bearer ", "", auth.bearer, call, "The bearer token.")
    description = f"What follows Basic in the authorization header: {_BASIC_SOURCE}."
    credentials = auth.credentials
    markers = frozenset(MARKER.findall(f"{auth.user}:{auth.password}"))
    # Services take the key as the user, with any password.
    parts = [part for part in (auth.user, auth.password) if part]
    is_placeholder = credentials is None or all(map(is_sample, parts))
    secret = None if is_placeholder else Secret(credentials or "", source="the imported command")
    return Credential("basicAuth", None, 0, "Basic ", "", secret, markers, description)


def credential_places(credentials: list[Credential]) -> Iterator[Place]:
    """Yield the places of credentials."""
    for credential in credentials:
        if credential.place is not None:
            yield credential.place
