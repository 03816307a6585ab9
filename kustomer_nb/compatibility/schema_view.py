"""A subschema as the platform reads it, with the keywords that it is not known to apply."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.javascript import INHERITED, UNDEFINED
from kustomer_nb.schema.conversions import convert, kind_of
from kustomer_nb.schema.nodes import NOT_DECLARABLE, declared_types

APPLIED = frozenset({"type", "properties", "required", "additionalProperties", "items"})
# Keywords that say nothing of the values.
TEXTS = frozenset(
    {
        *("title", "description", "default", "examples", "example", "$comment", "$id", "id", "$schema"),
        *("definitions", "$defs", "readOnly", "writeOnly", "deprecated", "$anchor"),
    }
)
_MOST_REFERENCES = 20
KINDS = ("string", "number", "boolean", "object", "array", "null")


class Rejected:
    """The result for a value that a type does not accept."""


REJECTED = Rejected()
# Values that tell the conversions of the types apart, the most telling of each kind first.
PROBES: tuple[Any, ...] = (
    *("text", "7.5", "7", "true", ""),
    *(7.5, 7, 0, 1, True, False),
    *({}, [], None),
)


def converted(value: Any, types: tuple[str, ...]) -> Any:
    """Return a value as the platform converts it to the first type that is possible, else ``REJECTED``.

    Example:
        >>> converted("7", ("number",)), converted("text", ("number",)) is REJECTED
        (7, True)
    """
    kind = kind_of(value)
    if not types or kind in types or (kind == "number" and "integer" in types and float(value).is_integer()):
        return value
    after = convert(value, types)
    return REJECTED if after is UNDEFINED else after


@dataclass(frozen=True)
class SchemaView:
    """A subschema with its ``$ref`` resolved; ``root`` is the schema that the reference starts from.

    ``value`` that is not an object accepts everything, as the platform reads it.
    """

    value: Any
    root: Any
    is_root: bool = False

    @cached_property
    def members(self) -> Mapping[str, Any]:
        """The keywords, with those of the schema that ``$ref`` names."""
        value = self.value if isinstance(self.value, dict) else {}
        for _ in range(_MOST_REFERENCES):
            reference = value.get("$ref")
            if not isinstance(reference, str) or not reference.startswith("#"):
                break
            target = pointers.resolve(self.root, reference[1:]) if reference[1:2] in ("", "/") else None
            if not isinstance(target, dict):
                break
            value = {**target, **{key: item for key, item in value.items() if key != "$ref"}}
        return value

    @property
    def is_never(self) -> bool:
        """Whether it is ``false``, which no value fits."""
        return self.value is False

    @property
    def unresolved(self) -> str:
        """The reference that leads to no schema in this file, empty without one."""
        reference = self.members.get("$ref")
        return reference if isinstance(reference, str) else ""

    @cached_property
    def types(self) -> tuple[str, ...]:
        """The types that values are converted to; none if every value is accepted."""
        types = declared_types(self.members.get("type"))
        # The platform reads a root without a type as an object.
        return ("object",) if self.is_root and (not types or "object" in types) else types

    @property
    def kinds(self) -> tuple[str, ...]:
        """The JSON types of the values that it accepts without a conversion."""
        types = ("number" if name == "integer" else name for name in self.types)
        return tuple(dict.fromkeys(types)) or KINDS

    @property
    def takes_objects(self) -> bool:
        """Whether an object fits."""
        return "object" in self.kinds

    @cached_property
    def properties(self) -> Mapping[str, SchemaView]:
        """The declared properties."""
        properties = self.members.get("properties")
        named = properties.items() if isinstance(properties, dict) else ()
        return {name: self._inner(item) for name, item in named if name != NOT_DECLARABLE}

    @cached_property
    def required(self) -> tuple[str, ...]:
        """The names of the required properties."""
        names = self.members.get("required")
        listed = names if isinstance(names, list) else []
        return tuple(
            dict.fromkeys(name for name in listed if isinstance(name, str) and name not in INHERITED)
        )

    @property
    def is_closed(self) -> bool:
        """Whether other properties are rejected, or dropped from an output."""
        return self.members.get("additionalProperties") is False

    @property
    def extras(self) -> SchemaView:
        """The schema of other properties."""
        return self._inner(self.members.get("additionalProperties"))

    @property
    def items(self) -> SchemaView:
        """The schema of the items of an array."""
        return self._inner(self.members.get("items"))

    @property
    def uses_references(self) -> bool:
        """Whether there is a ``$ref`` here."""
        return isinstance(self.value, dict) and "$ref" in self.value

    @property
    def others(self) -> dict[str, Any]:
        """The keywords that Kustomer is not known to apply, without those that are only text."""
        return {
            key: item
            for key, item in self.members.items()
            if key not in APPLIED and key not in TEXTS and key != "$ref"
        }

    @property
    def texts(self) -> dict[str, Any]:
        """The keywords that say nothing of the values."""
        ignored = {"definitions", "$defs"}
        return {key: item for key, item in self.members.items() if key in TEXTS and key not in ignored}

    def _inner(self, value: Any) -> SchemaView:
        return SchemaView(value, self.root)


def has_references(value: Any) -> bool:
    """Return whether there is a ``$ref`` in a schema or below.

    Example:
        >>> has_references({"items": {"$ref": "#/definitions/line"}}), has_references({"type": "string"})
        (True, False)
    """
    pending = [value]
    for item in pending:
        if isinstance(item, dict):
            if "$ref" in item:
                return True
            pending += item.values()
        elif isinstance(item, list):
            pending += item
    return False


def types_in_words(types: tuple[str, ...]) -> str:
    """Return types as a message writes them.

    Example:
        >>> types_in_words(("string", "number")), types_in_words(())
        ('string or number', 'any type')
    """
    return " or ".join(types) or "any type"
