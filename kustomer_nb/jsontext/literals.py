"""Values JSON has no word for: other numbers, other languages' words, expressions."""

from __future__ import annotations

import math
import re

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Severity

from .edits import replaced
from .expressions import code_end
from .javascript import number, number_text, quoted, string
from .parser_state import SPACE
from .problems import PRINTS_JSON, Problem, not_literal, quote
from .strings import Lexed

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
# An escaped quote opens nothing: to look for its end would be quadratic.
_INTEREST = re.compile(
    r'\\.|"(?:[^"\\\n]|\\.)*+"|\'(?:[^\'\\\n]|\\.)*+\'|`(?:[^`\\]|\\.)*+`'
    r"|[()\[\]{},\n;]|(?<!:)//|/\*|(?<=\s)#"
)
_PAIRS = {"(": ")", "[": "]", "{": "}"}
_STOPS = {",", "}", "]", ")", "\n", ";", "//", "/*", "#"}
_OPERATOR = re.compile(r"[*%|&?<>(]|==|[+.-](?![0-9])|/(?![/*])")
_BLANKS = re.compile(r"[ \t]*+")


def read_literal(text: str, start: int) -> Lexed | None:
    """Return the number or word at ``start``, None when it is neither.

    Example:
        >>> read_literal("0x1F", 0).value, read_literal("None", 0).value, read_literal("soon", 0)
        (31, None, None)
    """
    if found := _NUMBER.match(text, start):
        return _number(found)
    found = _WORD.match(text, start)
    word = found[0] if found else ""
    end = start + len(word)
    if word.lower() in _NOT_NUMBERS:
        fix = "write null, or the number in digits."
        message = f"{quote(word)} is no number in JSON."
        edits = replaced(start, end, "null")
        fault = Problem(Code.NOT_A_NUMBER, start, end, message, fix, edits=edits, is_safe=False)
        return Lexed(_NOT_NUMBERS[word.lower()], end, [fault])
    if word.lower() in _FOREIGN:
        value = _FOREIGN[word.lower()]
        meant = "null" if value is None else str(value).lower()
        message = f"{quote(word)} is no word of JSON."
        edits = replaced(start, end, meant)
        fault = Problem(Code.FOREIGN_LITERAL, start, end, message, f"write {meant}.", edits=edits)
        return Lexed(value, end, [] if word in {"true", "false", "null"} else [fault])
    return None


def numeric_key(text: str, start: int) -> Lexed | None:
    """Return the key that a number before a colon is in JavaScript, None where there is no number.

    Example:
        >>> numeric_key("{0x1F: 1}", 1).value, numeric_key("{a: 1}", 1)
        ('31', None)
    """
    digits = _NUMBER.match(text, start)
    if digits is None or digits[1]:
        return None
    return Lexed(string(_number(digits).value), digits.end(), [])


def read_template(text: str, start: int) -> Lexed | None:
    """Return a template such as ``{{orderId}}`` that stands where a value should, as its own text."""
    found = _TEMPLATE.match(text, start)
    if found is None:
        return None
    meant = quoted(found[0])
    lexed = _unknown(found[0], start, f"put it in double quotes: {meant}.")
    return lexed._replace(
        faults=[one._replace(edits=replaced(start, lexed.end, meant)) for one in lexed.faults]
    )


def goes_on(text: str, end: int, start: int) -> bool:
    """Return whether an operator at ``start`` follows a value, which makes it part of an expression."""
    # The operator first: blanks may stand before any number of other marks.
    return bool(_OPERATOR.match(text, start) and _BLANKS.fullmatch(text, end, start))


class Expressions:
    """Reads code that stands for a value as its own source text.

    ``code_pairs`` says that brackets, strings and templates of JavaScript paired off so far.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._brackets_pair = True
        self.code_pairs = True

    def read(self, start: int, resume: int | None = None, *, is_javascript: bool = False) -> Lexed:
        """Return the expression from ``start`` to where its value ends, looking from ``resume`` on.

        Without JavaScript around it, one ends with its line.

        Example:
            >>> Expressions("now(), 1").read(0).value
            'now()'
        """
        begin = start if resume is None else resume
        end = self._code_end(begin, after_operand=resume is not None) if is_javascript else None
        if end is None:
            end = self._end(begin)
        source = self._text[start:end].rstrip()
        if len(source) <= begin - start:
            source = self._text[start : begin + 1]
        fix = f"write the value itself, which {PRINTS_JSON}; if the text is meant, {quote(quoted(source))}."
        return _unknown(source, start, fix)

    def _code_end(self, start: int, *, after_operand: bool) -> int | None:
        end = code_end(self._text, start, after_operand=after_operand) if self.code_pairs else None
        # Looking as far again at each one without an end would be quadratic.
        self.code_pairs = end is not None
        return end

    def _end(self, start: int) -> int:
        expected: list[str] = []
        first_stop = -1
        for found in _INTEREST.finditer(self._text, start):
            mark = found[0]
            if mark in _STOPS and not expected:
                return found.start()
            if mark in _STOPS and first_stop < 0:
                first_stop = found.start()
            if mark in _PAIRS and self._brackets_pair:
                expected.append(_PAIRS[mark])
            elif mark in _PAIRS.values() and mark != expected.pop():
                break
        else:
            if not expected:
                return len(self._text)
        # Looking as far again at each bracket that is never closed would be quadratic.
        self._brackets_pair = False
        return first_stop if first_stop >= 0 else len(self._text)


def _unknown(source: str, start: int, fix: str) -> Lexed:
    return Lexed(source, start + len(source), [not_literal(source, start, fix)])


def _number(found: re.Match[str]) -> Lexed:
    written = found[0]
    sign, prefixed, decimal = found.groups()
    value = number(int("0" + prefixed, 0)) if prefixed else _decimal(decimal.replace("_", ""))
    value = -value if sign == "-" else value
    is_json = _JSON_NUMBER.fullmatch(written) is not None
    if value in (math.inf, -math.inf):
        return Lexed(value, found.end(), [_too_large(found, is_json=is_json)])
    if is_json:
        return Lexed(value, found.end(), [])
    message = f"{quote(written)} is no number as JSON writes it."
    meant = number_text(value)
    edits = replaced(*found.span(), meant)
    fault = Problem(Code.NUMBER_FORM, *found.span(), message, f"write {meant}.", edits=edits)
    return Lexed(value, found.end(), [fault])


def _too_large(found: re.Match[str], *, is_json: bool) -> Problem:
    message = f"{quote(found[0])} is larger than any number JavaScript holds and is read as Infinity."
    fix = "write a smaller number, or put it in double quotes."
    severity = Severity.WARNING if is_json else Severity.ERROR
    return Problem(Code.NUMBER_TOO_LARGE, found.start(), found.end(), message, fix, severity)


def _decimal(digits: str) -> float:
    try:
        return int(digits)
    except ValueError:
        # A fraction, or more digits than Python turns into an int.
        return float(digits)
