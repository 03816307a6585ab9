"""Values that JSON cannot express: other number formats, literals of other languages, expressions."""

from __future__ import annotations

import math
import re

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Severity

from .edits import replaced
from .expressions import code_end, front_cast_end
from .javascript import number, number_text, quoted, string
from .parser_state import SPACE
from .problems import EVALUATES, PRINTS_JSON, Problem, not_literal, quote
from .strings import Lexed, Unknown

_ENDS = rf"(?=[{SPACE},}}\]:;/#]|\Z)"
_NUMBER = re.compile(
    r"([+-]?)(?:0([xX][0-9a-fA-F]+|[oO][0-7]+|[bB][01]+)"
    r"|((?:[0-9][0-9_]*+(?:\.[0-9_]*+)?|\.[0-9][0-9_]*+)(?:[eE][+-]?[0-9]++)?))n?" + _ENDS
)
_JSON_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?")
_WORD = re.compile(r"[+-]?[A-Za-z]++" + _ENDS)
_FOREIGN = {"none": None, "null": None, "nil": None, "undefined": None, "true": True, "false": False}
_NOT_NUMBERS = {
    "nan": math.nan,
    "infinity": math.inf,
    "inf": math.inf,
    "-infinity": -math.inf,
    "-inf": -math.inf,
}
_NOT_NUMBERS |= {"+infinity": math.inf, "+nan": math.nan, "-nan": math.nan}
_TEMPLATE = re.compile(r"(?!\{\{\s*+[\"'])(?:\{\{\{[^{}\n]*+\}\}\}|\{\{[^{}\n]*+\}\})")
# An escaped quote opens no string: searching for its end each time would be quadratic.
_SIGNIFICANT = re.compile(
    r'\\.|"(?:[^"\\\n]|\\.)*+"|\'(?:[^\'\\\n]|\\.)*+\'|`(?:[^`\\]|\\.)*+`'
    r"|[()\[\]{},\n;]|(?<!:)//|/\*|(?<=\s)#"
)
_PAIRS = {"(": ")", "[": "]", "{": "}"}
_STOPS = {",", "}", "]", ")", "\n", ";", "//", "/*", "#"}
_OPERATOR = re.compile(r"[*%|&?<>(]|==|[+.-](?![0-9])|/(?![/*])")
_BLANKS = re.compile(r"[ \t]*+")


def read_literal(text: str, start: int) -> Lexed | None:
    """Return the number or literal at ``start``, None if there is neither.

    Example:
        >>> read_literal("0x1F", 0).value, read_literal("None", 0).value, read_literal("soon", 0)
        (31, None, None)
    """
    if match := _NUMBER.match(text, start):
        return _number(match)
    match = _WORD.match(text, start)
    word = match[0] if match else ""
    end = start + len(word)
    if word.lower() in _NOT_NUMBERS:
        fix = "write null, or the number in digits."
        message = f"{quote(word)} is not a number in JSON."
        edits = replaced(start, end, "null")
        problem = Problem(Code.NOT_A_NUMBER, start, end, message, fix, edits=edits, is_safe=False)
        return Lexed(_NOT_NUMBERS[word.lower()], end, [problem])
    if word.lower() in _FOREIGN:
        value = _FOREIGN[word.lower()]
        meant = "null" if value is None else str(value).lower()
        message = f"{quote(word)} is not a JSON literal."
        edits = replaced(start, end, meant)
        problem = Problem(Code.FOREIGN_LITERAL, start, end, message, f"write {meant}.", edits=edits)
        return Lexed(value, end, [] if word in {"true", "false", "null"} else [problem])
    return None


def numeric_key(text: str, start: int) -> Lexed | None:
    """Return a number before a colon as the key it is in JavaScript, None if there is no number.

    Example:
        >>> numeric_key("{0x1F: 1}", 1).value, numeric_key("{a: 1}", 1)
        ('31', None)
    """
    digits = _NUMBER.match(text, start)
    if digits is None or digits[1]:
        return None
    return Lexed(string(_number(digits).value), digits.end(), [])


def read_template(text: str, start: int) -> Lexed | None:
    """Return a template without quotes, such as ``{{orderId}}``, as a string."""
    match = _TEMPLATE.match(text, start)
    if match is None:
        return None
    meant = quoted(match[0])
    lexed = _unknown(match[0], start, f"put it in double quotes: {meant}.")
    return lexed._replace(
        problems=[problem._replace(edits=replaced(start, lexed.end, meant)) for problem in lexed.problems]
    )


