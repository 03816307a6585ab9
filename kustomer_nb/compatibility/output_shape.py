"""The shape of the output that an action emits: outputTemplate, filtered and converted by outputSchema."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.jsontext.serialization import stringify
from kustomer_nb.platform import BOTH, is_pointed
from kustomer_nb.schema.conversions import kind_of
from kustomer_nb.template.value_syntax import FUNCTION, REFERENCE

from .schema_view import REJECTED, SchemaView, converted

# A template in a template is not deeper than this in any real definition.
DEPTH = 100
_NESTED = frozenset({"object", "array"})
# The name of the items of an array.
ITEM = "[]"
_NO_SCHEMA = SchemaView(None, None)
# Functions whose result has a documented type.
_RESULT_TYPES = {
    "parseInt": "number",
    "parseFloat": "number",
    "inBusinessHours": "boolean",
    "isValidEmailAddress": "boolean",
    "isValidPhoneNumber": "boolean",
    "dateFormat": "string",
}


@dataclass(frozen=True)
class Shape:
    """A value of the output.

    ``types`` are its JSON types, empty if they are not known. ``source`` is the reference or template that it
    is made from, ``UNDEFINED`` for an object of the template itself; ``is_constant`` tells that it is the
    value itself. ``members`` are the known paths below it, and ``is_open`` says that it may have others.
    ``sample`` is its value in the sample, ``UNDEFINED`` without one.
    """

    types: tuple[str, ...] = ()
    source: Any = UNDEFINED
    members: Mapping[str, Shape] = field(default_factory=dict)
    is_open: bool = False
    is_constant: bool = False
    is_declared: bool = False
    sample: Any = UNDEFINED
    schema: SchemaView = _NO_SCHEMA

    @property
    def is_reference(self) -> bool:
        """Whether it is a part of the response."""
        return is_pointed(self.source)

    @property
    def may_be_object(self) -> bool:
        """Whether it may have paths below it."""
        if self.types:
            return "object" in self.types or "array" in self.types
        return self.sample is UNDEFINED or isinstance(self.sample, (dict, list))

    def member(self, name: str) -> Shape | None:
        """Return the value at a key below it, None if it never has one.

        Example:
            >>> body = output_shape("/#body", None, UNDEFINED)
            >>> body.member("id").source, output_shape("text", None, UNDEFINED).member("id")
            ('/#body.id', None)
        """
        if name in self.members:
            return self.members[name]
        if ITEM in self.members and name.isdecimal():
            return self.members[ITEM]
        if not self.is_open:
            return None
        is_plain = self.is_reference and not self.source.startswith(FUNCTION)
        source = f"{self.source}.{name}" if is_plain else UNDEFINED
        return Shape(source=source, is_open=True, sample=_member_of(self.sample, name))

    def emits(self, path: tuple[str, ...]) -> bool:
        """Return whether it may have a value at a path."""
        shape: Shape | None = self
        for name in path:
            shape = shape.member(name) if shape is not None else None
        return shape is not None


def output_shape(template: Any, schema: Any, sample: Any) -> Shape:
    """Return the shape of an output; ``UNDEFINED`` stands for a part that the action does not have.

    Example:
        >>> shape = output_shape({"id": "/#body.id", "at": "{{body.at}}"}, None, UNDEFINED)
        >>> {name: (member.source, member.types) for name, member in shape.members.items()}
        {'id': ('/#body.id', ()), 'at': ('{{body.at}}', ('string',))}
    """
    template = dict(BOTH) if template is UNDEFINED or template is None else template
    # An outputSchema without a type at its root is that of an object, as one of inputs is.
    view = SchemaView(schema, schema, is_root=True) if isinstance(schema, dict) and schema else _NO_SCHEMA
    return _shape(template, view, sample, 0)


def _shape(template: Any, schema: SchemaView, sample: Any, depth: int) -> Shape:
    common = Shape(sample=sample, schema=schema, is_declared=bool(schema.types) and not schema.is_root)
    if isinstance(template, dict) and depth < DEPTH:
        members = dict(_members(template, schema, sample, depth))
        return replace(common, types=("object",), members=members)
    if isinstance(template, str) and (is_pointed(template) or "{{" in template):
        return _rendered_shape(common, template, depth)
    value = converted(template, schema.types)
    kind = kind_of(template if value is REJECTED else value)
    return replace(common, types=(kind,) if kind else (), source=template, is_constant=True)


def _rendered_shape(common: Shape, template: str, depth: int) -> Shape:
    """Return the shape of what a reference or a template gives."""
    schema = common.schema
    types = normalized(schema.types) if common.is_declared else _own_types(template)
    if types and not _NESTED.intersection(types):
        return replace(common, types=types, source=template)
    members = _declared(template, schema, common.sample, depth)
    return replace(common, types=types, source=template, members=members, is_open=not schema.is_closed)


def _members(
    template: dict[str, Any], schema: SchemaView, sample: Any, depth: int
) -> Iterator[tuple[str, Shape]]:
    for name, item in template.items():
        is_declared = name in schema.properties
        if is_declared or not schema.is_closed:
            inner = schema.properties[name] if is_declared else schema.extras
            yield name, _shape(item, inner, _member_of(sample, name), depth + 1)


def _declared(template: str, schema: SchemaView, sample: Any, depth: int) -> dict[str, Shape]:
    """Return the paths below a reference that outputSchema declares."""
    if not is_pointed(template) or template.startswith(FUNCTION) or depth >= DEPTH:
        return {}
    inner_schemas = dict(schema.properties)
    if schema.items.members:
        inner_schemas[ITEM] = schema.items
    return {
        name: _shape(f"{template}.{name}", inner, _member_of(sample, name), depth + 1)
        for name, inner in inner_schemas.items()
    }


def _own_types(template: str) -> tuple[str, ...]:
    if not is_pointed(template):
        return ("string",)
    if template == f"{REFERENCE}response.statusCode":
        return ("number",)
    if template in (f"{REFERENCE}response", f"{REFERENCE}response.headers"):
        return ("object",)
    name = template.removeprefix(FUNCTION).partition(",")[0] if template.startswith(FUNCTION) else ""
    return (_RESULT_TYPES[name],) if name in _RESULT_TYPES else ()


def normalized(types: tuple[str, ...]) -> tuple[str, ...]:
    """Return types as a reader of the output tells them apart: an integer is a number.

    Example:
        >>> normalized(("integer", "null"))
        ('null', 'number')
    """
    return tuple(sorted({"number" if name == "integer" else name for name in types}))


def _member_of(sample: Any, name: str) -> Any:
    if name == ITEM:
        return sample[0] if isinstance(sample, list) and sample else UNDEFINED
    return sample.get(name, UNDEFINED) if isinstance(sample, dict) else UNDEFINED


def source_text(shape: Shape) -> str:
    """Return what a value is made from, as a text that is equal if the value is.

    Example:
        >>> source_text(output_shape({"id": "/#body.id"}, None, UNDEFINED))
        '{id: "/#body.id"}'
    """
    if shape.source is not UNDEFINED:
        return stringify(shape.source) or ""
    members = (f"{name}: {source_text(member)}" for name, member in shape.members.items())
    return f"{{{', '.join(members)}}}"
