"""JavaScript's values as the platform sees them: undefined, numbers, strings and ``JSON.parse``.

Facts from ECMA-262: Number::toString (6.1.6.1.20), StringToNumber (7.1.4.1.1). A JSON number is a double
there, so ``9007199254740993`` is ``9007199254740992``.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from json.encoder import encode_basestring
from typing import Any, Final, final

SAFE_INTEGER = 2**53
# Fewer digits, with their sign, always fit into a double exactly.
LONGEST_EXACT = 16
SPACE = "\t\n\v\f\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
_TRIMMED = re.compile(rf"^[{SPACE}]+|[{SPACE}]+\Z")
_DECIMAL = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_PREFIXED = re.compile(r"0(?:[xX][0-9a-fA-F]+|[oO][0-7]+|[bB][01]+)")
LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_INFINITE_TEXTS = {math.inf: "Infinity", -math.inf: "-Infinity"}
_INFINITE_NUMBERS = {"Infinity": math.inf, "+Infinity": math.inf, "-Infinity": -math.inf}
# Where a short literal may be no double: 1e400.
_EXPONENT = re.compile(r"[eE]\+?[0-9]{3}")
_INDEX = re.compile(r"0|[1-9]\d{0,9}", re.ASCII)


@final
class Undefined:
    """The type of `UNDEFINED`, which is false, prints as ``UNDEFINED`` and exists once."""

    __slots__ = ()
    _instance: Undefined | None = None

    def __new__(cls) -> Undefined:  # noqa: D102 - one instance, as the class says
        if cls._instance is None:
            cls._instance = super().__new__(cls)
        return cls._instance

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return "UNDEFINED"

    def __reduce__(self) -> str:
        # A copy or a pickle is the name of the one instance, not a second one.
        return "UNDEFINED"


UNDEFINED: Final = Undefined()


def number(value: float) -> float:
    """Return a number as JavaScript has it, a double: an integer with the digits that JavaScript prints.

    Python prints the result as JavaScript does, so output, JSON and text show one number. Calculate with
    ``float()`` of it: the digits of an integer beyond 2^53 are the shortest that name its double.

    Example:
        >>> number(9007199254740993), number(4634343214213523454), number(1e16), number(10**21), number(3)
        (9007199254740992, 4634343214213523000, 10000000000000000, 1e+21, 3)
    """
    if -SAFE_INTEGER <= value <= SAFE_INTEGER or value != value:
        return value
    try:
        return whole(float(value))
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def number_text(value: float) -> str:
    """Return a number as JavaScript prints it.

    Example:
        >>> [number_text(n) for n in (1.0, -0.0, 1e21, 1e-7, 0.1, 123456789012345680000)]
        ['1', '0', '1e+21', '1e-7', '0.1', '123456789012345680000']
    """
    if isinstance(value, int) and abs(value) <= SAFE_INTEGER:
        return str(value)
    if 1e-4 <= abs(value) < 1e16:
        # Python writes these as JavaScript does, except for the `.0` of an integer.
        return repr(float(value)).removesuffix(".0")
    try:
        value = float(value)
    except OverflowError:
        value = math.inf if value > 0 else -math.inf
    if not math.isfinite(value):
        return _INFINITE_TEXTS.get(value, "NaN")
    if value == 0:
        return "0"
    return f"-{_exponent_text(-value)}" if value < 0 else _exponent_text(value)


def _exponent_text(value: float) -> str:
    # Both languages print the shortest digits that read back as the same double; only the layout differs.
    mantissa, _, exponent = repr(value).partition("e")
    integer, _, fraction = mantissa.partition(".")
    digits = (integer + fraction).lstrip("0")
    point = len(integer) + int(exponent or 0) - (len(integer + fraction) - len(digits))
    return _place_point(digits.rstrip("0"), point)


def _place_point(digits: str, point: int) -> str:
    """Lay out the shortest digits; ``point`` is the position of the decimal point, from their start.

    The limits 21 and -6 are those of ECMA-262 6.1.6.1.20.
    """
    if len(digits) <= point <= 21:
        return digits + "0" * (point - len(digits))
    if 0 < point <= 21:
        return f"{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"0.{'0' * -point}{digits}"
    exponent = point - 1
    mantissa = digits[0] + (f".{digits[1:]}" if len(digits) > 1 else "")
    return f"{mantissa}e{'+' if exponent > 0 else '-'}{abs(exponent)}"


def trim(text: str) -> str:
    r"""Return a string without white space at its ends, the characters that ``\s`` matches in JavaScript.

    Example:
        >>> trim("\ufeff 7\n")
        '7'
    """
    return _TRIMMED.sub("", text)


def string_number(text: str) -> float:
    """Return ``Number(text)``: NaN if the string is not a number, 0 if it is only white space.

    Example:
        >>> [string_number(text) for text in (" 1 ", "0x1F", "1e3", ".5", "", "1,000")]
        [1, 31, 1000, 0.5, 0, nan]
    """
    if len(text) < 16 and text.isdigit() and text.isascii():
        return int(text)
    text = trim(text)
    if not text:
        return 0
    if _PREFIXED.fullmatch(text):
        return number(int(text, 0))
    if text in _INFINITE_NUMBERS:
        return _INFINITE_NUMBERS[text]
    if not _DECIMAL.fullmatch(text):
        return math.nan
    return whole(float(text))


def whole(value: float) -> float:
    """Return a double as an int if JavaScript prints it as one; -0, infinity and 1e21 stay floats."""
    if not value.is_integer() or (value == 0 and math.copysign(1, value) < 0):
        return value
    if -SAFE_INTEGER <= value <= SAFE_INTEGER:
        return int(value)
    return int(number_text(value)) if abs(value) < 1e21 else value


def is_rounded(literal: str) -> bool:
    """Return whether JavaScript does not keep a number as it is written: another one is printed.

    An integer is kept if its digits are, a fraction if it is what its double rounds to at its number of
    digits: ``51.507350000000002``, which C prints for 51.50735 with 17 digits, is that double.

    Example:
        >>> [is_rounded(text) for text in ("4634343214213523454", "9007199254740992", "0.1", "1e400")]
        [True, False, False, True]
        >>> [is_rounded(text) for text in ("0.1234567890123456789", "51.507350000000002", "1.50", "1e3")]
        [True, False, False, False]
    """
    if len(literal) < LONGEST_EXACT and not _EXPONENT.search(literal):
        return False
    double = float(literal)
    if math.isinf(double):
        return True
    # Imported late: few numbers are that long.
    from decimal import Context, Decimal

    written = Decimal(literal)
    printed = Decimal(repr(double))
    if written == printed:
        return False
    digits = len(written.as_tuple().digits)
    is_integer = written == written.to_integral_value()
    return is_integer or Context(prec=digits).create_decimal_from_float(double) != written


def as_doubles(value: Any) -> Any:
    """Return a copy of a JSON value, with objects and arrays of its own, and numbers as JavaScript has them.

    Example:
        >>> as_doubles({"ids": [4634343214213523454, 7]})
        {'ids': [4634343214213523000, 7]}
    """
    holder = [value]
    # Not recursive: a document may be nested as deep as the stack of a caller has room for.
    pending: list[Any] = [holder]
    while pending:
        container = pending.pop()
        for key, item in container.items() if type(container) is dict else enumerate(container):
            kind = type(item)
            if kind is dict or kind is list:
                container[key] = inner = item.copy()
                pending.append(inner)
            elif (kind is int or kind is float) and not -SAFE_INTEGER <= item <= SAFE_INTEGER:
                container[key] = number(item)
    return holder[0]


def string(value: Any) -> str:
    """Return ``String(value)`` of a JSON value.

    Example:
        >>> [string(value) for value in (True, None, [1, [None, "x"]], {}, 1.50)]
        ['true', 'null', '1,,x', '[object Object]', '1.5']
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return number_text(value)
    if value is None:
        return "null"
    if value is UNDEFINED:
        return "undefined"
    return _joined(value) if isinstance(value, (list, tuple)) else "[object Object]"


