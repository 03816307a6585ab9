"""Hides in a request what has the value of a setting, but comes from an input or is written out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

from kustomer_nb.secrets import Redactor
from kustomer_nb.template import Piece, Text

from .provenance import NO_SETTINGS

if TYPE_CHECKING:
    from .model import Request
    from .url import Address


def without_same_values(request: Request, is_plain: Callable[[str], bool]) -> Request:
    """Return a request that shows such a value as ``$<key>``; what is sent stays the same.

    ``is_plain`` returns whether a setting is no secret, by its key: a text may be like one by chance.
    """
    hide = Redactor(
        {
            label: secret
            for label, secret in request.secrets.items()
            if secret is not None and not is_plain(label.removeprefix("$"))
        }
    )
    headers = tuple([(name, _hidden(text, hide)) for name, text in request.header_texts])
    body = None if request.body_text is None else _hidden(request.body_text, hide)
    return replace(
        request,
        uri=_hidden(request.uri, hide),
        address=_hidden_address(request.address, hide),
        sent_to=_hidden_address(request.sent_to, hide),
        header_texts=headers,
        headers_json={name: hide.value(value) for name, value in request.headers_json.items()},
        body_text=body,
    )


def same_value_labels(request: Request) -> frozenset[str]:
    """Return the labels that hide what is an input or written out, and only has the value of a setting."""
    if not request.labels:
        return frozenset()
    address = request.address
    url = (
        [request.uri]
        if address is None
        else [address.authority, address.path, address.search, address.fragment]
    )
    texts = [
        *url,
        *(text for _, text in request.header_texts),
        *([request.body_text] if request.body_text else []),
    ]
    pieces = (piece for text in texts for piece in text.pieces if piece.label)
    return frozenset(piece.label for piece in pieces if piece.label and piece.kind in NO_SETTINGS)


def _hidden_address(address: Address | None, hide: Redactor) -> Address | None:
    if address is None:
        return None
    return replace(
        address,
        authority=_hidden(address.authority, hide),
        path=_hidden(address.path, hide),
        search=_hidden(address.search, hide),
        fragment=_hidden(address.fragment, hide),
    )


def _hidden(text: Text, hide: Redactor) -> Text:
    pieces: list[Piece] = []
    for is_shown, group in groupby(text.pieces, key=lambda piece: piece.label is None):
        run = list(group)
        if is_shown:
            run = [_rewritten(piece, hide) for piece in _cut(run, hide.spans(_joined(run)))]
        pieces += run
    return text if len(pieces) == len(text.pieces) and tuple(pieces) == text.pieces else Text(tuple(pieces))


def _joined(pieces: list[Piece]) -> str:
    return "".join(piece.text for piece in pieces)


def _rewritten(piece: Piece, hide: Redactor) -> Piece:
    """Return a piece hidden that had such a value before a URL changed it, as it does with a backslash."""
    if piece.label is not None or piece.raw is None:
        return piece
    spans = hide.spans(piece.raw)
    return replace(piece, label=spans[0][2]) if spans else piece


def _cut(pieces: list[Piece], spans: list[tuple[int, int, str]]) -> list[Piece]:
    """Return pieces with those in the spans apart, each under the label of its span."""
    result: list[Piece] = []
    offset = 0
    for piece in pieces:
        begin, end = offset, offset + len(piece.text)
        inside = [span for span in spans if span[0] < end and span[1] > begin]
        if not inside:
            result.append(piece)
        past = begin
        for start, stop, label in inside:
            first, last = max(start, begin), min(stop, end)
            if first > past:
                result.append(piece.of(piece.text[past - begin : first - begin]))
            # A value that begins in the piece before has its label there.
            own_label = label if start >= begin else ""
            result.append(replace(piece.of(piece.text[first - begin : last - begin]), label=own_label))
            past = last
        if inside and past < end:
            result.append(piece.of(piece.text[past - begin :]))
        offset = end
    return result
