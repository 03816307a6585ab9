"""The credentials that a request is built of, each as a whole: no service that echoes one may show it.

What a setting makes of a header is one, whatever the header is called; a parameter of the query and a member
of the body is one where it is named as a credential.
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

from .named_values import NamedValue, body_values, header_values, query_values

USER = "$(user and password)"
_AUTHORIZATION = frozenset({"authorization", "proxy-authorization"})
_BASIC = re.compile(r"basic\s+([A-Za-z0-9+/_-]+)={0,2}", re.IGNORECASE)
_PASSWORD = ("password", "passwd", "pass", "pwd")
# A shorter value by itself, as v1, is a word of any text: it is found by its name alone.
_SHORTEST_ALONE = 4
# A shorter name of a cookie, such as id, is the name of too much else.
_SHORTEST_NAME = 3


def basic_auth(auth: str) -> tuple[str, str]:
    """Return user and password of an address as npm ``request`` sends them.

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
    """Yield what of user and password must not be shown: both together, and the password where it is named.

    A user alone is no secret.

    Example:
        >>> list(pair("ann", "pw", source="the uri"))
        [<Credential: the uri, 6 characters>, <Credential: the uri, 2 characters>]
    """
    is_pair = bool(user and password)
    # One of the two with a colon is found in any text; in base64 it is not.
    whole = f"{user}:{password}" if is_pair else encoded(user, password).rstrip("=")
    if user or password:
        yield Credential(whole, source=source, label=label, settings=settings)
    if password:
        yield from _value(password, _PASSWORD, source=source, label=label, settings=settings)


def credentials_of(
    auth: str, headers: Iterable[tuple[str, Text]], search: Text, body: Text | None, labels: Container[str]
) -> tuple[Credential, ...]:
    """Return the credentials of the user information of an address, and those that hold settings.

    ``search`` is the query with its ``?``; ``labels`` are those of the settings that have a value.
    """
    credentials = list(pair(*basic_auth(auth), source="the uri"))
    for header in header_values(headers):
        if settings := _settings(header.text, labels):
            credentials += _of_header(header.names[0], header.text, settings)
    for named in named_credentials(search, body):
        settings = _settings(named.text, labels)
        if settings and not _is_found_alone(named.text):
            name = named.names[-1]
            label = _label(name, named.text)
            credentials += _value(named.text.real, named.names, source=name, label=label, settings=settings)
    return tuple(credentials)


def named_credentials(search: Text, body: Text | None) -> Iterator[NamedValue]:
    """Yield what holds a setting and is named as a credential in a query and in a body."""
    yield from query_values(search)
    yield from () if body is None else body_values(body)


def _settings(text: Text, labels: Container[str]) -> set[str]:
    return {piece.label for piece in text.pieces if piece.label and piece.label in labels}


def _is_found_alone(text: Text) -> bool:
    """Whether each setting in a text is long enough to be found by itself wherever it stands."""
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
    whole = text.strip(" \t")
    if name in _AUTHORIZATION and _is_composed(whole):
        yield Credential(whole.real, source=name, label=_label(name, whole), settings=settings)
    _, space, own = whole.partition(" ")
    for part in (whole, own) if space and _holds_setting(own) else (whole,):
        yield from _value(part.real, (name,), source=name, label=_label(name, part), settings=settings)


def _value(value: str, names: Iterable[str], **facts: Any) -> Iterator[Credential]:
    """Yield a value that is found after one of the names, and by itself where it is no word of any text."""
    yield Credential(value, names=names, **facts)
    if len(value) >= _SHORTEST_ALONE:
        yield Credential(value, **facts)


def _of_cookie(part: Text, settings: set[str]) -> Iterator[Credential]:
    if not _holds_setting(part):
        return
    yield Credential(part.real, source="cookie", label=_label("cookie", part), settings=settings)
    name, _, value = part.partition("=")
    if len(name.real) >= _SHORTEST_NAME and value.real:
        label = _label("cookie", value)
        yield Credential(value.real, source="cookie", label=label, names=(name.real,), settings=settings)


def _decoded(blob: str, settings: set[str]) -> Iterator[Credential]:
    """Yield what a setting that is in base64 already holds."""
    padded = blob.translate(str.maketrans("-_", "+/")) + "=" * (-len(blob) % 4)
    try:
        user, colon, password = binascii.a2b_base64(padded).decode().partition(":")
    except ValueError:
        return
    if colon:
        yield from pair(user, password, source="authorization", settings=settings)


def _holds_setting(text: Text) -> bool:
    return any(piece.label is not None and piece.text for piece in text.pieces)


def _is_composed(text: Text) -> bool:
    """Whether more than a setting is in a text: a scheme, or a second setting."""
    return len([piece for piece in text.pieces if piece.text]) > 1


def _label(name: str, text: Text) -> str:
    """Return what is shown of a credential; only its header where an input is in it, which may be masked."""
    is_public = all(
        piece.label is not None or piece.kind in (Kind.LITERAL, Kind.DEFAULT) for piece in text.pieces
    )
    return text.shown if is_public else f"$({name})"
