"""What encodes a setting on its way into a request, as Python expressions that do it again elsewhere."""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Callable
from itertools import product
from typing import NamedTuple
from urllib.parse import quote

from kustomer_nb.jsontext.javascript import utf8


class Encoding(NamedTuple):
    """An encoding of a string: the suffix of a name for the result, and the same as Python source.

    ``source`` has the value at its ``{}`` and needs the module ``module``, if any.
    """

    suffix: str
    module: str
    encode: Callable[[str], str]
    source: str


def _url_encoding(safe: str) -> Encoding:
    return Encoding(
        "URL_ENCODED",
        "urllib.parse",
        lambda value: quote(value, safe=safe, errors="replace"),
        f"urllib.parse.quote({{}}, safe={json.dumps(safe)})",
    )


# In the order in which they are tried. The URL encodings are those of qs, of encodeURIComponent and of the
# URLs that Node parses.
ENCODINGS = (
    _url_encoding(""),
    _url_encoding("!'()*"),
    _url_encoding("!#$%&()*+,/:;=?@[]"),
    Encoding(
        "HTML_ESCAPED",
        "html",
        # Handlebars escapes these two as well.
        lambda value: html.escape(value).replace("`", "&#x60;").replace("=", "&#x3D;"),
        'html.escape({}).replace("`", "&#x60;").replace("=", "&#x3D;")',
    ),
    Encoding(
        "JSON_ESCAPED",
        "json",
        lambda value: json.dumps(value, ensure_ascii=False)[1:-1],
        "json.dumps({}, ensure_ascii=False)[1:-1]",
    ),
    Encoding(
        "BASE64",
        "base64",
        lambda value: base64.b64encode(utf8(value)).decode(),
        "base64.b64encode({}.encode()).decode()",
    ),
    # As the host in a URL.
    Encoding("LOWER_CASE", "", str.lower, "{}.lower()"),
)


def part_of(start: int, end: int) -> Encoding:
    """Return what takes the characters of a value from ``start`` to ``end``.

    Example:
        >>> part_of(1, 3).encode("abcd"), part_of(1, 3).source
        ('bc', '{}[1:3]')
    """
    return Encoding(f"PART_{start}_{end}", "", lambda value: value[start:end], f"{{}}[{start}:{end}]")


def find_encodings(value: str, text: str) -> tuple[Encoding, ...] | None:
    """Return the encodings, at most two, that make a text of a value; None if none do.

    Example:
        >>> [encoding.suffix for encoding in find_encodings('a"b', "a%26quot%3Bb")]
        ['HTML_ESCAPED', 'URL_ENCODED']
        >>> find_encodings("a", "a"), find_encodings("a", "b")
        ((), None)
    """
    if value == text:
        return ()
    for first in ENCODINGS:
        if first.encode(value) == text:
            return (first,)
    for first, second in product(ENCODINGS, repeat=2):
        if second.encode(first.encode(value)) == text:
            return first, second
    return None
