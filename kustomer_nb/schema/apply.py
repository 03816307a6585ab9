"""A compiled schema applied: inputs are converted or rejected, an output is converted and loses members."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Diagnostic, Severity
from kustomer_nb.errors import InputError
from kustomer_nb.faces import for_face
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.bounds import require_end
from kustomer_nb.jsontext.javascript import (
    SAFE_INTEGER,
    UNDEFINED,
    is_rounded,
    number,
    number_text,
    trim,
    whole,
)
from kustomer_nb.jsontext.pointer import join, split
from kustomer_nb.jsontext.serialization import literal_text
from kustomer_nb.near_names import near_miss
from kustomer_nb.printable import quoted, shortened

from .compile import Schema, compile_schema
from .conversions import CONVERSIONS, TYPE_NAMES, table
from .from_python import NotPlainError, WrittenNumber, plain
from .nodes import Conversion, MissingInput, Node, UndeclaredInput, Walk, WrongType

NAMES_LISTED = 6
_NUMBERS = frozenset({int, float})
_OBJECT = compile_schema({"type": "object"})


class NumberLiteral(str):
    """A number as it was passed, with the digits that its double does not keep."""

    __slots__ = ()


class Coerced(NamedTuple):
    """Inputs in their declared types, and each conversion."""

    value: Any
    converted: tuple[Conversion, ...]


def coerce(
    value: Any, schema: Any, *, conversions: Mapping[str, Callable[[Any], Any]] | None = None
) -> Coerced:
    """Return inputs converted to the types that their schema declares, as ajv does with ``coerceTypes``.

    Python's own values are converted to JSON first: dates to ISO 8601, numpy scalars to numbers; NaN means
    absent. ``schema`` may be compiled; None, True and ``{}`` accept everything. ``value`` is never changed.
    ``conversions`` take precedence over those of ajv, by type; see `kustomer_nb.Platform`.

    Raises:
        InputError: one diagnostic for each required input that is missing (KNB701), value of a wrong type
            (KNB702), undeclared input (KNB703) and value that is not JSON (KNB704).

    Example:
        >>> schema = {"properties": {"qty": {"type": "number"}}, "required": ["qty"]}
        >>> coerce({"qty": "2"}, schema)
        Coerced(value={'qty': 2}, converted=(Conversion(pointer='/qty', before='2', after=2),))
    """
    compiled = compile_schema(schema)
    walk = Walk(conversions=table(conversions) if conversions else CONVERSIONS)
    if compiled.convert_members is None or type(value) is not dict:
        return _coerce_python(value, compiled, walk)
    try:
        result = compiled.convert_members(value, walk)
    except NotPlainError:
        # Most inputs are plain JSON, so that is tried first; this walk may have notes of half of them.
        return _coerce_python(value, compiled, Walk(conversions=walk.conversions))
    if walk.faults:
        raise InputError(_diagnose(fault) for fault in walk.faults)
    return Coerced(result, tuple(walk.converted))


def find_conversions(
    value: Any, schema: Any, *, conversions: Mapping[str, Callable[[Any], Any]] | None = None
) -> tuple[Conversion, ...]:
    """Return the conversions that `coerce` makes, of inputs that it may reject for others of their values.

    Example:
        >>> schema = {"properties": {"qty": {"type": "number"}, "at": {"type": "number"}}}
        >>> find_conversions({"qty": "2", "at": "noon"}, schema)
        (Conversion(pointer='/qty', before='2', after=2),)
    """
    inputs = plain(value).value
    if type(inputs) is not dict:
        return ()
    compiled = compile_schema(schema)
    walk = Walk(conversions=table(conversions) if conversions else CONVERSIONS)
    compiled.step(_with_doubles(inputs, walk), "", walk)
    return tuple(walk.converted)


def _coerce_python(value: Any, schema: Schema, walk: Walk) -> Coerced:
    """Return inputs coerced after Python's own values in them were converted to JSON."""
    plain_value, faults = plain(value)
    if schema.root is not None and not isinstance(plain_value, dict):
        # Inputs have names, so a schema of another type cannot apply to them.
        schema = _OBJECT
    if type(plain_value) is dict:
        plain_value = _with_doubles(plain_value, walk)
    result = schema.step(plain_value, "", walk)
    if walk.faults or faults:
        # A value that is not JSON is null here: that it is of a wrong type too says nothing more.
        reported = {fault.pointer for fault in faults}
        raise InputError(
            [*faults, *(_diagnose(fault) for fault in walk.faults if fault.pointer not in reported)]
        )
    return Coerced(result, tuple(walk.converted))


