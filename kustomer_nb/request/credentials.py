"""The credentials in a request, each as one string, so that a response that echoes one does not reveal it.

A header with a setting in it is a credential, whatever its name; a query parameter or a member of the body is
one if its name says so.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Container, Iterable, Iterator
from typing import Any
from urllib.parse import unquote

from kustomer_nb.jsontext.javascript import utf8
from kustomer_nb.secrets import SHORTEST_INNER, Credential
from kustomer_nb.template import Kind, Text

from .named_values import NamedValue, body_values, query_values

USER = "$(user and password)"
_AUTHORIZATION = frozenset({"authorization", "proxy-authorization"})
_BASIC = re.compile(r"basic\s+([A-Za-z0-9+/_-]+)={0,2}", re.IGNORECASE)
_PASSWORD = ("password", "passwd", "pass", "pwd")
# A shorter value, such as v1, occurs in any text: it is only hidden next to its name.
_SHORTEST_ALONE = 4
# A shorter name of a cookie, such as id, is also the name of much else.
_SHORTEST_NAME = 3


def basic_auth(auth: str) -> tuple[str, str]:
    """Return user and password of a URL as npm ``request`` sends them.

    Example:
        >>> basic_auth("ann:p%40ss")
        ('ann', 'p@ss')
    """
    user, _, password = auth.partition(":")
    return unquote(user), unquote(password)


def encoded(user: str, password: str) -> str:
    """Return user and password as ``Basic`` sends them.

    Example:
        >>> encoded("ann", "pw")
        'YW5uOnB3'
    """
    return base64.b64encode(utf8(f"{user}:{password}")).decode()


def pair(
    user: str, password: str, *, source: str, label: str = USER, settings: Iterable[str] = ()
) -> Iterator[Credential]:
    """Yield what must not be shown of user and password: both together, and the password by its name.

    A user alone is not secret.

    Example:
        >>> list(pair("ann", "pw", source="the uri"))
        [<Credential: the uri, 6 characters>, <Credential: the uri, 2 characters>]
    """
    is_pair = bool(user and password)
    # "ann:" occurs in any text, its base64 does not.
    value = f"{user}:{password}" if is_pair else encoded(user, password).rstrip("=")
    if user or password:
        yield Credential(value, source=source, label=label, settings=settings)
    if password:
        yield from _value(password, _PASSWORD, source=source, label=label, settings=settings)


def credentials_of(
    auth: str, headers: Iterable[tuple[str, Text]], search: Text, body: Text | None, labels: Container[str]
) -> tuple[Credential, ...]:
    """Return the credentials in the user information of a URL, and those that contain settings.

    ``search`` is the query with its ``?``; ``labels`` are those of the settings with a value.
    """
    credentials = list(pair(*basic_auth(auth), source="the uri")) if auth else []
    headers = list(headers)
    # A header without a setting counts only together with others of its name.
    names = {name.lower() for name, text in headers if text.has_setting}
    for header in header_values([header for header in headers if header[0].lower() in names]):
        if settings := _settings(header.text, labels):
            credentials += _of_header(header.names[0], header.text, settings)
    for named in named_credentials(search, body):
        credentials += _of_parameter(named, _settings(named.text, labels))
    return tuple(credentials)


def header_values(headers: Iterable[tuple[str, Text]]) -> Iterator[NamedValue]:
    """Yield the value of each header, and the values of one name as a service joins them."""
    by_name: dict[str, list[Text]] = {}
    for name, text in headers:
        by_name.setdefault(name.lower(), []).append(text)
    for name, texts in by_name.items():
        for text in (*texts, *([Text.join(texts, separator=", ")] if len(texts) > 1 else [])):
            stripped = text.strip(" \t")
            yield NamedValue((name,), stripped)


def named_credentials(search: Text, body: Text | None) -> Iterator[NamedValue]:
    """Yield the values in a query and a body that contain a setting and have the name of a credential."""
    if search.has_setting:
        yield from query_values(search)
    if body is not None and body.has_setting:
        yield from body_values(body)


def _of_parameter(named: NamedValue, settings: set[str]) -> Iterator[Credential]:
    # A long setting is hidden wherever it occurs, so its parameter needs no credential of its own.
    if settings and not _is_found_alone(named.text):
        name = named.names[-1]
        label = _label(name, named.text)
        yield from _value(named.text.real, named.names, source=name, label=label, settings=settings)


def _settings(text: Text, labels: Container[str]) -> set[str]:
    return {piece.label for piece in text.pieces if piece.label and piece.label in labels}


def _is_found_alone(text: Text) -> bool:
    """Whether each setting in a text is long enough to be hidden wherever it occurs."""
    return all(len(piece.text) >= SHORTEST_INNER for piece in text.pieces if piece.label is not None)


def _of_header(name: str, text: Text, settings: set[str]) -> Iterator[Credential]:
    if basic := _BASIC.fullmatch(text.real.strip()):
        yield from _decoded(basic[1], settings)
    if _is_found_alone(text):
        return
    if name == "cookie":
        for part in text.split(";"):
            yield from _of_cookie(part.strip(" \t"), settings)
        return
    value = text.strip(" \t")
    if name in _AUTHORIZATION and _is_composed(value):
        yield Credential(value.real, source=name, label=_label(name, value), settings=settings)
    for part in _reported_parts(value):
        yield from _value(part.real, (name,), source=name, label=_label(name, part), settings=settings)


def _reported_parts(value: Text) -> tuple[Text, ...]:
    # A service may report the header, or only what follows the scheme (RFC 9110, section 11.4).
    _, space, after_scheme = value.partition(" ")
    return (value, after_scheme) if space and _has_setting(after_scheme) else (value,)


def _value(value: str, names: Iterable[str], **options: Any) -> Iterator[Credential]:
    """Yield a value to hide after one of the names, and by itself if it is too long to occur by chance."""
    yield Credential(value, names=names, **options)
    if len(value) >= _SHORTEST_ALONE:
        yield Credential(value, **options)


def _of_cookie(part: Text, settings: set[str]) -> Iterator[Credential]:
    if not _has_setting(part):
        return
    yield Credential(part.real, source="cookie", label=_label("cookie", part), settings=settings)
    name, _, value = part.partition("=")
    if len(name.real) >= _SHORTEST_NAME and value.real:
        label = _label("cookie", value)
        yield Credential(value.real, source="cookie", label=label, names=(name.real,), settings=settings)


def _decoded(blob: str, settings: set[str]) -> Iterator[Credential]:
    """Yield the user and password of a setting that is already in base64."""
    padded = blob.translate(str.maketrans("-_", "+/")) + "=" * (-len(blob) % 4)
    try:
        user, colon, password = binascii.a2b_base64(padded).decode().partition(":")
    except ValueError:
        return
    if colon:
        yield from pair(user, password, source="authorization", settings=settings)


def _has_setting(text: Text) -> bool:
    return any(piece.label is not None and piece.text for piece in text.pieces)


def _is_composed(text: Text) -> bool:
    """Whether a text contains more than one setting: a scheme, or a second setting."""
    return len([piece for piece in text.pieces if piece.text]) > 1


def _label(name: str, text: Text) -> str:
    """Return what is shown of a credential: only its name if an input is in it, which may be masked."""
    is_public = all(
        piece.label is not None or piece.kind in (Kind.LITERAL, Kind.DEFAULT) for piece in text.pieces
    )
    return text.shown if is_public else f"$({name})"
