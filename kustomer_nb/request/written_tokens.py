"""Tokens that an author wrote out in an input template: in headers, URL and body."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.platform import is_fixed, is_pointed
from kustomer_nb.secrets.token_patterns import is_sure, token_in

_PAIR = re.compile(r"(?:^|[?&])([^=&#?{}\s]+)=([^&#]*)")
_USER = re.compile(r"\s*https?://(([^/?#@:\s]*)(?::([^/?#@\s]*))?)@", re.IGNORECASE)
# A shorter password is a placeholder, such as x or none.
_PASSWORD = 4


class WrittenToken(NamedTuple):
    """A token in a string: its name, empty before the @ of a uri, and its span."""

    name: str
    token: str
    start: int
    end: int


def written_strings(template: Any) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield each string of a template with the keys that lead to it, in order.

    Example:
        >>> list(written_strings({"a": ["x", "{{y}}"]}))
        [(('a', '0'), 'x'), (('a', '1'), '{{y}}')]
    """
    # Without recursion, because a document may be nested deep.
    pending: list[tuple[tuple[str, ...], Any]] = [((), template)]
    while pending:
        keys, value = pending.pop()
        if isinstance(value, str):
            yield keys, value
        elif isinstance(value, dict):
            pending += reversed([((*keys, key), item) for key, item in value.items()])
        elif isinstance(value, list):
            pending += reversed([((*keys, str(index)), item) for index, item in enumerate(value)])


def tokens_in(keys: tuple[str, ...], text: str) -> Iterator[WrittenToken]:
    """Yield the tokens in one string of an input template, which ``keys`` lead to.

    They are values in the pairs of a query, or the value of its own key.

    Example:
        >>> [token.name for token in tokens_in(("uri",), "https://me:pass@a.b/?api_key=0123456789abcdef")]
        ['', 'api_key']
        >>> [token.token for token in tokens_in(("headers", "x-api-key"), "correct-horse")]
        ['correct-horse']
    """
    if is_pointed(text):
        return
    if len(keys) > 1:
        name = next((key for key in reversed(keys[1:]) if not key.isdecimal()), "")
        if (token := token_in(name, text)) is not None:
            yield WrittenToken(name, token, 0, len(text))
        return
    if keys == ("uri",):
        yield from _before_at(text)
    for pair in _PAIR.finditer(text):
        if (token := token_in(pair[1], pair[2])) is not None:
            yield WrittenToken(pair[1], token, pair.start(1), pair.end(2))


def _before_at(text: str) -> Iterator[WrittenToken]:
    match = _USER.match(text)
    if match is None:
        return
    user, password = match[2], match[3] or ""
    # Stripe and others expect the API key as the user, with an empty password.
    is_password = is_fixed(match[1]) and bool(user) and len(password) >= _PASSWORD
    if is_password or is_sure(password):
        token = password
    elif is_sure(user):
        token = user
    else:
        return
    yield WrittenToken("", token, match.start(1), match.end(1))


def pointer_of_token(template: Any) -> str:
    """Return the pointer of the first string of an input template with a token, empty if there is none.

    Example:
        >>> pointer_of_token({"uri": "https://a.b/", "headers": {"authorization": "Bearer 0123456789abcdef"}})
        '/inputTemplate/headers/authorization'
    """
    for keys, text in written_strings(template):
        if any(tokens_in(keys, text)):
            return pointers.join("/inputTemplate", *keys)
    return ""
