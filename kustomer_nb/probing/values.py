"""The values that an input is tried with: those of its type that most often arrive as something else."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kustomer_nb.codes import Code
from kustomer_nb.errors import KustomerNbError
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.schema.conversions import kind_of
from kustomer_nb.schema.nodes import declared_types

# Fewer than a URL may have in practice, but more than most servers take.
LONG = 10_240
MOST_DEPTH = 5
# Strings by the name that a report gives them. None has an upper-case letter: a template that writes them in
# lower case changes nothing.
STRINGS: Mapping[str, str] = {
    "double quotes": 'say "hi" now',
    "an apostrophe": "it's here",
    "&": "cats & dogs",
    "=": "size=large",
    "+": "a+b@shop.example",
    "a line break": "first line\nsecond line",
    "an emoji": "thanks 🙂",
    "../": "../admin",
    "/": "a/b",
    "?": "why?yes",
    "#": "order #12",
    "%": "50%25 off",
    "a backslash": "c:\\new",
    "angle brackets": "a <b> c",
    ";": "a; b=c",
    "braces": "{x}",
    "{{x}}": "{{x}}",
    "/#x": "/#x",
    "a space": "two words",
    "leading zeros": "007",
    "a lone surrogate": "half \ud83d",
    "10 kB": "x" * LONG,
    "an empty string": "",
}
NUMBERS: Mapping[str, Any] = {
    "0": 0,
    "a negative number": -1,
    "a fraction": 1.5,
    "1e21": 1e21,
    "2^53+1": 2**53 + 1,
    "leading zeros": "007",
}
_IDENTIFIER = re.compile(r"(?:\b|_)(?:id|ids|ref|zip)$|I[dD]s?$|(?i:number|code|key|phone|reference)$")
# Text of these formats is made by a program: quotes and the like are in none.
_MARKER_BY_FORMAT = {
    "date-time": "2031-04-05T06:07:08Z",
    "date": "2031-04-05",
    "time": "06:07:08Z",
    "uuid": "3f0c2b1e-8d2a-4c55-9a3e-5b6c7d8e9f01",
    "uri": "https://zqvk.example",
    "url": "https://zqvk.example",
}
# What a schema says about a value besides its type. Kustomer applies none of it, but the author has said it.
_LIMITS = frozenset(
    {
        "const",
        "enum",
        "exclusiveMaximum",
        "exclusiveMinimum",
        "maxLength",
        "maximum",
        "minLength",
        "minimum",
        "multipleOf",
        "pattern",
    }
)
_MAYBE_LEFT_OUT = {"null": None, "absent": UNDEFINED}


@dataclass(frozen=True)
class Field:
    """One input, or one value within an input: its JSON pointer in the inputs, and its schema.

    ``index`` counts the fields of an action, and makes the marker of each another one. ``is_url`` is true for
    one that a uri begins with, ``is_chosen`` for one that makes no request but with one of its choices.
    """

    pointer: str
    schema: Mapping[str, Any]
    index: int = 0
    is_url: bool = False
    is_chosen: bool = False

    @property
    def path(self) -> str:
        """The path as authors write it: ``lines[].sku``."""
        path = ""
        for name in pointers.split(self.pointer):
            path += "[]" if name == "0" else f".{name}" if path else name
        return path

    @property
    def name(self) -> str:
        """The input that it is, or is a part of."""
        return pointers.split(self.pointer)[0]

    @property
    def is_identifier(self) -> bool:
        """Whether its name is that of an identifier, of which each digit counts.

        Example:
            >>> [Field(pointer, {}).is_identifier for pointer in ("/orderId", "/amount", "/sku_number")]
            [True, False, True]
        """
        return _IDENTIFIER.search(self.path) is not None

    @property
    def types(self) -> tuple[str, ...]:
        """The declared types; empty if any value is allowed."""
        return declared_types(self.schema.get("type"))

    @property
    def _format(self) -> str:
        return "uri" if self.is_url else str(self.schema.get("format"))

    @property
    def choices(self) -> list[Any]:
        """The only values that the author allows; empty without ``enum`` and ``const``."""
        if "const" in self.schema:
            return [self.schema["const"]]
        values = self.schema.get("enum")
        return values if isinstance(values, list) else []

    def marker(self, round_number: int = 0) -> Any:
        """Return an ordinary value that is easy to find: without a delimiter, and true to a block.

        Example:
            >>> Field("/qty", {"type": "number"}).marker(), Field("/id", {"type": "string"}, 3).marker(1)
            (41000003, 'zqd1vk')
        """
        if self.is_chosen:
            return self.choices[round_number % len(self.choices)]
        # Kustomer accepts other values than those of an enum, and they show what the choices change.
        kind = next(iter([*self.types, *(kind_of(choice) for choice in self.choices)]), "string")
        if kind == "boolean":
            return not round_number
        if kind in ("number", "integer"):
            return 41_000_003 + 17 * self.index + 1_000_000 * round_number
        if kind in ("null", "object", "array"):
            return {"null": None, "object": {}, "array": []}[kind]
        fixed = _MARKER_BY_FORMAT.get(self._format)
        return fixed or f"zq{_letters(self.index)}{round_number}vk"

    def example(self) -> Any:
        """Return a value that a person might have written: the author's own example, or the name.

        Example:
            >>> Field("/note", {"type": "string"}).example(), Field("/qty", {"examples": [3]}).example()
            ('note', 3)
        """
        examples = self.schema.get("examples")
        candidates = [*self.choices, *(examples if isinstance(examples, list) else [])]
        if "default" in self.schema:
            candidates.append(self.schema["default"])
        if candidates:
            return candidates[0]
        kind = next(iter(self.types), "string")
        if kind in ("number", "integer"):
            return self.index + 1
        is_text = kind == "string" and self._format not in _MARKER_BY_FORMAT
        last = next((name for name in reversed(pointers.split(self.pointer)) if name != "0"), self.name)
        return last if is_text else self.marker()

    def values(self) -> Iterator[tuple[str, Any]]:
        """Yield the values to try, each with its name; `UNDEFINED` leaves the value out.

        Example:
            >>> [name for name, _ in Field("/notify", {"type": "boolean"}).values()]
            ['false', 'null', 'absent']
            >>> [value for _, value in Field("/size", {"type": "string", "enum": ["S", "M"]}).values()][:2]
            ['S', 'M']
        """
        if self.choices:
            yield from ((f"the choice {choice!r}", choice) for choice in self.choices)
        else:
            limits = {key: limit for key, limit in self.schema.items() if key in _LIMITS}
            candidates = self._of_types()
            yield from (_within(limits, candidates) if limits else candidates.items())
        yield from _MAYBE_LEFT_OUT.items()

    def _of_types(self) -> dict[str, Any]:
        kinds = self.types or ("string", "number", "boolean")
        values: dict[str, Any] = {}
        if "string" in kinds:
            is_made = self._format in _MARKER_BY_FORMAT
            values |= {"an empty string": ""} if is_made else STRINGS
        numbers = _numbers(kinds)
        # Text is converted to a number only where a string is not allowed itself.
        values |= numbers if "string" not in kinds else {**numbers, **values}
        if "boolean" in kinds:
            values["false"] = False
        if "array" in kinds:
            values["an empty array"] = []
        if "object" in kinds:
            values["an empty object"] = {}
        return values


def _within(limits: Mapping[str, Any], values: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the values that an author's limits allow; limits that are no schema allow every value."""
    try:
        from jsonschema import Draft202012Validator
        from jsonschema.exceptions import SchemaError
    except ModuleNotFoundError as error:
        # It is installed with this package everywhere but in a browser.
        message = "an input has limits, such as maxLength, which cannot be checked in a browser."
        raise KustomerNbError.from_code(
            Code.IN_BROWSER, message, "call hazards() in Python elsewhere."
        ) from error

    try:
        Draft202012Validator.check_schema(limits)
    except SchemaError:
        yield from values.items()
        return
    validator = Draft202012Validator(limits)
    yield from ((name, value) for name, value in values.items() if validator.is_valid(value))


