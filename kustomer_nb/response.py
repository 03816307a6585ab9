"""A response in the shape of npm ``request``'s ``toJSON()``.

Measured with request 2.88.2: header names are lower case, repeated ones joined by a comma (``set-cookie`` is
a list); the body is decoded as UTF-8 whatever its charset, with its byte order mark and compression; with
``json`` on it is parsed if it is valid and otherwise stays a string; an empty body is undefined with ``json``
on, and otherwise "".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Diagnostic, Severity
from kustomer_nb.display import Displayable
from kustomer_nb.faces import how_to_pass
from kustomer_nb.jsontext.javascript import UNDEFINED, number_text
from kustomer_nb.jsontext.json_errors import json_problem
from kustomer_nb.jsontext.json_styles import PARSE_LIMIT, Rounded, parse_with_losses, path_of
from kustomer_nb.printable import one_line
from kustomer_nb.secrets import Redactor

if TYPE_CHECKING:
    from kustomer_nb.run import Run

DEEPEST = 200
MEGABYTE = 2**20
CONTAINERS = frozenset({dict, list})
# Parsed, an object or array takes up to a hundred times its bytes: no more than one in so many is parsed.
BYTES_EACH = 32
# The encodings that npm request decompresses with gzip: true.
_DECOMPRESSED = {"gzip", "deflate"}
MOST_NAMES = 5
# More characters of a number are not quoted.
LONGEST_LITERAL = 60
# How many rounded numbers a response remembers.
MOST_ROUNDED = 1000
_CHARSET = re.compile(r"charset=\"?([^\s;\"]+)", re.IGNORECASE)
_NO_JSON = 'look at the body. For text, remove "json": true.'
_PAGE = 'look at the body: is it a login page, or is the uri wrong? For text, remove "json": true.'
# By status, what a body that is not JSON is about; a page of an error is not one to log in.
_BY_STATUS = {
    401: "check the token and the headers: the service does not accept the credentials.",
    403: "check the token and its permissions: the service refuses the request.",
    404: "check the uri: the service has no such page.",
    405: "check the method: the service does not accept it at this uri.",
    408: "try again later: the service did not receive the request in time.",
    413: "send less data: the service refuses a body of this size.",
    429: "send fewer requests, or try again later: the service limits their rate.",
}
_FAILED = "try again later: the service, or a proxy before it, failed. Branch on the status before the body."
_REJECTED = "look at the body for the reason why the service rejected the request."
_REDIRECTED = "use the URL in the header location: the response is a redirect."
_COMPRESSED = (
    "remove the header accept-encoding; if Kustomer decompresses it, write decompresses = true under "
    "[platform] in kustomer-nb.toml."
)
# Node's IncomingMessage keeps only the first of these, and joins all others.
_FIRST_ONLY = {
    "age", "authorization", "content-length", "content-type", "etag", "expires", "from", "host",
    "if-modified-since", "if-unmodified-since", "last-modified", "location", "max-forwards",
    "proxy-authorization", "referer", "retry-after", "server", "user-agent",
}  # fmt: skip


@dataclass(frozen=True, repr=False)
class Response(Displayable):
    """A response: ``body`` is parsed JSON, a string or ``UNDEFINED``; ``request`` is the masked request.

    ``text`` is the body as received, ``notes`` are what is lost in reading it: it is not JSON or not UTF-8,
    compressed, too large, or has a key twice.

    Example:
        >>> headers = [("Content-Type", "application/json")]
        >>> response = Response.from_bytes(200, headers, b'{"id": 7}', parses_json=True)
        >>> response, response.body
        (<Response: 200, application/json, 9 bytes>, {'id': 7})
    """

    status_code: int
    headers: dict[str, Any]
    body: Any
    text: str = ""
    size: int = 0
    notes: tuple[Diagnostic, ...] = ()
    request: Mapping[str, Any] = field(default_factory=dict)
    rounded: tuple[Rounded, ...] = field(default=(), repr=False)
    # The run that it belongs to, if the profile of that masks anything; a notebook does not keep that.
    masked_run: Run | None = field(default=None, repr=False, compare=False)

    @classmethod
    def from_bytes(
        cls,
        status_code: int,
        headers: Iterable[tuple[str, str]],
        content: bytes,
        *,
        parses_json: bool,
        parse_limit: int = PARSE_LIMIT,
        is_truncated: bool = False,
        decompresses: bool = False,
        request: Mapping[str, Any] | None = None,
        redactor: Redactor | None = None,
    ) -> Response:
        """Return the response for received headers and content, without the secrets that ``redactor`` knows.

        A body of more than ``parse_limit`` bytes stays a string, and so does one with more objects and arrays
        than 32 MB, or a larger ``parse_limit``, divided by 32. ``is_truncated`` is true if ``content`` is
        only the start of the body, ``decompresses`` if a compressed body was decompressed already.
        """
        redactor = redactor or Redactor({})
        joined = joined_headers(headers)
        reader = BodyReader(parses_json, parse_limit)
        encoding = str(joined.get("content-encoding", "identity"))
        if is_truncated:
            message = (
                f"reading stopped after {len(content) / MEGABYTE:.0f} MB; the body is its start, as a string."
            )
            reader.note(Code.RESPONSE_TRUNCATED, message, "request less data, such as one page at a time.")
            reader.parses_json = False
        if content and is_compressed_as(encoding, decompresses=decompresses):
            message = f"the body is compressed ({encoding}), and npm request does not decompress it."
            reader.note(Code.RESPONSE_COMPRESSED, message, _COMPRESSED)
        text = reader.text(content, str(joined.get("content-type", "")))
        # Parsed before secrets are removed: a label in place of a number would not be JSON.
        body = reader.body(text, len(content), status_code)
        body, text = redactor.parsed(body, text)
        response = object.__new__(cls)
        # Its __init__, which sets one field after the other, takes twice as long.
        vars(response).update(
            status_code=status_code,
            headers=redactor.value(joined),
            body=body,
            text=text,
            size=len(content),
            notes=tuple([replace(note, message=redactor.text(note.message)) for note in reader.notes]),
            request=request or {},
            rounded=tuple([_without_secrets(number, redactor) for number in reader.rounded[:MOST_ROUNDED]]),
            masked_run=None,
        )
        return response

    @property
    def ok(self) -> bool:
        """Whether the status is below 400, as in requests."""
        return self.status_code < 400

    @property
    def unparsed_reason(self) -> str:
        """Why ``body`` is a string although it may be JSON: it is too large; empty otherwise.

        Example:
            >>> headers = [("Content-Type", "application/json")]
            >>> response = Response.from_bytes(200, headers, b"{}  ", parses_json=True, parse_limit=2)
            >>> response.unparsed_reason
            'the body has 4 bytes, more than 2 bytes; it stays a string.'
        """
        codes = (Code.RESPONSE_TOO_LARGE, Code.RESPONSE_TRUNCATED)
        return next((note.message for note in self.notes if note.code in codes), "")

    def to_json(self) -> dict[str, Any]:
        """Return the value of ``/#response``; without ``body`` if that is undefined."""
        members = {
            "statusCode": self.status_code,
            "body": self.body,
            "headers": self.headers,
            "request": dict(self.request),
        }
        return {key: value for key, value in members.items() if value is not UNDEFINED}

    def __repr__(self) -> str:
        kind = str(self.headers.get("content-type", "no content type")).partition(";")[0]
        unparsed = ", not parsed" if self.unparsed_reason else ""
        return one_line(f"<Response: {self.status_code}, {kind}, {self.size} bytes{unparsed}>")


