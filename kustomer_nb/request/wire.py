"""The bytes that are sent: the only value with the real values of settings."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NoReturn

from kustomer_nb.jsontext.javascript import utf8
from kustomer_nb.printable import one_line
from kustomer_nb.secrets import UNCOPIED, Uncopied

if TYPE_CHECKING:
    from kustomer_nb.secrets import Secret
    from kustomer_nb.template import Text

    from .model import Request
    from .url import Address


@dataclass(frozen=True, slots=True, repr=False)
class Wire:
    """The bytes of one request: the host to connect to, the request line, the headers in order, the body.

    ``masked`` is the request line and ``origin`` the destination, as they may be shown; ``private`` are the
    lower-case names of the headers that contain a setting. ``href`` is the full authored URL without its user
    information, ``is_private`` whether a setting is in it. ``written_method`` is the method as npm request
    compares it, ``authored`` are the lower-case names of the author's headers in order, those with an empty
    array included, and ``auth`` is the user information of the URL. A wire is never pickled.
    """

    method: str
    written_method: str
    scheme: str
    host: str
    port: int | None
    target: bytes
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    masked: str
    origin: str
    href: bytes
    private: frozenset[bytes] = frozenset()
    is_private: bool = False
    authored: tuple[bytes, ...] = ()
    auth: Secret | None = None
    uncopied: Uncopied = field(default=UNCOPIED, init=False, compare=False)

    @classmethod
    def from_request(cls, request: Request, address: Address, destination: Address) -> Wire:
        """Return the bytes of a request for its authored address, to be sent to a destination."""
        body = request.body_text
        # Node writes the head in the encoding of a string body, and in Latin-1 without one.
        charset = "utf-8" if body else "latin-1"
        return cls(
            method=request.method,
            scheme=destination.scheme,
            host=destination.host,
            port=destination.port,
            target=address.target.real.encode(charset),
            headers=tuple(
                [
                    (name.encode(), text.real.encode(charset))
                    for name, text in sent_headers(request, destination)
                ]
            ),
            body=utf8(body.real if body else ""),
            masked=f"{request.method} {request.url}",
            origin=f"{destination.scheme}://{destination.authority.shown}",
            href=utf8(address.href.real),
            is_private=address.href.has_setting,
            # A guard confirmed the overriding method for this URL alone, so an unsafe one is not redirected.
            written_method=request.method if request.overridden else request.written_method or request.method,
            authored=tuple([name.lower().encode("latin-1", "replace") for name in request.headers_json]),
            auth=address.auth,
            private=frozenset(
                [name.lower().encode() for name, text in request.header_texts if text.has_setting]
            ),
        )

    def __repr__(self) -> str:
        return one_line(f"<Wire: {self.masked}, {len(self.headers)} headers, {len(self.body)} bytes>")

    def __reduce__(self) -> NoReturn:
        msg = "a Wire is never pickled or copied: it contains the real values of settings"
        raise TypeError(msg)


def sent_headers(request: Request, destination: Address) -> list[tuple[str, Text]]:
    """Return the headers as sent to a destination; a ``host`` that the author wrote is kept."""
    return [
        (name, destination.host_header if name == "host" and request.has_default_host(name, text) else text)
        for name, text in request.header_texts
    ]
