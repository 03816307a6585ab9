"""What came back, in the shape of npm ``request``'s ``toJSON()``.

Measured with request 2.88.2: header names are lower case, repeated ones joined by a comma (``set-cookie`` is
a list); with ``json`` on the body is parsed when it can be and else stays text; an empty body is undefined
with ``json`` on and "" without.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from kustomer_nb.jsontext import javascript
from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.secret import Redactor
from kustomer_nb.show import Shown

DEEPEST = 200
_FIRST_ONLY = {
    "age", "authorization", "content-length", "content-type", "etag", "expires", "from", "host",
    "if-modified-since", "if-unmodified-since", "last-modified", "location", "max-forwards",
    "proxy-authorization", "referer", "retry-after", "server", "user-agent",
}  # fmt: skip


@dataclass(frozen=True, repr=False)
class Response(Shown):
    """One answer: ``body`` is parsed JSON, text, or ``UNDEFINED``; ``request`` is the masked one sent.

    ``text`` is the body as it came, ``note`` says why a body promised as JSON is not.

    Example:
        >>> headers = [("Content-Type", "application/json")]
        >>> answer = Response.of(200, headers, b'{"id": 7}', parses_json=True)
        >>> answer, answer.body
        (<Response: 200, application/json, 9 bytes>, {'id': 7})
    """

    status_code: int
    headers: dict[str, Any]
    body: Any
    text: str = ""
    size: int = 0
    note: str = ""
    request: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        status_code: int,
        headers: Iterable[tuple[str, str]],
        content: bytes,
        *,
        parses_json: bool,
        request: Mapping[str, Any] | None = None,
        redactor: Redactor | None = None,
    ) -> Response:
        """Return the response of what came over the wire; ``redactor`` removes the secrets it echoes."""
        hide = redactor or Redactor({})
        text = content.decode("utf-8", "replace")
        # Parsed before secrets are taken out: a label in the place of a number would be no JSON.
        body, note = _body(text, parses_json=parses_json)
        shown = hide.value(_joined(headers))
        return cls(status_code, shown, hide.value(body), hide.text(text), len(content), note, request or {})

    @property
    def is_good(self) -> bool:
        """Whether the status is below 400."""
        return self.status_code < 400

    def to_json(self) -> dict[str, Any]:
        """Return what ``/#response`` names; without ``body`` when that is undefined."""
        whole = {
            "statusCode": self.status_code,
            "body": self.body,
            "headers": self.headers,
            "request": dict(self.request),
        }
        return {key: value for key, value in whole.items() if value is not UNDEFINED}

    def __repr__(self) -> str:
        kind = str(self.headers.get("content-type", "no content type")).partition(";")[0]
        return f"<Response: {self.status_code}, {kind}, {self.size} bytes>"


def _body(text: str, *, parses_json: bool) -> tuple[Any, str]:
    if not parses_json:
        return text, ""
    if not text:
        return UNDEFINED, ""
    try:
        body = javascript.parse(text)
    except ValueError as error:
        return text, f"the body was promised as JSON and is not ({error}); it stays text."
    if text.count("[") + text.count("{") > DEEPEST and _is_deep(body):
        return text, f"the body is nested deeper than {DEEPEST} levels; it stays text."
    return body, ""


def _is_deep(value: Any) -> bool:
    level = [value]
    for _ in range(DEEPEST):
        level = [
            item
            for one in level
            if isinstance(one, (dict, list))
            for item in (one.values() if isinstance(one, dict) else one)
        ]
        if not level:
            return False
    return True


def _joined(headers: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Join repeated headers as Node's ``IncomingMessage.headers`` does."""
    joined: dict[str, Any] = {}
    for written, value in headers:
        name = written.lower()
        if name == "set-cookie":
            joined.setdefault(name, []).append(value)
        elif name not in joined:
            joined[name] = value
        elif name not in _FIRST_ONLY:
            joined[name] += ("; " if name == "cookie" else ", ") + value
    return joined