def _with_doubles(inputs: dict[str, Any], walk: Walk) -> dict[str, Any]:
    """Return inputs with the numbers that JavaScript keeps, each other one as a conversion."""
    pending: list[tuple[Any, str]] = [(inputs, "")]
    # The list grows in the loop, so that the first of several is reported first.
    for container, pointer in pending:
        for key, item in container.items() if type(container) is dict else enumerate(container):
            kind = type(item)
            if kind is dict or kind is list:
                pending.append((item, join(pointer, key)))
            elif kind in _NUMBERS and not -SAFE_INTEGER <= item <= SAFE_INTEGER:
                # `plain` made a copy, so it may be changed.
                container[key] = after = number(item)
                if kind is int and after != item:
                    walk.converted.append(Conversion(join(pointer, key), item, after))
            elif kind is WrittenNumber:
                container[key] = after = whole(float(item))
                walk.converted.append(Conversion(join(pointer, key), NumberLiteral(item.literal), after))
    return inputs


_LEADING_ZEROS = re.compile(r"[+-]?0[0-9]+")
_PREFIXED = re.compile(r"[+-]?0[xXoObB]")
# The index of an array; a key may look like one, but then its path only reads differently.
_INDEX = re.compile(r"\.[0-9]+(?=\.|\Z)")


def identity_losses(conversions: Iterable[Conversion]) -> Iterator[Diagnostic]:
    """Yield a warning for each path whose number may be an identifier that is now another one (KNB726).

    Example:
        >>> [warning] = identity_losses([Conversion("/id", "007", 7), Conversion("/price", "12.50", 12.5)])
        >>> warning.message
        'the input `id` is "007", which becomes 7: the leading zeros are lost.'
    """
    reported: set[tuple[str, str]] = set()
    for conversion in conversions:
        lost = identity_loss(conversion.before, conversion.after)
        if not lost:
            continue
        path = ".".join(split(conversion.pointer))
        general_path = _INDEX.sub("[]", path)
        if (general_path, lost) in reported:
            continue
        reported.add((general_path, lost))
        is_number = not isinstance(conversion.before, str) or type(conversion.before) is NumberLiteral
        literal = conversion.before if type(conversion.before) is NumberLiteral else None
        before = shortened(literal or literal_text(conversion.before))
        after = number_text(conversion.after)
        # A number that was passed has lost its digits before any schema sees it.
        passing = " and pass a string" if is_number else ""
        yield Diagnostic(
            Code.INPUT_IDENTITY_LOST,
            Severity.WARNING,
            join("/inputSchema/properties", *split(conversion.pointer)[:1]),
            f"the input `{path}` is {before}, which becomes {after}: {lost}.",
            f"for an identifier, declare the input as a string{passing}.",
        )


def identity_loss(before: Any, after: Any) -> str:
    """Return what of the way a number was written is lost, empty if it is no more than a zero at its end.

    Example:
        >>> identity_loss("007", 7), identity_loss("12.50", 12.5)
        ('the leading zeros are lost', '')
    """
    if type(after) not in _NUMBERS:
        return ""
    if math.isinf(after):
        return "no number in JSON is as large, so null is sent" if type(before) is NumberLiteral else ""
    if type(before) is int or type(before) is NumberLiteral:
        return "the last digits are lost"
    return _form_loss(trim(before)) if isinstance(before, str) else ""


def _form_loss(text: str) -> str:
    """Return what of the text of a number is lost."""
    if _PREFIXED.match(text):
        return "the form is lost"
    if "e" in text or "E" in text:
        return "the form with an exponent is lost"
    if _LEADING_ZEROS.fullmatch(text):
        return "the leading zeros are lost"
    return "the last digits are lost" if text and is_rounded(text) else ""


def _diagnose(fault: WrongType | UndeclaredInput | MissingInput) -> Diagnostic:
    if isinstance(fault, WrongType):
        return _wrong_type(fault)
    return _undeclared(fault) if isinstance(fault, UndeclaredInput) else _missing(fault)


def _wrong_type(fault: WrongType) -> Diagnostic:
    expected = _types_in_words(fault.node)
    way = f"pass {expected}{_flag(fault.pointer, fault.node)}"
    fix = f"{way}, or change its type." if fault.pointer else f"{way}."
    value = "no value" if fault.value is UNDEFINED else quoted(fault.value)
    message = f"{value} is not {expected}."
    return Diagnostic(Code.INPUT_TYPE, Severity.ERROR, fault.pointer, message, fix)


def _missing(fault: MissingInput) -> Diagnostic:
    expected = _types_in_words(fault.node) if fault.node else "a value"
    message = f"the required {_noun(fault.pointer)} `{fault.name}` is missing."
    fix = f"pass {expected}{_flag(fault.pointer, fault.node)}."
    return Diagnostic(Code.INPUT_MISSING, Severity.ERROR, fault.pointer, message, fix)


