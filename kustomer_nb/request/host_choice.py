"""Which inputs a part of a request is made of, and whether they choose its host, port or scheme."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from kustomer_nb.errors import TemplateError
from kustomer_nb.template import Kind, Piece, Scope, Template, Text
from kustomer_nb.template.helpers import HELPERS

from .domains import is_registrable
from .url import DEFAULT_PORTS, TRIMMED, Address, host_span

if TYPE_CHECKING:
    from kustomer_nb.template.variables import Variable

_LABEL = re.compile(r"[\w-]+")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
_PORT = re.compile(r":0*([0-9]*)")
_LONGEST_PORT = 5


class Part(StrEnum):
    """The part of a request's destination that inputs choose; ``HEADER`` is the ``host`` header."""

    HOST = "host"
    PORT = "port"
    SCHEME = "scheme"
    HEADER = "host header"


@dataclass(frozen=True, slots=True)
class HostChoice:
    """The inputs that choose where a request goes; none if the author or a setting chooses it.

    ``part`` is what they choose, ``pointer`` its location, ``header`` the author's ``host`` header if that
    names another host.
    """

    inputs: tuple[str, ...] = ()
    part: Part = Part.HOST
    pointer: str = "/inputTemplate/uri"
    header: Text = field(default_factory=Text)


def inputs_of(pieces: Iterable[Piece], scope: Scope) -> tuple[str, ...]:
    """Return the paths of the inputs that pieces come from, also through helpers and functions.

    Example:
        >>> scope = Scope({"sub": "Eu", "token": "t"}, {"token": "$shop.default.token"})
        >>> text = Template.parse("https://{{{sub}}}.{{{token}}}").origins(scope)
        >>> inputs_of(text.pieces, scope)
        ('sub',)
    """
    return tuple(dict.fromkeys(path for piece in pieces for path in _inputs(piece, scope)))


def _inputs(piece: Piece, scope: Scope) -> tuple[str, ...]:
    if piece.kind is Kind.INPUT:
        return (piece.path,)
    if piece.kind is not Kind.HELPER or not piece.path:
        return ()
    try:
        variables = Template.parse(f"{{{{{{{piece.path}}}}}}}").references
    except TemplateError:
        # A function accepts paths that a template cannot read.
        return () if piece.label else (piece.path,)
    # The path of a helper's piece is its call as written, that of a function's piece is its argument.
    return tuple(variable.path for variable in variables if _is_input(variable, scope))


def _is_input(variable: Variable, scope: Scope) -> bool:
    calls_helper = variable.may_call and variable.segments[0] in HELPERS
    return not calls_helper and scope.origin(variable.segments)[0] is Kind.INPUT


class _InputSpan(NamedTuple):
    """A piece that comes from an input, and where its text begins and ends in the uri."""

    piece: Piece
    start: int
    end: int

    def is_in_host(self, origin: _Origin) -> bool:
        """Return whether any of the text belongs to the host of an origin."""
        return self.start < origin.stop and self.end > origin.start


class _Origin(NamedTuple):
    """The origin of a URL; its host is ``[start:stop]`` of the text, and ``end`` is the end of the port."""

    scheme: str
    host: str
    port: int
    start: int
    stop: int
    end: int


def host_choice(
    uri: Text, headers: Iterable[tuple[str, Text, str]], address: Address | None, scope: Scope
) -> HostChoice:
    """Return which inputs choose the origin of a uri, or the ``host`` header that is sent there.

    The author chooses the origin if it is the same without all inputs. An input may also be a label of the
    host, or a part of one, before a domain with one owner. ``headers`` have their pointers.

    Example:
        >>> def choosing(sub):
        ...     uri = Template.parse("https://{{{sub}}}.shop.com/x").origins(Scope({"sub": sub}))
        ...     return host_choice(uri, [], None, Scope({"sub": sub})).inputs
        >>> choosing("eu"), choosing("evil.example/?"), choosing("a.b")
        ((), ('sub',), ('sub',))
    """
    choice = _choice(uri.strip(TRIMMED), scope)
    for name, value, pointer in headers:
        if name.lower() != "host":
            continue
        host, inputs = value.real.strip(TRIMMED).lower(), _header_inputs(value, scope)
        if inputs and host and not _is_destination(host, address):
            uri_or_header = choice if choice.inputs else HostChoice(inputs, Part.HEADER, pointer)
            return replace(uri_or_header, header=value)
    return choice


