"""Which diagnostics of the reader mean that it guessed a value, and not only that the text is not JSON.

What JavaScript allows has one meaning and is not a guess: comments, trailing commas, single quotes, keys
without quotes. What neither JSON nor JavaScript allows is a guess, and so is a value that only running the
code would show.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kustomer_nb.codes import Code

from .edits import gap_end
from .pointer import join, split
from .problems import JAVASCRIPT_ESCAPE, is_javascript

if TYPE_CHECKING:
    from kustomer_nb.diagnostics import Diagnostic

    from .parser import ParsedText

# All of a string is judged, not one problem: only the first of several problems of a kind is listed.
_OF_STRINGS = {Code.FOREIGN_QUOTES, Code.BAD_ESCAPE, Code.CONTROL_CHARACTER}
_ESCAPE = JAVASCRIPT_ESCAPE.pattern
_STRING = re.compile(
    rf"\"(?:[^\"\\\r\n]|{_ESCAPE})*+\"|'(?:[^'\\\r\n]|{_ESCAPE})*+'"
    rf"|`(?:[^`\\$\r]|\$(?!\{{)|{_ESCAPE})*+`"
)
# What turns the value before it into the beginning of an expression.
_EXPRESSION_MARKS = (".", "(", "?.", "`")
_BRACKETS = {Code.UNCLOSED_BRACKET, Code.STRAY_BRACKET, Code.TOO_MANY}


def guesses(parsed: ParsedText) -> tuple[Diagnostic, ...]:
    """Return the diagnostics of a text that mean a value was guessed, in the order of the text.

    Example:
        >>> from .parser import read
        >>> [guess.pointer for guess in guesses(read("{a: 'x', 'b': now(), c: , /* d */ d: 1,}"))]
        ['/b', '/c']
    """
    # A cause is listed once, and each value that it makes unknown is a guess.
    errors = (*parsed.diagnostics.errors, *parsed.code.repeated)
    return tuple(error for error in errors if _is_guess(error, parsed))


def _is_guess(error: Diagnostic, parsed: ParsedText) -> bool:
    span = error.span
    # What precedes the JSON, such as a Markdown fence, does not change a value in it.
    if span is None or error.code == Code.WRAPPER:
        return False
    if error.code in _OF_STRINGS:
        spans = (parsed.key_span(error.pointer), parsed.span(error.pointer))
        literal = next((outer for outer in spans if outer and outer.start <= span.start < outer.end), span)
        return _STRING.fullmatch(parsed.text, literal.start, literal.end) is None
    return not is_javascript(Code(error.code), span.start, span.end, parsed.text)


def encloses(guess: Diagnostic, pointer: str, parsed: ParsedText) -> bool:
    """Return whether a guess outside the value at a pointer makes that value uncertain.

    A missing or stray bracket of a container around the value does. So does code spread into an object around
    it, which may replace the value, and a call on a container around it.

    Example:
        >>> from .parser import read
        >>> [[encloses(guess, "/a", parsed) for guess in guesses(parsed)]
        ...  for parsed in map(read, ('{"a": 1', '{"a": 1, ...b}', '{...b, "a": 1}', '{"b":, "a": 1}'))]
        [[True], [True], [False], [False]]
    """
    keys, outer_keys = split(pointer), split(guess.pointer)
    if keys[: len(outer_keys)] != outer_keys or guess.span is None:
        return False
    if guess.code in _BRACKETS:
        return True
    if guess.code == Code.NOT_LITERAL:
        depth = len(outer_keys)
        return len(keys) > depth and _may_replace(guess, join(guess.pointer, keys[depth]), parsed)
    if guess.code not in (Code.MISSING_COMMA, Code.STRAY_TEXT):
        return False
    return parsed.text.startswith(_EXPRESSION_MARKS, gap_end(parsed.text, guess.span.start))


def _may_replace(spread: Diagnostic, pointer: str, parsed: ParsedText) -> bool:
    """Return whether code spread into an object may replace one of its members: only an earlier one."""
    key = parsed.key_span(pointer)
    return key is None or spread.span is None or key.start < spread.span.start
