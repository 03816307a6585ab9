"""The properties of a schema of inputs: their routes, how authors write these, and their places."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from kustomer_nb.codes import Code
from kustomer_nb.errors import EditError
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.linting.messages import cut, did_you_mean
from kustomer_nb.template.read_paths import ITEM, Item

Route = tuple[str | Item, ...]
# What else may describe the same value.
_IN_LISTS = ("allOf", "anyOf", "oneOf")
_ALONE = ("if", "then", "else", "not")
# As in no schema that a person wrote.
_DEEPEST = 60


def schema_names(schema: Any) -> dict[Route, Any]:
    """Return the schema of each input and of each property within one, by its route.

    Example:
        >>> line = {"type": "object", "properties": {"sku": {"type": "string"}}}
        >>> schema = {"properties": {"lines": {"type": "array", "items": line}}}
        >>> [name_of_route(route) for route in schema_names(schema)]
        ['lines', 'lines[].sku']
    """
    return dict(_named(schema, (), 0))


def _named(schema: Any, route: Route, depth: int) -> Iterator[tuple[Route, Any]]:
    if not isinstance(schema, dict) or depth > _DEEPEST:
        return
    for _, node in _same_value(schema, ""):
        properties = node.get("properties")
        for name, inner in properties.items() if isinstance(properties, dict) else ():
            yield (*route, name), inner
            yield from _named(inner, (*route, name), depth + 1)
        yield from _named(node.get("items"), (*route, ITEM), depth + 1)


def name_of_route(route: Sequence[str | Item]) -> str:
    """Return a route as authors write it, such as ``lines[].sku``.

    Example:
        >>> name_of_route(("order", "lines", ITEM, "sku"))
        'order.lines[].sku'
    """
    return "".join("[]" if key is ITEM else f".{key}" for key in route).removeprefix(".")


def route_of(name: str, known: Collection[Route] = ()) -> Route:
    """Return the route that an author's name means; an input whose own name has a dot comes first.

    The JSON pointer of a property in the action names it too.

    Example:
        >>> route_of("lines[].sku") == ("lines", ITEM, "sku"), route_of("a.b", [("a.b",)])
        (True, ('a.b',))
        >>> route_of("/inputSchema/properties/order/properties/id")
        ('order', 'id')
    """
    if (name,) in known:
        return (name,)
    if name.startswith("/inputSchema/"):
        return _route_of_pointer(name)
    route: list[str | Item] = []
    for segment in name.split("."):
        key, *items = re.split(r"(?=\[\d*\])", segment)
        route += [*([key] if key else []), *[ITEM for _ in items]]
    return tuple(route)


def _route_of_pointer(pointer: str) -> Route:
    keys = iter(pointers.split(pointer)[1:])
    route: list[str | Item] = []
    for keyword in keys:
        if keyword == "items":
            route.append(ITEM)
        elif keyword == "properties":
            route += [name for name in (next(keys, None),) if name is not None]
    return tuple(route)


def no_input(name: str, names: Collection[Route], location: str) -> EditError:
    """Return the error for an input that the action does not have."""
    known = [name_of_route(route) for route in names]
    otherwise = f"use one of {', '.join(known)}." if known else "add it to inputSchema."
    message = f"the action has no input `{cut(name)}`."
    fix = did_you_mean(name, known, otherwise)
    return EditError.from_code(Code.POINTER_NOT_FOUND, message, fix, pointer=location)


def properties_at(schema: Any, pointer: str, route: Sequence[str | Item]) -> Iterator[tuple[str, str]]:
    """Yield the pointer of each object schema that has the property at a route, and the property's name.

    Example:
        >>> list(properties_at({"properties": {"id": {}}, "anyOf": [{"required": ["id"]}]}, "/s", ["id"]))
        [('/s', 'id'), ('/s/anyOf/0', 'id')]
    """
    *outer, key = route
    if not isinstance(key, str):
        return
    for location, _ in schemas_at(schema, pointer, outer):
        yield location, key


def schemas_at(
    schema: Any, pointer: str, route: Sequence[str | Item]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the schemas of the value at a route, each with its pointer."""
    for location, node in _same_value(schema, pointer):
        if not route:
            yield location, node
            continue
        keyword: tuple[str, ...] = ("items",) if route[0] is ITEM else ("properties", str(route[0]))
        inner = pointers.resolve(node, keyword)
        if isinstance(inner, dict):
            yield from schemas_at(inner, pointers.join(location, *keyword), route[1:])


def _same_value(schema: Any, pointer: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield a schema and those within it that describe the same value."""
    if not isinstance(schema, dict):
        return
    yield pointer, schema
    inner = [(pointers.join(pointer, keyword), schema.get(keyword)) for keyword in _ALONE]
    for keyword in _IN_LISTS:
        nodes = schema.get(keyword)
        inner += [
            (pointers.join(pointer, keyword, index), node)
            for index, node in enumerate(nodes if isinstance(nodes, list) else ())
        ]
    for location, node in inner:
        yield from _same_value(node, location)
