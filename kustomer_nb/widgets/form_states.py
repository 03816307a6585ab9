"""The message of each field: why it is rejected, and what is sent instead of what was typed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Span
from kustomer_nb.errors import InputError
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.javascript import LONGEST_EXACT, number_text
from kustomer_nb.jsontext.serialization import stringify
from kustomer_nb.printable import shortened
from kustomer_nb.schema.apply import identity_loss
from kustomer_nb.template import Kind

from .form_edits import entry_at
from .form_entries import ENTER, read_text
from .form_tree import OTHERS, FormEntry, InputField, field_at

if TYPE_CHECKING:
    from kustomer_nb.diagnostics import Diagnostic
    from kustomer_nb.request import Request
    from kustomer_nb.request.provenance import Origin
    from kustomer_nb.run import CoercedInputs
    from kustomer_nb.schema import Conversion

# By pointer, with only the parts that there are: fault, sent, loss, escaped {after, pointer, code, fix}.
States = dict[str, dict[str, Any]]
SHOWN = 200
# The pointer of a template in the action, and the position of a tag of it in the file.
Tag = tuple[str, Span | None]

# A number as many languages write it.
_COMMA = re.compile(r"['\"](-?\d+),(\d+)['\"] is not")


def states_of(
    root: InputField,
    entry: FormEntry,
    unread: Mapping[str, str],
    coerced: CoercedInputs,
    request: Request | None,
    tags: Mapping[Tag, str] | None = None,
) -> States:
    """Return the states of the fields that have one.

    ``tags`` says by pointer and position how a tag is written so that it keeps its value.

    Example:
        >>> from kustomer_nb.schema import Conversion
        >>> from kustomer_nb.run import CoercedInputs
        >>> from kustomer_nb.widgets.form_tree import read_fields
        >>> root = read_fields({"properties": {"id": {"type": "number"}}})
        >>> coerced = CoercedInputs({"id": 7}, (Conversion("/id", "007", 7),))
        >>> states_of(root, {"state": "value"}, {}, coerced, None)
        {'/id': {'sent': '7', 'loss': 'the leading zeros are lost'}}
    """
    states: States = {pointer: {"fault": words} for pointer, words in unread.items()}
    for diagnostic in coerced.errors:
        pointer = field_pointer(root, entry, diagnostic.pointer)
        if "fault" not in states.setdefault(pointer, {}):
            states[pointer]["fault"] = fault_words(root, entry, pointer, diagnostic)
    _add_rewritten(root, entry, "", states)
    for conversion in (*coerced.converted, *coerced.convertible):
        pointer = field_pointer(root, entry, conversion.pointer)
        _add_converted(states.setdefault(pointer, {}), conversion, pointer)
    if request is not None:
        _add_escaped(root, entry, request, tags or {}, states)
    return states


def _add_converted(state: dict[str, Any], conversion: Conversion, pointer: str) -> None:
    """Add what is sent in place of the value of a field, or of a value within it."""
    inner = conversion.pointer[len(pointer) :] if pointer != conversion.pointer else ""
    prefix = f"{'.'.join(pointers.split(inner))}: " if inner.startswith("/") else ""
    state["sent"] = f"{prefix}{shown(conversion.after)}"
    if lost := identity_loss(conversion.before, conversion.after):
        state["loss"] = lost


def shown(value: Any) -> str:
    """Return a value as it is shown on one line.

    Example:
        >>> shown(7), shown("7"), shown({"a": [1]})
        ('7', '"7"', '{"a":[1]}')
    """
    return shortened(stringify(value) or "", SHOWN)


def field_pointer(root: InputField, entry: FormEntry, pointer: str) -> str:
    """Return the pointer of the field that shows what is at a pointer into the inputs.

    Example:
        >>> from kustomer_nb.widgets.form_tree import read_fields
        >>> root = read_fields({"properties": {"tags": {"type": "array"}}})
        >>> [field_pointer(root, {"state": "value"}, pointer) for pointer in ("/tags/3", "/tag")]
        ['/tags', '/~']
    """
    reached = ""
    member, entries = root, entry
    for key in pointers.split(pointer):
        # The field of a value that is JSON text shows all that is in it.
        if entries.get("state") == "json" or not member.is_group:
            return reached
        if member.items is not None:
            items = entries.get("items") or ()
            if not key.isdecimal() or int(key) >= len(items):
                return reached
            member, entries = member.items, items[int(key)]
        elif (child := member.members.get(key)) is None:
            return f"{reached}/{OTHERS}"
        else:
            member, entries = child, (entries.get("fields") or {}).get(key) or {}
        reached = pointers.join(reached, key)
    return reached


def fault_words(root: InputField, entry: FormEntry, pointer: str, diagnostic: Diagnostic) -> str:
    """Return a diagnostic of an input in words for the person who fills in the field.

    Example:
        >>> from kustomer_nb.diagnostics import Diagnostic, Severity
        >>> from kustomer_nb.widgets.form_tree import read_fields
        >>> root = read_fields({"properties": {"qty": {"type": "number"}}})
        >>> wrong = Diagnostic("KNB702", Severity.ERROR, "/qty", '"two" is not a number.', "pass a number.")
        >>> fault_words(root, {"state": "value"}, "/qty", wrong)
        '"two" is not a number. Enter a number.'
    """
    if diagnostic.code == Code.INPUT_UNDECLARED:
        return f"{diagnostic.message} {_capital(diagnostic.fix)}"
    member = field_at(root, pointer) or root
    if diagnostic.pointer != pointer:
        inner = (
            diagnostic.pointer[len(pointer) :] if not pointer.endswith(f"/{OTHERS}") else diagnostic.pointer
        )
        return f"{'.'.join(pointers.split(inner))}: {diagnostic.message}"
    enter = f"{_capital(_enter(member, _is_fields(root, entry, pointer), diagnostic))}."
    if diagnostic.code == Code.INPUT_MISSING:
        # With the cause, where a step has no such value.
        return f"Required. {enter}" if "has no value" not in diagnostic.message else diagnostic.message
    if point := _decimal_point(member, diagnostic.message):
        return f"{diagnostic.message} {point}"
    return f"{diagnostic.message} {enter}"


def _decimal_point(member: InputField, message: str) -> str:
    """Return what to write for a number with a decimal comma; empty for any other text.

    Example:
        >>> from kustomer_nb.widgets.form_tree import read_fields
        >>> field = read_fields({"properties": {"qty": {"type": "number"}}}).members["qty"]
        >>> _decimal_point(field, '"12,5" is not a number.')
        'Write 12.5, with a point.'
    """
    match = _COMMA.search(message)
    return f"Write {match[1]}.{match[2]}, with a point." if match and member.type == "number" else ""


def _is_fields(root: InputField, entry: FormEntry, pointer: str) -> bool:
    """Return whether what is at a pointer is shown as fields, not as JSON text."""
    try:
        return bool(entry_at(root, entry, pointer)["state"] != "json")
    except InputError:
        return False


def _enter(member: InputField, is_fields: bool, diagnostic: Diagnostic) -> str:
    """Return what to do in a field that has no value, or a wrong one."""
    if member.choices:
        return "choose a value"
    if is_fields and member.items is not None:
        return "add an item"
    if is_fields and member.has_members:
        return "fill in one of its fields"
    return "enter an integer" if "not an integer" in diagnostic.message else ENTER[member.type]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _add_rewritten(member: InputField, entry: FormEntry, pointer: str, states: States) -> None:
    """Add the numbers that are typed in another way than they are sent, such as 1.50."""
    if entry.get("state") != "value":
        return
    if member.has_members:
        fields = entry.get("fields") or {}
        for name, child in member.members.items():
            # Most fields are neither numbers nor groups.
            if (child.type == "number" or child.is_group) and name in fields:
                _add_rewritten(child, fields[name], pointers.join(pointer, name), states)
    elif member.items is not None:
        for index, item in enumerate(entry.get("items") or ()):
            _add_rewritten(member.items, item, f"{pointer}/{index}", states)
    elif member.type == "number" and (sent := _rewritten(member, entry.get("text", ""))):
        states.setdefault(pointer, {}).setdefault("sent", sent)


def _rewritten(member: InputField, text: str) -> str:
    """Return the number that is sent for typed text, empty if it is written the same way."""
    if len(text) < LONGEST_EXACT and text.isdecimal() and text.isascii() and text[0] != "0":
        return ""
    try:
        value = read_text(member, text)
    except ValueError:
        return ""
    sent = number_text(value) if isinstance(value, (int, float)) else ""
    return "" if sent == text else sent


def _add_escaped(
    root: InputField, entry: FormEntry, request: Request, tags: Mapping[Tag, str], states: States
) -> None:
    """Add what double braces changed, where the request has a warning about it."""
    for pointer, origin, warning in escaped_origins(root, entry, request):
        fix = tags.get((origin.pointer, origin.span), "")
        state = states.setdefault(pointer, {})
        # Of several, one that can be fixed here.
        if "escaped" not in state or (fix and not state["escaped"]["fix"]):
            after = shortened(origin.text, SHOWN)
            state["escaped"] = {
                "after": after,
                "pointer": origin.pointer,
                "code": str(warning.code),
                "fix": fix,
            }


def escaped_origins(
    root: InputField, entry: FormEntry, request: Request
) -> Iterator[tuple[str, Origin, Diagnostic]]:
    """Yield the pointer of a field, what its value became in double braces, and the warning about it."""
    warnings = {
        (diagnostic.pointer, diagnostic.span): diagnostic
        for diagnostic in request.diagnostics
        if diagnostic.code in (Code.HTML_ESCAPED, Code.VALUE_NOT_ENCODED)
    }
    # The origins of a request are only looked at where something is escaped.
    for origin in _origins(request) if warnings else ():
        warning = warnings.get((origin.pointer, origin.span))
        if warning is not None and origin.before is not None and origin.kind is Kind.INPUT:
            pointer = pointers.join("", *origin.path.split("."))
            yield field_pointer(root, entry, pointer), origin, warning


def _origins(request: Request) -> Iterator[Origin]:
    for part in request.parts:
        yield from request.origins(part)