def _without_secrets(number: Rounded, redactor: Redactor) -> Rounded:
    """Return a rounded number without secrets in its path and its digits, which are cut to what is shown."""
    keys = tuple(redactor.text(key) if isinstance(key, str) else key for key in number.keys)
    return Rounded(keys, redactor.text(number.literal)[:LONGEST_LITERAL], number.after)


def is_compressed_as(encoding: str, *, decompresses: bool) -> bool:
    """Return whether a body with this content-encoding is compressed when templates read it."""
    is_decompressed = decompresses and encoding.strip().lower() in _DECOMPRESSED
    return encoding != "identity" and not is_decompressed


@dataclass
class BodyReader:
    """Reads a body as npm request does, and notes what is lost."""

    parses_json: bool
    parse_limit: int
    notes: list[Diagnostic] = field(default_factory=list)
    rounded: Sequence[Rounded] = ()

    def note(self, code: str, message: str, fix: str) -> None:
        """Note what is lost."""
        self.notes.append(Diagnostic(code, Severity.WARNING, "/body", message, fix))

    @property
    def is_compressed(self) -> bool:
        """Whether the body is noted to be compressed: the reason for all else that is wrong with it."""
        return any(note.code == Code.RESPONSE_COMPRESSED for note in self.notes)

    def text(self, content: bytes, content_type: str) -> str:
        """Return a body decoded as UTF-8, whatever charset its headers name."""
        try:
            return content.decode()
        except UnicodeDecodeError as error:
            # Compressed bytes are not text, which is noted.
            if self.is_compressed:
                return content.decode("utf-8", "replace")
            message = (
                f"the body is not UTF-8, the only charset npm request reads (byte {error.start} is invalid)."
            )
            charset = _CHARSET.search(content_type)
            if charset:
                message = f"{message} Its content-type names {charset[1]}."
            self.note(
                Code.RESPONSE_NOT_UTF8,
                message,
                "change the service to respond in UTF-8; invalid bytes are shown as \ufffd here.",
            )
        return content.decode("utf-8", "replace")

    def body(self, text: str, size: int, status: int) -> Any:
        """Return the value of ``/#body``: parsed if ``parses_json`` and it is valid, otherwise the text."""
        if not self.parses_json:
            return text
        if not text:
            return UNDEFINED
        containers = text.count("[") + text.count("{")
        if (excess := self._excess(size, containers)) is not None:
            fix = f"{how_to_pass('parse_limit')} with more bytes, or request less data."
            self.note(Code.RESPONSE_TOO_LARGE, f"{excess}; it stays a string.", fix)
            return text
        try:
            body, repeated, rounded = parse_with_losses(text)
        except ValueError as error:
            if not self.is_compressed:
                of_status = f" of the response {status}" if status >= 300 else ""
                problem = f"is not JSON, although json is true: {json_problem(error)}; it stays a string."
                fix = _fix_of_no_json(status, text)
                self.note(Code.RESPONSE_NOT_JSON, f"the body{of_status} {problem}", fix)
            return text
        # Counted first: most bodies cannot be that deep, and to look through all values takes time.
        if containers > DEEPEST and _is_deep(body):
            message = f"the body is nested deeper than {DEEPEST} levels; it stays a string."
            self.note(Code.RESPONSE_TOO_LARGE, message, "request less data.")
            return text
        if repeated:
            self.note_repeated(repeated)
        if rounded:
            self.rounded = rounded
            self.note_rounded(rounded)
        return body

    def note_repeated(self, keys: Sequence[str]) -> None:
        """Note keys that occur twice in one object."""
        names = ", ".join(f"`{name}`" for name in keys[:MOST_NAMES])
        message = f"the body has a key twice in one object, and the last one counts: {names}."
        fix = "fix the service, or read the text without json."
        self.note(Code.RESPONSE_DUPLICATE_KEY, message, fix)

    def note_rounded(self, rounded: Sequence[Rounded]) -> None:
        """Note the numbers that JSON.parse changes, the first at each path."""
        first_at = {path_of(("body", *number.keys)): number for number in reversed(rounded)}
        changes = [
            f"`{path}` {number.literal:.{LONGEST_LITERAL}} becomes {number_text(number.after)}"
            for path, number in reversed(first_at.items())
        ]
        more = f" and {len(changes) - MOST_NAMES} more paths" if len(changes) > MOST_NAMES else ""
        count = "a number" if len(rounded) == 1 else f"{len(rounded):,} numbers"
        message = (
            f"the body has {count} with more digits than JavaScript keeps: "
            f"{', '.join(changes[:MOST_NAMES])}{more}."
        )
        fix = "use a field that has the number as a string, or ask the service for one."
        self.note(Code.RESPONSE_NUMBER_ROUNDED, message, fix)

    def _excess(self, size: int, containers: int) -> str | None:
        """Return why a body is too large to be parsed, None if it is not."""
        if size > self.parse_limit:
            return f"the body has {_size_text(size)}, more than {_size_text(self.parse_limit)}"
        most = max(self.parse_limit, PARSE_LIMIT) // BYTES_EACH
        if containers > most:
            return f"the body has more than {most:,} objects and arrays"
        return None


