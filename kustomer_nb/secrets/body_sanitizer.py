"""Secrets and masked values removed from bodies, compressed ones too, before they are written to a file."""

from __future__ import annotations

import contextlib
import gzip
import json
import re
import zlib
from collections.abc import Callable, Iterable
from typing import Any

from kustomer_nb.jsontext.javascript import quoted
from kustomer_nb.jsontext.json_styles import read_json, style_of, styled

from .masking import cover

MEGABYTE = 2**20
LARGEST_DECOMPRESSED = 32 * MEGABYTE
MOST_LAYERS = 4
_GZIP = b"\x1f\x8b"
_FIRST_CHUNK, _CHUNK = 64, 4096
MOST_MEMBERS = 10_000
_TOKEN = re.compile(r'"(?:[^"\\]++|\\.)*+"|-?[0-9][0-9.eE+-]*', re.DOTALL)
_CHARSET = re.compile(r"charset=\"?(utf-?(?:16|32)(?:-?[lb]e)?)\b", re.IGNORECASE)
# The wbits by which zlib expects gzip, zlib, or raw deflate.
_BITS = {"gzip": (31,), "x-gzip": (31,), "deflate": (15, -15)}

Hide = Callable[[str], str]


class UnreadableBodyError(ValueError):
    """A body cannot be searched for secrets; the message says why."""


def hidden_text(text: str, hide: Hide) -> str:
    r"""Return a text without what ``hide`` removes; JSON stays valid JSON.

    A number that contains a secret becomes a string. The escapes of a string are decoded before the search.

    Example:
        >>> hidden_text('{"pin": 1234, "note": "\\u0031234"}', lambda text: text.replace("1234", "$pin"))
        '{"pin": "$pin", "note": "$pin"}'
    """
    if (hide(text) != text or "\\" in text) and read_json(text) is not None:
        text = _TOKEN.sub(lambda match: _hidden_token(match[0], hide), text)
    return hide(text)


def _hidden_token(token: str, hide: Hide) -> str:
    is_string = token.startswith('"')
    if is_string and "\\" not in token:
        return token
    value = json.loads(token) if is_string else token
    hidden = hide(value)
    return token if hidden == value else quoted(hidden)


def hidden_content(content: bytes, headers: Iterable[tuple[str, str]], hide: Hide, mask: list[str]) -> bytes:
    """Return a body without what ``hide`` removes, and with labels for masked values.

    A compressed body is decompressed, and compressed again if something was removed.

    Raises:
        UnreadableBodyError: the compression is unknown, or the decompressed body is too large.
    """
    values = {name.lower(): value.lower() for name, value in headers}
    match = _CHARSET.search(values.get("content-type", ""))
    charset = match[1] if match else None

    def clean(body: bytes) -> bytes:
        return _hidden_plain(body, charset, hide, mask)

    names = [name.strip() for name in values.get("content-encoding", "").split(",")]
    names = [name for name in names if name not in ("", "identity")]
    if not names and content.startswith(_GZIP):
        names = ["gzip"]
    if len(names) > MOST_LAYERS:
        msg = f"is compressed {len(names)} times, too often to search it for secrets"
        raise UnreadableBodyError(msg)
    return _hidden_compressed(clean(content), names, clean)


def _hidden_compressed(content: bytes, names: list[str], clean: Callable[[bytes], bytes]) -> bytes:
    if not names or not content:
        return content
    *inner, name = names
    if name not in _BITS:
        if _is_text(content):
            # The transport has decompressed it already.
            return content
        msg = f"is compressed as {name}, which cannot be decompressed to search it for secrets"
        raise UnreadableBodyError(msg)
    decompressed = _decompressed(content, name)
    if decompressed is None:
        return content
    hidden = _hidden_compressed(clean(decompressed), inner, clean)
    if hidden == decompressed:
        return content
    return zlib.compress(hidden) if name == "deflate" else gzip.compress(hidden, mtime=0)


def _is_text(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


def _decompressed(content: bytes, name: str) -> bytes | None:
    """Return a decompressed body, as far as it is intact; None if it is not compressed."""
    return next((body for bits in _BITS[name] if (body := _inflated(content, bits))), None)


def _inflated(content: bytes, bits: int) -> bytes:
    inflated = bytearray()
    start = 0
    # A gzip file may have several members (RFC 1952 section 2.2).
    for _ in range(MOST_MEMBERS):
        stream = zlib.decompressobj(bits)
        at, size = start, _FIRST_CHUNK
        while at < len(content) and not stream.eof:
            chunk = content[at : at + size]
            if not _inflate(stream, chunk, inflated):
                return bytes(inflated)
            at += len(chunk)
            size = _CHUNK
        start = at - len(stream.unused_data)
        if start >= len(content):
            return bytes(inflated)
    raise UnreadableBodyError(f"is compressed in more than {MOST_MEMBERS:,} members")


def _inflate(stream: Any, chunk: bytes, inflated: bytearray) -> bool:
    """Append a decompressed chunk, and return whether it was intact; if not, its intact bytes are kept."""
    before = stream.copy()
    try:
        inflated += stream.decompress(chunk, LARGEST_DECOMPRESSED + 1 - len(inflated))
    except zlib.error:
        with contextlib.suppress(zlib.error):
            for at in range(len(chunk)):
                inflated += before.decompress(chunk[at : at + 1], LARGEST_DECOMPRESSED + 1 - len(inflated))
        return False
    if len(inflated) > LARGEST_DECOMPRESSED:
        msg = (
            f"is larger than {LARGEST_DECOMPRESSED // MEGABYTE} MB when decompressed to search it for secrets"
        )
        raise UnreadableBodyError(msg)
    return True


def _hidden_plain(content: bytes, charset: str | None, hide: Hide, mask: list[str]) -> bytes:
    # The declared charset first: in a body in UTF-16, a label must be in UTF-16 too.
    decodings = [(charset, "replace")] if charset else []
    decodings += (
        [("utf-8", "strict")] if _is_text(content) else [("utf-8", "surrogateescape"), ("latin-1", "replace")]
    )
    for encoding, errors in decodings:
        try:
            text = content.decode(encoding, errors if encoding == "utf-8" else "strict")
        except UnicodeDecodeError:
            continue
        hidden = covered_text(hidden_text(text, hide), mask, "response")
        if hidden != text:
            content = hidden.encode(encoding, errors)
    return content


def covered_text(text: str, mask: list[str], side: str) -> str:
    """Return a body with labels for masked values; ``side`` is request or response."""
    if not mask:
        return text
    parsed = read_json(text, longest=len(text))
    value = parsed[0] if parsed else text
    covered = cover(mask, {side: {"body": value}})[side]["body"]
    if covered == value:
        return text
    return styled(covered, style_of(text, value) or "compact") if parsed else str(covered)


def covered_header(name: str, value: Any, mask: list[str], side: str) -> Any:
    """Return a header with a label if it is masked; the case of its name in the pointer does not matter."""
    key = name.lower()
    pointers = [pointer.lower() for pointer in mask]
    return cover(pointers, {side: {"headers": {key: value}}})[side]["headers"][key]