def _letters(number: int) -> str:
    """Return a number in letters, so that no digit of it meets another one in a template."""
    text = ""
    while True:
        number, digit = divmod(number, 26)
        text = chr(ord("a") + digit) + text
        if not number:
            return text


def fields(schema: Any) -> tuple[Field, ...]:
    """Return the inputs that a schema declares, and what it declares within them; arrays have one item.

    Example:
        >>> lines = {"type": "array", "items": {"type": "object", "properties": {"sku": {"type": "string"}}}}
        >>> [field.path for field in fields({"properties": {"id": {"type": "string"}, "lines": lines}})]
        ['id', 'lines', 'lines[]', 'lines[].sku']
    """
    declared = _declared(schema, "", 0)
    return tuple(Field(pointer, member, index) for index, (pointer, member) in enumerate(declared))


def _declared(schema: Any, pointer: str, depth: int) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if not isinstance(schema, Mapping) or depth > MOST_DEPTH:
        return
    properties = schema.get("properties")
    for name, member in properties.items() if isinstance(properties, Mapping) else ():
        inner = member if isinstance(member, Mapping) else {}
        place = pointers.join(pointer, name)
        yield place, inner
        yield from _declared(inner, place, depth + 1)
    items = schema.get("items")
    if isinstance(items, Mapping) and pointer:
        place = pointers.join(pointer, 0)
        yield place, items
        yield from _declared(items, place, depth + 1)