def _fix_of_no_json(status: int, text: str) -> str:
    """Return what to do about a body that is not JSON, by the status of the response.

    Example:
        >>> _fix_of_no_json(503, "<html>")[:15], _fix_of_no_json(200, "<html>")[:38]
        ('try again later', 'look at the body: is it a login page, ')
    """
    if status < 300:
        return _PAGE if text.lstrip().startswith("<") else _NO_JSON
    by_class = {3: _REDIRECTED, 4: _REJECTED, 5: _FAILED}
    return _BY_STATUS.get(status) or by_class.get(status // 100, _NO_JSON)


def _size_text(size: int) -> str:
    return f"{size:,} bytes" if size < MEGABYTE else f"{size / MEGABYTE:.1f} MB".replace(".0 MB", " MB")


def _is_deep(value: Any) -> bool:
    # Level by level: recursion would end at Python's limit.
    level = [value] if type(value) in CONTAINERS else []
    for _ in range(DEEPEST):
        level = [
            item
            for container in level
            for item in (container.values() if type(container) is dict else container)
            if type(item) in CONTAINERS
        ]
        if not level:
            return False
    return True


def joined_headers(headers: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Join repeated headers as Node's ``IncomingMessage.headers`` does."""
    joined: dict[str, Any] = {}
    for original_name, value in headers:
        name = original_name.lower()
        if name == "set-cookie":
            joined.setdefault(name, []).append(value)
        elif name not in joined:
            joined[name] = value
        elif name not in _FIRST_ONLY:
            joined[name] += ("; " if name == "cookie" else ", ") + value
    return joined
