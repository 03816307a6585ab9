"""A request as a Python program that sends it with httpx."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from kustomer_nb.printable import one_line, visible

from .message import CopiedHeader, Message, refuse_copy
from .names import Name, Segment, joined, literal_of

if TYPE_CHECKING:
    from kustomer_nb.request.model import Request

# What httpx does not rewrite. Anything else is passed by an extension, which it sends as it is.
_PLAIN_TARGET = re.compile(r"/[A-Za-z0-9/_~-]*(?:\?[A-Za-z0-9_.~=&-]+)?")
_TARGET = re.compile(rb"[\x21-\x7e]+")
# Of a header, outer white space is not part of the value (RFC 9110, section 5.5), and h11 refuses it.
_WHITE_SPACE = " \t"
_TIMEOUT = '"timeout": httpx.Timeout(60).as_dict()'


def to_httpx(request: Request) -> str:
    """Return the Python program of a request, as `Request.to_httpx` says."""
    message = Message.from_request(request)
    if not _TARGET.fullmatch(message.wire.target):
        raise refuse_copy("httpx", "httpx sends no character beyond ASCII in a path or query unless encoded")
    target = message.wire.target.decode("ascii")
    is_plain = _PLAIN_TARGET.fullmatch(target) is not None and literal_of(message.url) is not None
    url = message.url if is_plain else joined([*message.origin, "/"])
    extensions = [] if is_plain else [f'"target": {_encoded(message.target, target, "ascii")}']
    arguments = [
        _string(message.wire.method),
        _expression(url),
        *_headers(message),
        *_content(message),
        f"extensions={{{', '.join([*extensions, _TIMEOUT])}}}",
    ]
    lines = [
        "request = httpx.Request(",
        *[f"    {line}" for argument in arguments for line in f"{argument},".split("\n")],
        ")",
        "with httpx.Client() as client:",
        "    response = client.send(request)",
        "print(response.status_code, response.text)",
    ]
    return "\n".join([*_imports("\n".join(lines), message.names.names), *lines, ""])


def _imports(source: str, names: Sequence[Name]) -> Iterator[str]:
    used = [name for name in names if name.source in source]
    modules = {module for name in used for module in name.modules} | ({"os"} if used else set())
    yield from [f"import {module}" for module in sorted(modules)]
    if modules:
        yield ""
    yield "import httpx"
    yield ""
    entered = [name for name in used if name.words and _string(name.name) in name.source]
    yield from [one_line(f"# {name.name} in the environment: {name.words}.") for name in entered]


def _headers(message: Message) -> Iterator[str]:
    headers = [_header(header, message.charset) for header in message.copied_headers]
    if headers:
        yield "\n".join(["headers=[", *[f"    {header}," for header in headers], "]"])


def _header(header: CopiedHeader, charset: str) -> str:
    value = header.real.strip(_WHITE_SPACE)
    literal = literal_of(header.segments)
    segments: tuple[Segment, ...] = header.segments if literal is None else (literal.strip(_WHITE_SPACE),)
    is_stripped = literal is not None or value == header.real
    source = _expression(segments) if is_stripped else f'({_expression(segments)}).strip(" \\t")'
    if not value.isascii():
        # httpx would refuse it as a string.
        source = f"({source}).encode({_string(charset)})"
    return f"({_string(header.name)}, {source})"


def _content(message: Message) -> Iterator[str]:
    if message.body:
        yield f"content={_encoded(message.body, message.wire.body.decode(), 'utf-8')}"


def _encoded(segments: Sequence[Segment], real: str, charset: str) -> str:
    """Return the expression of segments as bytes."""
    literal = literal_of(segments)
    if literal is not None and real.isascii():
        return f"b{_string(literal)}"
    source = _expression(segments)
    source = source if len(segments) == 1 else f"({source})"
    return f"{source}.encode()" if charset == "utf-8" else f"{source}.encode({_string(charset)})"


def _expression(segments: Sequence[Segment]) -> str:
    sources = [segment.source if isinstance(segment, Name) else _string(segment) for segment in segments]
    return " + ".join(sources) or '""'


def _string(text: str) -> str:
    """Return a string literal with what is not visible escaped, in single quotes if it has double ones."""
    if '"' in text or not text.isprintable():
        return repr(text)
    source = json.dumps(text, ensure_ascii=False)
    return source if visible(source) == source else ascii(text)
