"""What came back, in the shape of npm ``request``'s ``toJSON()``.

Measured with request 2.88.2: header names are lower case, repeated ones joined by a comma (``set-cookie`` is
a list); the body is read as UTF-8 whatever its charset, a byte order mark and compression left in; with
``json`` on it is parsed when it can be and else stays text; an empty body is undefined with ``json`` on, and
else "".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Diagnostic, Severity
from kustomer_nb.display import Displayable
from kustomer_nb.jsontext import javascript
from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.jsontext.json_styles import PARSE_LIMIT
from kustomer_nb.printable import one_line
from kustomer_nb.secrets import Redactor

DEEPEST = 200
MEGABYTE = 2**20
# An object or array takes up to a hundred times the bytes it is written in: no more than one in so many.
BYTES_EACH = 32
# What npm request opens; anything else stays as it came.
_OPENED = {"gzip", "deflate"}
MOST_NAMES = 5
_CHARSET = re.compile(r"charset=\"?([^\s;\"]+)", re.IGNORECASE)
_NO_JSON = 'read response.text: a login page or a wrong uri answers so; for text, leave out "json": true.'
_COMPRESSED = "leave out the header accept-encoding; if Kustomer opens it, pass Platform(decompresses=True)."
_FIRST_ONLY = {
    "age", "authorization", "content-length", "content-type", "etag", "expires", "from", "host",
    "if-modified-since", "if-unmodified-since", "last-modified", "location", "max-forwards",
    "proxy-authorization", "referer", "retry-after", "server", "user-agent",
}  # fmt: skip


@dataclass(frozen=True, repr=False)
class Response(Displayable):
    """One answer: ``body`` is parsed JSON, text, or ``UNDEFINED``; ``request`` is the masked one sent.

    ``text`` is the body as it came, ``notes`` say what is lost in reading it: no JSON, no UTF-8, compressed,
    too large, a key given twice.

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
    notes: tuple[Diagnostic, ...] = ()
    request: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        status_code: int,
        headers: Iterable[tuple[str, str]],
        content: bytes,
        *,
        parses_json: bool,
        parse_limit: int = PARSE_LIMIT,
        is_cut: bool = False,
        decompresses: bool = False,
        request: Mapping[str, Any] | None = None,
        redactor: Redactor | None = None,
    ) -> Response:
        """Return the response of what came over the wire; ``redactor`` removes the secrets it echoes.

        A body of more than ``parse_limit`` bytes stays text, and one with more objects and arrays than
        8 MB (or that, where it is more) divided by 32. ``is_cut`` says that ``content`` is only its
        start, ``decompresses`` that a compressed one was opened already.
        """
        hide = redactor or Redactor({})
        joined = _joined(headers)
        reader = _Reader(parses_json, parse_limit)
        encoding = str(joined.get("content-encoding", "identity"))
        if is_cut:
            message = (
                f"reading stopped after {len(content) / MEGABYTE:.0f} MB; the body is its start, as text."
            )
            reader.say(Code.RESPONSE_TRUNCATED, message, "ask for less, a page at a time.")
            reader.parses_json = False
        is_opened = decompresses and encoding.strip().lower() in _OPENED
        if content and encoding != "identity" and not is_opened:
            message = f"the body is compressed ({encoding}), and npm request leaves it so."
            reader.say(Code.RESPONSE_COMPRESSED, message, _COMPRESSED)
        text = reader.text(content, str(joined.get("content-type", "")))
        # Parsed before secrets are taken out: a label in the place of a number would be no JSON.
        body = reader.body(text, len(content))
        return cls(
            status_code,
            hide.value(joined),
            hide.value(body),
            hide.text(text),
            len(content),
            tuple(replace(one, message=hide.text(one.message)) for one in reader.notes),
            request or {},
        )

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
        return one_line(f"<Response: {self.status_code}, {kind}, {self.size} bytes>")


@dataclass
class _Reader:
    """Reads a body as npm request does, and notes what that loses."""

    parses_json: bool
    parse_limit: int
    notes: list[Diagnostic] = field(default_factory=list)

    def say(self, code: str, message: str, fix: str) -> None:
        self.notes.append(Diagnostic(code, Severity.WARNING, "/body", message, fix))

    def text(self, content: bytes, content_type: str) -> str:
        """Return a body as UTF-8, whatever charset its headers name."""
        try:
            return content.decode()
        except UnicodeDecodeError as error:
            message = (
                f"the body is not UTF-8 (byte {error.start} is the first), and npm request reads no other."
            )
            charset = _CHARSET.search(content_type)
            if charset:
                message = f"{message} Its content-type says {charset[1]}."
            self.say(
                Code.RESPONSE_NOT_UTF8,
                message,
                "let the service answer in UTF-8; what cannot be read is \ufffd here.",
            )
        return content.decode("utf-8", "replace")

    def body(self, text: str, size: int) -> Any:
        """Return what ``/#body`` names: parsed where that was asked for and can be, else the text."""
        if not self.parses_json:
            return text
        if not text:
            return UNDEFINED
        if size > self.parse_limit:
            limit = f"{self.parse_limit / MEGABYTE:g} MB"
            message = f"the body has {size / MEGABYTE:.1f} MB, more than {limit}; it stays text here."
            self.say(
                Code.RESPONSE_TOO_LARGE,
                message,
                "pass parse_limit= with more bytes, or ask the service for less.",
            )
            return text
        most = max(self.parse_limit, PARSE_LIMIT) // BYTES_EACH
        if text.count("[") + text.count("{") > most:
            message = f"the body has more than {most:,} objects and arrays; it stays text here."
            self.say(
                Code.RESPONSE_TOO_LARGE,
                message,
                "pass parse_limit= with more bytes, or ask the service for less.",
            )
            return text
        try:
            body, repeated = javascript.parse_with_repeats(text)
        except ValueError as error:
            self.say(
                Code.RESPONSE_NOT_JSON,
                f"the body was promised as JSON and is not ({error}); it stays text.",
                _NO_JSON,
            )
            return text
        if text.count("[") + text.count("{") > DEEPEST and _is_deep(body):
            message = f"the body is nested deeper than {DEEPEST} levels; it stays text here."
            self.say(Code.RESPONSE_TOO_LARGE, message, "ask the service for less.")
            return text
        if repeated:
            names = ", ".join(f"`{name}`" for name in repeated[:MOST_NAMES])
            message = f"the body gives a key twice in one object, and the last one counts: {names}."
            self.say(
                Code.RESPONSE_DUPLICATE_KEY, message, "mend the service, or read that text without json."
            )
        return body


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
