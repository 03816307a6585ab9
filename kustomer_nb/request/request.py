"""The request an action makes of its inputs and settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from kustomer_nb.diagnostics import Diagnostics
from kustomer_nb.errors import RequestError, SettingError
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.secret import Secret
from kustomer_nb.show import Shown
from kustomer_nb.template import Missing, Piece, Text

from .url import Address
from .wire import Wire

UNSET = "KNB801"


@dataclass(frozen=True, repr=False)
class Request(Shown):
    """A request as it may be shown: every setting as ``$<key>``; only `wire` gives the real bytes.

    ``missing`` lists the references that named nothing, ``diagnostics`` what speaks against sending it,
    ``secrets`` the value of each label, None where it has none. ``sent_to`` is the origin that stands in for
    the authored one.
    """

    action: str
    method: str
    address: Address | None
    uri: Text
    header_texts: tuple[tuple[str, Text], ...]
    body_text: Text | None
    parses_json: bool
    secrets: Mapping[str, Secret | None] = field(default_factory=dict)
    sent_to: Address | None = None
    missing: tuple[Missing, ...] = ()
    diagnostics: Diagnostics = field(default_factory=Diagnostics)

    @property
    def url(self) -> str:
        """The authored address, as it would be sent; as written where it is none."""
        return self.address.text.shown if self.address else self.uri.shown

    @property
    def headers(self) -> dict[str, str]:
        """Header names, in order and as written, to values; a repeated one joined by a comma."""
        shown: dict[str, str] = {}
        for name, value in self.header_texts:
            shown[name] = f"{shown[name]}, {value.shown}" if name in shown else value.shown
        return shown

    @property
    def body(self) -> str | None:
        """The body as text, None when there is none."""
        return None if self.body_text is None else self.body_text.shown

    @property
    def host(self) -> str:
        """The host as written, settings as ``$<key>``, empty when there is no address."""
        return self.address.authority.shown if self.address else ""

    @property
    def is_safe(self) -> bool:
        """Whether the method is one that changes nothing (GET)."""
        return self.method == "GET"

    @property
    def is_loopback(self) -> bool:
        """Whether the request would go to this machine only."""
        to = self.sent_to or self.address
        return to is not None and (to.host in {"localhost", "[::1]"} or to.host.startswith("127."))

    def origins(self, pointer: str) -> tuple[Piece, ...]:
        """Return the pieces of ``/uri``, ``/body`` or ``/headers/<name>``, empty when there is none.

        Example:
            >>> from kustomer_nb import load
            >>> action = load({"inputTemplate": {"uri": "http://a.b/{{id}}", "method": "get"}}).action()
            >>> [(piece.text, piece.kind.value) for piece in action.render({"id": 7}).origins("/uri")]
            [('http://', 'literal'), ('a.b', 'literal'), ('/', 'literal'), ('7', 'input')]
        """
        text: Text | None = None
        match pointers.split(pointer):
            case ["uri"]:
                text = self.address.text if self.address else self.uri
            case ["body"]:
                text = self.body_text
            case ["headers", wanted]:
                text = next(
                    (value for name, value in self.header_texts if name.lower() == wanted.lower()), None
                )
        return text.pieces if text else ()

    def check(self) -> None:
        """Raise what speaks against sending this request.

        Raises:
            SettingError: a setting it uses has no value; every one is named.
            RequestError: anything else: no valid address, an unknown method, an undeclared variable.
        """
        errors = self.diagnostics.errors
        unset = [one for one in errors if one.code == UNSET]
        if unset:
            raise SettingError(unset)
        if errors:
            raise RequestError(errors)

    def wire(self) -> Wire:
        """Return the real bytes; its repr stays masked.

        Raises:
            SettingError: a setting it uses has no value.
            RequestError: the request must not be sent as it is.
        """
        self.check()
        to = self.sent_to or self.address
        if self.address is None or to is None:  # pragma: no cover - check() has refused it
            raise RequestError(self.diagnostics)
        return Wire(
            method=self.method,
            scheme=to.scheme,
            host=to.host,
            port=to.port,
            target=str(self.address.target).encode("latin-1"),
            headers=tuple((name.encode(), self._value(name, text)) for name, text in self.header_texts),
            body=b"" if self.body_text is None else str(self.body_text).encode("utf-8", "surrogatepass"),
            masked=f"{self.method} {self.url}",
        )

    def _value(self, name: str, text: Text) -> bytes:
        if self.sent_to is not None and name == "host":
            text = self.sent_to.authority
        return str(text).encode("latin-1")

    def to_json(self) -> dict[str, Any]:
        """Return the request in the shape of npm ``request``'s ``toJSON()``, settings as ``$<key>``."""
        headers: dict[str, Any] = {
            name: value for name, value in self.headers.items() if name.lower() not in {"host", "connection"}
        }
        if "content-length" in headers:
            headers["content-length"] = int(headers["content-length"])
        return {"uri": self._uri_json(), "method": self.method, "headers": headers}

    def _uri_json(self) -> dict[str, Any]:
        if self.address is None:
            return {"href": self.uri.shown}
        to = self.address
        search = to.search.shown or None
        host, port = to.authority.shown, None if to.port is None else str(to.port)
        return {
            "protocol": f"{to.scheme}:",
            "slashes": True,
            "auth": None,
            "host": host,
            "port": port,
            "hostname": host.removesuffix(f":{port}"),
            "hash": None,
            "search": search,
            "query": None if search is None else search[1:],
            "pathname": to.path.shown,
            "path": to.target.shown,
            "href": self.url,
        }

    def __repr__(self) -> str:
        return f"<Request: {self.method} {self.url}>"
