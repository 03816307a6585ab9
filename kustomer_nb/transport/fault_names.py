"""The names of the ways in which a service fails, known to whoever only reads a mode."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

FIRST, LAST = 400, 599
# Not http.client.responses, which is the same and loads ssl.
_REASONS = {status.value: status.phrase for status in HTTPStatus}
FAULT_WORDS: Mapping[str, str] = {
    "401": "answers 401: the token is not accepted.",
    "404": "answers 404: there is no such thing.",
    "409": "answers 409: it was changed or done already.",
    "422": "answers 422: what was sent is understood and not accepted.",
    "429": "answers 429 too many requests, with Retry-After: 1.",
    "500": "answers 500: it failed inside.",
    "503": "answers 503: it is away for now.",
    "timeout": "takes the request and never answers.",
    "refused": "refuses the connection.",
    "reset": "takes the request and resets the connection.",
    "tls": "shows a certificate that is not trusted.",
    "html": "answers 200 with a login page in place of JSON.",
    "truncated": "answers 200 with JSON that ends in the middle.",
    "array": "answers 200 with an array in place of an object.",
    "empty": "answers 200 with an empty body.",
    "204": "answers 204, which has no body.",
    "large": "answers 200 with a body of 20 MB.",
    "slow": "answers byte by byte, longer than anybody waits.",
    "redirects": "redirects to itself, without an end.",
    "charset": "answers 200 with JSON in Latin-1, and says so.",
}


def fault_words(name: str) -> str | None:
    """Return what a service does in the fault of a name, or of any other status from 400 to 599.

    None where there is no such fault.

    Example:
        >>> fault_words("502"), fault_words("200")
        ('answers 502 Bad Gateway.', None)
    """
    if name in FAULT_WORDS or not (name.isascii() and name.isdecimal() and FIRST <= int(name) <= LAST):
        return FAULT_WORDS.get(name)
    return f"answers {status_line(name)}."


def status_line(name: str) -> str:
    """Return a status with its reason, as in ``502 Bad Gateway``."""
    return f"{int(name)} {_REASONS.get(int(name), '')}".rstrip()
