"""Where a key of ``kustomer-nb.toml`` is in its text, which Python's parser of TOML does not say."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from kustomer_nb.diagnostics import Diagnostic, Span
from kustomer_nb.jsontext.text_file import read_settings

_PART = re.compile(r"\"[^\"]*\"|'[^']*'|[\w-]+")
_DOTTED = rf"(?:{_PART.pattern})(?:\s*\.\s*(?:{_PART.pattern}))*"
_HEADER = re.compile(rf"\s*\[\[?\s*(?P<keys>{_DOTTED})\s*\]")
_PAIR = re.compile(rf"\s*(?P<keys>{_DOTTED})\s*=")
# How Python's parser ends a message.
_AT = re.compile(r" \(at line (\d+), column (\d+)\)")
_AT_END = " (at end of document)"
_PROFILES = "profiles"


def key_span(text: str, key: str = "", profile: str = "") -> Span | None:
    r"""Return where a key is, among those of a profile or of all; without a key, where the profile begins.

    A key is found by its full path or the end of it, also in an inline table. None if it is not found.

    Example:
        >>> text = "mode = 'live'\n[profiles.sandbox]\nsettings.shop.token = 'a'\n"
        >>> [key_span(text, key, "sandbox").line for key in ("", "settings", "shop.token")]
        [2, 3, 3]
        >>> key_span(text, "mode", "sandbox") is None
        True
    """
    for path, line_start, line in _lines(text):
        owner, keys = _owner_and_keys(path)
        if owner != profile:
            continue
        if not key and owner:
            return _span(text, line_start, line, line.strip())
        if _names_key(".".join(keys), key):
            return _span(text, line_start, line, line.split("=")[0].strip())
        inline = re.search(rf"(?<![\w.-])[\"']?{re.escape(key)}[\"']?\s*=", line)
        if inline is not None:
            return Span.from_offsets(text, line_start + inline.start(), line_start + inline.end())
    return None


def placed(findings: Iterable[tuple[str, Diagnostic]], path: Path, profile: str) -> Iterator[Diagnostic]:
    """Yield the findings about keys of one table with their position in the file."""
    text = read_settings(path, encoding="utf-8-sig", errors="replace")
    return (in_file(finding, path, key_span(text, key, profile)) for key, finding in findings)


def _lines(text: str) -> Iterator[tuple[list[str], int, str]]:
    """Yield each header and each pair: the path of its key, where its line begins, and the line."""
    table: list[str] = []
    start = 0
    for line in text.split("\n"):
        if header := _HEADER.match(line):
            table = _keys(header["keys"])
            yield table, start, line
        elif pair := _PAIR.match(line):
            yield [*table, *_keys(pair["keys"])], start, line
        start += len(line) + 1


def _owner_and_keys(path: list[str]) -> tuple[str, list[str]]:
    """Return the profile that a path is in, empty for what is of all, and its path there."""
    return (path[1], path[2:]) if path[0] == _PROFILES and len(path) > 1 else ("", path)


def _names_key(dotted: str, key: str) -> bool:
    return dotted == key or dotted.endswith(f".{key}") or dotted.startswith(f"{key}.")


def _keys(dotted: str) -> list[str]:
    return [part[1:-1] if part[0] in "\"'" else part for part in _PART.findall(dotted)]


def _span(text: str, line_start: int, line: str, part: str) -> Span:
    start = line_start + line.index(part)
    return Span.from_offsets(text, start, start + len(part))


def syntax_position(message: str, text: str) -> tuple[str, Span | None]:
    r"""Return the message of Python's parser without its location, and the location.

    Example:
        >>> syntax_position("Expected '=' after a key (at line 2, column 3)", "a = 1\nb b\n")[1].column
        3
    """
    if message.endswith(_AT_END):
        return message.removesuffix(_AT_END), Span.from_offsets(text, len(text))
    match = _AT.search(message)
    if match is None:
        return message, None
    line, column = int(match[1]), int(match[2])
    start = sum(len(before) + 1 for before in text.split("\n")[: line - 1]) + column - 1
    return message[: match.start()] + message[match.end() :], Span(start, start + 1, line, column)


def in_file(diagnostic: Diagnostic, path: Path, span: Span | None = None) -> Diagnostic:
    """Return a diagnostic that is about a file, relative to the current folder if the file is below it."""
    return replace(diagnostic, file=_shown(path), span=span)


def _shown(path: Path) -> str:
    try:
        relative = os.path.relpath(path)
    except (OSError, ValueError):
        # The current folder was removed, or is on another drive.
        return str(path)
    return str(path) if relative.startswith(os.pardir) else relative
