"""A schema compiled to closures, one for each of its nodes: applied, a step returns the new value.

Most values are of their declared type already, so an object looks at the Python type of each member and
calls that member's own step for the others alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeAlias

from kustomer_nb.jsontext.javascript import SAFE_INTEGER, UNDEFINED, number
from kustomer_nb.jsontext.pointer import join

from .from_python import AT_ONCE, LEAVES, NotPlainError, copied
from .nodes import Conversion, MissingInput, Node, UndeclaredInput, Walk, WrongType, read_node
from .scalars import convert, is_whole, kind_of


@dataclass(frozen=True, slots=True)
class Schema:
    """A compiled schema, taken by `coerce` and `project` in place of the JSON; ``root`` None asks nothing."""

    root: Node | None
    step: Step = field(repr=False, compare=False)
    take: Take | None = field(default=None, repr=False, compare=False)


def compile_schema(schema: Any) -> Schema:
    """Return a schema ready for many values; one that is compiled already comes back as it is.

    A root without ``type`` is an object, as in the platform's own example. What is nested deeper than 100
    levels asks nothing, and so does a schema that is no object or an empty one.

    Example:
        >>> ready = compile_schema({"properties": {"qty": {"type": "number"}}})
        >>> ready.root.types, ready.root.members["qty"].types
        (('object',), ('number',))
    """
    if isinstance(schema, Schema):
        return schema
    root = read_node(schema)
    return Schema(root, compile_node(root), compile_taking(root))


# It takes the value, its JSON pointer, and what collects what is noticed.
Step: TypeAlias = Callable[[Any, str, Walk], Any]
# The Python types of values that a step returns as they are, that step, and how the name continues a pointer.
Member: TypeAlias = tuple[frozenset[type], Step, str]

# An int is not among them: one that is no double is rounded.
_PYTHON: Mapping[str, type] = {"string": str, "boolean": bool, "number": float, "null": type(None)}
_SCALARS: frozenset[type] = frozenset({str, bool, int, float, type(None)})
_ANYTHING = _SCALARS | {dict, list}


def compile_node(node: Node | None) -> Step:
    """Return the step of a node: the value as it makes it, with what it notices added to the `Walk`.

    A value that cannot be converted comes back as it is, and so do parts that are not described.
    """
    if node is None:
        return _as_it_is
    if not (node.members or node.required or node.closed or node.extras or node.items):
        return _leaf(node.types)
    objects = _object_step(node)
    arrays = None if node.items is None else _array_step(compile_node(node.items))
    return _step(node, objects, arrays)


@cache
def _leaf(types: tuple[str, ...]) -> Step:
    """Return the step of a node that asks for types alone, as most do."""
    node = Node(types)
    return _step(node, _object_step(node), None)


def _step(node: Node, objects: Step, arrays: Step | None) -> Step:
    types = frozenset(node.types)
    takes_int = "number" in types or "integer" in types

    def step(value: Any, pointer: str, walk: Walk) -> Any:
        if takes_int and type(value) is int and -SAFE_INTEGER <= value <= SAFE_INTEGER:
            return value
        kind = kind_of(value)
        if types and kind not in types and not (kind == "number" and "integer" in types and is_whole(value)):
            return _converted(value, node, pointer, walk)
        if kind == "object":
            return objects(value, pointer, walk)
        if kind == "array" and arrays is not None:
            return arrays(value, pointer, walk)
        if kind == "number" and types and not -SAFE_INTEGER <= value <= SAFE_INTEGER:
            return _rounded(value, pointer, walk)
        return value

    return step


def _as_it_is(value: Any, pointer: str, walk: Walk) -> Any:
    return value


def _member(node: Node | None, name: str = "") -> Member:
    continued = join("", name)
    if node is None:
        return _ANYTHING, _as_it_is, continued
    return _passing(node.types), compile_node(node), continued


@cache
def _passing(types: tuple[str, ...]) -> frozenset[type]:
    return frozenset(_PYTHON[one] for one in types if one in _PYTHON) if types else _SCALARS


def _object_step(node: Node) -> Step:
    members = {name: _member(member, name) for name, member in node.members.items()}
    extras, closed, required = _member(node.extras), node.closed, node.required
    known = members.get

    def step(value: Mapping[str, Any], pointer: str, walk: Walk) -> Any:
        drops = closed and (walk.every_depth or not pointer)
        result = {}
        for name, item in value.items():
            member = known(name)
            if member is None:
                if drops:
                    if item is not UNDEFINED:
                        walk.faults.append(UndeclaredInput(join(pointer, name), name, value, node))
                    continue
                member = extras
            if type(item) in member[0]:
                result[name] = item
            elif item is not UNDEFINED:
                place = join(pointer, name) if member is extras else pointer + member[2]
                result[name] = member[1](item, place, walk)
        for name in required:
            if value.get(name, UNDEFINED) is UNDEFINED:
                walk.faults.append(MissingInput(join(pointer, name), name, node.members.get(name)))
        return result

    return step


def _array_step(items: Step) -> Step:
    def step(value: list[Any], pointer: str, walk: Walk) -> Any:
        # An array cannot leave a place out: undefined there is null, as JSON.stringify writes it.
        return [
            items(None if item is UNDEFINED else item, f"{pointer}/{index}", walk)
            for index, item in enumerate(value)
        ]

    return step


def _converted(value: Any, node: Node, pointer: str, walk: Walk) -> Any:
    after = convert(value, node.types, walk.conversions)
    if after is not UNDEFINED:
        walk.converted.append(Conversion(pointer, value, after))
        return after
    walk.faults.append(WrongType(pointer, value, node))
    return value


def _rounded(value: float, pointer: str, walk: Walk) -> float:
    after = number(value)
    if after != value:
        walk.converted.append(Conversion(pointer, value, after))
    return after


Take: TypeAlias = Callable[[dict[Any, Any], Walk], dict[str, Any]]


# The types of leaves that stay as they are, whether numbers do, the type that is only copied, the one type
# that other leaves become ("" where there are several), and the step that does all the rest.
_Facts: TypeAlias = tuple[frozenset[type], bool, type | None, str, Step]


_PYTHON_TYPES: dict[str, type] = {"string": str, "boolean": bool, "null": type(None)}
_WHOLE: dict[tuple[str, ...], type] = {("array",): list, ("object",): dict}
_COERCIBLE = frozenset({"string", "boolean", "number"})


def compile_taking(root: Node | None) -> Take | None:
    """Return what takes inputs that are plain JSON, None where the schema wants no object.

    Raises, when it is called:
        NotPlainError: they are not, and have to be read part by part.
    """
    if root is None or (root.types and "object" not in root.types):
        return None
    return _take_of(root)


def _take_of(root: Node) -> Take:  # noqa: C901 - see take
    known = {name: _member_facts(node, name) for name, node in root.members.items()}.get
    others, closed, required = (_facts(root.extras), ""), root.closed, root.required

    def take(value: dict[Any, Any], walk: Walk) -> dict[str, Any]:  # noqa: C901 - a call a member costs a third
        result: dict[str, Any] = {}
        for name, item in value.items():
            if type(name) is not str:
                raise NotPlainError
            member = known(name)
            if member is None:
                if closed:
                    copied(item, 1, [AT_ONCE])
                    walk.faults.append(UndeclaredInput(join("", name), name, value, root))
                    continue
                member = others
            (leaves, is_number, whole, only, step), pointer = member
            kind = type(item)
            if kind in leaves:
                result[name] = item
                continue
            if kind is int or kind is float:
                if not -SAFE_INTEGER <= item <= SAFE_INTEGER:
                    raise NotPlainError
                if is_number:
                    result[name] = item
                    continue
            elif kind not in LEAVES:
                item = copied(item, 1, [AT_ONCE])
                if kind is whole:
                    result[name] = item
                    continue
                only = ""
            if only and (after := walk.conversions[only](item)) is not UNDEFINED:
                walk.converted.append(Conversion(pointer or join("", name), item, after))
                result[name] = after
            else:
                result[name] = step(item, pointer or join("", name), walk)
        for name in required:
            if value.get(name, UNDEFINED) is UNDEFINED:
                walk.faults.append(MissingInput(join("", name), name, root.members.get(name)))
        return result

    return take


def _member_facts(node: Node | None, name: str) -> tuple[_Facts, str]:
    return _facts(node), join("", name)


def _facts(node: Node | None) -> _Facts:
    if node is None:
        return LEAVES, True, None, "", compile_node(None)
    if node.members or node.required or node.closed or node.extras or node.items:
        return (*_facts_of(node.types)[:2], None, "", compile_node(node))
    return _facts_of(node.types)


@cache
def _facts_of(types: tuple[str, ...]) -> _Facts:
    """Return the facts of a node that asks for types alone, as most do."""
    leaves: Iterator[type] = (_PYTHON_TYPES[one] for one in types if one in _PYTHON_TYPES)
    return (
        frozenset(leaves) if types else LEAVES,
        not types or "number" in types,
        _WHOLE.get(types),
        types[0] if len(types) == 1 and types[0] in _COERCIBLE else "",
        compile_node(Node(types)),
    )
