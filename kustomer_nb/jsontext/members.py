"""Members of an object literal that only JavaScript has: spreads, computed keys, shorthands, methods.

Facts from ECMA-262: property definitions (13.2.5), method definitions (15.4).
"""

from __future__ import annotations

import re
from typing import NamedTuple

from .expressions import code_gap_end
from .javascript import SPACE
from .strings import NEAR, unescaped

_IDENTIFIER = rf"(?:[\w$]|\\u(?:[0-9a-fA-F]{{4}}|\{{[0-9a-fA-F]+\}})|[^\x00-\x7f{SPACE}])++"
_NAME = re.compile(rf"(?P<quoted>\"(?:[^\"\\\r\n]|\\.)*+\"|'(?:[^'\\\r\n]|\\.)*+')|{_IDENTIFIER}", re.DOTALL)
# `['a' + b]:`, with bounded strings inside: an unclosed quote must not make the search quadratic.
_COMPUTED_KEY = re.compile(
    rf"\[(?:[^\[\]{{}}\"'`\n]|\"[^\"\n]{{0,{NEAR}}}+\"|'[^'\n]{{0,{NEAR}}}+'|`[^`\n]{{0,{NEAR}}}+`)"
    rf"{{1,{NEAR}}}+\]\s*+:"
)
_MODIFIERS = frozenset({"async", "get", "set"})


class Member(NamedTuple):
    """A member that is code: its key if that is written out, and where the search for its value begins."""

    key: str | None = None
    key_end: int = -1
    resume: int | None = None


def read_member(text: str, start: int, *, in_module: bool) -> Member | None:
    """Return the member at an offset if it has another form than ``key: value``.

    Outside of a module only spreads and computed keys count; other forms are more likely typing errors.

    Example:
        >>> read_member("{app, version}", 1, in_module=True)
        Member(key='app', key_end=4, resume=None)
        >>> read_member("{['a' + b]: 1}", 1, in_module=False)
        Member(key=None, key_end=-1, resume=12)
        >>> read_member("{app: 1}", 1, in_module=True)
    """
    if text.startswith("...", start):
        return Member()
    if text.startswith("[", start):
        resume = None if in_module else _computed_value(text, start)
        return Member(resume=resume) if in_module or resume is not None else None
    return _of_module(text, start) if in_module else None


def _computed_value(text: str, start: int) -> int | None:
    """Return where the value of a computed key begins, None if no value follows."""
    match = _COMPUTED_KEY.match(text, start)
    if match is None:
        return None
    value = code_gap_end(text, match.end())
    return value if text[value : value + 1] not in {"", ",", "}", "]"} else None


def _of_module(text: str, start: int) -> Member | None:
    # A generator method: `*name() {…}`.
    if text.startswith("*", start):
        return Member()
    name = _NAME.match(text, start)
    if name is None:
        return None
    following = code_gap_end(text, name.end())
    mark = text[following : following + 1]
    if mark in {",", "}"} and not name["quoted"]:
        return Member(unescaped(name[0]), name.end())
    # A method, in TypeScript with type parameters.
    if mark in {"(", "<"}:
        return Member()
    if name[0] in _MODIFIERS and mark not in {":", "", "="}:
        return _modified(text, name[0], following)
    return None


def _modified(text: str, modifier: str, name_start: int) -> Member:
    """Return the member whose name follows a modifier such as ``get`` or ``async``."""
    # Only a getter gives its key a value that JSON.stringify writes.
    getter = _NAME.match(text, name_start) if modifier == "get" else None
    if getter is None:
        return Member()
    key = getter[0][1:-1] if getter["quoted"] else getter[0]
    return Member(unescaped(key), getter.end())
