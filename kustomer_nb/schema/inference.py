"""The outputSchema and the sample that an author would write for the bodies of responses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kustomer_nb.display import Displayable
from kustomer_nb.jsontext.bounds import require_end
from kustomer_nb.jsontext.javascript import SAFE_INTEGER, UNDEFINED
from kustomer_nb.jsontext.pointer import split

from .conversions import kind_of
from .nodes import DEPTH, NOT_DECLARABLE

LONGEST = 200
_TYPES = frozenset({"string", "boolean", "number", "object", "array"})


@dataclass(frozen=True, slots=True, repr=False)
class Inferred(Displayable):
    """An ``outputSchema``, a ``sampleOutputContext``, and notes on what the bodies leave open."""

    schema: dict[str, Any]
    sample: Any
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        count = len(self.schema.get("properties", {}))
        more = f", {len(self.notes)} notes" if self.notes else ""
        return f"<Inferred: {count} {'property' if count == 1 else 'properties'}{more}>"


def infer(bodies: Any) -> Inferred:
    """Return the schema and sample of a body that is not a list, or of a list of bodies.

    A `Response` stands for its body, a `Run` for its output before outputSchema. Only the platform's five
    types are used, and the schema accepts each of the bodies without a change: a value that is null, or has
    several types, gets no type. The root allows no other properties, as on the platform's page; nested
    objects do. Items of arrays are not described, because no real schema does that. In the sample an array
    has one item, with every property of any, and long strings are shortened.

    Raises:
        ValueError: there is no body.
        InputError: a body contains itself, is not JSON, or cannot be read.

    Example:
        >>> inferred = infer([{"id": 7, "tags": ["a"]}, {"id": 8}])
        >>> inferred.schema["properties"], inferred.schema["required"]
        ({'id': {'type': 'number'}, 'tags': {'type': 'array'}}, ['id'])
        >>> inferred.sample
        {'id': 7, 'tags': ['a']}
    """
    values = [_value(body) for body in (bodies if _is_list(bodies) else [bodies])]
    if not values:
        msg = "infer() needs a body: pass one, or a list of them"
        raise ValueError(msg)
    inference = _Inference()
    for index, value in enumerate(values):
        require_end(value, f"/{index}", is_strict=True)
    schema = inference.schema(values, "")
    if schema.get("type") == "object":
        schema["additionalProperties"] = False
    return Inferred(schema, _sample(values, 0), tuple(inference.notes))


def declaration(values: Sequence[Any]) -> dict[str, Any]:
    """Return the schema that declares a member with these values: types and properties, nothing required.

    Example:
        >>> declaration([{"id": 7, "at": None}]), declaration([1, "1"])
        ({'type': 'object', 'properties': {'id': {'type': 'number'}, 'at': {}}}, {})
    """
    schema = _Inference().schema(values, "")
    schemas = [schema]
    for inner in schemas:
        inner.pop("required", None)
        schemas += inner.get("properties", {}).values()
    return schema


def _is_list(bodies: Any) -> bool:
    return isinstance(bodies, Iterable) and not isinstance(bodies, (str, bytes, Mapping))


def _value(body: Any) -> Any:
    # By attribute, because this room must not import those of `Run` and `Response` above it.
    for name in ("mapped", "body"):
        value = getattr(body, name, body)
        if value is not body:
            return value
    return body


@dataclass
class _Inference:
    notes: list[str] = field(default_factory=list)

    def schema(self, values: Sequence[Any], pointer: str) -> dict[str, Any]:
        """Return the schema of the values of one location, without a type if none fits them all."""
        kinds = {_kind(value): None for value in values}
        if list(kinds) == ["object"] and pointer.count("/") < DEPTH:
            return self._object(values, pointer)
        (first, *others) = kinds
        if not others and first in _TYPES:
            return {"type": first}
        self.notes.append(_untyped(pointer, list(kinds)))
        return {}

    def _object(self, values: Sequence[dict[str, Any]], pointer: str) -> dict[str, Any]:
        members = _members(values)
        if members.pop(NOT_DECLARABLE, None) is not None:
            path = ".".join(split(f"{pointer}/{NOT_DECLARABLE}"))
            self.notes.append(f"{path} cannot be declared: in JavaScript it is no key of an object.")
        properties = {key: self.schema(items, f"{pointer}/{_escaped(key)}") for key, items in members.items()}
        required = [key for key, items in members.items() if len(items) == len(values)]
        schema: dict[str, Any] = {"type": "object"}
        if properties:
            schema["properties"] = properties
        return {**schema, "required": required} if required else schema


def _members(objects: Iterable[dict[str, Any]]) -> dict[str, list[Any]]:
    """Return the values of each member of the objects."""
    members: dict[str, list[Any]] = {}
    for value in objects:
        for key, item in value.items():
            if item is not UNDEFINED:
                members.setdefault(key, []).append(item)
    return members


def _escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")


def _kind(value: Any) -> str:
    kind = kind_of(value)
    is_exact = kind != "number" or isinstance(value, float) or abs(value) <= SAFE_INTEGER
    return kind if is_exact else "number too large for JavaScript"


def _untyped(pointer: str, kinds: list[str]) -> str:
    path = ".".join(split(pointer)) or "the body"
    if kinds == ["null"]:
        return f"{path} is null in every body, so its type is unknown; any value is accepted."
    others = [kind for kind in kinds if kind != "null"]
    # As ajv's coerceTypes does: null becomes "", 0 or false.
    if "null" in kinds and len(others) == 1:
        return f"{path} is {others[0]} or null; it has no type, because one would convert null."
    if len(others) == 1:
        return f"{path} is a {others[0] or 'value that is not JSON'}; it has no type, so that it is kept."
    return f"{path} is {' or '.join(kinds)}; it has no type, because one would convert some of them."


def _sample(values: Sequence[Any], depth: int) -> Any:
    """Return an example of the values of one location, with the members and items of all of them."""
    examples = [value for value in values if value is not None]
    if not examples:
        return None
    first = examples[0]
    kind = kind_of(first)
    if kind in ("object", "array"):
        # Other kinds cannot be merged with the first one.
        return _container_sample([value for value in examples if kind_of(value) == kind], depth)
    return f"{first[: LONGEST - 1]}…" if kind == "string" and len(first) > LONGEST else first


def _container_sample(containers: Sequence[Any], depth: int) -> Any:
    if kind_of(containers[0]) == "object":
        members = _members(containers) if depth < DEPTH else {}
        return {key: _sample(items, depth + 1) for key, items in members.items()}
    items = [item for container in containers for item in container] if depth < DEPTH else []
    return [_sample(items, depth + 1)] if items else []
