"""White space control: ``~``, and lines that hold a block tag or a comment alone.

A pass over the tree that shortens text in place, in the very order of handlebars.js 4.7: what it does to a
text depends on what was done to it before.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from kustomer_nb.jsontext.javascript import SPACE

from .ast import Block, Comment, Content, Mustache, Program, Statement

# SPACE is the inside of a class of characters, with one range in it.
SPACE_CHARACTERS = SPACE.replace("\u2000-\u200a", "".join(map(chr, range(0x2000, 0x200B))))
_LINE_START = re.compile(r"\A[ \t]*\r?\n?")


class _Wish(NamedTuple):
    """What a statement wants of the text around it."""

    open: bool
    close: bool
    opens_line: bool = False
    closes_line: bool = False
    is_line: bool = False


def control(program: Program, *, is_root: bool = True) -> None:
    """Strip the text of a tree, blocks within it first."""
    body = program.body
    for at, statement in enumerate(body):
        wish = _wish(statement)
        if wish is None:
            continue
        before = _ends_line(body, at, is_root=is_root)
        after = _begins_line(body, at, is_root=is_root)
        if wish.close:
            _strip_right(body, at, whole=True)
        if wish.open:
            _strip_left(body, at, whole=True)
        if wish.is_line and before and after:
            _strip_right(body, at)
            _strip_left(body, at)
        if wish.opens_line and before:
            _strip_right(_parts(statement)[0].body, -1)
            _strip_left(body, at)
        if wish.closes_line and after:
            last = _parts(statement)[-1].body
            _strip_right(body, at)
            _strip_left(last, len(last))


def _wish(statement: Statement) -> _Wish | None:
    if isinstance(statement, Mustache):
        return _Wish(*statement.strip) if any(statement.strip) else None
    if isinstance(statement, Comment):
        return _Wish(*statement.strip, is_line=True)
    return _block(statement) if isinstance(statement, Block) else None


def _parts(statement: Statement) -> list[Program]:
    """Return the program and the inverse of a block, as far as it has them."""
    if not isinstance(statement, Block):
        return []
    return [one for one in (statement.program, statement.inverse) if one is not None]


def _block(block: Block) -> _Wish:
    parts = _parts(block)
    for one in parts:
        control(one, is_root=False)
    first = parts[0].body
    inverse = _inverse(parts[1]) if len(parts) > 1 else None
    last = first if inverse is None else inverse
    wish = _Wish(
        block.open_strip.open,
        block.close_strip.close,
        opens_line=_begins_line(first, -1),
        closes_line=_ends_line(last, len(last)),
    )
    if block.open_strip.close:
        _strip_right(first, -1, whole=True)
    if inverse is not None:
        _strip_around_else(block, first, inverse)
    if block.close_strip.open:
        _strip_left(last, len(last), whole=True)
    if inverse is not None and _ends_line(first, len(first)) and _begins_line(inverse, -1):
        _strip_left(first, len(first))
        _strip_right(inverse, -1)
    return wish


def _inverse(program: Program) -> tuple[Statement, ...]:
    """Return what follows ``{{else}}``; after ``{{else if}}``, what that block holds."""
    return _parts(program.body[0])[0].body if program.is_chained else program.body


def _strip_around_else(block: Block, first: tuple[Statement, ...], inverse: tuple[Statement, ...]) -> None:
    if block.inverse_strip.open:
        _strip_left(first, len(first), whole=True)
    if block.inverse_strip.close:
        _strip_right(inverse, -1, whole=True)


def _ends_line(body: tuple[Statement, ...], at: int, *, is_root: bool = False) -> bool:
    """Return whether only white space stands before ``at`` in its line."""
    if at == 0:
        return is_root
    before = body[at - 1]
    if not isinstance(before, Content):
        return False
    kept = before.original.rstrip(SPACE_CHARACTERS)
    return "\n" in before.original[len(kept) :] or (is_root and at == 1 and not kept)


def _begins_line(body: tuple[Statement, ...], at: int, *, is_root: bool = False) -> bool:
    """Return whether only white space stands after ``at`` in its line."""
    if at + 1 == len(body):
        return is_root
    after = body[at + 1]
    if not isinstance(after, Content):
        return False
    kept = after.original.lstrip(SPACE_CHARACTERS)
    is_blank = is_root and at + 2 == len(body) and not kept
    return "\n" in after.original[: len(after.original) - len(kept)] or is_blank


def _strip_right(body: tuple[Statement, ...], at: int, *, whole: bool = False) -> None:
    """Strip the text after ``at``: all its white space, or up to the end of the line."""
    after = body[at + 1] if at + 1 < len(body) else None
    if not isinstance(after, Content) or (after.is_right_stripped and not whole):
        return
    value = after.value.lstrip(SPACE_CHARACTERS) if whole else _LINE_START.sub("", after.value, count=1)
    after.is_right_stripped = value != after.value
    after.skipped += len(after.value) - len(value)
    after.value = value


def _strip_left(body: tuple[Statement, ...], at: int, *, whole: bool = False) -> None:
    """Strip the text before ``at``: all its white space, or blanks and tabs alone."""
    before = body[at - 1] if at > 0 else None
    if not isinstance(before, Content) or (before.is_left_stripped and not whole):
        return
    value = before.value.rstrip(SPACE_CHARACTERS if whole else " \t")
    before.is_left_stripped = value != before.value
    before.value = value