# Node's own stack overflows at about this depth.
MAX_LEVELS = 10_000


def _joined(array: list[Any] | tuple[Any, ...]) -> str:
    # Most arrays hold no other array: twice as fast as the walk below.
    if not any(issubclass(kind, (list, tuple)) for kind in set(map(type, array))):
        return ",".join(["" if item is None or item is UNDEFINED else string(item) for item in array])
    return _joined_nested(array)


def _item_text(item: Any) -> str:
    return "" if item is None or item is UNDEFINED else string(item)


def _joined_nested(array: list[Any] | tuple[Any, ...]) -> str:
    parts: list[str] = []
    # Without recursion: an array may be nested deeply.
    opened: list[tuple[list[Any] | tuple[Any, ...], int]] = [(array, 0)]
    enclosing = {id(array)}
    while opened:
        items, at = opened.pop()
        if at == len(items):
            enclosing.discard(id(items))
            continue
        opened.append((items, at + 1))
        item = items[at]
        if at:
            parts.append(",")
        if not isinstance(item, (list, tuple)):
            parts.append(_item_text(item))
        elif id(item) not in enclosing:
            # JavaScript writes nothing for an array within itself.
            if len(opened) == MAX_LEVELS:
                msg = "an array is nested too deeply to be written"
                raise RecursionError(msg)
            enclosing.add(id(item))
            opened.append((item, 0))
    return "".join(parts)


