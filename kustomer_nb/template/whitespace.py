"""Whitespace control: ``~``, and lines that contain only a block tag or a comment.

A pass over the tree that strips text in place. It works in the exact order of handlebars.js 4.7, because the
result for a text depends on what was stripped from it before.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from kustomer_nb.jsontext.javascript import SPACE

from .ast import Block, Comment, Content, Mustache, Program, Statement

# SPACE is written for a regular expression and contains one range; str.strip needs each character.
SPACE_CHARACTERS = SPACE.replace("\u2000-\u200a", "".join(map(chr, range(0x2000, 0x200B))))
_LINE_START = re.compile(r"\A[ \t]*\r?\n?")


class _StripFlags(NamedTuple):
    """What to strip around a statement, in the terms of handlebars.js; standalone is alone on its line."""

    open: bool
    close: bool
    open_standalone: bool = False
    close_standalone: bool = False
    inline_standalone: bool = False


def control(program: Program, *, is_root: bool = True) -> None:
    """Strip the text of a tree, inner blocks first."""
    body = program.body
    for index, statement in enumerate(body):
        flags = _strip_flags(statement)
        if flags is None:
            continue
        # Decided on the original text, so that `~` does not change it.
        before = _is_line_start(body, index, is_root=is_root)
        after = _is_line_end(body, index, is_root=is_root)
        if flags.close:
            _strip_right(body, index, all_space=True)
        if flags.open:
            _strip_left(body, index, all_space=True)
        _strip_standalone(body, index, flags, before=before, after=after)


def _strip_standalone(
    body: tuple[Statement, ...], index: int, flags: _StripFlags, *, before: bool, after: bool
) -> None:
    """Strip the lines on which tags are alone: one starts ``before`` the statement, or ends ``after`` it."""
    statement = body[index]
    if flags.inline_standalone and before and after:
        _strip_right(body, index)
        _strip_left(body, index)
    # The text next to the opening tag is that of the first program within the block.
    if flags.open_standalone and before:
        _strip_right(_programs(statement)[0].body, -1)
        _strip_left(body, index)
    if flags.close_standalone and after:
        last = _programs(statement)[-1].body
        _strip_right(body, index)
        _strip_left(last, len(last))


def _strip_flags(statement: Statement) -> _StripFlags | None:
    if isinstance(statement, Mustache):
        return _StripFlags(*statement.strip) if any(statement.strip) else None
    if isinstance(statement, Comment):
        return _StripFlags(*statement.strip, inline_standalone=True)
    return _strip_block(statement) if isinstance(statement, Block) else None


def _programs(statement: Statement) -> list[Program]:
    """Return the program and the inverse of a block, if it has them."""
    if not isinstance(statement, Block):
        return []
    return [program for program in (statement.program, statement.inverse) if program is not None]


def _strip_block(block: Block) -> _StripFlags:
    programs = _programs(block)
    for program in programs:
        control(program, is_root=False)
    first = programs[0].body
    inverse = _inverse(programs[1]) if len(programs) > 1 else None
    last = first if inverse is None else inverse
    flags = _StripFlags(
        block.open_strip.open,
        block.close_strip.close,
        open_standalone=_is_line_end(first, -1),
        close_standalone=_is_line_start(last, len(last)),
    )
    if block.open_strip.close:
        _strip_right(first, -1, all_space=True)
    if inverse is not None:
        _strip_around_else(block, first, inverse)
    if block.close_strip.open:
        _strip_left(last, len(last), all_space=True)
    if inverse is not None:
        _strip_standalone_else(first, inverse)
    return flags


def _strip_standalone_else(first: tuple[Statement, ...], inverse: tuple[Statement, ...]) -> None:
    if _is_line_start(first, len(first)) and _is_line_end(inverse, -1):
        _strip_left(first, len(first))
        _strip_right(inverse, -1)


def _inverse(program: Program) -> tuple[Statement, ...]:
    """Return the statements after ``{{else}}``; after ``{{else if}}``, those of its block."""
    return _programs(program.body[0])[0].body if program.is_chained else program.body


def _strip_around_else(block: Block, first: tuple[Statement, ...], inverse: tuple[Statement, ...]) -> None:
    if block.inverse_strip.open:
        _strip_left(first, len(first), all_space=True)
    if block.inverse_strip.close:
        _strip_right(inverse, -1, all_space=True)


def _is_line_start(body: tuple[Statement, ...], index: int, *, is_root: bool = False) -> bool:
    """Return whether only whitespace precedes ``index`` on its line."""
    if index == 0:
        return is_root
    before = body[index - 1]
    if not isinstance(before, Content):
        return False
    text = before.original.rstrip(SPACE_CHARACTERS)
    return "\n" in before.original[len(text) :] or (is_root and index == 1 and not text)


def _is_line_end(body: tuple[Statement, ...], index: int, *, is_root: bool = False) -> bool:
    """Return whether only whitespace follows ``index`` on its line."""
    if index + 1 == len(body):
        return is_root
    after = body[index + 1]
    if not isinstance(after, Content):
        return False
    text = after.original.lstrip(SPACE_CHARACTERS)
    is_blank = is_root and index + 2 == len(body) and not text
    return "\n" in after.original[: len(after.original) - len(text)] or is_blank


def _strip_right(body: tuple[Statement, ...], index: int, *, all_space: bool = False) -> None:
    """Strip the text after ``index``: all whitespace, or blanks up to the end of the line."""
    after = body[index + 1] if index + 1 < len(body) else None
    if not isinstance(after, Content) or (after.is_right_stripped and not all_space):
        return
    value = after.value.lstrip(SPACE_CHARACTERS) if all_space else _LINE_START.sub("", after.value, count=1)
    after.is_right_stripped = value != after.value
    after.skipped += len(after.value) - len(value)
    after.value = value


def _strip_left(body: tuple[Statement, ...], index: int, *, all_space: bool = False) -> None:
    """Strip the text before ``index``: all whitespace, or only blanks and tabs."""
    before = body[index - 1] if index > 0 else None
    if not isinstance(before, Content) or (before.is_left_stripped and not all_space):
        return
    value = before.value.rstrip(SPACE_CHARACTERS if all_space else " \t")
    before.is_left_stripped = value != before.value
    before.value = value
