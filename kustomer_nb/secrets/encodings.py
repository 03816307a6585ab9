"""The forms in which a value is likely to turn up in a text."""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, quote_plus

from .credential_forms import Wholes
from .secret import Credential, Secret

SHORTEST = 4
SHORTEST_INNER = 8
# What stays: nothing, then what quote, encodeURIComponent, encodeURI and the addresses of npm request leave.
_URL_SAFE = ("", "/", "!'()*", "!'()*;/?:@&=+$,#", "!()*;/?:@&=+$,#%[]")
_SCHEME = re.compile(r"(?:bearer|basic|token)\s+", re.IGNORECASE)
# As Python writes the numbers that json reads: 1e400 is inf.
_NUMBER_BEGINS = frozenset("0123456789-in")
_HEX = re.compile("%[0-9A-F]{2}")
# Making the forms of one secret takes 150 calls, and every run of an action has the same few secrets.
_MOST_CACHED = 32
_CACHED: dict[tuple[tuple[str, Any], ...], SecretForms] = {}


def utf8(text: str) -> bytes:
    """Return a text in bytes, one half of a surrogate pair too."""
    return text.encode("utf-8", "surrogatepass")


@dataclass(frozen=True, slots=True, repr=False)
class SecretForms:
    """The forms of some secrets, each with the label to put in its place.

    ``written`` stand in a text as it is, ``bare`` in one that was decoded once, ``plain`` in one that was
    decoded more often; ``numbers`` are the values as JSON numbers are written. ``wholes`` are the
    credentials, looked for in any text. ``reach`` is the length of the longest of ``bare`` and ``wholes``,
    ``shortest`` that of the shortest. ``has_numbers`` says whether one of ``numbers`` may be a JSON number.
    """

    written: Mapping[bytes, str]
    bare: Mapping[bytes, str]
    plain: Mapping[bytes, str]
    numbers: Mapping[str, str]
    wholes: Wholes
    reach: int
    shortest: int
    has_numbers: bool
    has_wholes: bool
    # An attribute and not __bool__: it is asked for every text.
    is_empty: bool

    @classmethod
    def of(cls, secrets: Mapping[str, Secret]) -> SecretForms:
        """Return the forms of secrets, cached; those too short to be removed have none."""
        # By digests: a key that held the secrets would keep them alive.
        key = tuple([(label, secret.identity) for label, secret in secrets.items()])
        forms = _CACHED.get(key)
        if forms is None:
            if len(_CACHED) >= _MOST_CACHED:
                _CACHED.clear()
            forms = _CACHED[key] = cls._from_secrets(secrets)
        return forms

    @classmethod
    def _from_secrets(cls, secrets: Mapping[str, Secret]) -> SecretForms:
        found = [
            (label, value)
            for label, secret in secrets.items()
            if not isinstance(secret, Credential) and not isinstance(secret.reveal(), bool)
            for value in _parts(str(secret.reveal()))
        ]
        long = [(label, value) for label, value in found if len(value) >= SHORTEST_INNER]
        bare = {form: label for label, value in long for form in bare_forms(value)}
        wholes = Wholes(secret for secret in secrets.values() if isinstance(secret, Credential))
        shortest = [*map(len, bare), *([wholes.shortest] if wholes else [])]
        written = {form: label for label, value in found for form in written_forms(value)}
        return cls(
            written,
            bare,
            {plain_form(value): label for label, value in long},
            {value: label for label, value in found},
            wholes,
            max([wholes.reach, *map(len, bare)]),
            min(shortest, default=0),
            any(value[0] in _NUMBER_BEGINS for _, value in found),
            bool(wholes),
            not written and not wholes,
        )


def _parts(value: str) -> list[str]:
    """Return what of a value may turn up by itself: it, without edge white space, and without its scheme."""
    stripped = value.strip()
    parts = dict.fromkeys([value, stripped, _SCHEME.sub("", stripped, count=1)])
    return [one for one in parts if len(one) >= SHORTEST]


def written_forms(value: str) -> set[bytes]:
    """Return a value as it stands in a text in which it was escaped as a whole, by the usual ways.

    Example:
        >>> forms = written_forms("a&b c")
        >>> [form in forms for form in (b"a&amp;b c", b"a%26b+c", b"YSZiIGM")]
        [True, True, True]
    """
    # {{token}} in a query is escaped and then encoded; a body given back within JSON is escaped twice.
    plain = {value, *_html(value)}
    quoted = {form for one in plain for form in _json(one)}
    forms = plain | quoted | {form for one in quoted for form in _json(one)}
    forms |= {form for one in plain for form in _url(one)} | {*_base64(value)}
    found = {*map(utf8, forms), *_in_other_charsets(value)}
    return {form for form in found if len(form) >= SHORTEST}


def plain_form(value: str) -> bytes:
    """Return a value as it stands where escapes were read; spaces are made +, as they are in a form."""
    return utf8(value).replace(b" ", b"+")


def bare_forms(value: str) -> set[bytes]:
    """Return the `plain_form` of a value, and it in base64.

    Example:
        >>> [form in bare_forms("aa bb") for form in (b"aa+bb", b"YWEgYmI")]
        [True, True]
    """
    return {plain_form(value)} | {form for form in map(utf8, _base64(value)) if len(form) >= SHORTEST}


def _html(value: str) -> Iterator[str]:
    escaped = html.escape(value)
    yield escaped
    yield escaped.replace("&#x27;", "&#39;")
    # As Handlebars escapes, so that {{token}} with a = in it comes back.
    yield escaped.replace("`", "&#x60;").replace("=", "&#x3D;")


def _json(value: str) -> Iterator[str]:
    for is_ascii in (True, False):
        escaped = json.dumps(value, ensure_ascii=is_ascii)[1:-1]
        yield escaped
        # PHP escapes the slash, Go what HTML gives a meaning.
        yield escaped.replace("/", r"\/")
        yield escaped.replace("&", r"\u0026").replace("<", r"\u003c").replace(">", r"\u003e")


def _url(value: str) -> Iterator[str]:
    yield quote_plus(value, errors="replace")
    for safe in _URL_SAFE:
        escaped = quote(value, safe=safe, errors="replace")
        yield escaped
        yield _HEX.sub(lambda found: found[0].lower(), escaped)


def _base64(value: str) -> Iterator[str]:
    raw = utf8(value)
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        yield encode(raw).decode().rstrip("=")
        # Within a longer text, as in user:password, whole groups of six bits stay the same at each offset.
        for offset in range(3):
            bits = 8 * offset, 8 * (offset + len(raw))
            inner = encode(bytes(offset) + raw).decode()[-(-bits[0] // 6) : bits[1] // 6]
            if len(inner) >= SHORTEST_INNER:
                yield inner


def _in_other_charsets(value: str) -> Iterator[bytes]:
    """Yield what bytes may hold that are no UTF-8, and UTF-8 that was read as Latin-1, as headers are."""
    yield value.encode("utf-16-le", "surrogatepass")
    yield value.encode("utf-16-be", "surrogatepass")
    if not value.isascii():
        yield utf8(utf8(value).decode("latin-1"))
        yield value.encode("latin-1", "replace")
