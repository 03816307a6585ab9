"""Where in a command line a problem is: offsets alone, as the command itself may hold credentials."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kustomer_nb.codes import Code

from .curl_options import SHORT_NAMES

if TYPE_CHECKING:
    from kustomer_nb.diagnostics import Diagnostic

_LINE_AND_COLUMN = re.compile(r"at line (\d+), column (\d+)")
_OPTION = re.compile(r"(?<![\w-])--?[A-Za-z0-9@:#][\w.-]*")
_METHOD = re.compile(r"has no method ([A-Za-z]+)")
_HEADER = re.compile(r"header ([\w-]+)")
_QUOTED = re.compile(r'"([^"]+)"')
_URL = re.compile(r"[A-Za-z][\w+.-]*://[^\s'\"]*")
_AFTER_CURL = re.compile(r"\bcurl(?:\.exe)?\s+['\"]?(?P<word>[^\s'\"-][^\s'\"]*)")


def place_of(text: str, diagnostic: Diagnostic) -> tuple[int, int] | None:
    r"""Return the start and end of what a diagnostic is about, None if it is about no part of the command.

    Example:
        >>> from kustomer_nb.convert.notes import problem
        >>> error = problem(Code.CURL_OPTION, "--hedaer is not an option of curl.", "use --header.")
        >>> place_of("curl \\\n  --hedaer x", error)
        (9, 17)
    """
    message = diagnostic.message
    if match := _LINE_AND_COLUMN.search(message):
        return _at(text, int(match[1]), int(match[2]))
    if diagnostic.code == Code.NOT_CURL:
        return _span(re.search(r"\S+", text))
    if (place := _of_named(text, message)) is not None:
        return place
    if diagnostic.code == Code.CURL_URL:
        return _span(_URL.search(text)) or _span(_AFTER_CURL.search(text), "word")
    return None


def _of_named(text: str, message: str) -> tuple[int, int] | None:
    """Return the place of what a message names: a method, a quoted text, a header or an option."""
    if (match := _METHOD.search(message)) and (place := _of_method(text, match[1])):
        return place
    for pattern in (_QUOTED, _HEADER):
        if (match := pattern.search(message)) and match[1] in text:
            start = text.index(match[1])
            return start, start + len(match[1])
    match = _OPTION.search(message)
    return _of_option(text, match[0].rstrip(".")) if match else None


def _at(text: str, line: int, column: int) -> tuple[int, int] | None:
    lines = text.split("\n")
    if not 1 <= line <= len(lines):
        return None
    start = sum(len(before) + 1 for before in lines[: line - 1]) + column - 1
    return (start, min(start + 1, len(text))) if start < len(text) else None


def _of_method(text: str, method: str) -> tuple[int, int] | None:
    named = re.search(rf"(?:-X|--request)\s*['\"]?(?P<method>{re.escape(method)})\b", text)
    return _span(named, "method") or (_of_option(text, "--head") if method == "HEAD" else None)


def _of_option(text: str, option: str) -> tuple[int, int] | None:
    names = [re.escape(option)]
    short = next((letter for letter, name in SHORT_NAMES.items() if f"--{name}" == option), "")
    if short:
        # Also among others, as in -sSF.
        names.append(rf"-[A-Za-z]*?{re.escape(short)}")
    return _span(re.search(rf"(?<!\S)(?:{'|'.join(names)})", text))


def _span(match: re.Match[str] | None, group: str | int = 0) -> tuple[int, int] | None:
    return None if match is None else match.span(group)
