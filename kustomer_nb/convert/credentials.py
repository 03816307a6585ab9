"""Finds the credentials of a call: what becomes a setting of type secret, and is never written down."""

from __future__ import annotations

import base64
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from urllib.parse import unquote_plus

from kustomer_nb.secrets import Secret
from kustomer_nb.secrets.token_patterns import is_named, is_random, is_sure, names_credential, spaced
from kustomer_nb.secrets.token_shapes import Token, is_sample, tokens_in
from kustomer_nb.storage.ignored_headers import is_volatile

from .http_call import BodyKind, HttpCall
from .names import camel_case
from .places import Part, Place, PlacedValue, placed_values
from .proposals import LONG_ENOUGH
from .words import MARKER, Variable

_AUTHORIZATION = frozenset({"authorization", "proxy-authorization"})
_SCHEME = re.compile(
    r"(?P<scheme>[A-Za-z][\w-]*(?: (?=[A-Za-z_]+=))?(?:[A-Za-z_]+=| +))"
    r"(?P<quote>\"?)(?P<token>[^\s\"]+)(?P=quote)"
)
_BASIC = re.compile(r"basic\s", re.IGNORECASE)
_BEARER = re.compile(r"bearer\s", re.IGNORECASE)
_PREFIX = re.compile(r"x-|http-", re.IGNORECASE)
# Names of values that are credentials only in some places, and public in a path or query.
_NOT_SECRET = frozenset({"idempotency-key", "public-key", "publishable-key", "if-match", "signature-version"})
# Headers in which a generated value is an id, a checksum or a version, though it looks like a token.
_HARMLESS_HEADER = re.compile(
    r"(?:.*-)?(?:ids?|uuid|guid|number|ref|reference|hash|digest|md5|sha-?(?:1|256|512)|checksum|etag|match|version"
    r"|revision|date|agent|trace|traceparent|tracestate|baggage|context|b3|cursor|type|length|encoding|language"
    r"|account|host|origin|referer|location|range|nonce|url|name|platform|build|requestid|correlation)"
    r"|idempotency-.*|sec-.*|accept.*|if-.*|content-.*|.*-trace-.*|forwarded|via|dnt|connection|cache-control"
    r"|soapaction|expect|te|digest",
    re.IGNORECASE,
)
# What signs a URL: whoever has it can call that.
_SIGNATURES = frozenset({"sig", "hmac"})
# Members beside a credential that say how it is used.
_HOW = re.compile(r"type|kind|scheme|method|grant[-_]?type|name|expires.*|algorithm|alg", re.IGNORECASE)
_HOLDERS = re.compile(r"(?:.*[-_. ])?(?:credential|passphrase|passcode|jwt|bearer)", re.IGNORECASE)
_OF_NUMBERS = re.compile(
    r"(?:.*[-_. ])?(?:password|passwd|pwd|passcode|pass|pin|otp|secret|auth|api[-_]?key"
    r"|(?:access|auth|refresh)[-_]?token)|token",
    re.IGNORECASE,
)
# An element or an attribute of XML.
_IN_XML = re.compile(
    r"<(?:[\w.-]+:)?(?P<element>[\w.-]+)(?:\s[^<>]*)?>(?:<!\[CDATA\[)?(?P<text>[^<>]+?)(?:\]\]>)?</"
    r"|\s(?:[\w.-]+:)?(?P<attribute>[\w.-]+)\s*=\s*(?P<quote>[\"'])(?P<value>[^\"'<>]+)(?P=quote)"
)
# A shorter password is a part of other words.
_SHORTEST = 4
_SEGMENT_WITH_TOKEN = re.compile(r"(?P<prefix>bot)(?P<token>\d+:[\w-]{20,})")
_BASIC_SOURCE = "the base64 of user:password"


@dataclass(frozen=True, slots=True, repr=False)
class Credential:
    """A credential: its place (None for that of ``-u``), what stands around it, and its value.

    ``secret`` is None if its value is a placeholder or that of a variable. ``name`` is that of its setting.
    ``markers`` are the variables that it stands for. ``is_suspected`` is true if only its name or its form
    says so, and may be wrong.
    """

    name: str
    place: Place | None
    index: int
    before: str
    after: str
    secret: Secret | None
    markers: frozenset[str]
    description: str
    is_suspected: bool = False


