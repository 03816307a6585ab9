"""Secrets and masked values taken out of bodies, compressed ones too, before anything is written."""

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
LARGEST_OPENED = 32 * MEGABYTE
MOST_LAYERS = 4
_GZIP = b"\x1f\x8b"
_FIRST_CHUNK, _CHUNK = 64, 4096
MOST_MEMBERS = 10_000
_TOKEN = re.compile(r'"(?:[^"\\]++|\\.)*+"|-?[0-9][0-9.eE+-]*', re.DOTALL)
_CHARSET = re.compile(r"charset=\"?(utf-?(?:16|32)(?:-?[lb]e)?)\b", re.IGNORECASE)
# How zlib is told to expect gzip, zlib, or neither.
_BITS = {"gzip": (31,), "x-gzip": (31,), "deflate": (15, -15)}

Hide = Callable[[str], str]


class UnreadableBodyError(ValueError):
    """A body cannot be looked into, so nobody knows what it holds; the message says why."""


def hidden_text(text: str, hide: Hide) -> str:
    r"""Return a text without what ``hide`` takes out; what was JSON stays JSON.

    A number that holds a secret becomes a string, and a string is read before it is looked at.

    Example:
        >>> hidden_text('{"pin": 1234, "note": "\\u0031234"}', lambda text: text.replace("1234", "$pin"))
        '{"pin": "$pin", "note": "$pin"}'
    """
    if (hide(text) != text or "\\" in text) and read_json(text) is not None:
        text = _TOKEN.sub(lambda found: _hidden_token(found[0], hide), text)
    return hide(text)


def _hidden_token(token: str, hide: Hide) -> str:
    is_string = token.startswith('"')
    if is_string and "\\" not in token:
        return token
    value = json.loads(token) if is_string else token
    hidden = hide(value)
    return token if hidden == value else quoted(hidden)


def hidden_content(content: bytes, headers: Iterable[tuple[str, str]], hide: Hide, mask: list[str]) -> bytes:
    """Return a body without what ``hide`` takes out, and with what stands at masked places covered.

    A compressed body is opened, and compressed anew where something was taken out of it.

    Raises:
        UnreadableBodyError: it is compressed in a way that is not known here, or too large once it is opened.
    """
    told = {name.lower(): value.lower() for name, value in headers}
    charset = found[1] if (found := _CHARSET.search(told.get("content-type", ""))) else None

    def clean(body: bytes) -> bytes:
        return _hidden_plain(body, charset, hide, mask)

    names = [name.strip() for name in told.get("content-encoding", "").split(",")]
    names = [name for name in names if name not in ("", "identity")]
    if not names and content.startswith(_GZIP):
        names = ["gzip"]
    if len(names) > MOST_LAYERS:
        msg = f"is compressed {len(names)} times, too often to look for secrets"
        raise UnreadableBodyError(msg)
    return _hidden_packed(clean(content), names, clean)


def _hidden_packed(content: bytes, names: list[str], clean: Callable[[bytes], bytes]) -> bytes:
    if not names or not content:
        return content
    *inner, name = names
    if name not in _BITS:
        if _is_text(content):
            # It was opened before it came here.
            return content
        msg = f"is compressed as {name}, which cannot be opened here to look for secrets"
        raise UnreadableBodyError(msg)
    opened = _opened(content, name)
    if opened is None:
        return content
    hidden = _hidden_packed(clean(opened), inner, clean)
    if hidden == opened:
        return content
    return zlib.compress(hidden) if name == "deflate" else gzip.compress(hidden, mtime=0)


def _is_text(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


def _opened(content: bytes, name: str) -> bytes | None:
    """Return what a compressed body holds, as far as it can be opened; None where it is not compressed."""
    return next((found for bits in _BITS[name] if (found := _inflated(content, bits))), None)


def _inflated(content: bytes, bits: int) -> bytes:
    found = bytearray()
    start = 0
    # A gzip file may be several, one after the other.
    for _ in range(MOST_MEMBERS):
        stream = zlib.decompressobj(bits)
        at, size = start, _FIRST_CHUNK
        while at < len(content) and not stream.eof:
            chunk = content[at : at + size]
            if not _inflate(stream, chunk, found):
                return bytes(found)
            at += len(chunk)
            size = _CHUNK
        start = at - len(stream.unused_data)
        if start >= len(content):
            return bytes(found)
    raise UnreadableBodyError(f"is compressed in more than {MOST_MEMBERS:,} pieces")


def _inflate(stream: Any, chunk: bytes, found: bytearray) -> bool:
    """Add what a chunk opens to, and return whether it is sound: of a broken one the sound bytes count."""
    before = stream.copy()
    try:
        found += stream.decompress(chunk, LARGEST_OPENED + 1 - len(found))
    except zlib.error:
        with contextlib.suppress(zlib.error):
            for at in range(len(chunk)):
                found += before.decompress(chunk[at : at + 1], LARGEST_OPENED + 1 - len(found))
        return False
    if len(found) > LARGEST_OPENED:
        msg = f"is larger than {LARGEST_OPENED // MEGABYTE} MB once it is opened to look for secrets"
        raise UnreadableBodyError(msg)
    return True


def _hidden_plain(content: bytes, charset: str | None, hide: Hide, mask: list[str]) -> bytes:
    # The charset it names goes first: in UTF-16 a label must be in UTF-16 too.
    ways = [(charset, "replace")] if charset else []
    ways += (
        [("utf-8", "strict")] if _is_text(content) else [("utf-8", "surrogateescape"), ("latin-1", "replace")]
    )
    for encoding, errors in ways:
        try:
            text = content.decode(encoding, errors if encoding == "utf-8" else "strict")
        except UnicodeDecodeError:
            continue
        hidden = covered_text(hidden_text(text, hide), mask, "response")
        if hidden != text:
            content = hidden.encode(encoding, errors)
    return content


def covered_text(text: str, mask: list[str], side: str) -> str:
    """Return a body with what stands at masked places covered; ``side`` is request or response."""
    if not mask:
        return text
    read = read_json(text, longest=len(text))
    value = read[0] if read else text
    covered = cover(mask, {side: {"body": value}})[side]["body"]
    if covered == value:
        return text
    return styled(covered, style_of(text, value) or "compact") if read else str(covered)


def covered_header(name: str, value: Any, mask: list[str], side: str) -> Any:
    """Return a header covered where it is masked, in whatever case a pointer writes its name."""
    key = name.lower()
    return cover([one.lower() for one in mask], {side: {"headers": {key: value}}})[side]["headers"][key]
