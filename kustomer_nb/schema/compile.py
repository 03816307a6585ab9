"""A schema compiled to closures: the step of each of its nodes returns the converted value.

Most values already have their declared type, so the step of an object looks at the Python type of each member
and calls the member's own step only for the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeAlias

from kustomer_nb.jsontext.caches import ValueCache
from kustomer_nb.jsontext.javascript import SAFE_INTEGER, UNDEFINED, number
from kustomer_nb.jsontext.pointer import join

from .conversions import EXACT_KINDS, convert, is_whole, kind_of
from .from_python import AT_ONCE, LEAVES, NotPlainError, copied
from .nodes import Conversion, MissingInput, Node, UndeclaredInput, Walk, WrongType, read_node


@dataclass(frozen=True, slots=True)
class Schema:
    """A compiled schema, for `coerce` and `project`; ``root`` None accepts everything.

    ``convert_members`` is the quick step for inputs that are plain JSON, None if the root is not an object.
    """

    root: Node | None
    step: Step = field(repr=False, compare=False)
    convert_members: ConvertMembers | None = field(default=None, repr=False, compare=False)


def compile_schema(schema: Any) -> Schema:
    """Return a compiled schema, to apply to many values; a compiled one is returned unchanged.

    A root without ``type`` is an object, as in the platform's own example. Subschemas nested deeper than 100
    levels accept everything, and so does a schema that is empty or not an object.

    Example:
        >>> schema = compile_schema({"properties": {"qty": {"type": "number"}}})
        >>> schema.root.types, schema.root.members["qty"].types
        (('object',), ('number',))
    """
    if isinstance(schema, Schema):
        return schema
    root = read_node(schema)
    return Schema(root, compile_node(root), compile_root(root))


# For the schemas of an action, which each of its runs applies: compiling one takes longer than applying it.
compile_once = ValueCache(compile_schema).get

# Its arguments are the value, its JSON pointer, and the walk that collects conversions and faults.
Step: TypeAlias = Callable[[Any, str, Walk], Any]
# The Python types that the step returns unchanged, that step, and the name as it is in a pointer.
Member: TypeAlias = tuple[frozenset[type], Step, str]

# Not int: one that a double cannot represent is rounded.
_PYTHON: Mapping[str, type] = {"string": str, "boolean": bool, "number": float, "null": type(None)}
_SCALARS: frozenset[type] = frozenset({str, bool, int, float, type(None)})
_ANYTHING = _SCALARS | {dict, list}


def compile_node(node: Node | None) -> Step:
    """Return the step of a node, which returns the converted value and adds its notes to the `Walk`.

    A value that cannot be converted is returned unchanged, and so are undescribed parts.
    """
    if node is None:
        return _unchanged
    if not (node.members or node.required or node.closed or node.extras or node.items):
        return _leaf(node.types)
    return _steps(node)[1]


def _steps(node: Node) -> tuple[Step, Step]:
    """Return the step for the objects that a node accepts, and the one for all values."""
    objects = _object_step(node)
    arrays = None if node.items is None else _array_step(node.items)
    step = _step(node, objects, arrays)
    return (objects if not node.types or "object" in node.types else step), step


@cache
def _leaf(types: tuple[str, ...]) -> Step:
    """Return the step of a node that has only types, as most do."""
    node = Node(types)
    return _step(node, _object_step(node), None)


def _step(node: Node, objects: Step, arrays: Step | None) -> Step:
    types = frozenset(node.types)
    accepts_int = "number" in types or "integer" in types
    accepts_object = not types or "object" in types

    def step(value: Any, pointer: str, walk: Walk) -> Any:
        if accepts_object and type(value) is dict:
            return objects(value, pointer, walk)
        if accepts_int and type(value) is int and -SAFE_INTEGER <= value <= SAFE_INTEGER:
            return value
        kind = EXACT_KINDS.get(type(value)) or kind_of(value)
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


def _unchanged(value: Any, pointer: str, walk: Walk) -> Any:
    return value


def _member(node: Node | None, name: str = "") -> Member:
    pointer = join("", name)
    if node is None:
        return _ANYTHING, _unchanged, pointer
    return _unchanged_types(node.types), compile_node(node), pointer


@cache
def _unchanged_types(types: tuple[str, ...]) -> frozenset[type]:
    return frozenset(_PYTHON[name] for name in types if name in _PYTHON) if types else _SCALARS


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
                location = join(pointer, name) if member is extras else pointer + member[2]
                result[name] = member[1](item, location, walk)
        for name in required:
            if value.get(name, UNDEFINED) is UNDEFINED:
                walk.faults.append(MissingInput(join(pointer, name), name, node.members.get(name)))
        return result

    return step


def _array_step(node: Node) -> Step:
    # Items are mostly objects, for which their own step is enough.
    objects, others = _steps(node)

    def step(value: list[Any], pointer: str, walk: Walk) -> Any:
        # An array cannot omit an item: undefined becomes null, as JSON.stringify writes it.
        return [
            objects(item, f"{pointer}/{index}", walk)
            if type(item) is dict
            else others(None if item is UNDEFINED else item, f"{pointer}/{index}", walk)
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


ConvertMembers: TypeAlias = Callable[[dict[Any, Any], Walk], dict[str, Any]]


# The types of leaves that stay unchanged, whether numbers do, the type that is only copied, the only type to
# which other leaves are converted ("" if there are several), and the step for all other values.
_Facts: TypeAlias = tuple[frozenset[type], bool, type | None, str, Step]


_PYTHON_TYPES: dict[str, type] = {"string": str, "boolean": bool, "null": type(None)}
_CONTAINERS: dict[tuple[str, ...], type] = {("array",): list, ("object",): dict}
_COERCIBLE = frozenset({"string", "boolean", "number"})


def compile_root(root: Node | None) -> ConvertMembers | None:
    """Return the quick step for inputs that are plain JSON, None if the schema does not accept an object.

    The step raises:
        NotPlainError: they are not plain JSON, and must be converted part by part.
    """
    if root is None or (root.types and "object" not in root.types):
        return None
    return _convert_members(root)


def _convert_members(root: Node) -> ConvertMembers:  # noqa: C901 - see convert_members
    known = {name: _member_facts(node, name) for name, node in root.members.items()}.get
    others, closed, required = (_facts(root.extras), ""), root.closed, root.required

    # One function, because a call for each member makes it a third slower.
    def convert_members(value: dict[Any, Any], walk: Walk) -> dict[str, Any]:  # noqa: C901 - see above
        result: dict[str, Any] = {}
        for name, item in value.items():
            if type(name) is not str:
                raise NotPlainError
            member = known(name)
            if member is None:
                if closed:
                    # Only to raise if it is not plain JSON: then it is reported as that as well.
                    copied(item, 1, [AT_ONCE])
                    walk.faults.append(UndeclaredInput(join("", name), name, value, root))
                    continue
                member = others
            (leaves, is_number, container, only_type, step), pointer = member
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
                if kind is container:
                    result[name] = item
                    continue
                only_type = ""
            if only_type and (after := walk.conversions[only_type](item)) is not UNDEFINED:
                walk.converted.append(Conversion(pointer or join("", name), item, after))
                result[name] = after
            else:
                result[name] = step(item, pointer or join("", name), walk)
        for name in required:
            if value.get(name, UNDEFINED) is UNDEFINED:
                walk.faults.append(MissingInput(join("", name), name, root.members.get(name)))
        return result

    return convert_members


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
    """Return the facts of a node that only has types, as most do."""
    leaves: Iterator[type] = (_PYTHON_TYPES[name] for name in types if name in _PYTHON_TYPES)
    return (
        frozenset(leaves) if types else LEAVES,
        not types or "number" in types,
        _CONTAINERS.get(types),
        types[0] if len(types) == 1 and types[0] in _COERCIBLE else "",
        compile_node(Node(types)),
    )
