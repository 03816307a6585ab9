"""What is typed in a form, as a tree of entries, to inputs and back; nothing is lost either way.

An entry is a plain dict, as it travels to the page: ``state`` and what that state needs.

=========  ===========================================================================================
``unset``  the key is left out; so is every field without an entry
``null``   null
``value``  ``text`` as it is typed; for an object ``fields`` and ``others``, for an array ``items``
``json``   ``text``, JSON of any type: how a value is kept that the field itself cannot hold
``from``   ``from``, a value in the last output of an action; ``text`` is that value as JSON
=========  ===========================================================================================

``missing`` says why a value that was there is not, until something is entered or it is made not set.
``others`` holds the members that a schema does not declare, as a JSON object. ``order`` lists the keys of an
object where it is not the order of the schema.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.javascript import UNDEFINED, string_number
from kustomer_nb.schema.apply import identity_loss

from .form_json import json_text, parse_json, require_characters
from .form_tree import OTHERS, FormEntry, InputField

UNSET: FormEntry = {"state": "unset"}
ENTER = {
    "string": "enter text",
    "number": "enter a number",
    "boolean": "choose true or false",
    "object": "enter a JSON object: {…}",
    "array": "enter a JSON array: […]",
    "any": "enter a JSON value",
}
_WORD = re.compile(r"\s*[^\W\d_]")
_DECIMAL = re.compile(r"-?(?:0|[1-9]\d*)\.\d+", re.ASCII)
# Keys that a path of a reference cannot name: `/#steps.find.a.b` is the b of an a.
_NOT_IN_PATH = re.compile(r"[^\w@$-]")
_STEP = re.compile(r"/#steps\.([\w@$-]+)((?:\.[\w@$-]+)*)")


class Gathered(NamedTuple):
    """The inputs that a form sends, and by pointer why a text cannot be read, so that they lack it."""

    inputs: dict[str, Any]
    unread: dict[str, str]


def gather(root: InputField, entry: Mapping[str, Any]) -> Gathered:
    """Return the inputs for what is typed.

    Example:
        >>> from kustomer_nb.widgets.form_tree import read_fields
        >>> root = read_fields({"properties": {"id": {"type": "number"}, "tags": {"type": "array"}}})
        >>> typed = {"id": {"state": "value", "text": "7"}, "tags": {"state": "value", "text": "[1,"}}
        >>> gather(root, {"state": "value", "fields": typed})
        Gathered(inputs={'id': 7}, unread={'/tags': 'Invalid JSON: expected a value (line 1, column 4).'})
    """
    unread: dict[str, str] = {}
    inputs = _value(root, entry, "", unread)
    if not isinstance(inputs, dict):
        if inputs is not UNDEFINED:
            unread[""] = _sentence(ENTER["object"])
        inputs = {}
    return Gathered(inputs, unread)


def _value(member: InputField, entry: Mapping[str, Any], pointer: str, unread: dict[str, str]) -> Any:
    """Return the value of an entry, UNDEFINED if it has none or cannot be read."""
    state = entry["state"]
    if "missing" in entry:
        unread[pointer] = entry["missing"]
        return UNDEFINED
    if state == "unset":
        return UNDEFINED
    if state == "null":
        return None
    if state == "value" and member.has_members:
        return _object(member, entry, pointer, unread)
    if state == "value" and member.items is not None:
        return _array(member.items, entry.get("items", ()), pointer, unread)
    try:
        if state == "from":
            return linked(entry)
        return read_text(member, entry.get("text", ""), is_json=state == "json")
    except ValueError as error:
        unread[pointer] = str(error)
        return UNDEFINED


def _object(
    member: InputField, entry: Mapping[str, Any], pointer: str, unread: dict[str, str]
) -> dict[str, Any]:
    result: dict[str, Any] = {}
    fields = entry.get("fields") or {}
    for name, child in member.members.items():
        child_entry = fields.get(name)
        if child_entry is None:
            continue
        is_text = child_entry["state"] == "value" and child.items is None and not child.has_members
        if is_text and "missing" not in child_entry:
            # Most fields; each key that is typed reads them all.
            try:
                value = read_text(child, child_entry.get("text", ""))
            except ValueError as error:
                unread[pointers.join(pointer, name)] = str(error)
                continue
        else:
            value = _value(child, child_entry, pointers.join(pointer, name), unread)
        if value is not UNDEFINED:
            result[name] = value
    if (others := entry.get("others")) is not None and others["state"] != "unset":
        result |= _others(member, others, f"{pointer}/{OTHERS}", unread)
    if (order := entry.get("order")) is not None:
        names = dict.fromkeys((*(name for name in order if name in result), *result))
        return {name: result[name] for name in names}
    return result


def _others(
    member: InputField, entry: Mapping[str, Any], pointer: str, unread: dict[str, str]
) -> dict[str, Any]:
    if "missing" in entry:
        unread[pointer] = entry["missing"]
        return {}
    try:
        value = read_text(_OTHERS_FIELD, entry.get("text", ""))
        if value is UNDEFINED:
            return {}
        if not isinstance(value, dict):
            raise ValueError(_sentence(ENTER["object"]))
        if twice := next((name for name in value if name in member.members), None):
            message = f"{json_text(twice)} has a field of its own."
            raise ValueError(message)
    except ValueError as error:
        unread[pointer] = str(error)
        return {}
    return value


_OTHERS_FIELD = InputField(OTHERS, "object")


def _array(items: InputField, entries: Any, pointer: str, unread: dict[str, str]) -> list[Any]:
    result = []
    for index, entry in enumerate(entries):
        location = f"{pointer}/{index}"
        value = _value(items, entry, location, unread)
        if value is UNDEFINED:
            # Left out, it would move the items behind it.
            unread.setdefault(location, f"{_sentence(ENTER[items.type], end='')}, or remove the item.")
            value = None
        result.append(value)
    return result


def _sentence(text: str, end: str = ".") -> str:
    return f"{text[:1].upper()}{text[1:]}{end}"


def read_text(member: InputField, text: str, *, is_json: bool = False) -> Any:
    """Return the value of typed text, UNDEFINED for empty text where that is no value.

    Text in a number field that is not a number stays a string, so that the form shows why the platform would
    reject it, and so does one that a number would not keep: `coerce` reports what is lost.

    Raises:
        ValueError: it is not JSON where that is typed; a number is Infinity; a surrogate stands alone.

    Example:
        >>> number = InputField("x", "number")
        >>> [read_text(number, text) for text in ("12", "1.0", "007", "0x10", "12x", "")]
        [12, 1.0, '007', '0x10', '12x', UNDEFINED]
    """
    if not text if member.type == "string" and not is_json else not text or text.isspace():
        return text if member.is_text and not is_json else UNDEFINED
    if member.type == "any" and not is_json and _WORD.match(text):
        return _any_value(text)
    if is_json or member.takes_json:
        return parse_json(text)
    require_characters(text)
    if member.type == "string":
        return text
    if member.type == "number":
        return _number(text)
    return {"true": True, "false": False}.get(text, text)


def _any_value(text: str) -> Any:
    """Return the value of text that begins with a letter, as true and null do, and text without quotes."""
    try:
        return parse_json(text)
    except ValueError as error:
        message = f"{error} Put text in quotes."
        raise ValueError(message) from None


def _number(text: str) -> Any:
    number = string_number(text)
    if math.isinf(number):
        message = f"{text.strip():.40} is not a number that JSON can represent."
        raise ValueError(message)
    if math.isnan(number) or identity_loss(text, number):
        return text
    return float(number) if type(number) is int and _DECIMAL.fullmatch(text) else number


def spread(root: InputField, inputs: Mapping[str, Any], steps: Mapping[str, Any] | None = None) -> FormEntry:
    """Return the entries for inputs, which are plain JSON: `gather` returns the same inputs for them.

    With ``steps``, a reference to one of them is an entry that is linked to it.

    Example:
        >>> from kustomer_nb.widgets.form_tree import read_fields
        >>> entry = spread(read_fields({"properties": {"id": {"type": "number"}}}), {"id": 7, "more": 1.0})
        >>> entry["fields"], entry["others"]["text"]
        ({'id': {'state': 'value', 'text': '7'}}, '{"more": 1.0}')
    """
    return entry_of(root, inputs, steps)


def entry_of(member: InputField, value: Any, steps: Mapping[str, Any] | None = None) -> FormEntry:
    """Return the entry of a field for a value; as JSON text if the field itself cannot hold it.

    Example:
        >>> [entry_of(InputField("x", "string"), value)["state"] for value in ("7", 7, None)]
        ['value', 'json', 'null']
    """
    if value is None:
        return {"state": "null"}
    if member.has_members and isinstance(value, dict):
        return _object_entry(member, value, steps)
    if member.items is not None and isinstance(value, list):
        return {"state": "value", "items": [entry_of(member.items, item, steps) for item in value]}
    if steps and isinstance(value, str) and (link := _link_to(value, steps)) is not None:
        return link
    if member.is_group:
        return {"state": "json", "text": json_text(value)}
    text = value if isinstance(value, str) and not member.takes_json else json_text(value)
    # A page changes the line ends of Windows in a text that is edited, but not their escapes.
    if member.takes_json or ("\r" not in text and _reads_as(member, text, value)):
        return {"state": "value", "text": text}
    return {"state": "json", "text": json_text(value)}


def _reads_as(member: InputField, text: str, value: Any) -> bool:
    try:
        result = read_text(member, text)
    except ValueError:
        return False
    # 1 == 1.0 == True in Python, and 0.0 == -0.0.
    return type(result) is type(value) and (
        result == value if type(value) is str else repr(result) == repr(value)
    )


def _object_entry(member: InputField, value: Mapping[str, Any], steps: Mapping[str, Any] | None) -> FormEntry:
    members = member.members
    fields = {name: entry_of(child, value[name], steps) for name, child in members.items() if name in value}
    entry: FormEntry = {"state": "value", "fields": fields}
    others = {name: item for name, item in value.items() if name not in members}
    if others:
        entry["others"] = {"state": "value", "text": json_text(others)}
    if list(value) != [*fields, *others]:
        entry["order"] = list(value)
    return entry


def linked(entry: Mapping[str, Any]) -> Any:
    """Return the input of an entry that is linked to the output of an action: a reference to that step.

    A path that a reference cannot name is the value itself, as it was when it was linked.

    Raises:
        ValueError: there is no such value.

    Example:
        >>> linked({"from": {"action": "find", "pointer": "/body/lines/0/id"}, "text": "7"})
        '/#steps.find.body.lines.0.id'
        >>> linked({"from": {"action": "find", "pointer": "/body/a.b"}, "text": "7"})
        7
    """
    link = entry.get("from") or {}
    keys = [str(link.get("action", "")), *pointers.split(str(link.get("pointer", "")))]
    if any(not key or _NOT_IN_PATH.search(key) for key in keys):
        return parse_json(str(entry.get("text", "")))
    return f"/#steps.{'.'.join(keys)}"


def _link_to(text: str, steps: Mapping[str, Any]) -> FormEntry | None:
    """Return the entry of a text that is a reference to one of the steps, None for any other text."""
    match = _STEP.fullmatch(text)
    if match is None or match[1] not in steps:
        return None
    keys = match[2].split(".")[1:]
    return link_entry(match[1], pointers.join("", *keys), pointers.resolve(steps[match[1]], keys))


def step_value(value: Any, steps: Mapping[str, Any]) -> Any:
    """Return the value that an input has: of a reference to a step what it leads to, UNDEFINED if nothing.

    Example:
        >>> step_value("/#steps.find.id", {"find": {"id": 7}}), step_value("a", {})
        (7, 'a')
    """
    match = _STEP.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return value
    return pointers.resolve(steps.get(match[1], UNDEFINED), match[2].split(".")[1:])


def link_entry(action: str, pointer: str, value: Any) -> FormEntry:
    """Return the entry of a field that is linked to a value in the last output of an action.

    Example:
        >>> link_entry("find", "/body/id", 8031)["from"]["text"]
        'find > body.id = 8031'
    """
    text = "no value" if value is UNDEFINED else json_text(value)
    short = text if len(text) <= 40 else f"{text[:39]}…"
    path = ".".join(pointers.split(pointer)) or "output"
    link = {"action": action, "pointer": pointer, "text": f"{action} > {path} = {short}"}
    return {"state": "from", "from": link, "text": "" if value is UNDEFINED else text}


def field_json(member: InputField) -> dict[str, Any]:
    """Return a field as the page receives it: what differs from a field of that type.

    Example:
        >>> field_json(InputField("id", "number", required=True))
        {'name': 'id', 'type': 'number', 'required': True}
    """
    facts: dict[str, Any] = {"name": member.name, "type": member.type, "required": member.required}
    facts |= {
        name: value
        for name in ("description", "minimum", "maximum", "is_unused")
        if (value := getattr(member, name)) not in ("", None, False)
    }
    if member.choices:
        facts["choices"] = [_choice(member, value) for value in member.choices]
    if member.has_default:
        facts["default"] = _choice(member, member.default)
    if member.has_members:
        facts["fields"] = [field_json(child) for child in member.members.values()]
        facts["is_open"] = member.is_open
    if member.items is not None:
        facts["items"] = field_json(member.items)
    return facts


def _choice(member: InputField, value: Any) -> dict[str, Any]:
    """Return a value to choose: its label, and the entry that it is."""
    label = value if isinstance(value, str) and value else json.dumps(value, ensure_ascii=False)
    entry = entry_of(member, value)
    # By this text a page names the value of a group, whose entry has none.
    text = {"text": json_text(value)} if member.is_group and entry["state"] == "value" else {}
    return {"label": label, "entry": {**entry, **text}}
