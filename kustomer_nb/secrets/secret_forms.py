"""The forms in which a redactor looks for its secrets."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .credential_forms import CredentialForms
from .decoding import base64_run
from .encodings import SHORTEST, SHORTEST_INNER, inner_forms, outer_forms, plain_form
from .secret import Credential, Secret

_SCHEME = re.compile(r"(?:bearer|basic|token)\s+", re.IGNORECASE)
# Encoding one secret takes 150 calls, and every run of an action has the same few secrets.
_MOST_CACHED = 32
_CACHED: dict[tuple[tuple[str, Any], ...], SecretForms] = {}


@dataclass(frozen=True, slots=True, repr=False)
class SecretForms:
    """The forms of several secrets, each with the label that replaces it.

    ``outer`` are the forms to find in a text as received, ``inner`` in a text decoded once, ``plain`` in a
    text decoded more often; ``numbers`` are the values written as JSON numbers. ``credentials`` are looked
    for in any text. ``reach`` is the length of the longest form of ``inner`` and ``credentials``,
    ``shortest`` that of the shortest, ``run`` its `base64_run`. ``has_numbers``: a value of ``numbers`` may
    be a JSON number.
    ``are_texts``: each is found in text alone, whatever number or named member it may be in a value.
    """

    outer: Mapping[bytes, str]
    inner: Mapping[bytes, str]
    plain: Mapping[bytes, str]
    numbers: Mapping[str, str]
    credentials: CredentialForms
    reach: int
    shortest: int
    run: bytes
    has_numbers: bool
    has_credentials: bool
    are_texts: bool
    # An attribute, not __bool__: it is read for every text.
    is_empty: bool

    @classmethod
    def from_secrets(cls, secrets: Mapping[str, Secret]) -> SecretForms:
        """Return the forms of secrets, cached; secrets too short to be removed have none."""
        # Keyed by digest: secrets in the key would stay alive with the cache.
        key = tuple([(label, secret.identity) for label, secret in secrets.items()])
        forms = _CACHED.get(key)
        if forms is None:
            if len(_CACHED) >= _MOST_CACHED:
                _CACHED.clear()
            forms = _CACHED[key] = cls._encode(secrets)
        return forms

    @classmethod
    def _encode(cls, secrets: Mapping[str, Secret]) -> SecretForms:
        values = [*_labelled_values(secrets)]
        long = [(label, value) for label, value in values if len(value) >= SHORTEST_INNER]
        outer = {form: label for label, value in values for form in outer_forms(value)}
        inner = {form: label for label, value in long for form in inner_forms(value)}
        credentials = CredentialForms(secret for secret in secrets.values() if isinstance(secret, Credential))
        has_numbers = any(_is_number(value) for _, value in values)
        lengths = [*map(len, inner)]
        shortest = min([*lengths, *([credentials.shortest] if credentials else [])], default=0)
        return cls(
            outer,
            inner,
            {plain_form(value): label for label, value in long},
            {value: label for label, value in values},
            credentials,
            max([credentials.reach, *lengths]),
            shortest,
            base64_run(shortest),
            has_numbers,
            bool(credentials),
            not has_numbers and not credentials.has_names,
            not outer and not credentials,
        )


def _labelled_values(secrets: Mapping[str, Secret]) -> Iterator[tuple[str, str]]:
    """Yield what to look for of each secret that is not a credential, with its label."""
    for label, secret in secrets.items():
        if not isinstance(secret, Credential) and not isinstance(secret.reveal(), bool):
            for value in _parts(str(secret.reveal())):
                yield label, value


def _parts(value: str) -> list[str]:
    """Return a value as it is, without surrounding white space, and without its scheme."""
    stripped = value.strip()
    parts = dict.fromkeys([value, stripped, _SCHEME.sub("", stripped, count=1)])
    return [part for part in parts if len(part) >= SHORTEST]


def _is_number(value: str) -> bool:
    """Return whether Python may write a JSON number like this; 1e400 becomes inf."""
    try:
        float(value)
    except ValueError:
        return False
    return True
