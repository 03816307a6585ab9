"""Encodings in which a value is likely to appear: the only list, for settings and credentials alike."""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Callable, Iterator
from math import lcm
from typing import NamedTuple
from urllib.parse import quote, quote_plus

SHORTEST = 4
SHORTEST_INNER = 8
# Safe characters of: no function, then quote, encodeURIComponent, encodeURI and the URLs of npm request.
_URL_SAFE = ("", "/", "!'()*", "!'()*;/?:@&=+$,#", "!()*;/?:@&=+$,#%[]")
_HEX = re.compile("%[0-9A-F]{2}")


class _Alphabet(NamedTuple):
    """A binary-to-text encoding, and the number of bits that one of its characters holds."""

    encode: Callable[[bytes], bytes]
    bits: int


# Every encoding of bytes as text. An encoding added here is found for settings and for credentials; within
# other encodings it is found only if `decoding` reads it, too.
_ALPHABETS = (_Alphabet(base64.b64encode, 6), _Alphabet(base64.urlsafe_b64encode, 6))
# Charsets other than UTF-8 in which a body may contain the value. Headers and labels never do.
_CHARSETS = ("utf-16-le", "utf-16-be")


def utf8(text: str) -> bytes:
    """Return a string in UTF-8, including an unpaired surrogate."""
    return text.encode("utf-8", "surrogatepass")


def plain_form(value: str) -> bytes:
    """Return a value as it appears after decoding; a space becomes ``+``, as in a form."""
    return utf8(value).replace(b" ", b"+")


def whole_forms(value: str) -> Iterator[bytes]:
    r"""Yield a value, by itself, in every encoding except the escapes, which `decoding` reads.

    Example:
        >>> [form in [*whole_forms("a b")] for form in (b"a+b", b"YSBi", b"a\0 \0b\0")]
        [True, True, True]
    """
    yield plain_form(value)
    yield from _in_charsets(value)
    yield from _in_alphabets(value)


def outer_forms(value: str) -> set[bytes]:
    """Return the forms of a value in a text that is not decoded first, if all of it was encoded.

    Example:
        >>> forms = outer_forms("a&b c")
        >>> [form in forms for form in (b"a&amp;b c", b"a%26b+c", b"YSZiIGM")]
        [True, True, True]
    """
    # {{token}} in a query is escaped and then encoded; a body that is echoed within JSON is escaped twice.
    plain = {value, *_html(value)}
    quoted = {form for text in plain for form in _json(text)}
    texts = plain | quoted | {form for text in quoted for form in _json(text)}
    texts |= {form for text in plain for form in _url(text)}
    forms = {*map(utf8, texts), *_in_alphabets(value), *_segments(value)}
    forms |= {*_in_charsets(value), *_misread(value)}
    return {form for form in forms if len(form) >= SHORTEST}


def inner_forms(value: str) -> set[bytes]:
    """Return the forms of a value in a text that was decoded once: the plain form, and base64.

    Example:
        >>> [form in inner_forms("aa bb") for form in (b"aa+bb", b"YWEgYmI")]
        [True, True]
    """
    encoded = {*_in_alphabets(value), *_segments(value)}
    return {plain_form(value)} | {form for form in encoded if len(form) >= SHORTEST}


def _html(value: str) -> Iterator[str]:
    escaped = html.escape(value)
    yield escaped
    yield escaped.replace("&#x27;", "&#39;")
    # Handlebars escapes these two as well: {{token}} with a = in it is echoed like this.
    yield escaped.replace("`", "&#x60;").replace("=", "&#x3D;")


def _json(value: str) -> Iterator[str]:
    for is_ascii in (True, False):
        escaped = json.dumps(value, ensure_ascii=is_ascii)[1:-1]
        yield escaped
        # PHP escapes the slash, Go the characters with a meaning in HTML.
        yield escaped.replace("/", r"\/")
        yield escaped.replace("&", r"\u0026").replace("<", r"\u003c").replace(">", r"\u003e")


def _url(value: str) -> Iterator[str]:
    yield quote_plus(value, errors="replace")
    for safe in _URL_SAFE:
        escaped = quote(value, safe=safe, errors="replace")
        yield escaped
        yield _HEX.sub(lambda match: match[0].lower(), escaped)


def _in_alphabets(value: str) -> Iterator[bytes]:
    for alphabet in _ALPHABETS:
        yield alphabet.encode(utf8(value)).rstrip(b"=")


def _segments(value: str) -> Iterator[bytes]:
    """Yield what stays of an encoded value at each offset within a longer text, as in ``user:password``.

    A character that holds bits of a neighbour, too, depends on it and is left out.
    """
    raw = utf8(value)
    for encode, bits in _ALPHABETS:
        for offset in range(lcm(8, bits) // 8):
            start, end = -(-8 * offset // bits), 8 * (offset + len(raw)) // bits
            segment = encode(bytes(offset) + raw)[start:end]
            if len(segment) >= SHORTEST_INNER:
                yield segment


def _in_charsets(value: str) -> Iterator[bytes]:
    for charset in _CHARSETS:
        yield value.encode(charset, "surrogatepass")


def _misread(value: str) -> Iterator[bytes]:
    """Yield a value in Latin-1, and its UTF-8 read as Latin-1, as happens to headers."""
    if not value.isascii():
        yield utf8(utf8(value).decode("latin-1"))
        yield value.encode("latin-1", "replace")
