"""A call of HTTP in neutral terms: what importers return, and what a definition is made of."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any

from kustomer_nb.printable import one_line
from kustomer_nb.secrets import UNCOPIED, Uncopied

from .words import MARKER, Variable

if TYPE_CHECKING:
    from kustomer_nb.diagnostics import Diagnostic

FORM_TYPE = "application/x-www-form-urlencoded"
JSON_TYPE = "application/json"


class BodyKind(StrEnum):
    """How the text of a body is built."""

    JSON = "json"
    FORM = "form"
    TEXT = "text"


# Its values may be credentials, so that it has no repr and is not copied.
@dataclass(frozen=True, repr=False)
class CallUrl:
    """A URL in parts, as they are written on the wire; ``query`` is None without a ``?``.

    ``scheme`` is empty if a variable stands for scheme and host. ``placeholders`` are the segments of the
    path that stand for a value, as ``{id}`` does.
    """

    scheme: str
    host: str
    path: str
    query: str | None = None
    placeholders: frozenset[str] = frozenset()
    uncopied: Uncopied = field(default=UNCOPIED, compare=False)

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        return f"{self.scheme}://{self.host}" if self.scheme else self.host

    @cached_property
    def segments(self) -> tuple[str, ...]:
        """The segments of the path.

        Example:
            >>> CallUrl("https", "a.b", "/orders/42").segments
            ('orders', '42')
        """
        return tuple(self.path.split("/")[1:])

    @cached_property
    def pairs(self) -> tuple[tuple[str, str | None], ...]:
        """The pairs of the query as they are written; the value is None without a ``=``.

        Example:
            >>> CallUrl("https", "a.b", "/", "a=1&b&c=%20").pairs
            (('a', '1'), ('b', None), ('c', '%20'))
        """
        return split_pairs(self.query or "")


@dataclass(frozen=True, repr=False)
class Body:
    """A body: its text, and the value if it is JSON that can be written as JSON again."""

    kind: BodyKind
    text: str
    value: Any = None
    uncopied: Uncopied = field(default=UNCOPIED, compare=False)

    @cached_property
    def pairs(self) -> tuple[tuple[str, str | None], ...]:
        """The pairs of a form as they are written."""
        return split_pairs(self.text) if self.kind is BodyKind.FORM else ()


@dataclass(frozen=True, repr=False)
class Auth:
    """User and password of Basic authentication, or a bearer token."""

    user: str = ""
    password: str = ""
    bearer: str | None = None
    uncopied: Uncopied = field(default=UNCOPIED, compare=False)

    @property
    def credentials(self) -> str | None:
        """What follows the scheme in the header; None if it holds a variable that cannot be encoded.

        Example:
            >>> Auth("ann", "pw").credentials
            'YW5uOnB3'
        """
        if self.bearer is not None:
            return self.bearer
        text = f"{self.user}:{self.password}"
        if MARKER.search(text):
            return None
        return base64.b64encode(text.encode("utf-8", "surrogateescape")).decode()

    @property
    def scheme(self) -> str:
        """The scheme of the header."""
        return "Basic" if self.bearer is None else "Bearer"


@dataclass(frozen=True, repr=False)
class HttpCall:
    """One request: method, URL, headers in order, body, credentials, cookies and what was left out.

    ``headers`` are those that a client is told to send, without authorization from ``auth`` and without
    ``cookies``. ``variables`` are by the marker that stands for each in any text. ``transport`` names options
    of the connection. ``notes`` say what is not part of the call.
    """

    method: str
    url: CallUrl
    headers: tuple[tuple[str, str], ...] = ()
    body: Body | None = None
    auth: Auth | None = None
    cookies: str = ""
    transport: tuple[str, ...] = ()
    variables: Mapping[str, Variable] = field(default_factory=dict)
    notes: tuple[Diagnostic, ...] = ()
    uncopied: Uncopied = field(default=UNCOPIED, compare=False)

    @property
    def json_value(self) -> Any:
        """The value of a JSON body; None if the body is another one, or there is none."""
        return self.body.value if self.body is not None and self.body.kind is BodyKind.JSON else None

    def __repr__(self) -> str:
        host = MARKER.sub("…", self.url.host)
        body = f", {self.body.kind} body" if self.body else ""
        return one_line(f"<HttpCall: {self.method} {host}, {len(self.headers)} headers{body}>")


def split_pairs(text: str) -> tuple[tuple[str, str | None], ...]:
    """Return the pairs of a query or a form as they are written."""
    pairs = []
    for pair in text.split("&") if text else ():
        name, equals, value = pair.partition("=")
        pairs.append((name, value if equals else None))
    return tuple(pairs)
