"""Adds, declares and removes the inputs of an action."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from kustomer_nb.codes import Code
from kustomer_nb.definition import edited
from kustomer_nb.definition.editing import require_literal
from kustomer_nb.diagnostics import Diagnostics, Severity
from kustomer_nb.errors import EditError
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.javascript import UNDEFINED, string_number
from kustomer_nb.linting.context import ENV
from kustomer_nb.linting.messages import cut, did_you_mean
from kustomer_nb.platform import TYPES
from kustomer_nb.schema.conversions import kind_of
from kustomer_nb.template.read_paths import ITEM, Item

from .names import refusal, require_variable_name
from .schema_places import name_of_route, no_input, properties_at, route_of, schema_names
from .uses import Route, Use, input_uses, leads_through

if TYPE_CHECKING:
    from kustomer_nb.definition import Document, ReadAction

_OPEN_SCHEMA: dict[str, Any] = {"type": "object", "properties": {}}
_NO_SCHEMA: dict[str, Any] = {**_OPEN_SCHEMA, "additionalProperties": False}
# Outside a string of a body that is written as JSON text, a value is a number, an object or a word.
_IN_QUOTES = re.compile(r'"(?:[^"\\]|\\.)*"')
# Its operands are numbers.
_OF_NUMBERS = "math"
_TESTS = frozenset({"if", "unless"})


def with_input(
    document: Document,
    read: ReadAction,
    name: str,
    kind: str | None,
    *,
    required: bool = False,
    default: Any = UNDEFINED,
    description: str = "",
) -> Document:
    """Return the document with one more input; a path such as ``lines[].sku`` adds to an input.

    Raises:
        EditError: the name is in use or cannot be written in a template, or the type is none.
    """
    schema, location = _input_schema(document, read)
    names = schema_names(schema)
    route = route_of(name)
    if kind is not None and kind not in TYPES:
        message = f"`{cut(str(kind))}` is not a type of an input."
        fix = did_you_mean(str(kind), TYPES, f"use one of {', '.join(TYPES)}.")
        raise EditError.from_code(Code.VALUE_NOT_JSON, message, fix, pointer=location)
    _require_new(read, names, route, location)
    declaration: dict[str, Any] = {} if kind is None else {"type": kind}
    if default is not UNDEFINED:
        declaration["default"] = default
    if description:
        declaration["description"] = description
    return edited(document, location, _with_property(schema, route, declaration, required=required))


def _input_schema(document: Document, read: ReadAction) -> tuple[dict[str, Any], str]:
    location = pointers.join(read.pointer, "inputSchema")
    schema = read.value.get("inputSchema")
    if schema is None:
        return _NO_SCHEMA, location
    properties = schema.get("properties", {}) if isinstance(schema, dict) else None
    if not isinstance(properties, dict):
        message = "inputSchema is not an object with `properties`, so no input can be added to it."
        raise EditError.from_code(Code.EDIT_UNSAFE, message, "correct inputSchema first.", pointer=location)
    return schema, location


def _require_new(read: ReadAction, names: dict[Any, Any], route: Sequence[str | Item], location: str) -> None:
    *outer, key = route or [""]
    if not isinstance(key, str):
        raise refusal(location, "the name of an input does not end in [].", "name a property: lines[].sku.")
    siblings = [name[-1] for name in names if list(name[:-1]) == outer and isinstance(name[-1], str)]
    require_variable_name(key, siblings, location, "an input")
    if outer:
        _require_container(names, outer, location)
        return
    used = [*_setting_names(read), ENV]
    require_variable_name(key, used, location, "an app setting of the action, or of the platform")


def _require_container(names: dict[Any, Any], route: Sequence[str | Item], location: str) -> None:
    """Refuse a route to which no property can be added: it is not declared, or of another type."""
    parent, expected = (route[:-1], "array") if route[-1] is ITEM else (route, "object")
    schema = names.get(tuple(parent))
    kind = schema.get("type") if isinstance(schema, dict) else None
    if tuple(parent) not in names or kind not in (expected, None):
        message = f"there is no input `{name_of_route(tuple(parent))}` of the type {expected}."
        fix = f'add it first: action.add_input("{name_of_route(tuple(parent))}", "{expected}").'
        raise EditError.from_code(Code.POINTER_NOT_FOUND, message, fix, pointer=location)


def _with_property(
    schema: Any, route: Sequence[str | Item], declaration: dict[str, Any], *, required: bool = False
) -> Any:
    """Return a schema with a property at a route, and with the containers on the way to it."""
    node = schema if isinstance(schema, dict) else {}
    if not route:
        return node or declaration
    key, *inner = route
    if key is ITEM:
        return {
            **node,
            "items": _with_property(
                node.get("items", _container(inner)), inner, declaration, required=required
            ),
        }
    properties = node.get("properties")
    members = properties if isinstance(properties, dict) else {}
    child = _with_property(
        members.get(key, _container(inner)), inner, declaration, required=required and bool(inner)
    )
    node = {**node, "properties": {**members, key: child}}
    if required and not inner:
        names = node.get("required")
        node["required"] = [*(names if isinstance(names, list) else ()), key]
    return node


def _container(route: Sequence[str | Item]) -> dict[str, Any]:
    if not route:
        return {}
    return {"type": "array"} if route[0] is ITEM else {"type": "object"}


def without_input(document: Document, read: ReadAction, name: str) -> Document:
    """Return the document without an input, and without its name in ``required``.

    Raises:
        EditError: there is no such input, or code puts it together.
    """
    schema, location = read.value.get("inputSchema"), pointers.join(read.pointer, "inputSchema")
    names = schema_names(schema)
    route = route_of(name, names)
    if route not in names:
        raise no_input(name, names, location)
    for place, key in properties_at(schema, "", route):
        schema = _without_property(schema, pointers.split(place), key)
    return edited(document, location, schema)


def _without_property(schema: Any, keys: Sequence[str], name: str) -> Any:
    if keys:
        key, *inner = keys
        if isinstance(schema, list):
            at = int(key)
            return [*schema[:at], _without_property(schema[at], inner, name), *schema[at + 1 :]]
        return {**schema, key: _without_property(schema[key], inner, name)}
    return _without_own_property(schema, name)


def _without_own_property(schema: dict[str, Any], name: str) -> dict[str, Any]:
    node = dict(schema)
    for keyword in ("properties", "dependencies", "dependentRequired", "dependentSchemas"):
        if isinstance(members := node.get(keyword), dict):
            node[keyword] = {key: item for key, item in members.items() if key != name}
    if isinstance(node.get("required"), list) and name in node["required"]:
        node["required"] = [key for key in node["required"] if key != name]
        if not node["required"]:
            del node["required"]
    return node


def remaining_uses(document: Document, read: ReadAction, name: str) -> Diagnostics:
    """Return a diagnostic for each template that still reads a removed input.

    Example:
        >>> from kustomer_nb.definition import read_document
        >>> document = read_document('{"inputTemplate": {"uri": "/{{id}}/{{id}}"}}')
        >>> len(remaining_uses(document, document.actions[0], "id"))
        2
    """
    route = route_of(name)
    message, fix = f"this still reads the removed input `{cut(name)}`.", "remove it, or declare the input."
    return Diagnostics(
        document.diagnostic(Code.VARIABLE_NOT_DECLARED, Severity.WARNING, use.source.pointer, message, fix)
        for use in input_uses(read)[0]
        if use.token(route) is not None
    )


def undeclared_routes(read: ReadAction) -> frozenset[Route]:
    """Return the routes that the inputTemplate of an action reads and inputSchema could declare.

    Example:
        >>> from kustomer_nb.definition import read_document
        >>> text = '{"inputTemplate": {"uri": "/{{id}}/{{_env.orgId}}"}}'
        >>> undeclared_routes(read_document(text).actions[0])
        frozenset({('id',)})
    """
    schema, settings = read.value.get("inputSchema"), read.value.get("appSettings")
    others = {ENV, *(settings if isinstance(settings, dict) else ())}
    names = schema_names(schema) if isinstance(schema, dict) else {}
    routes = _routes(input_uses(read)[0])
    return frozenset(route for route in routes if route not in names and route[0] not in others)


def with_declaration(
    document: Document, read: ReadAction, variable: str, inputs: Mapping[str, Any] | None = None
) -> Document:
    """Return the document with an input for a variable that templates read and no schema declares.

    What is read within it is declared as well. The type is that of its value in ``inputs``, if that fits the
    use; else that of its use: an array for a loop, an object for members, a number for an operand of ``math``
    and outside quotes in a body that is JSON text, a boolean for a variable that is only tested, none for
    ``{{#variable}}``, else a string.

    Raises:
        EditError: no template reads it, or it is declared already.
    """
    schema, location = _declared_schema(document, read, variable, inputs or {})
    return edited(document, location, schema)


def can_declare(document: Document, read: ReadAction, variable: str) -> bool:
    """Return whether `with_declaration` can declare a variable; the document is not written to find out.

    Example:
        >>> from kustomer_nb.definition import read_document
        >>> document = read_document('{"inputTemplate": {"uri": "/{{id}}"}}')
        >>> [can_declare(document, document.actions[0], name) for name in ("id", "other")]
        [True, False]
    """
    try:
        _, location = _declared_schema(document, read, variable, {})
        require_literal(document, location)
    except EditError:
        return False
    return True


def _declared_schema(
    document: Document, read: ReadAction, variable: str, inputs: Mapping[str, Any]
) -> tuple[dict[str, Any], str]:
    """Return an inputSchema that declares a variable, and its pointer."""
    schema, location = _input_schema(document, read)
    root = route_of(variable)[:1]
    uses = [use for use in input_uses(read)[0] if root and leads_through(use.route, root)]
    if not uses:
        message = f"no template reads `{cut(variable)}`."
        fix = f'add it as an input: action.add_input("{cut(variable)}", "string").'
        raise EditError.from_code(Code.POINTER_NOT_FOUND, message, fix, pointer=location)
    names = schema_names(schema)
    _require_input(read, root[0], location)
    missing = [route for route in _routes(uses) if route not in names]
    if not missing:
        message = f"`{cut(variable)}` is declared in inputSchema already."
        raise refusal(location, message, "nothing needs to be declared.")
    if "inputSchema" not in read.value and _reads_others(read, root[0]):
        # A closed schema would keep the other variables from having a value.
        schema = _OPEN_SCHEMA
    for route in missing:
        _require_variable_names(route, location)
        kind = _proposed_type(_guessed_type(uses, route), _value_at(inputs, route))
        schema = _with_property(schema, route, {} if kind is None else {"type": kind})
    return schema, location


def _reads_others(read: ReadAction, name: str | Item) -> bool:
    return any(route[0] != name for route in undeclared_routes(read))


def _require_input(read: ReadAction, name: str | Item, location: str) -> None:
    """Refuse a variable whose value is not that of an input."""
    if name == ENV or str(name) in _setting_names(read):
        message = f"`{cut(str(name))}` is not an input: the platform or an app setting gives its value."
        raise refusal(location, message, "nothing needs to be declared.")


def _setting_names(read: ReadAction) -> Iterable[str]:
    settings = read.value.get("appSettings")
    return settings if isinstance(settings, dict) else ()


def _require_variable_names(route: Iterable[str | Item], location: str) -> None:
    for key in route:
        if isinstance(key, str):
            require_variable_name(key, (), location, "")


def _value_at(value: Any, route: Sequence[str | Item]) -> Any:
    """Return the value at a route; of an array, that of its first item."""
    for key in route:
        if key is ITEM:
            value = value[0] if isinstance(value, list) and value else UNDEFINED
        else:
            value = value.get(key, UNDEFINED) if isinstance(value, dict) else UNDEFINED
    return value


def _proposed_type(of_use: str | None, value: Any) -> str | None:
    """Return the type of a value, unless the template needs another one."""
    if value is UNDEFINED or value is None:
        return of_use
    kind = kind_of(value) or of_use
    if of_use in ("array", "object"):
        return of_use
    # A number that was typed as text is one where a number is needed.
    is_number = of_use == "number" and isinstance(value, str) and not math.isnan(string_number(value))
    return of_use if is_number else kind


def _routes(uses: Sequence[Use]) -> Iterator[tuple[str | Item, ...]]:
    """Yield the routes of the properties that uses read, the outer ones first."""
    routes: dict[tuple[str | Item, ...], None] = {}
    for use in uses:
        # An index is an item of an array, and length belongs to the array itself.
        route = tuple(ITEM if isinstance(key, str) and key.isdecimal() else key for key in use.route)
        for count in range(1, len(route) + 1):
            if route[count - 1] is not ITEM and route[count - 1] != "length":
                routes.setdefault(route[:count])
    yield from sorted(routes, key=len)


def _guessed_type(uses: Sequence[Use], route: Sequence[str | Item]) -> str | None:
    within = [use for use in uses if leads_through(use.route, route)]
    for use in within:
        if len(use.route) > len(route):
            inner = use.route[len(route)]
            is_item = inner is ITEM or inner == "length" or str(inner).isdecimal()
            return "array" if is_item else "object"
    return _type_of_uses(within)


def _type_of_uses(uses: Sequence[Use]) -> str | None:
    """Return the type of a value that templates read as a whole; None if they do not show it."""
    helpers = {use.helper for use in uses}
    if "each" in helpers:
        return "array"
    if "with" in helpers:
        return "object"
    if _OF_NUMBERS in helpers or any(map(_is_outside_quotes, uses)):
        return "number"
    if any(map(_is_own_argument, uses)):
        return None
    return "boolean" if helpers and helpers <= _TESTS else "string"


def _is_own_argument(use: Use) -> bool:
    """Return whether a value is an argument of which the helper says no type."""
    return use.form == "argument" and not use.helper


def _is_outside_quotes(use: Use) -> bool:
    """Return whether a tag stands for a whole value in a body that is written as JSON text."""
    text = use.source.text
    if use.form not in ("escaped", "raw") or not text.lstrip().startswith(("{", "[")) or "{{" not in text:
        return False
    if text.lstrip().startswith("{{"):
        return False
    return not any(match.start() < use.start < match.end() for match in _IN_QUOTES.finditer(text))
