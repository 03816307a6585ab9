"""What is wrong with a text that is not JSON, in the same words on each version of Python."""

from __future__ import annotations

import json

# The messages of Python's parser, by their beginnings.
_REASONS = {
    "Expecting value": "expected a value",
    "Expecting property name enclosed in double quotes": "expected a property name in double quotes",
    "Expecting ':' delimiter": "expected a colon",
    "Expecting ',' delimiter": "expected a comma",
    "Illegal trailing comma before end of object": "a comma before the end of the object",
    "Illegal trailing comma before end of array": "a comma before the end of the array",
    "Unterminated string starting": "a string without a closing quote",
    "Invalid control character": "a control character in a string",
    "Invalid \\escape": "a backslash that escapes nothing",
    "Invalid \\uXXXX escape": "an invalid \\u escape",
    "Extra data": "more text after the value",
    "Unexpected UTF-8 BOM": "a byte order mark",
}


def json_problem(error: Exception) -> str:
    r"""Return what is wrong with a text that could not be parsed, with line and column if they are known.

    Example:
        >>> try:
        ...     json.loads("{a: 1}")
        ... except ValueError as error:
        ...     print(json_problem(error))
        expected a property name in double quotes (line 1, column 2)
    """
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    if not isinstance(error, json.JSONDecodeError):
        # Python refuses to convert more than 4,300 digits, and names a function to allow more.
        return "a number is too long" if "set_int_max_str_digits" in str(error) else str(error)
    return f"{json_reason(error)} (line {error.lineno}, column {error.colno})"


def json_reason(error: json.JSONDecodeError) -> str:
    """Return what is wrong with a text that is not JSON, without its location.

    Example:
        >>> json_reason(json.JSONDecodeError("Expecting value", "]", 0))
        'expected a value'
    """
    reasons = (reason for start, reason in _REASONS.items() if error.msg.startswith(start))
    return "the text is empty" if not error.doc.strip() else next(reasons, "a syntax error")
