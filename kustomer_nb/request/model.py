"""The request an action makes of its inputs and settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Diagnostics
from kustomer_nb.display import Displayable
from kustomer_nb.errors import RequestError, SettingError
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.javascript import utf8
from kustomer_nb.printable import one_line
from kustomer_nb.schema import Conversion
from kustomer_nb.secrets import SHORTEST_INNER, Credential, Redactor, Secret
from kustomer_nb.template import MissingReference, Text

from .host_choice import HostChoice
from .method_override import SAFE, Override
from .provenance import Locate, Origins, origins_of
from .url import Address
from .wire import Wire

UNSET = Code.SETTING_UNSET
NOT_REST_API = Code.TYPE_NOT_RUNNABLE


@dataclass(frozen=True, repr=False)
class Request(Displayable):
    """A request as it may be shown: every setting as ``$<key>``; only `wire` gives the real bytes.

    ``missing`` lists the references that named nothing, ``diagnostics`` what speaks against sending it,
    ``secrets`` the value of each label, None where it has none, ``credentials`` what it says who we are with,
    ``unset`` the keys used without one, and
    ``variables`` the environment variable that sets each key, where it is another than `variable` says.
    ``sent_to`` is the origin that stands in for the authored one, ``converted`` what became of the inputs.
    ``reads`` are the keys of settings and the paths in ``_env`` that it hangs on.
    ``told`` are the author's headers as JSON. ``locate`` finds places of the action in the author's file.
    ``overrides`` ask the service to take it for a request of another method, ``host_choice`` is what inputs
    choose of where it goes, ``written_token`` the pointer of a token that the author wrote out, looked for
    where they choose something.
    """

    action: str
    method: str
    address: Address | None
    uri: Text
    header_texts: tuple[tuple[str, Text], ...]
    body_text: Text | None
    parses_json: bool
    secrets: Mapping[str, Secret | None] = field(default_factory=dict)
    credentials: tuple[Credential, ...] = ()
    unset: tuple[str, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict)
    reads: tuple[str, ...] = ()
    sent_to: Address | None = None
    missing: tuple[MissingReference, ...] = ()
    diagnostics: Diagnostics = field(default_factory=Diagnostics)
    converted: tuple[Conversion, ...] = ()
    told: Mapping[str, Any] = field(default_factory=dict)
    locate: Locate | None = field(default=None, compare=False)
    overrides: tuple[Override, ...] = ()
    host_choice: HostChoice = field(default_factory=HostChoice)
    written_token: str = ""

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
        """The host it would be sent to, settings as ``$<key>``, empty when there is no address."""
        to = self.sent_to or self.address
        return to.authority.shown if to else ""

    @property
    def real_host(self) -> str:
        """The host it would be sent to, with the real values of settings; to compare, never to show."""
        to = self.sent_to or self.address
        return to.authority.real if to else ""

    @property
    def labels(self) -> frozenset[str]:
        """What is shown for its settings, and for those of its credentials that name no setting."""
        credentials = (credential.label for credential in self.credentials)
        return frozenset({*self.secrets, *(label for label in credentials if label.startswith("$("))})

    def derived(self, secrets: Mapping[str, Secret]) -> dict[str, Secret]:
        """Return what helpers made of these secrets, by a label for each, where a redactor would not find it.

        A part of a value counts too, as what is left of one in an address that a ``#`` in it ends.
        """
        hide = Redactor(secrets)
        texts = [self.uri, *(text for _, text in self.header_texts)]
        texts += [text for text in (self.address and self.address.href, self.body_text) if text]
        pieces = [piece for text in texts for piece in text.pieces if piece.label in secrets]
        made = {
            piece.text: piece.label
            for piece in pieces
            if len(piece.text) >= SHORTEST_INNER and hide.text(piece.text) == piece.text
        }
        return {
            f"{label} (derived {at})": Secret(text, source="derived")
            for at, (text, label) in enumerate(made.items(), start=1)
        }

    def credentials_with(self, secrets: Mapping[str, Secret]) -> dict[str, Secret]:
        """Return the credentials that hold one of these secrets, and those that are always secret."""
        return {
            f"{credential.label} (credential {at})": credential
            for at, credential in enumerate(self.credentials, start=1)
            if not credential.settings or not credential.settings.isdisjoint(secrets)
        }

    @property
    def host_inputs(self) -> tuple[str, ...]:
        """The inputs that choose the host, the port or the scheme, or a ``host`` header."""
        return self.host_choice.inputs

    @property
    def sent_to_origin(self) -> str:
        """The origin that answers in the authored one's place, as it may be shown; empty where none does."""
        to = self.sent_to
        return f"{to.scheme}://{to.authority.shown}" if to else ""

    @property
    def is_safe(self) -> bool:
        """Whether the method is one that changes nothing (GET), as is every one that overrides it."""
        return self.method in SAFE and self.overridden is None

    @property
    def overridden(self) -> Override | None:
        """What asks the service to change something in the place of the method; None where nothing does.

        An override to a method that changes nothing makes no other one safe.
        """
        return next((override for override in self.overrides if not override.is_safe), None)

    @property
    def effective_method(self) -> str:
        """The method a service may act by: that of an override which changes something, or its own.

        Example:
            >>> from kustomer_nb import load
            >>> headers = {"X-HTTP-Method-Override": "delete"}
            >>> template = {"uri": "http://a.b", "method": "get", "headers": headers}
            >>> load({"inputTemplate": template}).action().render().effective_method
            'DELETE'
        """
        return self.method if self.overridden is None else self.overridden.method

    @property
    def is_loopback(self) -> bool:
        """Whether the request would go to this machine only."""
        to = self.sent_to or self.address
        return to is not None and to.is_loopback

    def origins(self, pointer: str) -> Origins:
        """Return where each character of ``/uri``, ``/body`` or ``/headers/<name>`` came from.

        It is empty for a part the request does not have.

        Raises:
            ValueError: the pointer names no part of a request.

        Example:
            >>> from kustomer_nb import load
            >>> action = load({"inputTemplate": {"uri": "http://a.b/{{id}}", "method": "get"}}).action()
            >>> [(one.text, one.words) for one in action.render({"id": 7}).origins("/uri")]
            [('http://a.b/', 'literal'), ('7', 'input id')]
        """
        match pointers.split(pointer):
            case ["uri"]:
                text, place = self.address.text if self.address else self.uri, "/inputTemplate/uri"
            case ["body"]:
                text, place = self.body_text or Text(), "/inputTemplate/data"
            case ["headers", wanted]:
                found = [one for one in self.header_texts if one[0].lower() == wanted.lower()]
                text = Text.join((value for _, value in found), separator=", ")
                place = pointers.join("/inputTemplate/headers", found[0][0] if found else wanted)
            case _:
                msg = f"{pointer!r} is no part of a request: write /uri, /body or /headers/<name>"
                raise ValueError(msg)
        return origins_of(text.pieces, place, self.converted, self.locate)

    @property
    def parts(self) -> tuple[str, ...]:
        """The pointers that `origins` takes and this request has, in its order."""
        names = dict.fromkeys(pointers.join("/headers", name) for name, _ in self.header_texts)
        return ("/uri", *names, *(() if self.body_text is None else ("/body",)))

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
        # Node writes the head in the encoding of a text body, in Latin-1 when there is none.
        charset = "utf-8" if self.body_text else "latin-1"
        return Wire(
            method=self.method,
            scheme=to.scheme,
            host=to.host,
            port=to.port,
            target=self.address.target.real.encode(charset),
            headers=tuple((name.encode(), text.real.encode(charset)) for name, text in self._headers_for(to)),
            body=utf8(self.body_text.real if self.body_text else ""),
            masked=f"{self.method} {self.url}",
            origin=f"{to.scheme}://{to.authority.shown}",
            href=utf8(self.address.href.real),
            is_private=any(piece.label is not None for piece in self.address.href.pieces),
            private=frozenset(
                name.lower().encode()
                for name, text in self.header_texts
                if any(piece.label is not None for piece in text.pieces)
            ),
        )

    def _headers_for(self, to: Address) -> list[tuple[str, Text]]:
        """Return the headers for the address they are sent to; a ``host`` of the author's own stays."""
        return [
            (name, to.host_header if self._is_own_host(name, text) else text)
            for name, text in self.header_texts
        ]

    def _is_own_host(self, name: str, text: Text) -> bool:
        return name == "host" and self.address is not None and text == self.address.host_header

    def to_json(self) -> dict[str, Any]:
        """Return the request in the shape of npm ``request``'s ``toJSON()``, settings as ``$<key>``.

        Headers of the author are the values they wrote, numbers and arrays too. User and password of the uri
        are left out.
        """
        headers = dict(self.told)
        for name, text in self.header_texts:
            if name in headers or name == "connection" or self._is_own_host(name, text):
                continue
            headers[name] = int(text.real) if name == "content-length" else text.shown
        uri = {"href": self.uri.shown} if self.address is None else self.address.to_json()
        return {"uri": uri, "method": self.method, "headers": headers}

    def __repr__(self) -> str:
        return one_line(f"<Request: {self.method} {self.url}>")
