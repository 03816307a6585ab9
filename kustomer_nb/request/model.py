"""The request of an action, as it may be shown and as it is sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Diagnostics
from kustomer_nb.display import Displayable
from kustomer_nb.errors import RequestError, SettingError
from kustomer_nb.printable import one_line
from kustomer_nb.secrets.tracebacks import scrub_tracebacks

from .host_choice import HostChoice
from .method_override import SAFE, Override
from .provenance import Locate, Origins, origins_of, part_of, parts_of
from .wire import Wire

if TYPE_CHECKING:
    from kustomer_nb.schema import Conversion
    from kustomer_nb.secrets import Credential, Secret
    from kustomer_nb.secrets.masking import Masking
    from kustomer_nb.template import MissingReference, Text

    from .url import Address

UNSET = Code.SETTING_UNSET
NOT_REST_API = Code.TYPE_NOT_RUNNABLE


@dataclass(frozen=True, repr=False)
class Request(Displayable):
    """A request as it may be shown: every setting as ``$<key>``; only `wire` returns the real bytes.

    ``missing`` lists the references without a value, ``diagnostics`` the reasons against sending it.
    ``secrets`` maps the label of each setting to its value, None if it has none; ``credentials`` are the
    parts that identify the sender; ``unset`` are the keys of the settings without a value, and ``variables``
    the environment variable of each key that is not set by its default one. ``reads`` are the keys of
    settings and the paths in ``_env`` that it depends on. ``sent_to`` is the address that ``hosts=`` gives in
    place of the authored one, ``converted`` the conversions of the inputs. ``headers_json`` are the author's
    headers as JSON. ``locate`` finds locations of the action in the author's file. ``overrides`` ask the
    service to treat it as a request of another method, ``host_choice`` is the part of its destination that
    inputs choose, ``written_token`` the pointer of a token that the author wrote out; it is looked for only
    if inputs choose something. ``written_method`` is the method as npm request compares it.
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
    headers_json: Mapping[str, Any] = field(default_factory=dict)
    locate: Locate | None = field(default=None, compare=False)
    overrides: tuple[Override, ...] = ()
    host_choice: HostChoice = field(default_factory=HostChoice)
    written_token: str = ""
    written_method: str = ""
    # Whether helpers returned what is another text at each run: of the time of now, or of chance.
    is_timed: bool = field(default=False, compare=False)
    # What a notebook does not keep of it; None if nothing is masked.
    masking: Masking | None = field(default=None, compare=False)

    @property
    def url(self) -> str:
        """The authored URL, as it would be sent; as written if it is invalid."""
        return self.address.text.shown if self.address else self.uri.shown

    @property
    def headers(self) -> dict[str, str]:
        """Header names, in order and as written, to values; a repeated one joined by a comma."""
        headers: dict[str, str] = {}
        for name, value in self.header_texts:
            headers[name] = f"{headers[name]}, {value.shown}" if name in headers else value.shown
        return headers

    @property
    def body(self) -> str | None:
        """The body as a string, None without one."""
        return None if self.body_text is None else self.body_text.shown

    @property
    def host(self) -> str:
        """The host it would be sent to, settings as ``$<key>``; empty if there is no valid URL."""
        destination = self._destination
        return destination.authority.shown if destination else ""

    @property
    def real_host(self) -> str:
        """The host it would be sent to, with the real values of settings: to compare, never to show."""
        destination = self._destination
        return destination.authority.real if destination else ""

    @property
    def _destination(self) -> Address | None:
        return self.sent_to or self.address

    @property
    def labels(self) -> frozenset[str]:
        """What is shown in place of its settings, and of its credentials that do not name a setting."""
        credentials = [credential.label for credential in self.credentials]
        return frozenset([*self.secrets, *[label for label in credentials if label.startswith("$(")]])

    @property
    def host_inputs(self) -> tuple[str, ...]:
        """The inputs that choose the host, port or scheme, or a ``host`` header."""
        return self.host_choice.inputs

    @property
    def sent_to_origin(self) -> str:
        """The origin from ``hosts=`` in place of the authored one, as it may be shown; empty without."""
        return f"{self.sent_to.scheme}://{self.sent_to.authority.shown}" if self.sent_to else ""

    @property
    def is_safe(self) -> bool:
        """Whether the method changes nothing (GET), and neither does any that overrides it."""
        return self.method in SAFE and self.overridden is None

    @property
    def overridden(self) -> Override | None:
        """The first override with a method that may change something, None without one.

        An override to a safe method does not make an unsafe one safe: the service may not know it.
        """
        return next((override for override in self.overrides if not override.is_safe), None)

    @property
    def effective_method(self) -> str:
        """The method that a service may act on: that of an unsafe override, or its own.

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
        """Whether the request would be sent to this host itself."""
        destination = self._destination
        return destination is not None and destination.is_loopback

    def origins(self, pointer: str) -> Origins:
        """Return the origin of each character of ``/uri``, ``/body`` or ``/headers/<name>``.

        It is empty for a part that the request does not have.

        Raises:
            ValueError: the pointer is not one of a part of a request.

        Example:
            >>> from kustomer_nb import load
            >>> action = load({"inputTemplate": {"uri": "http://a.b/{{id}}", "method": "get"}}).action()
            >>> [(origin.text, origin.words) for origin in action.render({"id": 7}).origins("/uri")]
            [('http://a.b/', 'literal'), ('7', 'input id')]
        """
        text, location = part_of(self, pointer)
        return origins_of(text.pieces, location, self.converted, self.locate)

    @property
    def parts(self) -> tuple[str, ...]:
        """The pointers that `origins` takes and this request has, in its order."""
        return parts_of(self)

    def check(self) -> None:
        """Raise the errors that prevent this request from being sent.

        Raises:
            SettingError: settings that it uses have no value; all are listed.
            RequestError: anything else: no valid URL, an unknown method, an undeclared variable.
        """
        if not self.diagnostics:
            return
        errors = self.diagnostics.errors
        # Alone, even among other errors: a caller can ask for the values and render again.
        unset = [diagnostic for diagnostic in errors if diagnostic.code == UNSET]
        if unset:
            raise SettingError(unset)
        if errors:
            raise RequestError(errors)

    def wire(self) -> Wire:
        """Return the real bytes; its repr stays masked.

        Raises:
            SettingError: a setting that it uses has no value.
            RequestError: the request must not be sent as it is.
        """
        self.check()
        destination = self._destination
        if self.address is None or destination is None:  # pragma: no cover - check() has refused it
            raise RequestError(self.diagnostics)
        return Wire.from_request(self, self.address, destination)

    @scrub_tracebacks
    def to_curl(self) -> str:
        r"""Return the curl command, for any POSIX shell, that sends the bytes that `wire` returns.

        A setting is the name of its environment variable, which must be exported. A line before the command
        makes what is sent of a setting, such as ``$SHOP_TOKEN_URL_ENCODED``, or stops with what to enter.
        curl orders the host and writes the content-length and the connection itself.

        Raises:
            SettingError: a setting that it uses has no value; all are listed.
            RequestError: the request must not be sent as it is.

        Example:
            >>> from kustomer_nb import load
            >>> template = {"uri": "http://a.b/7", "method": "put", "json": True, "data": {"by": "O'Neil"}}
            >>> print(load({"inputTemplate": template}).action().render().to_curl())
            curl --http1.1 -X PUT 'http://a.b/7' \
              -H 'accept: application/json' \
              -H 'content-type: application/json' \
              -H 'User-Agent:' \
              --data-raw '{"by":"O'\''Neil"}'
        """
        from .copies import to_curl

        return to_curl(self)

    @scrub_tracebacks
    def to_httpx(self) -> str:
        """Return a Python program that sends the bytes that `wire` returns with httpx.

        A setting is read from its environment variable.

        Raises:
            SettingError: a setting that it uses has no value; all are listed.
            RequestError: the request must not be sent as it is, or httpx cannot send its target.

        Example:
            >>> from kustomer_nb import load
            >>> request = load({"inputTemplate": {"uri": "http://a.b/x", "method": "GET"}}).action().render()
            >>> print(request.to_httpx())
            import httpx
            <BLANKLINE>
            request = httpx.Request(
                "GET",
                "http://a.b/x",
                extensions={"timeout": httpx.Timeout(60).as_dict()},
            )
            with httpx.Client() as client:
                response = client.send(request)
            print(response.status_code, response.text)
            <BLANKLINE>
        """
        from .copies import to_httpx

        return to_httpx(self)

    @scrub_tracebacks
    def to_http(self) -> str:
        r"""Return the HTTP message that is sent, with CRLF in the head, and settings as ``$NAME``.

        Raises:
            SettingError: a setting that it uses has no value; all are listed.
            RequestError: the request must not be sent as it is.

        Example:
            >>> from kustomer_nb import load
            >>> request = load({"inputTemplate": {"uri": "http://a.b/x", "method": "GET"}}).action().render()
            >>> request.to_http()
            'GET /x HTTP/1.1\r\nhost: a.b\r\nConnection: keep-alive\r\n\r\n'
        """
        from .copies import to_http

        return to_http(self)

    def has_default_host(self, name: str, text: Text) -> bool:
        """Return whether a header is the ``host`` that npm request adds, which follows the destination."""
        return name == "host" and self.address is not None and text == self.address.host_header

    def to_json(self) -> dict[str, Any]:
        """Return the request in the shape of npm ``request``'s ``toJSON()``, settings as ``$<key>``.

        The author's headers keep the types of their values, such as numbers and arrays. User and password of
        the uri are left out.
        """
        headers = dict(self.headers_json)
        for name, text in self.header_texts:
            if name in headers or name == "Connection":
                continue
            if name == "host" and self.has_default_host(name, text):
                continue
            # npm request sets content-length as a number, all others as strings.
            headers[name] = int(text.real) if name == "content-length" else text.shown
        uri = {"href": self.uri.shown} if self.address is None else self.address.to_json()
        return {"uri": uri, "method": self.written_method or self.method, "headers": headers}

    def __repr__(self) -> str:
        return one_line(f"<Request: {self.method} {self.url}>")