def marked(all_fields: tuple[Field, ...]) -> dict[str, Any]:
    """Return inputs with the marker of each field, or with the first of its choices.

    Example:
        >>> marked(fields({"properties": {"a": {"type": "object", "properties": {"b": {"type": "number"}}}}}))
        {'a': {'b': 41000020}}
    """
    inputs: dict[str, Any] = {}
    for field in all_fields:
        inputs = replaced(inputs, field.pointer, field.choices[0] if field.choices else field.marker())
    return inputs


def exemplified(all_fields: tuple[Field, ...]) -> dict[str, Any]:
    """Return inputs as a person might have written them.

    Example:
        >>> exemplified(fields({"properties": {"note": {"type": "string"}, "qty": {"default": 7}}}))
        {'note': 'note', 'qty': 7}
    """
    inputs: dict[str, Any] = {}
    for field in all_fields:
        inputs = replaced(inputs, field.pointer, field.example())
    return inputs


def replaced(inputs: Mapping[str, Any], pointer: str, value: Any) -> dict[str, Any]:
    """Return inputs with another value at a pointer; `UNDEFINED` removes it. ``inputs`` stay as they are.

    Example:
        >>> replaced({"a": {"b": 1}}, "/a/b", UNDEFINED), replaced({}, "/c/0", 2)
        ({'a': {}}, {'c': [2]})
    """
    result: dict[str, Any] = _with(dict(inputs), pointers.split(pointer), value)
    return result


def _with(container: Any, names: list[str], value: Any) -> Any:
    name, *within = names
    if name == "0" and not isinstance(container, Mapping):
        items = [*container] if isinstance(container, list) else []
        inner = _with(items[0] if items else None, within, value) if within else value
        return items[1:] if inner is UNDEFINED else [inner, *items[1:]]
    members = dict(container) if isinstance(container, Mapping) else {}
    inner = _with(members.get(name), within, value) if within else value
    if inner is UNDEFINED:
        members.pop(name, None)
        return members
    return {**members, name: inner}


def _numbers(kinds: Collection[str]) -> dict[str, Any]:
    if "number" in kinds:
        return {**NUMBERS}
    return (
        {name: value for name, value in NUMBERS.items() if name != "a fraction"} if "integer" in kinds else {}
    )
