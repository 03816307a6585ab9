"""Which inputs a part of a request is made of, and whether they choose the host it goes to."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import NamedTuple

from kustomer_nb.errors import TemplateError
from kustomer_nb.template import Kind, Piece, Scope, Template, Text
from kustomer_nb.template.helpers import HELPERS

from .domains import is_registrable
from .url import TRIMMED, host_span

_LABEL = re.compile(r"[\w-]+")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


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


def host_inputs(uri: Text, scope: Scope) -> tuple[str, ...]:
    """Return the inputs that choose the host of a uri, none where it is the author's or a setting's.

    The host is the author's where it is the same with every input left out. An input may also be one label,
    or a part of one, before a domain that somebody can register.

    Example:
        >>> def asked(sub):
        ...     scope = Scope({"sub": sub})
        ...     return host_inputs(Template.parse("https://{{{sub}}}.shop.com/x").origins(scope), scope)
        >>> asked("eu"), asked("evil.example/?"), asked("a.b")
        ((), ('sub',), ('sub',))
    """
    text = uri.strip(TRIMMED)
    span = host_span(text.real)
    placed = _from_inputs(text, scope)
    if span is None or not placed:
        return ()
    if text.real[slice(*span)].lower() == _host_without(text, placed):
        return ()
    within = [part for part in placed if part.start < span[1] and part.end > span[0]]
    if within and all(_is_label(part.piece.text) for part in within):
        # What is left of the label the input is in, and what follows that label.
        _, _, domain = text.real[within[-1].end : span[1]].partition(".")
        if is_registrable(domain):
            return ()
    before = [part for part in placed if part.start <= span[1]]
    return inputs_of((part.piece for part in within or before), scope)


def _from_inputs(text: Text, scope: Scope) -> list[_Placed]:
    placed: list[_Placed] = []
    at = 0
    for piece in text.pieces:
        if piece.text and _inputs(piece, scope):
            placed.append(_Placed(piece, at, at + len(piece.text)))
        at += len(piece.text)
    return placed


def _host_without(text: Text, placed: list[_Placed]) -> str | None:
    """Return the host where every input is left out, None where there is none."""
    left = list(text.real)
    for part in placed:
        left[part.start : part.end] = [""] * (part.end - part.start)
    written = "".join(left)
    # An input may give the scheme alone.
    if not _SCHEME.match(written):
        written = f"https://{written.lstrip(':/')}"
    span = host_span(written)
    return None if span is None else written[slice(*span)].lower()


def _is_label(text: str) -> bool:
    return _LABEL.fullmatch(unicodedata.normalize("NFKC", text)) is not None
