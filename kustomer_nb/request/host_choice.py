"""Which inputs a part of a request is made of, and whether they choose the host, port or scheme."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import NamedTuple

from kustomer_nb.errors import TemplateError
from kustomer_nb.template import Kind, Piece, Scope, Template, Text
from kustomer_nb.template.helpers import HELPERS

from .domains import is_registrable
from .url import DEFAULT_PORTS, TRIMMED, Address, host_span

_LABEL = re.compile(r"[\w-]+")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
_PORT = re.compile(r":0*([0-9]*)")
_LONGEST_PORT = 5


class Part(StrEnum):
    """What of the place that a request goes to inputs choose; the ``host`` header by its own name."""

    HOST = "host"
    PORT = "port"
    SCHEME = "scheme"
    HEADER = "host header"


@dataclass(frozen=True, slots=True)
class HostChoice:
    """The inputs that choose where a request goes, none where it is the author's or a setting's.

    ``part`` is what they choose, ``pointer`` where that is written, ``header`` the ``host`` header of the
    author's that makes another host of it.
    """

    inputs: tuple[str, ...] = ()
    part: Part = Part.HOST
    pointer: str = "/inputTemplate/uri"
    header: Text = field(default_factory=Text)


def inputs_of(pieces: Iterable[Piece], scope: Scope) -> tuple[str, ...]:
    """Return the paths of the inputs that pieces come from, through helpers and functions too.

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
        # A function takes paths that no template can read.
        return () if piece.label else (piece.path,)
    # The path of a helper is its call as it is written, the path of a function what it is given.
    return tuple(
        variable.path
        for variable in variables
        if not (variable.may_call and variable.segments[0] in HELPERS)
        and scope.origin(variable.segments)[0] is Kind.INPUT
    )


class _Placed(NamedTuple):
    """A piece that comes from an input, and where in the uri its text begins and ends."""

    piece: Piece
    start: int
    end: int


class _Origin(NamedTuple):
    """Where an address goes, and where in it the host begins and ends, and all that says so ends."""

    scheme: str
    host: str
    port: int
    start: int
    stop: int
    end: int


def host_choice(
    uri: Text, headers: Iterable[tuple[str, Text, str]], address: Address | None, scope: Scope
) -> HostChoice:
    """Return which inputs choose the origin of a uri, or the ``host`` header that goes there.

    The origin is the author's where it is the same with every input left out. An input may also be one label
    of the host, or a part of one, before a domain that somebody can register. ``headers`` come with their
    pointers.

    Example:
        >>> def chosen(sub):
        ...     uri = Template.parse("https://{{{sub}}}.shop.com/x").origins(Scope({"sub": sub}))
        ...     return host_choice(uri, [], None, Scope({"sub": sub})).inputs
        >>> chosen("eu"), chosen("evil.example/?"), chosen("a.b")
        ((), ('sub',), ('sub',))
    """
    choice = _choice(uri.strip(TRIMMED), scope)
    for name, value, pointer in headers:
        if name.lower() != "host" or not (made_of := inputs_of(value.pieces, scope)):
            continue
        written = value.real.strip(TRIMMED).lower()
        if address is not None and written in {
            address.host_header.real,
            address.authority.real,
            address.host,
        }:
            continue
        as_uri = Text.of("https://") + value.strip(TRIMMED)
        # What is no host at all is for the service to read, in a way that nobody knows.
        inputs = made_of if _origin(as_uri.real) is None else _choice(as_uri, scope).inputs
        if inputs and written:
            return replace(
                choice if choice.inputs else HostChoice(inputs, Part.HEADER, pointer), header=value
            )
    return choice


def _choice(text: Text, scope: Scope) -> HostChoice:
    origin, placed = _origin(text.real), _from_inputs(text, scope)
    if origin is None or not placed:
        return HostChoice()
    authored = _origin_without(text, placed)
    within = [part for part in placed if part.start < origin.stop and part.end > origin.start]
    before = [part for part in placed if part.start <= origin.end]
    if authored is None or (authored.host != origin.host and not _is_ordinary(text, within, origin)):
        return HostChoice(inputs_of((part.piece for part in within or before), scope))
    if (authored.scheme, authored.port) == (origin.scheme, origin.port):
        return HostChoice()
    beside = [part.piece for part in before if part.start < origin.end and part not in within]
    chosen = Part.PORT if authored.scheme == origin.scheme else Part.SCHEME
    return HostChoice(inputs_of(beside or (part.piece for part in before), scope), chosen)


def _is_ordinary(text: Text, within: list[_Placed], origin: _Origin) -> bool:
    """Return whether inputs are one label of a host alone, before a domain that somebody can register."""
    if not within or not all(_is_label(part.piece.text) for part in within):
        return False
    # What is left of the label the input is in, and what follows that label.
    _, _, domain = text.real[within[-1].end : origin.stop].partition(".")
    return is_registrable(domain)


def _origin(text: str) -> _Origin | None:
    scheme, span = _SCHEME.match(text), host_span(text)
    if scheme is None or span is None:
        return None
    name = scheme[1].lower()
    port = _PORT.match(text, span[1])
    digits = port[1] if port is not None else ""
    # More digits are no port, and no request.
    number = int(digits[:_LONGEST_PORT]) if digits else DEFAULT_PORTS.get(name, 0)
    return _Origin(name, text[slice(*span)].lower(), number, *span, span[1] if port is None else port.end())


def _from_inputs(text: Text, scope: Scope) -> list[_Placed]:
    placed: list[_Placed] = []
    at = 0
    for piece in text.pieces:
        if piece.text and _inputs(piece, scope):
            placed.append(_Placed(piece, at, at + len(piece.text)))
        at += len(piece.text)
    return placed


def _origin_without(text: Text, placed: list[_Placed]) -> _Origin | None:
    """Return the origin where every input is left out, None where there is none."""
    left = list(text.real)
    for part in placed:
        left[part.start : part.end] = [""] * (part.end - part.start)
    written = "".join(left)
    # An input may give the scheme alone.
    return _origin(written if _SCHEME.match(written) else f"https://{written.lstrip(':/')}")


def _is_label(text: str) -> bool:
    return _LABEL.fullmatch(unicodedata.normalize("NFKC", text)) is not None