def find_credentials(call: HttpCall, public: Collection[Place] = ()) -> list[Credential]:
    """Return the credentials of a call, in the order of the request.

    At the places ``public``, what is only suspected is none.

    Example:
        >>> from kustomer_nb.convert.curl import read_curl
        >>> call = read_curl("curl -H 'Authorization: Bearer abc123def456' 'https://a.b/?api_key=s3cr3t-0'")
        >>> [(item.name, str(item.place)) for item in find_credentials(call)]
        [('apiKey', 'query.api_key'), ('authToken', 'header.Authorization')]
    """
    password = _password(call)
    values = [item for item in placed_values(call) if _may_be_credential(item)]
    credentials = [
        credential
        for item in values
        if (credential := _credential_at(item, call, password))
        and not (credential.is_suspected and credential.place in public)
    ]
    if call.auth is not None:
        credentials.append(_of_auth(call))
    credentials += _in_text(call, password)
    if call.cookies:
        credentials.append(_whole("cookie", None, 0, call.cookies, call, "The cookies of the service."))
    return credentials


def _credential_at(item: PlacedValue, call: HttpCall, password: str) -> Credential | None:
    credential, repeated = _credential(item, call), _with_password(item, call, password)
    # The password of the command is certainly one, whatever else its place suggests.
    return repeated or credential if credential is None or credential.is_suspected else credential


def is_secret_name(name: str) -> bool:
    """Return whether the name of a variable or a value is that of a credential.

    Example:
        >>> [is_secret_name(name) for name in ("STRIPE_KEY", "PASSWORD", "ORDER_ID", "Idempotency-Key")]
        [True, True, False, False]
    """
    words = spaced(name).lower().replace("_", "-")
    return words not in _NOT_SECRET and (names_credential(words) or words in _SIGNATURES)


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
    if place.part is not Part.BODY or not names or _HOW.fullmatch(names[-1]):
        return False
    around = names if isinstance(place.keys[-1], int) else names[:-1]
    candidates = [*around, *map(_without_s, around)]
    return any(is_named(name) or _HOLDERS.fullmatch(name) for name in candidates)


def _without_s(name: str) -> str:
    return name[:-1] if name.endswith("s") else name


def _password(call: HttpCall) -> str:
    """Return the password of ``-u`` or of a Basic header, which other parts may repeat; empty without one."""
    if call.auth is not None and call.auth.bearer is None:
        password = call.auth.password
    else:
        headers = (value for name, value in call.headers if name.lower() in _AUTHORIZATION)
        encoded = next((value[len("basic ") :] for value in headers if _BASIC.match(value)), "")
        try:
            password = base64.b64decode(encoded, validate=True).decode().partition(":")[2]
        except ValueError:
            password = ""
    is_known = len(password) >= _SHORTEST and not MARKER.search(password) and not is_sample(password)
    return password if is_known else ""


def _with_password(item: PlacedValue, call: HttpCall, password: str) -> Credential | None:
    """Return the credential of a value that has the password of the call in it."""
    if not password or not isinstance(item.value, str):
        return None
    text = item.value
    is_part = len(password) >= LONG_ENOUGH and password in unquote_plus(text)
    # A short one may be a word of the path.
    is_whole = item.place.part is not Part.PATH and password in (text, unquote_plus(text))
    if not is_part and not is_whole:
        return None
    description = "The password of the command."
    if text.count(password) != 1:
        return _whole("password", item.place, item.index, text, call, description)
    before, _, after = text.partition(password)
    return _new("password", item.place, item.index, before, after, password, call, description)


def _credential(item: PlacedValue, call: HttpCall) -> Credential | None:
    text = str(item.value) if not isinstance(item.value, str) else item.value
    name = next((key for key in reversed(item.place.keys) if isinstance(key, str)), "")
    if item.place.part is Part.PATH:
        return _in_path(item, text, call)
    if item.place.part is Part.HEADER and name.lower() in _AUTHORIZATION:
        return _authorization(item, call)
    if item.place.part is Part.HEADER and name.lower() == "cookie":
        return _whole("cookie", item.place, item.index, text, call, "The cookies of the service.")
    variables = [call.variables[marker].name for marker in MARKER.findall(text)]
    short = camel_case(_PREFIX.sub("", name)) or "token"
    description = f"The value of {item.place}."
    if (
        is_secret_name(name)
        or is_within_secret(item.place)
        or (MARKER.fullmatch(text) and any(map(is_secret_name, filter(None, variables))))
    ):
        credential = _whole(short, item.place, item.index, text, call, description)
        return replace(credential, is_suspected=_is_only_suspected(item, name))
    # A token within a text: a URL with a password, or a header of a name of its own.
    token = _first_token(text)
    if token is None and _looks_like_token(item, name, text):
        credential = _whole(short, item.place, item.index, text, call, description)
        return replace(credential, is_suspected=True)
    if token is None:
        return None
    before, after = text[: token.start], text[token.end :]
    return _new(short, item.place, item.index, before, after, token.text, call, description)


def _is_only_suspected(item: PlacedValue, name: str) -> bool:
    is_variable = MARKER.search(str(item.value)) is not None
    has_token = isinstance(item.value, str) and _first_token(item.value) is not None
    return not (is_named(name) or is_within_secret(item.place) or is_variable or has_token)


