"""A schema made ready for many values: read once, and compiled to closures."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .node import Node, read_node
from .steps import Step, compile_node
from .taking import Take, compile_taking


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
