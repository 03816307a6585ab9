"""The values of a request that a redactor must know besides the settings themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from kustomer_nb.secrets import SHORTEST_INNER, Redactor, Secret

if TYPE_CHECKING:
    from kustomer_nb.template import Text

    from .model import Request


def values_to_redact(request: Request, secrets: Mapping[str, Secret]) -> dict[str, Secret]:
    """Return what a request makes of these secrets, by a label for each: derived values and credentials."""
    return {**_derived(request, secrets), **_credentials(request, secrets)}


def _derived(request: Request, secrets: Mapping[str, Secret]) -> dict[str, Secret]:
    """Return what helpers made of the secrets, if a redactor that knows only those would not find it.

    A part of a value counts too, such as the part of one that a ``#`` in a URL leaves.
    """
    redactor = Redactor(secrets)
    pieces = [piece for text in _texts(request) for piece in text.pieces if piece.label in secrets]
    # Shorter parts occur in any response: redacting them would make it unreadable.
    derived = {
        piece.text: piece.label
        for piece in pieces
        if len(piece.text) >= SHORTEST_INNER and redactor.text(piece.text) == piece.text
    }
    return {
        f"{label} (derived {number})": Secret(text, source="derived")
        for number, (text, label) in enumerate(derived.items(), start=1)
    }


def _texts(request: Request) -> list[Text]:
    texts = [request.uri, *(text for _, text in request.header_texts)]
    return texts + [text for text in (request.address and request.address.href, request.body_text) if text]


def _credentials(request: Request, secrets: Mapping[str, Secret]) -> dict[str, Secret]:
    """Return the credentials that contain one of the secrets, and those that are always secret."""
    return {
        f"{credential.label} (credential {number})": credential
        for number, credential in enumerate(request.credentials, start=1)
        if not credential.settings or not credential.settings.isdisjoint(secrets)
    }
