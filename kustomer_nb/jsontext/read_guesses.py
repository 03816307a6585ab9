"""Which findings of the reader say that what it read is a guess, and not only that it is no JSON.

What JavaScript allows has one meaning, so nothing is guessed there: comments, trailing commas, single quotes,
keys without quotes. What neither JSON nor JavaScript allows is a guess, and so is what only running the code
would tell.
"""

from __future__ import annotations

import re

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Diagnostic

from .edits import gap_end
from .parser import ParsedText
from .pointer import join, split
from .problems import JAVASCRIPT_ESCAPE, is_javascript

# How a string was written is judged by all of it: of several faults of a kind only the first is listed.
_OF_STRINGS = {Code.FOREIGN_QUOTES, Code.BAD_ESCAPE, Code.CONTROL_CHARACTER}
_ESCAPE = JAVASCRIPT_ESCAPE.pattern
_STRING = re.compile(
    rf"\"(?:[^\"\\\r\n]|{_ESCAPE})*+\"|'(?:[^'\\\r\n]|{_ESCAPE})*+'"
    rf"|`(?:[^`\\$\r]|\$(?!\{{)|{_ESCAPE})*+`"
)
# What makes a value before it the beginning of an expression.
_GOES_ON = (".", "(", "?.", "`")
_BRACKETS = {Code.UNCLOSED_BRACKET, Code.STRAY_BRACKET, Code.TOO_MANY}


def guesses(reading: ParsedText) -> tuple[Diagnostic, ...]:
    """Return the findings of a reading that say a value was guessed, in the order of the text.

    Example:
        >>> from .parser import read
        >>> [one.pointer for one in guesses(read("{a: 'x', 'b': now(), c: , /* d */ d: 1,}"))]
        ['/b', '/c']
    """
    return tuple(one for one in reading.diagnostics.errors if _is_guess(one, reading))


def _is_guess(found: Diagnostic, reading: ParsedText) -> bool:
    span = found.span
    # What stands before the JSON, as the fence of a page does, changes no value in it.
    if span is None or found.code == Code.WRAPPER:
        return False
    if found.code in _OF_STRINGS:
        place = reading.span(found.pointer)
        key = reading.key_span(found.pointer)
        written = next((one for one in (key, place) if one and one.start <= span.start < one.end), span)
        return _STRING.fullmatch(reading.text, written.start, written.end) is None
    return not is_javascript(Code(found.code), span.start, span.end, reading.text)


def encloses(found: Diagnostic, pointer: str, reading: ParsedText) -> bool:
    """Return whether a guess outside the value at a pointer leaves open what that value is.

    A bracket of what the value stands in does; so does code that is spread over an object around it, where
    it may replace the value, and a call upon what the value stands in.

    Example:
        >>> from .parser import read
        >>> [[encloses(one, "/a", reading) for one in guesses(reading)]
        ...  for reading in map(read, ('{"a": 1', '{"a": 1, ...b}', '{...b, "a": 1}', '{"b":, "a": 1}'))]
        [[True], [True], [False], [False]]
    """
    keys, around = split(pointer), split(found.pointer)
    if keys[: len(around)] != around or found.span is None:
        return False
    if found.code in _BRACKETS:
        return True
    if found.code == Code.NOT_LITERAL:
        return len(keys) > len(around) and _replaces(found, join(found.pointer, keys[len(around)]), reading)
    if found.code not in (Code.MISSING_COMMA, Code.STRAY_TEXT):
        return False
    return reading.text.startswith(_GOES_ON, gap_end(reading.text, found.span.start))


def _replaces(spread: Diagnostic, pointer: str, reading: ParsedText) -> bool:
    """Return whether code that is spread over an object may give another value to one of its members."""
    key = reading.key_span(pointer)
    return key is None or spread.span is None or key.start < spread.span.start
