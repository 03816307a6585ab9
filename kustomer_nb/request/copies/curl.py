"""A request as a command for a POSIX shell: curl, told not to change or add anything."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from kustomer_nb.printable import visible

from .message import CopiedHeader, Message
from .names import Name, Segment, joined

if TYPE_CHECKING:
    from kustomer_nb.request.model import Request

# What curl sends as it is, with the options for a path and for brackets; any other target goes into an option
# of its own.
_PLAIN_TARGET = re.compile(r"/[!$&'()*+,\-./0-9:;=?@A-Z\[\]_a-z~%]*")
_DOTS = re.compile(r"/(?:\.|%2e)", re.IGNORECASE)
_BRACKETS = re.compile(r"[\[\]{}]")
# Within double quotes a shell expands these; an interactive one the ! too.
_SPECIAL = re.compile(r'["$`\\!\n]')
# What may follow $NAME without braces: zsh reads a colon as a modifier and a bracket as an index.
_AFTER_NAME = re.compile(r"[ /&',;=)]|\Z")
_NOT_IN_WORDS = re.compile(r"[^\w .,:()@-]")
# Linux takes at most 128 KB as one argument of a program, and curl before 7.84 waits for a response to
# Expect from this length on.
_LONGEST_ARGUMENT = 100_000
_EXPECTED_LENGTH = 1024


def to_curl(request: Request) -> str:
    """Return the curl command of a request, as `Request.to_curl` says."""
    message = Message.from_request(request)
    source, data = _data(message)
    options = [_command(message), *[_header(header, message.charset) for header in message.copied_headers]]
    options += [f"-H '{name}:'" for name in _suppressed(message)]
    command = source + " \\\n  ".join([*options, *data])
    names = [name for name in message.names.names if re.search(rf"\$\{{?{name.name}\b", command)]
    return "\n".join([*_prologue(names), command])


def _command(message: Message) -> str:
    words = ["curl --http1.1"]
    if message.wire.method != "GET" or message.body:
        words.append(f"-X {message.wire.method}")
    target = message.wire.target.decode("latin-1")
    is_plain = _PLAIN_TARGET.fullmatch(target) is not None and not target.endswith("?")
    has_name = any(isinstance(segment, Name) for segment in message.url)
    if is_plain and (has_name or _DOTS.search(target)):
        words.append("--path-as-is")
    if has_name or _BRACKETS.search(target + message.destination.host):
        words.append("--globoff")
    if is_plain:
        return " ".join([*words, _word(message.url, message.charset)])
    option = f"--request-target {_word(message.target, message.charset)}"
    return " ".join([*words, option, _word(joined([*message.origin, "/"]), message.charset)])


def _header(header: CopiedHeader, charset: str) -> str:
    # curl takes a name with a colon alone as the order to leave that header out.
    if not header.real.strip(" \t"):
        return f"-H {_literal(f'{header.name};', charset)}"
    return f"-H {_word(joined([f'{header.name}: ', *header.segments]), charset)}"


def _suppressed(message: Message) -> Iterator[str]:
    """Yield the headers that curl would add."""
    names = ["User-Agent", "Accept"]
    if message.body:
        names.append("Content-Type")
        has_name = any(isinstance(segment, Name) for segment in message.body)
        if has_name or len(message.wire.body) >= _EXPECTED_LENGTH:
            names.append("Expect")
    return (name for name in names if not message.has_header(name.lower()))


def _data(message: Message) -> tuple[str, list[str]]:
    """Return the command whose output curl reads as the body, and the options for the body."""
    if not message.body:
        return "", []
    if b"\0" not in message.wire.body and len(message.wire.body) <= _LONGEST_ARGUMENT:
        # Not --data, which reads a file if the body begins with @.
        return "", [f"--data-raw {_word(message.body, 'utf-8')}"]
    # No argument holds a NUL. printf is part of the shell, so its arguments may be of any length.
    parts = list(_split_at_nul(message.body))
    template = r"\000".join(["%s"] * len(parts))
    words = " ".join([_word(part, "utf-8") for part in parts])
    return f"printf '{template}' {words} | ", ["--data-binary @-"]


def _split_at_nul(segments: Sequence[Segment]) -> Iterator[list[Segment]]:
    part: list[Segment] = []
    for segment in segments:
        if isinstance(segment, Name):
            part.append(segment)
            continue
        first, *others = segment.split("\0")
        part.append(first)
        for text in others:
            yield part
            part = [text]
    yield part


def _prologue(names: Sequence[Name]) -> Iterator[str]:
    """Yield a line for each name that is not in the environment: it stops the command if it fails."""
    for name in names:
        if name.words:
            words = _NOT_IN_WORDS.sub("_", name.words)
            yield f': "${{{name.name}:?{words}}}" &&'
        elif not name.is_plain:
            modules = ", ".join(["os", "sys", *sorted(name.modules)])
            charset = "" if name.charset == "utf-8" else f'"{name.charset}"'
            program = f"import {modules}; sys.stdout.buffer.write({name.source}.encode({charset}))"
            yield f"{name.name}=$(python3 -c {_quoted(program)}) &&"


def _word(segments: Sequence[Segment], charset: str) -> str:
    """Return segments as one word of a shell."""
    if _fits_double_quotes(segments, charset):
        return f'"{"".join(_in_double_quotes(segments))}"'
    words = [
        f'"${segment.name}"' if isinstance(segment, Name) else _literal(segment, charset)
        for segment in segments
    ]
    return "".join(words) or "''"


def _fits_double_quotes(segments: Sequence[Segment], charset: str) -> bool:
    texts = [segment for segment in segments if isinstance(segment, str)]
    is_plain = all(not _SPECIAL.search(text) and not _has_escapes(text, charset) for text in texts)
    return len(texts) < len(segments) and is_plain


def _in_double_quotes(segments: Sequence[Segment]) -> Iterator[str]:
    following = [segment if isinstance(segment, str) else "$" for segment in segments[1:]]
    for segment, after in zip(segments, [*following, ""], strict=True):
        if isinstance(segment, str):
            yield segment
        else:
            yield f"${segment.name}" if _AFTER_NAME.match(after) else f"${{{segment.name}}}"


def _literal(text: str, charset: str) -> str:
    """Return a text as a word of a shell, with what a terminal does not take as text in octal."""
    if not _has_escapes(text, charset):
        return _quoted(text)
    words = []
    for is_escaped, characters in groupby(text, lambda character: _has_escapes(character, charset)):
        part = "".join(characters)
        octal = "".join(f"\\{byte:03o}" for byte in part.encode(charset)) if is_escaped else ""
        words.append(f"\"$(printf '{octal}')\"" if is_escaped else _quoted(part))
    return "".join(words)


def _has_escapes(text: str, charset: str) -> bool:
    # A tab completes a name at a prompt, and a command is UTF-8, so that Latin-1 cannot stand in it.
    return "\t" in text or visible(text) != text or (charset == "latin-1" and not text.isascii())


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"
