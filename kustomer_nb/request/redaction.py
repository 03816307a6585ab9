"""The values of a request that a redactor must know besides the settings themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from kustomer_nb.secrets import SHORTEST_INNER, Redactor, Secret

if TYPE_CHECKING:
    from kustomer_nb.definition import AppDefinition
    from kustomer_nb.template import Text

    from .model import Request


def request_secrets(app: AppDefinition, request: Request) -> dict[str, Secret]:
    """Return the secrets of a request by label, with what helpers made of them, and its credentials.

    A setting that the app declares as a string, number or boolean is not a secret: a response may contain
    the same value for other reasons.
    """
    secrets = {
        label: secret
        for label, secret in request.secrets.items()
        if secret is not None and not is_plain_setting(app, label.removeprefix("$"))
    }
    return {**secrets, **_derived(request, secrets), **_credentials(request, secrets)}


def is_plain_setting(app: AppDefinition, key: str) -> bool:
    """Return whether the app declares a setting with a type other than ``secret``."""
    declared = app.setting(key)
    return declared is not None and declared.type not in (None, "secret")


def _derived(request: Request, secrets: Mapping[str, Secret]) -> dict[str, Secret]:
    """Return what helpers made of the secrets, if a redactor that knows only those would not find it.

    A part of a value counts too, such as the part of one that a ``#`` in a URL leaves.
    """
    # Most pieces are a whole secret, which a redactor finds.
    values = {str(secret.reveal()) for secret in secrets.values()}
    # Shorter parts occur in any response: redacting them would make it unreadable.
    labels = {
        piece.text: piece.label
        for text in _texts(request)
        for piece in text.pieces
        if piece.label in secrets and len(piece.text) >= SHORTEST_INNER and piece.text not in values
    }
    if not labels:
        return {}
    redactor = Redactor(secrets)
    derived = {text: label for text, label in labels.items() if redactor.text(text) == text}
    return {
        f"{label} (derived {number})": Secret(text, source="derived")
        for number, (text, label) in enumerate(derived.items(), start=1)
    }


def _texts(request: Request) -> list[Text]:
    texts = [request.uri, *[text for _, text in request.header_texts]]
    return texts + [text for text in (request.address and request.address.href, request.body_text) if text]


def _credentials(request: Request, secrets: Mapping[str, Secret]) -> dict[str, Secret]:
    """Return the credentials that contain one of the secrets, and those that are always secret."""
    return {
        f"{credential.label} (credential {number})": credential
        for number, credential in enumerate(request.credentials, start=1)
        if not credential.settings or not credential.settings.isdisjoint(secrets)
    }
