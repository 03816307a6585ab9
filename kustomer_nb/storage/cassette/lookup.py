"""Finds which of many requests may equal one but for wildcards, without looking at the others.

A wildcard leaves the text before and after it as it is. So requests are sorted by what is left of them, once
for each way in which wildcards cut a request: a definition has few templates, so there are few such ways.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Mapping
from typing import NamedTuple

from .matching import STOPS, RecordedRequest, wildcard_pattern

# Stands for a wildcard in a text that is cut; no request contains it.
_MARK = "\0"
_STOP = re.compile(f"([{STOPS}])")
# With more layouts than this, those of similar lengths are taken together: texts of all lengths have many.
_MOST_EXACT = 24
_STEP = 8
# A table has an entry for each request, so no more are kept.
_MOST_TABLES = 64


class _Cut(NamedTuple):
    """Where wildcards are in a text of some parts: index of the part, length before and length after."""

    parts: int
    places: tuple[tuple[int, int, int], ...]

    def rounded(self) -> _Cut:
        """Return the cut with lengths that are shorter, and fewer."""
        places = [(at, before - before % _STEP, after - after % _STEP) for at, before, after in self.places]
        return _Cut(self.parts, tuple(places))


class _Layout(NamedTuple):
    """Where wildcards are in a request; only the headers that contain one are named."""

    url: _Cut | None
    body: _Cut | None
    headers: tuple[tuple[str, _Cut], ...]
    is_segmented: bool

    def rounded(self) -> _Layout:
        """Return the layout with lengths that are shorter, and fewer."""
        url, body = (cut and cut.rounded() for cut in (self.url, self.body))
        headers = tuple((name, cut.rounded()) for name, cut in self.headers)
        return _Layout(url, body, headers, self.is_segmented)


class _Texts(NamedTuple):
    """The texts of a request in which wildcards may be."""

    url: str
    body: str
    headers: Mapping[str, str]


_Table = dict[Hashable, list[int]]


class RequestTable:
    """Requests by their position, in tables that are made when they are needed.

    Example:
        >>> url = "https://{}.shop.com/orders/{}"
        >>> requests = [RecordedRequest("GET", url.format("demo", number)) for number in range(9)]
        >>> table = RequestTable(enumerate(requests))
        >>> label = "$shop.default.token"
        >>> table.candidates(RecordedRequest("GET", url.format(label, 7), wildcards=frozenset({label})))
        [7]
    """

    def __init__(self, requests: Iterable[tuple[int, RecordedRequest]]) -> None:
        self._requests = tuple(requests)
        self._patterns = [entry for entry in self._requests if entry[1].wildcards]
        self._pattern_tables = self._by_layout()
        self._tables: dict[_Layout, _Table] = {}

    def _by_layout(self) -> dict[_Layout, _Table]:
        """Return a table of the requests that have wildcards for each of their layouts."""
        marked = [(at, request, _marked(request)) for at, request in self._patterns]
        layouts = [_layout(texts, is_segmented=True) for _, _, texts in marked]
        if len(set(layouts)) > _MOST_EXACT:
            layouts = [layout.rounded() for layout in layouts]
        tables: dict[_Layout, _Table] = {}
        for layout, (at, request, texts) in zip(layouts, marked, strict=True):
            tables.setdefault(layout, {}).setdefault(_key(request, texts, layout), []).append(at)
        return tables

    def candidates(self, request: RecordedRequest) -> list[int]:
        """Return the positions of the requests that may fit one by the wildcards of either, in order."""
        texts = _Texts(request.url, request.body or "", request.headers)
        positions: set[int] = set()
        for layout, table in self._pattern_tables.items():
            positions.update(table.get(_key(request, texts, layout), ()))
        if request.wildcards:
            positions.update(self._matching(request, is_segmented=True))
        return sorted(positions)

    def like(self, request: RecordedRequest) -> list[int]:
        """Return the positions of the requests that may equal one if its wildcards are any text at all.

        Those that have wildcards themselves are among them.
        """
        return sorted({*self._matching(request, is_segmented=False), *(at for at, _ in self._patterns)})

    def _matching(self, request: RecordedRequest, *, is_segmented: bool) -> list[int]:
        texts = _marked(request)
        layout = _layout(texts, is_segmented=is_segmented)
        if layout not in self._tables and len(self._tables) >= _MOST_EXACT:
            layout = layout.rounded()
        table = self._tables.get(layout)
        if table is None:
            table = {}
            for at, other in self._requests:
                other_texts = _Texts(other.url, other.body or "", other.headers)
                table.setdefault(_key(other, other_texts, layout), []).append(at)
            if len(self._tables) >= _MOST_TABLES:
                self._tables.clear()
            self._tables[layout] = table
        return table.get(_key(request, texts, layout), [])


def _marked(request: RecordedRequest) -> _Texts:
    """Return the texts of a request with a mark for each of its wildcards."""
    mark = wildcard_pattern(request.wildcards).sub
    headers = {name: mark(_MARK, value) for name, value in request.headers.items()}
    return _Texts(mark(_MARK, request.url), mark(_MARK, request.body or ""), headers)


def _layout(texts: _Texts, *, is_segmented: bool) -> _Layout:
    headers = [(name, cut) for name, value in sorted(texts.headers.items()) if (cut := _cut([value]))]
    return _Layout(_cut(_parts(texts.url, is_segmented)), _cut([texts.body]), tuple(headers), is_segmented)


def _parts(url: str, is_segmented: bool) -> list[str]:
    """Return the parts of a URL, each of which a wildcard does not go beyond."""
    return _STOP.split(url) if is_segmented else [url]


def _cut(parts: list[str]) -> _Cut | None:
    places = [
        (at, part.find(_MARK), len(part) - part.rfind(_MARK) - 1)
        for at, part in enumerate(parts)
        if _MARK in part
    ]
    return _Cut(len(parts), tuple(places)) if places else None


def _key(request: RecordedRequest, texts: _Texts, layout: _Layout) -> Hashable:
    """Return what two requests have in common that differ only in the wildcards of a layout."""
    method, _, headers, _, has_no_body, settings = request.key
    cuts = dict(layout.headers)
    return (
        (method, has_no_body, settings),
        _left(_parts(texts.url, layout.is_segmented), layout.url),
        _left([texts.body], layout.body),
        tuple((name, _left([texts.headers[name]], cuts.get(name))) for name, _ in headers),
    )


def _left(parts: list[str], cut: _Cut | None) -> Hashable:
    """Return what is left of a text without what is in place of wildcards; False if they do not fit in."""
    if cut is None:
        return tuple(parts)
    if len(parts) != cut.parts:
        return False
    left: list[Hashable] = list(parts)
    for at, before, after in cut.places:
        part = parts[at]
        if len(part) < before + after:
            return False
        left[at] = part[:before], part[len(part) - after :]
    return tuple(left)
