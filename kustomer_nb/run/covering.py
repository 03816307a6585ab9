"""A request with a label for each stretch that came of a masked input, however short it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from kustomer_nb.difference.ignoring import Ignored
from kustomer_nb.masking import label_of
from kustomer_nb.request import Request
from kustomer_nb.template import Kind, Piece, Text

_BEFORE, _BEHIND = (":", ",", "["), (",", "]", "}")


def told(request: Request, mask: Iterable[str]) -> dict[str, Any]:
    """Return method, url, headers (in lower case) and body of a request as they may be kept.

    A text is found anywhere by its value; what is too short for that is known here by where it came from.
    """
    rest = Ignored.of(mask, name="mask")
    inputs = None if rest is None else rest.under("inputs")
    address = request.address.text if request.address else request.uri
    body = request.body_text
    headers: dict[str, str] = {}
    for written, text in request.header_texts:
        name, value = written.lower(), _shown(text, inputs)
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return {
        "method": request.method,
        "url": _shown(address, inputs),
        "headers": headers,
        "body": None if body is None else _shown(body, inputs),
    }


def _shown(text: Text, inputs: Ignored | None) -> str:
    if inputs is None:
        return text.shown
    return "".join(_piece(text.pieces, at, inputs) for at in range(len(text.pieces)))


def _piece(pieces: Sequence[Piece], at: int, inputs: Ignored) -> str:
    piece = pieces[at]
    if piece.kind is not Kind.INPUT or piece.label or not piece.text or not _covers(inputs, piece.path):
        return piece.shown
    label = label_of("/inputs/" + piece.path.replace(".", "/"))
    # In the place of a number of JSON a label is a string.
    is_bare = pieces[at - 1].text.endswith(_BEFORE) and pieces[(at + 1) % len(pieces)].text.startswith(
        _BEHIND
    )
    return f'"{label}"' if at and is_bare else label


def _covers(rest: Ignored | None, path: str) -> bool:
    for key in path.split("."):
        if rest is None or rest.covers:
            break
        rest = rest.under(key)
    return rest is not None and rest.covers
