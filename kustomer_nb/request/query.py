"""Query strings as npm ``request`` 2.88 makes them with ``qs`` 6.5.

Measured: an object is merged into the query already in the address, which is written anew; arrays become
``b[0]=1``, nested objects ``c[d]=``, null ``e=``; everything but letters, digits and ``-._~`` is encoded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, unquote

from kustomer_nb.jsontext.javascript import UNDEFINED, ordered
from kustomer_nb.template import Text, Traced
from kustomer_nb.template.value import as_text

_MALFORMED = re.compile(r"%(?![0-9A-Fa-f]{2})")

Pairs = list[tuple[Text, Any]]


def merged(search: Text, qs: dict[str, Any]) -> Text:
    """Return the query, with its ``?``, of an address whose own one is ``search``, with ``qs`` merged in.

    Example:
        >>> str(merged(Text.of("?x=1&y=a%20b&y=2"), {"b": [1, None], "c": {"d": "é"}, "x": True}))
        '?x=true&y%5B0%5D=a%20b&y%5B1%5D=2&b%5B0%5D=1&b%5B1%5D=&c%5Bd%5D=%C3%A9'
    """
    pairs = _parse(search)
    for key, value in ordered(qs):
        at = next((at for at, (name, _) in enumerate(pairs) if str(name) == key), None)
        if at is None:
            pairs.append((Text.of(key), value))
        else:
            pairs[at] = (pairs[at][0], value)
    parts = [part for name, value in pairs for part in _written(name, value)]
    if not parts:
        return search
    joined = [piece for part in parts for piece in (Text.of("&"), part)]
    return Text.of("?") + Text.join(joined[1:])


def _parse(search: Text) -> Pairs:
    """Read a query; a name given twice holds an array."""
    pairs: Pairs = []
    _, query = search.split_at(1)
    for part in query.split("&"):
        if not part:
            continue
        name, _, value = part.partition("=")
        key, decoded = name.map(_decode), value.map(_decode)
        held = next((at for at, (known, _) in enumerate(pairs) if str(known) == str(key)), None)
        if held is None:
            pairs.append((key, decoded))
        else:
            first = pairs[held][1]
            pairs[held] = (key, [*(first if isinstance(first, list) else [first]), decoded])
    return pairs


def _decode(text: str) -> str:
    if _MALFORMED.search(text):
        return text
    try:
        return unquote(text.replace("+", " "), errors="strict")
    except UnicodeDecodeError:
        return text


def _encode(text: str) -> str:
    return quote(text, safe="-._~", errors="replace")


def _written(name: Text, value: Any) -> Iterator[Text]:
    if isinstance(value, Traced) and isinstance(value.value, (dict, list)):
        value = value.value
    if isinstance(value, dict):
        for key, item in ordered(value):
            yield from _written(name + Text.of(f"[{key}]"), item)
    elif isinstance(value, list):
        for at, item in enumerate(value):
            yield from _written(name + Text.of(f"[{at}]"), item)
    elif value is not UNDEFINED:
        text = Text() if value is None else as_text(value)
        if isinstance(value, Traced) and value.value is None:
            text = Text()
        yield name.map(_encode) + Text.of("=") + text.map(_encode)