def _header_inputs(value: Text, scope: Scope) -> tuple[str, ...]:
    """Return the inputs that choose the host in a ``host`` header."""
    as_uri = Text.of("https://") + value.strip(TRIMMED)
    # What a service reads in an invalid host is unknown, so each input counts.
    if _origin(as_uri.real) is None:
        return inputs_of(value.pieces, scope)
    return _choice(as_uri, scope).inputs


def _is_destination(host: str, address: Address | None) -> bool:
    """Return whether a host is the one that the request is sent to anyway."""
    return address is not None and host in {
        address.host_header.real,
        address.authority.real,
        address.host,
    }


def _choice(text: Text, scope: Scope) -> HostChoice:
    origin, spans = _origin(text.real), _input_spans(text, scope)
    if origin is None or not spans:
        return HostChoice()
    authored = _origin_without(text, spans)
    in_host = [span for span in spans if span.is_in_host(origin)]
    if authored is None or (authored.host != origin.host and not _is_single_label(text, in_host, origin)):
        return HostChoice(inputs_of(_pieces(in_host) or _pieces_up_to_port(spans, origin), scope))
    return _port_or_scheme_choice(spans, authored, origin, scope)


def _port_or_scheme_choice(
    spans: list[_InputSpan], authored: _Origin, origin: _Origin, scope: Scope
) -> HostChoice:
    if (authored.scheme, authored.port) == (origin.scheme, origin.port):
        return HostChoice()
    outside_host = [span for span in spans if span.start < origin.end and not span.is_in_host(origin)]
    part = Part.PORT if authored.scheme == origin.scheme else Part.SCHEME
    return HostChoice(inputs_of(_pieces(outside_host) or _pieces_up_to_port(spans, origin), scope), part)


def _pieces(spans: Iterable[_InputSpan]) -> list[Piece]:
    return [span.piece for span in spans]


def _pieces_up_to_port(spans: Iterable[_InputSpan], origin: _Origin) -> list[Piece]:
    return [span.piece for span in spans if span.start <= origin.end]


def _is_single_label(text: Text, in_host: list[_InputSpan], origin: _Origin) -> bool:
    """Return whether inputs are only one label of a host, before a domain with one owner."""
    if not in_host or not all(_is_label(span.piece.text) for span in in_host):
        return False
    # The author may complete the label that the input is in, so the domain begins after its dot.
    _, _, domain = text.real[in_host[-1].end : origin.stop].partition(".")
    return is_registrable(domain)


def _origin(text: str) -> _Origin | None:
    scheme, span = _SCHEME.match(text), host_span(text)
    if scheme is None or span is None:
        return None
    name = scheme[1].lower()
    port = _PORT.match(text, span[1])
    digits = port[1] if port is not None else ""
    # More digits are not a port: `parse_address` rejects them, so this number is never used.
    number = int(digits[:_LONGEST_PORT]) if digits else DEFAULT_PORTS.get(name, 0)
    return _Origin(name, text[slice(*span)].lower(), number, *span, span[1] if port is None else port.end())


def _input_spans(text: Text, scope: Scope) -> list[_InputSpan]:
    spans: list[_InputSpan] = []
    offset = 0
    for piece in text.pieces:
        if piece.text and _inputs(piece, scope):
            spans.append(_InputSpan(piece, offset, offset + len(piece.text)))
        offset += len(piece.text)
    return spans


def _origin_without(text: Text, spans: list[_InputSpan]) -> _Origin | None:
    """Return the origin without the text of the inputs, None if that is not a URL."""
    characters = list(text.real)
    for span in spans:
        characters[span.start : span.end] = [""] * (span.end - span.start)
    authored = "".join(characters)
    # An input may be nothing but the scheme.
    return _origin(authored if _SCHEME.match(authored) else f"https://{authored.lstrip(':/')}")


def _is_label(text: str) -> bool:
    # NFKC, as `parse_address` applies it: a fullwidth dot becomes a dot.
    return _LABEL.fullmatch(unicodedata.normalize("NFKC", text)) is not None