def is_operand(text: str, end: int, start: int) -> bool:
    """Return whether a value that ends at ``end`` is an operand: an operator follows it at ``start``."""
    # The operator first: matching the blanks before every other character would be quadratic.
    return bool(_OPERATOR.match(text, start) and _BLANKS.fullmatch(text, end, start))


class Expressions:
    """Reads code in place of a value as its own source text.

    ``is_balanced`` is true while the brackets, strings and templates of JavaScript have matched.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._has_balanced_brackets = True
        self.is_balanced = True

    def read(
        self,
        start: int,
        resume: int | None = None,
        *,
        is_javascript: bool = False,
        unknown: Unknown | None = None,
    ) -> Lexed:
        """Return the expression that begins at ``start``; the search for its end begins at ``resume``.

        Outside of JavaScript, an expression ends with its line. ``unknown`` is why it has no value.

        Example:
            >>> Expressions("now(), 1").read(0).value
            'now()'
        """
        begin = start if resume is None else resume
        end = self._end_in_javascript(start, resume) if is_javascript else None
        if end is None:
            end = self._end(begin)
        source = self._text[start:end].rstrip()
        if len(source) <= begin - start:
            source = self._text[start : begin + 1]
        fix = f"write the value itself, which {PRINTS_JSON}; for this text, write {quote(quoted(source))}."
        if is_javascript:
            fix = f"write the value itself, or {EVALUATES}."
        name, clause = unknown or ("", "")
        problem = not_literal(source, start, fix, clause=clause, cause=name)
        return Lexed(source, start + len(source), [problem])

    def _end_in_javascript(self, start: int, resume: int | None) -> int | None:
        """Return the end of an expression that may have several lines, None without one."""
        if resume is not None and resume != start:
            return self._code_end(resume, after_operand=True)
        # A comma in `<Record<string, any>>f()` does not end it.
        begin = front_cast_end(self._text, start) or start
        return self._code_end(begin, after_operand=resume is not None)

    def _code_end(self, start: int, *, after_operand: bool) -> int | None:
        end = code_end(self._text, start, after_operand=after_operand) if self.is_balanced else None
        # Searching to the end of the text again for each expression without an end would be quadratic.
        self.is_balanced = end is not None
        return end

    def _end(self, start: int) -> int:
        expected: list[str] = []
        first_stop = -1
        for match in _SIGNIFICANT.finditer(self._text, start):
            mark = match[0]
            if mark in _STOPS and not expected:
                return match.start()
            if mark in _STOPS and first_stop < 0:
                first_stop = match.start()
            if mark in _PAIRS and self._has_balanced_brackets:
                expected.append(_PAIRS[mark])
            elif mark in _PAIRS.values() and mark != expected.pop():
                break
        else:
            if not expected:
                return len(self._text)
        # Searching to the end of the text again for each unclosed bracket would be quadratic.
        self._has_balanced_brackets = False
        return first_stop if first_stop >= 0 else len(self._text)


def _unknown(source: str, start: int, fix: str) -> Lexed:
    return Lexed(source, start + len(source), [not_literal(source, start, fix)])


def _number(match: re.Match[str]) -> Lexed:
    source = match[0]
    sign, prefixed, decimal = match.groups()
    value = int("0" + prefixed, 0) if prefixed else _decimal(decimal.replace("_", ""))
    value = -value if sign == "-" else value
    if prefixed and math.isinf(number(value)):
        value = number(value)
    is_json = _JSON_NUMBER.fullmatch(source) is not None
    if value in (math.inf, -math.inf):
        return Lexed(value, match.end(), [_too_large(match, is_json=is_json)])
    if is_json:
        return Lexed(value, match.end(), [])
    message = f"{quote(source)} is not written as a JSON number."
    meant = number_text(value)
    edits = replaced(*match.span(), meant)
    problem = Problem(Code.NUMBER_FORM, *match.span(), message, f"write {meant}.", edits=edits)
    return Lexed(value, match.end(), [problem])


def _too_large(match: re.Match[str], *, is_json: bool) -> Problem:
    message = f"{quote(match[0])} is larger than any JavaScript number; it is read as Infinity."
    fix = "write a smaller number, or put it in double quotes."
    severity = Severity.WARNING if is_json else Severity.ERROR
    return Problem(Code.NUMBER_TOO_LARGE, match.start(), match.end(), message, fix, severity)


def _decimal(digits: str) -> float:
    try:
        return int(digits)
    except ValueError:
        # A fraction, or more than the 4,300 digits that Python converts to an int.
        return float(digits)