def _looks_like_token(item: PlacedValue, name: str, text: str) -> bool:
    """Return whether a header of any other name holds what was generated: elsewhere, that is mostly an id."""
    if item.place.part is not Part.HEADER or is_volatile(name) or _HARMLESS_HEADER.fullmatch(name):
        return False
    return is_random(text)


def _first_token(text: str) -> Token | None:
    return min(tokens_in(text), key=lambda token: token.start, default=None)


def _in_text(call: HttpCall, password: str) -> Iterator[Credential]:
    """Yield the credentials in a body that is neither JSON nor a form; ``index`` is where each begins."""
    if call.body is None or call.body.kind is not BodyKind.TEXT:
        return
    past = 0
    for start, end in sorted(_spans_in_text(call.body.text, password)):
        token = call.body.text[start:end]
        if start >= past and not MARKER.search(token):
            place = Place(Part.BODY, ())
            yield _new("bodyToken", place, start, "", "", token, call, "A token in the body.")
            past = end


def _spans_in_text(text: str, password: str) -> Iterator[tuple[int, int]]:
    yield from ((token.start, token.end) for token in tokens_in(text))
    for match in _IN_XML.finditer(text):
        group = "text" if match["element"] else "value"
        if is_secret_name(match["element"] or match["attribute"]) and match[group].strip():
            yield match.span(group)
    if len(password) >= LONG_ENOUGH:
        yield from (match.span() for match in re.finditer(re.escape(password), text))


def _in_path(item: PlacedValue, text: str, call: HttpCall) -> Credential | None:
    match = _SEGMENT_WITH_TOKEN.fullmatch(text)
    if match is not None:
        return _new(
            "botToken", item.place, item.index, match["prefix"], "", match["token"], call, "The bot's token."
        )
    variables = [call.variables[marker].name for marker in MARKER.findall(text)]
    is_hook = "hooks" in call.url.host and item.index == len(call.url.segments) - 1 and is_sure(text)
    if is_hook or _first_token(text) or any(map(is_secret_name, filter(None, variables))):
        return _whole("pathToken", item.place, item.index, text, call, "The token in the path.")
    return None


def _authorization(item: PlacedValue, call: HttpCall) -> Credential:
    text = item.value
    match = _SCHEME.fullmatch(text)
    if match is None:
        return _whole("authorization", item.place, item.index, text, call, "The authorization header.")
    before, after = text[: match.start("token")], text[match.end("token") :]
    name = "basicAuth" if _BASIC.match(text) else "authToken"
    what = f"What follows {match['scheme'].split('=')[0].strip()} in the authorization header"
    what += f": {_BASIC_SOURCE}." if name == "basicAuth" else "."
    return _new(name, item.place, item.index, before, after, match["token"], call, what)


def _of_auth(call: HttpCall) -> Credential:
    auth = call.auth
    if auth is None:  # pragma: no cover - the caller asks only if there is one
        raise ValueError
    if auth.bearer is not None:
        return _new("authToken", None, 0, "Bearer ", "", auth.bearer, call, "The bearer token.")
    description = f"What follows Basic in the authorization header: {_BASIC_SOURCE}."
    credentials = auth.credentials
    markers = frozenset(MARKER.findall(f"{auth.user}:{auth.password}"))
    # Services take the key as the user, with any password.
    parts = [part for part in (auth.user, auth.password) if part]
    is_placeholder = credentials is None or all(map(is_sample, parts))
    secret = None if is_placeholder else Secret(credentials or "", source="the imported command")
    return Credential("basicAuth", None, 0, "Basic ", "", secret, markers, description)


def _whole(
    name: str, place: Place | None, index: int, text: str, call: HttpCall, description: str
) -> Credential:
    return _new(name, place, index, "", "", text, call, description)


def _new(
    name: str,
    place: Place | None,
    index: int,
    before: str,
    after: str,
    token: str,
    call: HttpCall,
    description: str,
) -> Credential:
    markers = frozenset(MARKER.findall(token))
    if len(markers) == 1 and len(token) == 1:
        # A variable is named by its author, unless it is the output of a command.
        (variable,) = [call.variables[marker] for marker in markers]
        name = _name_of_variable(variable) or name
    is_placeholder = bool(markers) or is_sample(token)
    secret = None if is_placeholder else Secret(token, source="the imported command")
    return Credential(name, place, index, before, after, secret, markers, description)


def _name_of_variable(variable: Variable) -> str:
    return camel_case(variable.name)


def credential_places(credentials: list[Credential]) -> Iterator[Place]:
    """Yield the places of credentials."""
    for credential in credentials:
        if credential.place is not None:
            yield credential.place
