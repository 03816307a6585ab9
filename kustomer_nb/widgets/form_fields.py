"""inputSchema to fields of a form, and typed text to inputs; with no browser and no widget."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, NoReturn

from kustomer_nb.jsontext.javascript import number_text, string_number, stringify
from kustomer_nb.platform import TYPES
from kustomer_nb.schema.from_python import plain

OTHERS = "(other inputs)"
_HALF = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class InputField:
    """One field of a form; ``type`` is one of Kustomer's five, or ``any``."""

    name: str
    type: str
    required: bool
    description: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return the field as the browser takes it."""
        label = "Other inputs" if self.name == OTHERS else self.name
        return {**asdict(self), "label": label}


@dataclass(frozen=True, slots=True)
class FormEntry:
    """What stands in a field, and whether it is sent: absent and empty differ.

    ``null`` says that it stands for null, which no text of a string field can say.
    """

    text: str = ""
    send: bool = False
    null: bool = False


def fields_of(schema: Any) -> tuple[InputField, ...]:
    """Return the fields of an inputSchema; one for other inputs when the schema allows them.

    Example:
        >>> schema = {"properties": {"id": {"type": "number"}}}
        >>> [(one.name, one.type, one.required) for one in fields_of(schema)]
        [('id', 'number', False), ('(other inputs)', 'object', False)]
    """
    schema = schema if isinstance(schema, dict) else {}
    properties = schema.get("properties")
    required = schema.get("required")
    names = required if isinstance(required, list) else []
    found = [
        InputField(name, _type(one), name in names, _description(one))
        for name, one in (properties.items() if isinstance(properties, dict) else ())
    ]
    if schema.get("additionalProperties") is not False:
        found.append(
            InputField(OTHERS, "object", False, "Inputs the schema does not name, as one JSON object.")
        )
    return tuple(found)


def _type(schema: Any) -> str:
    written = schema.get("type") if isinstance(schema, dict) else None
    if written == "integer":
        return "number"
    return written if isinstance(written, str) and written in TYPES else "any"


def _description(schema: Any) -> str:
    written = schema.get("description") if isinstance(schema, dict) else None
    return written if isinstance(written, str) else ""


def value_of(field: InputField, text: str) -> Any:
    """Return the input a typed text stands for.

    Text that is no number stays text in a number field, so that the platform's own rejection is shown.

    Raises:
        ValueError: the text of an object, an array or an untyped field is no JSON, which has neither NaN nor
            Infinity; a number is Infinity; there is half a character. The message says where.

    Example:
        >>> [value_of(InputField("x", "number", True), text) for text in ("12", "1.5", "12x")]
        [12, 1.5, '12x']
    """
    if half := _HALF.search(text):
        message = f"character {half.start() + 1} is half a character: U+{ord(half[0]):04X}."
        raise ValueError(message)
    if field.type == "string":
        return text
    if field.type == "number":
        return _number(text)
    if field.type == "boolean":
        return {"true": True, "false": False}.get(text, text)
    return _parsed(text)


def _number(text: str) -> Any:
    number = string_number(text)
    if math.isinf(number):
        message = f"{text.strip():.40} is no number that JSON can hold."
        raise ValueError(message)
    return text if math.isnan(number) or not text.strip() else number


def _parsed(text: str) -> Any:
    try:
        value = json.loads(text, parse_constant=_refuse, parse_float=_finite)
    except ValueError as error:
        message = f"this is not JSON: {error}."
        raise ValueError(message) from None
    except RecursionError:
        message = "it is nested too deep to be read."
        raise ValueError(message) from None
    read = plain(value)
    if read.faults:
        raise ValueError(read.faults[0].message)
    return read.value


def _refuse(word: str) -> NoReturn:
    message = f"{word} is no value of JSON"
    raise ValueError(message)


def _finite(digits: str) -> float:
    return float(digits) if math.isfinite(float(digits)) else _refuse(f"{digits:.40}")


def text_of(field: InputField, value: Any) -> str:
    """Return the text that stands for an input in its field; JSON where the field takes JSON.

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
    """Return the inputs that are sent, and by field name what cannot be read.

    Example:
        >>> fields = fields_of({"properties": {"id": {"type": "number"}, "note": {"type": "string"}}})
        >>> gather(fields, {"id": FormEntry("7", True), "note": FormEntry("kept, not sent")})
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
            faults[field.name] = "write one JSON object: {…}."
    return inputs, faults


def spread(fields: tuple[InputField, ...], inputs: Mapping[str, Any]) -> dict[str, FormEntry]:
    """Return the entries that stand for inputs; what no field names goes into the one for other inputs.

    Raises:
        KeyError: there is an input of no field, and no field for others.

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