# The own properties of Object.prototype, which every object inherits.
INHERITED = frozenset(
    {
        *("__defineGetter__", "__defineSetter__", "__lookupGetter__", "__lookupSetter__", "__proto__"),
        *("constructor", "hasOwnProperty", "isPrototypeOf", "propertyIsEnumerable", "toLocaleString"),
        *("toString", "valueOf"),
    }
)


def ordered(value: dict[str, Any]) -> list[tuple[str, Any]]:
    """Return an object's items in JavaScript's order: array indexes first, ascending (ECMA-262 10.1.11.1).

    Example:
        >>> [key for key, _ in ordered({"z": 0, "10": 0, "9": 0})]
        ['9', '10', 'z']
    """
    indexes = [key for key in value if _INDEX.fullmatch(key) and int(key) < 2**32 - 1]
    if not indexes:
        return list(value.items())
    keys = dict.fromkeys((*sorted(indexes, key=int), *value))
    return [(key, value[key]) for key in keys]


def quoted(text: str) -> str:
    r"""Return a string as ``JSON.stringify`` writes it: lone surrogates escaped, nothing else beyond ASCII.

    Example:
        >>> print(quoted('a"b é'))
        "a\"b é"
    """
    literal = encode_basestring(text)
    if text.isascii():
        return literal
    return LONE_SURROGATE.sub(lambda match: f"\\u{ord(match[0]):04x}", literal)


def utf8(text: str) -> bytes:
    r"""Return a string as the bytes Node sends: a surrogate without its pair becomes U+FFFD.

    Example:
        >>> utf8("\ud83d\ude00"), utf8("\ud83d")
        (b'\xf0\x9f\x98\x80', b'\xef\xbf\xbd')
    """
    if text.isascii():
        return text.encode()
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").encode()


def parse(text: str) -> Any:
    """Return ``JSON.parse(text)``, numbers as doubles.

    Raises:
        ValueError: the text is not strict JSON, or nested too deeply to be read.

    Example:
        >>> parse('{"id": 9007199254740993}')
        {'id': 9007199254740992}
    """
    return decode(text, _DECODER)


def _refuse(constant: str) -> Any:
    msg = f"{constant} is not JSON"
    raise ValueError(msg)


def decode(text: str, decoder: json.JSONDecoder) -> Any:
    """Return the value of strict JSON, its numbers as the hooks of a decoder read them.

    Raises:
        ValueError: as `parse`.
    """
    if text.startswith("\ufeff"):
        msg = "it begins with a byte order mark"
        raise ValueError(msg)
    try:
        return decoder.decode(text)
    except RecursionError:
        msg = "nested too deeply to be read"
        raise ValueError(msg) from None


def parse_int(digits: str) -> float:
    """Return ``JSON.parse(digits)`` for the digits of an integer.

    Example:
        >>> parse_int("12"), parse_int("-0"), parse_int("4634343214213523454")
        (12, -0.0, 4634343214213523000)
    """
    # JSON.parse("-0") is -0, which json.loads reads as the int 0.
    if digits == "-0":
        return -0.0
    return int(digits) if len(digits) < LONGEST_EXACT else whole(float(digits))


def make_decoder(
    parse_int: Callable[[str], Any],
    parse_float: Callable[[str], Any],
    hook: Callable[[list[tuple[str, Any]]], Any] | None = None,
) -> json.JSONDecoder:
    """Return a decoder of strict JSON; making one takes as long as reading a short text."""
    return json.JSONDecoder(
        parse_int=parse_int, parse_float=parse_float, parse_constant=_refuse, object_pairs_hook=hook
    )


def _parse_float(literal: str) -> float:
    return number(float(literal))


_DECODER = make_decoder(parse_int, _parse_float)
