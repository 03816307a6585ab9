"""A request as HTML: each value is marked with its source."""

from __future__ import annotations

from collections.abc import Iterable

from kustomer_nb.diagnostics import Diagnostic
from kustomer_nb.effects import by_effect
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.request import Origins, Request
from kustomer_nb.secrets import Secret
from kustomer_nb.template import Kind, Piece

from .html import html, location
from .mustache import fill
from .pretty import MOST_ROWS, more, secret_facts, source, truncate

_CLASSES = {
    Kind.INPUT: "input",
    Kind.ENV: "input",
    Kind.HELPER: "helper",
    Kind.SETTING: "setting",
    Kind.MISSING: "missing",
    Kind.NULL: "missing",
}


@html.register
def _(value: Request, *, styled: bool = True) -> str:
    uri = value.address.text.pieces if value.address else value.uri.pieces
    body, truncated = _truncate_pieces(value.body_text.pieces if value.body_text else ())
    redirect = value.sent_to
    return fill(
        "request",
        {
            "method": value.method,
            "url": _pieces(uri),
            "redirect": [{"origin": redirect.origin, "host": redirect.host_header.shown}] if redirect else [],
            "headers": [{"name": name, "value": _pieces(text.pieces)} for name, text in value.header_texts],
            "parts": [
                {"name": _part_name(part), "origins": html(value.origins(part), styled=False)}
                for part in value.parts
            ],
            "body": _pieces(body),
            "has_body": bool(body),
            "truncated": truncated,
            "settings": [
                {"label": label, "facts": _secret(secret)} for label, secret in value.secrets.items()
            ],
            "has_settings": bool(value.secrets),
            "diagnostics": [_diagnostic(diagnostic) for diagnostic in by_effect(value.diagnostics)],
            "has_diagnostics": bool(value.diagnostics),
        },
        styled=styled,
    )


def _part_name(pointer: str) -> str:
    return " ".join(pointers.split(pointer))


def _secret(secret: Secret | None) -> str:
    if not secret:
        return "no value"
    origin, *facts = secret_facts(secret)
    return f"{origin} ({', '.join(facts)})"


def _diagnostic(diagnostic: Diagnostic) -> dict[str, str]:
    return {
        "severity": diagnostic.severity.value,
        "message": diagnostic.message,
        "fix": f"Fix: {diagnostic.fix}" if diagnostic.fix else "",
    }


def _truncate_pieces(pieces: Iterable[Piece]) -> tuple[list[Piece], str]:
    body = list(pieces)
    text, truncated = truncate("".join(piece.shown for piece in body), "request.body")
    return (body, "") if not truncated else ([Piece(text, Kind.LITERAL)], truncated)


def _pieces(pieces: Iterable[Piece]) -> list[dict[str, str]]:
    return [
        {"kind": _class(piece), "origin": _origin(piece), "text": piece.shown or _blank(piece)}
        for piece in pieces
    ]


def _class(piece: Piece) -> str:
    # What a helper makes of a setting is shown as one.
    return "setting" if piece.label else _CLASSES.get(piece.kind, "")


def _blank(piece: Piece) -> str:
    if piece.kind is Kind.NULL:
        return f"({piece.path} is null)"
    return f"(no {piece.path})" if piece.kind is Kind.MISSING else ""


def _origin(piece: Piece) -> str:
    changed = f", escaping changed {piece.changed} characters" if piece.changed else ""
    return f"{piece.kind.value}: {piece.path}{changed}" if piece.path else ""


@html.register
def _(value: Origins, *, styled: bool = True) -> str:
    rows = [
        {
            "kind": _CLASSES.get(origin.kind, ""),
            "text": origin.text,
            "source": source(origin),
            "location": location(origin.span) or origin.pointer,
        }
        for origin in value[:MOST_ROWS]
    ]
    return fill("origins", {"rows": rows, "has_rows": bool(rows), "more": more(value)}, styled=styled)
