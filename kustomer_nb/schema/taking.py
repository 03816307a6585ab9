"""A schema compiled for inputs: Python's values are read as JSON and converted in one pass over them.

Nearly all inputs are plain JSON of a few members. For those it gives what `plain` and the steps of `steps`
would give one after the other; for all else it gives up, and they do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, TypeAlias

from kustomer_nb.jsontext.javascript import SAFE_INTEGER, UNDEFINED
from kustomer_nb.jsontext.pointer import join

from .inputs import LEAVES, NotPlainError, copied
from .node import Node
from .steps import Step, compile_node
from .walk import Change, Extra, Missing, Walk

Take: TypeAlias = Callable[[dict[Any, Any], Walk], dict[str, Any]]


# The types of leaves that stay as they are, whether numbers do, the type that is only copied, the one type
# that other leaves become ("" where there are several), and the step that does all the rest.
_Facts: TypeAlias = tuple[frozenset[type], bool, type | None, str, Step]


_PYTHON: dict[str, type] = {"string": str, "boolean": bool, "null": type(None)}
_WHOLE: dict[tuple[str, ...], type] = {("array",): list, ("object",): dict}
_SCALARS = frozenset({"string", "boolean", "number"})


def compile_taking(root: Node | None) -> Take | None:
    """Return what takes inputs that are plain JSON, None where the schema wants no object.

    Raises, when it is called:
        NotPlainError: they are not, and have to be read part by part.
    """
    if root is None or (root.types and "object" not in root.types):
        return None
    return _take_of(root)


def _take_of(root: Node) -> Take:  # noqa: C901 - see take
    known = {name: _member(node, name) for name, node in root.members.items()}.get
    others, closed, required = (_facts(root.extras), ""), root.closed, root.required

    def take(value: dict[Any, Any], walk: Walk) -> dict[str, Any]:  # noqa: C901 - a call a member costs a third
        result: dict[str, Any] = {}
        for name, item in value.items():
            if type(name) is not str:
                raise NotPlainError
            member = known(name)
            if member is None:
                if closed:
                    copied(item, 1)
                    walk.faults.append(Extra(join("", name), name, value, root))
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
                item = copied(item, 1)
                if kind is whole:
                    result[name] = item
                    continue
                only = ""
            if only and (after := walk.conversions[only](item)) is not UNDEFINED:
                walk.converted.append(Change(pointer or join("", name), item, after))
                result[name] = after
            else:
                result[name] = step(item, pointer or join("", name), walk)
        for name in required:
            if value.get(name, UNDEFINED) is UNDEFINED:
                walk.faults.append(Missing(join("", name), name, root.members.get(name)))
        return result

    return take


def _member(node: Node | None, name: str) -> tuple[_Facts, str]:
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
    leaves: Iterator[type] = (_PYTHON[one] for one in types if one in _PYTHON)
    return (
        frozenset(leaves) if types else LEAVES,
        not types or "number" in types,
        _WHOLE.get(types),
        types[0] if len(types) == 1 and types[0] in _SCALARS else "",
        compile_node(Node(types)),
    )
