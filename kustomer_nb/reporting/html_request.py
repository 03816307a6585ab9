"""A request as HTML: each value is marked with its source."""

from __future__ import annotations

from collections.abc import Iterable

from kustomer_nb.diagnostics import Diagnostic
from kustomer_nb.effects import by_effect
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.request import Origins, Request
from kustomer_nb.secrets import Secret
from kustomer_nb.template import Kind, Piece, Text

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
    return fill(
        "request",
        {
            "line": request_line(value),
            "sent": request_parts(value),
            "parts": [
                {"name": _part_name(part), "origins": html(value.origins(part), styled=False)}
                for part in value.parts
            ],
            "settings": [
                {"label": label, "facts": _secret(secret)} for label, secret in value.secrets.items()
            ],
            "has_settings": bool(value.secrets),
            "diagnostics": [_diagnostic(diagnostic) for diagnostic in by_effect(value.diagnostics)],
            "has_diagnostics": bool(value.diagnostics),
        },
        styled=styled,
    )


def request_line(request: Request) -> str:
    """Return the method and URL of a request as HTML: the real target leads, and the authored one follows."""
    return fill(
        "request_line",
        {
            "method": request.method,
            "url": url_pieces(request),
            "authored": request.url if request.sent_to is not None else "",
        },
        styled=False,
    )


def request_parts(request: Request) -> str:
    """Return the headers and the body of a request as HTML, as they are sent."""
    body, truncated = body_pieces(request)
    return fill(
        "request_parts",
        {
            "headers": [{"name": name, "value": pieces} for name, pieces in header_pieces(request)],
            "body": body,
            "has_body": bool(body),
            "truncated": truncated,
        },
        styled=False,
    )


def url_pieces(request: Request) -> list[dict[str, str]]:
    """Return the pieces of the URL, with the origin that ``hosts`` gives in place of the authored one."""
    address = request.address
    if address is None:
        return _pieces(request.uri.pieces)
    pieces = _pieces(address.text.pieces)
    if request.sent_to is None:
        return pieces
    left = len(f"{address.scheme}://{address.authority.shown}")
    behind: list[dict[str, str]] = []
    for piece in pieces:
        cut = min(left, len(piece["text"]))
        left -= cut
        if cut < len(piece["text"]):
            behind.append({**piece, "text": piece["text"][cut:]})
    return [_plain(request.sent_to_origin), *behind]


def header_pieces(request: Request) -> list[tuple[str, list[dict[str, str]]]]:
    """Return the name of each header that is sent, and the pieces of its value."""
    return [(name, _header(request, name, text)) for name, text in request.header_texts]


def body_pieces(request: Request) -> tuple[list[dict[str, str]], str]:
    """Return the pieces of the body, cut if it is long, and a note on the rest of it."""
    body, truncated = _truncate_pieces(request.body_text.pieces if request.body_text else ())
    return _pieces(body), truncated


def _header(request: Request, name: str, text: Text) -> list[dict[str, str]]:
    if request.sent_to is not None and request.has_default_host(name, text):
        # It follows the destination, not the authored URL.
        return [_plain(request.sent_to.host_header.shown)]
    return _pieces(text.pieces)


def _plain(text: str) -> dict[str, str]:
    return {"kind": "", "origin": "", "text": text}


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
    if piece.label and piece.kind in (Kind.LITERAL, Kind.INPUT, Kind.ENV):
        changed = f", hidden: it has the value of {piece.label}"
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
