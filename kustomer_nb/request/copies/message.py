"""The parts of a request to copy, and the HTTP message that they are."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Diagnostic, Severity
from kustomer_nb.errors import RequestError, SettingError
from kustomer_nb.jsontext.javascript import utf8
from kustomer_nb.request.missing_values import unset_setting
from kustomer_nb.request.url import DEFAULT_PORTS, Address
from kustomer_nb.request.wire import Wire, sent_headers
from kustomer_nb.secrets import PLACEHOLDER
from kustomer_nb.template import Kind, Text

from .names import Name, Names, Segment

if TYPE_CHECKING:
    from kustomer_nb.request.model import Request

# A name of a variable ends before anything else.
_IN_NAMES = re.compile(r"[A-Za-z0-9_]")
# curl writes any other number as the IPv4 address that it stands for.
_USUAL_HOST = re.compile(r"(?:[a-z0-9_-]+\.)*[a-z][a-z0-9_-]*|[0-9]+(?:\.[0-9]+){3}")


@dataclass(frozen=True, slots=True, repr=False)
class CopiedHeader:
    """A header to copy; ``real`` is what is sent, ``is_own`` whether the platform adds it for its own use."""

    name: str
    segments: tuple[Segment, ...]
    real: str
    is_own: bool


@dataclass(frozen=True, slots=True, repr=False)
class Message:
    """A request in segments, and its real bytes in ``wire``, which decide how it must be written.

    ``charset`` is that of the head, ``url`` the full URL, of which ``origin`` is the start.
    """

    wire: Wire
    names: Names
    charset: str
    destination: Address
    origin: tuple[Segment, ...]
    url: tuple[Segment, ...]
    target: tuple[Segment, ...]
    headers: tuple[CopiedHeader, ...]
    body: tuple[Segment, ...]

    @classmethod
    def from_request(cls, request: Request) -> Message:
        """Return the parts of a request.

        Raises:
            SettingError: a setting that it uses has no value, or only a placeholder.
            RequestError: the request must not be sent as it is.
        """
        wire = request.wire()
        _refuse_placeholders(request)
        address, destination = request.address, request.sent_to or request.address
        if address is None or destination is None:  # pragma: no cover - wire() has refused it
            raise RequestError(request.diagnostics)
        names = Names(request)
        charset = "utf-8" if wire.body else "latin-1"
        return cls(
            wire,
            names,
            charset,
            destination,
            names.url(replace(destination, path=Text(), search=Text()), charset),
            names.url(replace(destination, path=address.path, search=address.search), charset),
            names.segments(address.target, charset, before=address.authority),
            tuple(
                CopiedHeader(name, names.segments(text, charset), text.real, _is_own(name, text))
                for name, text in sent_headers(request, destination)
            ),
            tuple(map(_as_sent, names.segments(request.body_text))) if request.body_text else (),
        )

    @property
    def copied_headers(self) -> list[CopiedHeader]:
        """The headers that a client must be told: not those that it writes as this request has them.

        A client counts the body itself, since a setting may have another length elsewhere. The connection
        is its own.
        """
        return [header for header in self.headers if not (header.is_own or self._is_written(header))]

    def _is_written(self, header: CopiedHeader) -> bool:
        """Return whether a client writes a header by itself as this request has it."""
        name = header.name.lower()
        if name == "content-length":
            return bool(self.body)
        host, port = self.destination.host, self.destination.port
        suffix = "" if port is None or DEFAULT_PORTS[self.destination.scheme] == port else f":{port}"
        return name == "host" and header.real == f"{host}{suffix}" and _USUAL_HOST.fullmatch(host) is not None

    def has_header(self, name: str) -> bool:
        """Return whether there is a header of this name."""
        return any(header.name.lower() == name for header in self.headers)


def to_http(request: Request) -> str:
    r"""Return the HTTP message of a request, as `Request.to_http` says."""
    message = Message.from_request(request)
    lines: list[tuple[Segment, ...]] = [(f"{message.wire.method} ", *message.target, " HTTP/1.1")]
    lines += [(f"{header.name}: ", *header.segments) for header in message.headers]
    head = "".join(f"{_shown(line)}\r\n" for line in lines)
    return f"{head}\r\n{_shown(message.body)}"


def refuse_copy(form: str, reason: str) -> RequestError:
    """Return the error for a request that one form of a copy cannot express."""
    message = f"the request cannot be copied as {form}: {reason}."
    fix = "copy it as curl or http instead."
    return RequestError([Diagnostic(Code.COPY_IMPOSSIBLE, Severity.ERROR, "/inputTemplate", message, fix)])


def _refuse_placeholders(request: Request) -> None:
    labels = [f"${key}" for key in request.reads]
    unset = [
        label
        for label in labels
        if (secret := request.secrets.get(label)) is not None and secret.source == PLACEHOLDER
    ]
    if unset:
        # How a real value is encoded cannot be seen from a placeholder.
        raise SettingError([unset_setting(label, request.variables, "/appSettings", None) for label in unset])


def _is_own(name: str, text: Text) -> bool:
    return name == "Connection" and {piece.kind for piece in text.pieces} == {Kind.DEFAULT}


def _as_sent(segment: Segment) -> Segment:
    return utf8(segment).decode() if isinstance(segment, str) else segment


def _shown(segments: Iterable[Segment]) -> str:
    text = ""
    latest: Segment = ""
    for segment in segments:
        if isinstance(latest, Name):
            is_ambiguous = isinstance(segment, str) and _IN_NAMES.match(segment)
            text += f"${{{latest.name}}}" if is_ambiguous else f"${latest.name}"
        if isinstance(segment, str):
            text += segment
        latest = segment
    return f"{text}${latest.name}" if isinstance(latest, Name) else text