def _flag(pointer: str, node: Node | None) -> str:
    """Return how the command line passes an input, empty for another face and for a part of an input."""
    if pointer.count("/") != 1:
        return ""
    (name,) = pointers.split(pointer)
    is_string = node is None or not {"object", "array"}.intersection(node.types)
    return for_face(python="", command_line=f" (-i {name}{'' if is_string else ':'}=…)")


def _undeclared(fault: UndeclaredInput) -> Diagnostic:
    owner = fault.pointer.rpartition("/")[0]
    expected = f"a property of {owner}" if owner else "an input of this action"
    message = f"{quoted(fault.name)} is not {expected}."
    return Diagnostic(Code.INPUT_UNDECLARED, Severity.ERROR, fault.pointer, message, _near_miss(fault))


def _near_miss(fault: UndeclaredInput) -> str:
    # A name that the object already has was not meant.
    near = near_miss(fault.name, (name for name in fault.node.members if name not in fault.owner))
    if near is not None:
        return f"did you mean `{near}`?"
    if not fault.node.members:
        return "remove it: additionalProperties is false, and no property is declared."
    names = [f"`{name}`" for name in fault.node.members]
    more = f" and {len(names) - NAMES_LISTED} more" if len(names) > NAMES_LISTED else ""
    return f"remove it, or declare it next to {', '.join(names[:NAMES_LISTED])}{more}."


def _types_in_words(node: Node) -> str:
    return " or ".join(TYPE_NAMES[name] for name in node.types) or "a value"


def _noun(pointer: str) -> str:
    return "property" if pointer.count("/") > 1 else "input"


class Drop(NamedTuple):
    """A member left out of an output, because its object allows no additional properties."""

    pointer: str
    value: Any


class Unconverted(NamedTuple):
    """A value kept unchanged, although ``wanted`` is another type: what the platform does is undocumented."""

    pointer: str
    value: Any
    wanted: str


class Projected(NamedTuple):
    """An output and the changes to it; ``absent`` are the pointers of missing required members."""

    value: Any
    converted: tuple[Conversion, ...] = ()
    dropped: tuple[Drop, ...] = ()
    unconverted: tuple[Unconverted, ...] = ()
    absent: tuple[str, ...] = ()


def project(
    value: Any,
    schema: Any,
    *,
    every_depth: bool = True,
    conversions: Mapping[str, Callable[[Any], Any]] | None = None,
) -> Projected:
    """Return an output converted to its declared types, without the members that its schema does not declare.

    Nothing is an error here: a value that cannot be converted is kept, a missing required one is listed.
    ``every_depth`` False keeps the members of nested objects. ``schema`` may be compiled; None, True and
    ``{}`` accept everything. ``value`` is never changed; the result shares undescribed parts with it.
    ``conversions`` take precedence over those of ajv, by type; see `kustomer_nb.Platform`.

    Raises:
        InputError: the value contains itself, or cannot be read.

    Example:
        >>> schema = {"properties": {"total": {"type": "string"}}, "additionalProperties": False}
        >>> result = project({"total": 9.5, "debug": True}, schema)
        >>> result.value, result.dropped
        ({'total': '9.5'}, (Drop(pointer='/debug', value=True),))
    """
    require_end(value, "")
    return project_json(value, schema, every_depth=every_depth, conversions=conversions)


def project_json(
    value: Any,
    schema: Any,
    *,
    every_depth: bool = True,
    conversions: Mapping[str, Callable[[Any], Any]] | None = None,
) -> Projected:
    """Return what `project` returns for a value that is known to be JSON, and so to have an end.

    Example:
        >>> project_json({"a": 1, "b": 2}, {"properties": {"a": {}}, "additionalProperties": False}).value
        {'a': 1}
    """
    walk = Walk(every_depth, table(conversions) if conversions else CONVERSIONS)
    result = compile_schema(schema).step(value, "", walk)
    if not walk.faults:
        return Projected(result, tuple(walk.converted))
    return Projected(
        result,
        tuple(walk.converted),
        tuple(
            Drop(fault.pointer, fault.owner[fault.name])
            for fault in walk.faults
            if isinstance(fault, UndeclaredInput)
        ),
        tuple(
            Unconverted(fault.pointer, fault.value, " or ".join(fault.node.types))
            for fault in walk.faults
            if isinstance(fault, WrongType)
        ),
        tuple(fault.pointer for fault in walk.faults if isinstance(fault, MissingInput)),
    )
