"""The places of a call that hold a value: segments of the path, pairs, headers and members of the body."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import unquote_plus

from .http_call import BodyKind, HttpCall
from .query import QueryForm, query_form

# The index of what is found by its keys.
IN_JSON = -1
_PLAIN_KEY = re.compile(r"[^.\[\]]+")
_PART = re.compile(r"\.?(?P<key>[^.\[\]]+)|\[(?P<index>\d+)\]|\[(?P<quote>['\"])(?P<name>.*?)(?P=quote)\]")


class Part(StrEnum):
    """Which part of a call a place is in."""

    PATH = "path"
    QUERY = "query"
    HEADER = "header"
    BODY = "body"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value is; ``keys`` are an index, the name of a pair or header, or the keys into a JSON body."""

    part: Part
    keys: tuple[str | int, ...]

    def __str__(self) -> str:
        """Return the place as an author writes it.

        Example:
            >>> str(Place(Part.PATH, (1,))), str(Place(Part.BODY, ("items", 0, "sku")))
            ('path[1]', 'body.items[0].sku')
        """
        return self.part + "".join(map(_written, self.keys))


@dataclass(frozen=True, slots=True, repr=False)
class PlacedValue:
    """A value and its place; ``index`` is that of a segment, pair or header, or `IN_JSON`.

    ``is_raw`` is true in a path, a form, and a query that is a part of the uri: a template writes the value
    as it is, so that it must be percent-encoded. ``is_text`` is false for a member of a JSON body.
    """

    place: Place
    value: Any
    index: int = 0
    is_raw: bool = False
    is_text: bool = True

    @property
    def last_name(self) -> str:
        """The name of the value; of an item of a list, that of the list. Empty in a path."""
        return next((key for key in reversed(self.place.keys) if isinstance(key, str)), "")


def placed_values(call: HttpCall) -> list[PlacedValue]:
    """Return every value of a call that may be an input, in the order of the request.

    Example:
        >>> from kustomer_nb.convert.http_call import CallUrl
        >>> url = CallUrl("https", "a.b", "/orders/42", "q=a%20b")
        >>> [(str(item.place), item.value) for item in placed_values(HttpCall("GET", url))]
        [('path[0]', 'orders'), ('path[1]', '42'), ('query.q', 'a b')]
    """
    return [*_in_path(call), *_in_query(call), *_in_headers(call), *_in_body(call)]


def parse_place(text: str) -> tuple[str, tuple[str | int, ...]] | None:
    """Return the part and the keys of a place that an author wrote, None if it has another form.

    Example:
        >>> parse_place("body.items[0].sku"), parse_place("path[1]"), parse_place("somewhere")
        (('body', ('items', 0, 'sku')), ('path', (1,)), None)
    """
    part = next((str(part) for part in Part if re.match(rf"{part}[.\[]", text)), None)
    if part is None:
        return None
    keys: list[str | int] = []
    at = len(part)
    while at < len(text):
        match = _PART.match(text, at)
        if match is None:
            return None
        index = match["index"]
        keys.append(int(index) if index else match["name"] if match["quote"] else match["key"])
        at = match.end()
    return part, tuple(keys)


def _written(key: str | int) -> str:
    if isinstance(key, int):
        return f"[{key}]"
    if _PLAIN_KEY.fullmatch(key):
        return f".{key}"
    quote = '"' if "'" in key else "'"
    return f"[{quote}{key}{quote}]"


def _in_path(call: HttpCall) -> Iterator[PlacedValue]:
    for index, segment in enumerate(call.url.segments):
        if segment:
            yield PlacedValue(Place(Part.PATH, (index,)), segment, index, is_raw=True)


def _in_query(call: HttpCall) -> Iterator[PlacedValue]:
    is_raw = query_form(call.url) is QueryForm.TEXT
    yield from _of_pairs(Part.QUERY, call.url.pairs, is_raw=is_raw)


def _in_headers(call: HttpCall) -> Iterator[PlacedValue]:
    counts: dict[str, int] = {}
    for index, (name, value) in enumerate(call.headers):
        # As in a query: the second header of a name has the index 1.
        lower = name.lower()
        count = counts[lower] = counts.get(lower, -1) + 1
        keys: tuple[str | int, ...] = (name, count) if count else (name,)
        if value:
            yield PlacedValue(Place(Part.HEADER, keys), value, index)


def _in_body(call: HttpCall) -> Iterator[PlacedValue]:
    if call.body is None:
        return
    if call.body.kind is BodyKind.JSON:
        yield from _in_json(call.body.value, ())
    else:
        yield from _of_pairs(Part.BODY, call.body.pairs, is_raw=True)


def _of_pairs(
    part: Part, pairs: tuple[tuple[str, str | None], ...], *, is_raw: bool
) -> Iterator[PlacedValue]:
    counts: dict[str, int] = {}
    for index, (name, value) in enumerate(pairs):
        if value is None:
            continue
        decoded = unquote_plus(name)
        # The second pair of a name has the index 1.
        count = counts[decoded] = counts.get(decoded, -1) + 1
        keys: tuple[str | int, ...] = (decoded, count) if count else (decoded,)
        yield PlacedValue(Place(part, keys), value if is_raw else unquote_plus(value), index, is_raw)


def _in_json(value: Any, keys: tuple[str | int, ...]) -> Iterator[PlacedValue]:
    if isinstance(value, (dict, list)):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _in_json(item, (*keys, key))
    elif keys:
        yield PlacedValue(Place(Part.BODY, keys), value, IN_JSON, is_text=False)
