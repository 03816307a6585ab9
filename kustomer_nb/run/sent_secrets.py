"""Finds whether a request carries a secret: the value of a setting, or a token in the definition."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from kustomer_nb.request.credentials import header_values, named_credentials
from kustomer_nb.request.named_values import is_credential
from kustomer_nb.request.url import TRIMMED, host_span
from kustomer_nb.template import Piece, Text

if TYPE_CHECKING:
    from kustomer_nb.definition import AppDefinition
    from kustomer_nb.request import Request

_PLAIN = frozenset({"string", "number", "boolean"})


def secret_sent(request: Request, app: AppDefinition) -> str:
    """Return the label of a secret that a request carries, or words for one; empty if there is none.

    A setting is a secret unless the app declares it as a string, number or boolean. Such a plain setting
    counts too if it is sent as a credential: as user or password, or in a header, parameter or member of the
    body with a name like ``authorization`` or ``api_key``. The token of an app account is a secret, and so is
    a token that the author wrote into the definition.
    """
    sent, credentials = _labels(_pieces(request)), _labels(_credentials(request))
    for label in request.secrets:
        declared = app.setting(label.removeprefix("$"))
        is_plain = declared is not None and declared.type in _PLAIN
        # The label of a string that a helper rewrote contains other labels; $a.b must not match $a.bc.
        pattern = re.compile(rf"{re.escape(label)}(?![\w-])")
        if any(map(pattern.search, credentials if is_plain else sent)):
            return label
    return f"the literal token at {request.written_token}" if request.written_token else ""


def _labels(pieces: Iterator[Piece]) -> set[str]:
    return {piece.label for piece in pieces if piece.label}


def _pieces(request: Request) -> Iterator[Piece]:
    texts = [request.uri, *(text for _, text in request.header_texts), request.body_text]
    # The URL as well as the uri: only the URL has the query of qs.
    if request.address is not None:
        texts.append(request.address.href)
    yield from (piece for text in texts if text is not None for piece in text.pieces)


def _credentials(request: Request) -> Iterator[Piece]:
    uri = request.uri.strip(TRIMMED)
    # What precedes the host is the scheme and user:password@.
    if (span := host_span(uri.real)) is not None:
        yield from uri.split_at(span[0])[0].pieces
    search = Text() if request.address is None else request.address.search
    headers = (header for header in header_values(request.header_texts) if is_credential(header.names[0]))
    for named in (*headers, *named_credentials(search, request.body_text)):
        yield from named.text.pieces
