"""The names of the faults that can be simulated, for code that reads a mode and sends nothing."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

FIRST, LAST = 400, 599
# Not http.client.responses, which is the same and loads ssl: reading a mode is not sending.
_REASONS = {status.value: status.phrase for status in HTTPStatus}
FAULT_DESCRIPTIONS: Mapping[str, str] = {
    "401": "returns 401 Unauthorized: the token is not accepted.",
    "404": "returns 404 Not Found.",
    "409": "returns 409 Conflict: it was already changed or done.",
    "422": "returns 422 Unprocessable Entity: the data is not accepted.",
    "429": "returns 429 Too Many Requests, with Retry-After: 1.",
    "500": "returns 500 Internal Server Error.",
    "503": "returns 503 Service Unavailable.",
    "timeout": "accepts the request and never responds.",
    "refused": "refuses the connection.",
    "reset": "accepts the request and resets the connection.",
    "tls": "presents a certificate that is not trusted.",
    "html": "returns 200 with a login page instead of JSON.",
    "truncated": "returns 200 with incomplete JSON.",
    "array": "returns 200 with an array instead of an object.",
    "empty": "returns 200 with an empty body.",
    "204": "returns 204 No Content.",
    "large": "returns 200 with a body of 40 MB.",
    "slow": "sends a response that never completes (timeout).",
    "redirects": "redirects to itself without end.",
    "charset": "returns 200 with JSON in Latin-1, and declares that charset.",
}


def fault_description(name: str) -> str | None:
    """Return what a service does in a fault, which may also be any status from 400 to 599.

    None if there is no such fault.

    Example:
        >>> fault_description("502"), fault_description("200")
        ('returns 502 Bad Gateway.', None)
    """
    if name in FAULT_DESCRIPTIONS or not (name.isascii() and name.isdecimal() and FIRST <= int(name) <= LAST):
        return FAULT_DESCRIPTIONS.get(name)
    return f"returns {status_line(name)}."


def status_line(name: str) -> str:
    """Return a status with its reason phrase, such as ``502 Bad Gateway``."""
    return f"{int(name)} {_REASONS.get(int(name), '')}".rstrip()
