"""inputSchema to form fields, and typed text to inputs; without a browser or a widget."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, NoReturn

from kustomer_nb.codes import Code
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.javascript import number_text, string_number
from kustomer_nb.jsontext.json_errors import json_problem
from kustomer_nb.jsontext.serialization import stringify
from kustomer_nb.platform import TYPES
from kustomer_nb.schema.apply import identity_loss
from kustomer_nb.schema.from_python import plain

if TYPE_CHECKING:
    from kustomer_nb.diagnostics import Diagnostic

OTHERS = "(other inputs)"
_HALF = re.compile("[\ud800-\udfff]")
_ENTER = {
    "string": "enter text",
    "number": "enter a number",
    "boolean": "choose true or false",
    "object": "enter a JSON object",
    "array": "enter a JSON array",
    "any": "enter a JSON value",
}
# The messages of Python's parser that name what it expected.


@dataclass(frozen=True, slots=True)
class InputField:
    """One field of a form; ``type`` is one of Kustomer's five, or ``any``."""

    name: str
    type: str
    required: bool
    description: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return the field as the browser receives it."""
        label = "Other inputs" if self.name == OTHERS else self.name
        return {**asdict(self), "label": label}


@dataclass(frozen=True, slots=True)
class FormEntry:
    """The text in a field, and whether it is sent: absent and empty differ.

    ``null`` marks the value null, which has no text in a string field.
    """

    text: str = ""
    send: bool = False
    null: bool = False


def fields_of(schema: Any) -> tuple[InputField, ...]:
    """Return the fields of an inputSchema, and one for other inputs if the schema allows them.

    Example:
        >>> schema = {"properties": {"id": {"type": "number"}}}
        >>> [(field.name, field.type, field.required) for field in fields_of(schema)]
        [('id', 'number', False), ('(other inputs)', 'object', False)]
    """
    schema = schema if isinstance(schema, dict) else {}
    properties = schema.get("properties")
    required = schema.get("required")
    names = required if isinstance(required, list) else []
    fields = [
        InputField(name, _type(value), name in names, _description(value))
        for name, value in (properties.items() if isinstance(properties, dict) else ())
    ]
    if schema.get("additionalProperties") is not False:
        description = "Inputs that the schema does not declare, as a JSON object."
        fields.append(InputField(OTHERS, "object", False, description))
    return tuple(fields)


def _type(schema: Any) -> str:
    declared = schema.get("type") if isinstance(schema, dict) else None
    if declared == "integer":
        return "number"
    return declared if isinstance(declared, str) and declared in TYPES else "any"


def _description(schema: Any) -> str:
    description = schema.get("description") if isinstance(schema, dict) else None
    return description if isinstance(description, str) else ""


def value_of(field: InputField, text: str) -> Any:
    """Return the input for typed text.

    Text in a number field that is not a number stays a string, so that the form shows why the platform would
    reject it.

    Raises:
        ValueError: the text of an object, an array or an untyped field is not JSON, which has neither NaN nor
            Infinity; a number is Infinity; a surrogate stands alone. The message says where.

    Example:
        >>> [value_of(InputField("x", "number", True), text) for text in ("12", "1.5", "12x")]
        [12, 1.5, '12x']
    """
    if half := _HALF.search(text):
        message = f"Character {half.start() + 1} is half a character: U+{ord(half[0]):04X}."
        raise ValueError(message)
    if field.type == "string":
        return text
    if field.type == "number":
        return _number(text)
    if field.type == "boolean":
        return {"true": True, "false": False}.get(text, text)
    return _parse_json(field, text)


def _number(text: str) -> Any:
    number = string_number(text)
    if math.isinf(number):
        message = f"{text.strip():.40} is not a number that JSON can represent."
        raise ValueError(message)
    # As a string it is converted, and what is lost reported, where every other input is.
    is_text = math.isnan(number) or not text.strip() or identity_loss(text, number)
    return text if is_text else number


def _parse_json(field: InputField, text: str) -> Any:
    try:
        value = json.loads(text, parse_constant=_refuse, parse_float=_finite, parse_int=_integer)
    except ValueError as error:
        raise ValueError(f"Invalid JSON: {json_problem(error)}." if text.strip() else _empty(field)) from None
    except RecursionError as error:
        message = f"Invalid JSON: {json_problem(error)}."
        raise ValueError(message) from None
    read = plain(value)
    if read.faults:
        message = f"Invalid JSON: {read.faults[0].message}"
        raise ValueError(message)
    return read.value


def _refuse(word: str) -> NoReturn:
    message = f"{word} is not a JSON value"
    raise ValueError(message)


def _finite(digits: str) -> float:
    return float(digits) if math.isfinite(float(digits)) else _refuse(f"{digits:.40}")


def _integer(digits: str) -> int:
    try:
        return int(digits)
    except ValueError:
        # It has more digits than Python converts.
        message = "the number is too long"
        raise ValueError(message) from None


def _empty(field: InputField) -> str:
    skip = "" if field.required else " or turn off Send"
    return f"Empty: {_ENTER[field.type]}{skip}."


def problem(field: InputField, entry: FormEntry, diagnostic: Diagnostic) -> str:
    """Return a diagnostic of an input in words for the person who fills in the field.

    Example:
        >>> from kustomer_nb.diagnostics import Diagnostic, Severity
        >>> wrong = Diagnostic("KNB702", Severity.ERROR, "/qty", '"two" is not a number.', "pass a number.")
        >>> problem(InputField("qty", "number", False), FormEntry("two", True), wrong)
        '"two" is not a number. Enter a number.'
    """
    enter = _ENTER[field.type]
    path = pointers.split(diagnostic.pointer)
    if diagnostic.code == Code.INPUT_UNDECLARED:
        return f"{diagnostic.message} {_sentence(diagnostic.fix)}"
    if path != [field.name]:
        return f"{'.'.join(path)}: {diagnostic.message}"
    if diagnostic.code == Code.INPUT_MISSING:
        return f"Required: {enter}."
    if diagnostic.code == Code.INPUT_TYPE and entry.send and not entry.text.strip() and not entry.null:
        return _empty(field)
    return f"{diagnostic.message} {_sentence(enter)}."


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def text_of(field: InputField, value: Any) -> str:
    """Return the text of an input in its field; JSON if the field takes JSON.

    Example:
        >>> text, any_type = InputField("x", "string", False), InputField("x", "any", False)
        >>> text_of(text, "a"), text_of(any_type, "a"), text_of(text, 1.0)
        ('a', '"a"', '1')
    """
    if isinstance(value, str) and field.type in {"string", "number", "boolean"}:
        return value
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return number_text(value)
    return stringify(value) or ""


def is_finite(value: Any) -> bool:
    """Return whether a plain value is JSON, which has no Infinity.

    Example:
        >>> is_finite({"a": [1.5]}), is_finite({"a": [math.inf]})
        (True, False)
    """
    if isinstance(value, (dict, list)):
        return all(map(is_finite, value.values() if isinstance(value, dict) else value))
    return not isinstance(value, float) or math.isfinite(value)


def gather(
    fields: tuple[InputField, ...], entries: Mapping[str, FormEntry]
) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the inputs that are sent, and by field name why a text cannot be parsed.

    Example:
        >>> fields = fields_of({"properties": {"id": {"type": "number"}, "note": {"type": "string"}}})
        >>> gather(fields, {"id": FormEntry("7", True), "note": FormEntry("not sent")})
        ({'id': 7}, {})
    """
    inputs: dict[str, Any] = {}
    faults: dict[str, str] = {}
    for field in fields:
        entry = entries.get(field.name, FormEntry())
        if not entry.send:
            continue
        try:
            value = None if entry.null else value_of(field, entry.text)
        except ValueError as error:
            faults[field.name] = str(error)
            continue
        if field.name != OTHERS:
            inputs[field.name] = value
        elif isinstance(value, dict):
            inputs.update(value)
        else:
            faults[field.name] = "Enter a JSON object: {…}."
    return inputs, faults


def spread(fields: tuple[InputField, ...], inputs: Mapping[str, Any]) -> dict[str, FormEntry]:
    """Return the entries for inputs; those without a field go into the field for other inputs.

    Raises:
        KeyError: an input has no field, and there is no field for other inputs.

    Example:
        >>> spread(fields_of({"properties": {"id": {}}}), {"id": 7, "more": 1})["(other inputs)"].text
        '{"more":1}'
    """
    named = {field.name: field for field in fields}
    entries = {
        name: FormEntry("", True, null=True)
        if value is None
        else FormEntry(text_of(named[name], value), True)
        for name, value in inputs.items()
        if name in named
    }
    others = {name: value for name, value in inputs.items() if name not in named}
    if others:
        if OTHERS not in named:
            raise KeyError(*others)
        entries[OTHERS] = FormEntry(text_of(named[OTHERS], others), True)
    return entries
