"""From answers that came back to the schema and the sample an author would have written for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kustomer_nb.display import Displayable
from kustomer_nb.jsontext.bounds import require_end
from kustomer_nb.jsontext.javascript import SAFE_INTEGER, UNDEFINED
from kustomer_nb.jsontext.pointer import split

from .nodes import DEPTH
from .scalars import kind_of

LONGEST = 200
_TYPES = frozenset({"string", "boolean", "number", "object", "array"})


@dataclass(frozen=True, slots=True, repr=False)
class Inferred(Displayable):
    """An ``outputSchema``, a ``sampleOutputContext``, and in words what could not be told from the bodies."""

    schema: dict[str, Any]
    sample: Any
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        count = len(self.schema.get("properties", {}))
        more = f", {len(self.notes)} notes" if self.notes else ""
        return f"<Inferred: {count} {'property' if count == 1 else 'properties'}{more}>"


def infer(bodies: Any) -> Inferred:
    """Return the schema and sample of one or many bodies: a list of them, or one that is no list.

    A `Response` stands for its body, a `Run` for its output before outputSchema. Only the platform's five
    types are used, and what is inferred takes each of the bodies and changes nothing in it: a place that is
    null, or of several types, is left without a type. The root allows no other properties, as on the
    platform's page; nested objects do. Items of arrays are not described, for no real schema does. In the
    sample an array has one item, with every property seen in any, and long texts are cut.

    Raises:
        ValueError: there is no body.
        InputError: a body holds itself, is no JSON, or cannot be read.

    Example:
        >>> found = infer([{"id": 7, "tags": ["a"]}, {"id": 8}])
        >>> found.schema["properties"], found.schema["required"]
        ({'id': {'type': 'number'}, 'tags': {'type': 'array'}}, ['id'])
        >>> found.sample
        {'id': 7, 'tags': ['a']}
    """
    values = [_value(one) for one in (bodies if _is_many(bodies) else [bodies])]
    if not values:
        msg = "infer() was given no body: pass one, or a list of them"
        raise ValueError(msg)
    reading = _Reading(len(values))
    for at, one in enumerate(values):
        require_end(one, f"/{at}", is_strict=True)
    schema = reading.schema(values, "")
    if schema.get("type") == "object":
        schema["additionalProperties"] = False
    return Inferred(schema, _sample(values, 0), tuple(reading.notes))


def _is_many(bodies: Any) -> bool:
    return isinstance(bodies, Iterable) and not isinstance(bodies, (str, bytes, Mapping))


def _value(given: Any) -> Any:
    for name in ("mapped", "body"):
        found = getattr(given, name, given)
        if found is not given:
            return found
    return given


@dataclass
class _Reading:
    total: int
    notes: list[str] = field(default_factory=list)

    def schema(self, values: Sequence[Any], pointer: str) -> dict[str, Any]:
        """Return the schema of the values of one place; one of no type where none fits them all."""
        kinds = {_kind(one): None for one in values}
        if list(kinds) == ["object"] and pointer.count("/") < DEPTH:
            return self._object(values, pointer)
        (first, *others) = kinds
        if not others and first in _TYPES:
            return {"type": first}
        self.notes.append(_untyped(pointer, list(kinds)))
        return {}

    def _object(self, values: Sequence[dict[str, Any]], pointer: str) -> dict[str, Any]:
        members: dict[str, list[Any]] = {}
        for one in values:
            for key, item in one.items():
                if item is not UNDEFINED:
                    members.setdefault(key, []).append(item)
        properties = {key: self.schema(items, f"{pointer}/{_escaped(key)}") for key, items in members.items()}
        required = [key for key, items in members.items() if len(items) == len(values)]
        whole: dict[str, Any] = {"type": "object"}
        if properties:
            whole["properties"] = properties
        return {**whole, "required": required} if required else whole


def _escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")


def _kind(value: Any) -> str:
    kind = kind_of(value)
    is_exact = kind != "number" or isinstance(value, float) or abs(value) <= SAFE_INTEGER
    return kind if is_exact else "number larger than JavaScript keeps"


def _untyped(pointer: str, kinds: list[str]) -> str:
    place = ".".join(split(pointer)) or "the body"
    if kinds == ["null"]:
        return f"{place} is null in every body, so its type cannot be told; any value is taken."
    others = [one for one in kinds if one != "null"]
    if "null" in kinds and len(others) == 1:
        return f"{place} is {others[0]} or null; a type would turn null into something else, so it has none."
    if len(others) == 1:
        return f"{place} is a {others[0] or 'value that is not JSON'}; it has no type, so that it stays."
    return f"{place} is {' or '.join(kinds)}; a type would change one of them, so it has none."


def _sample(values: Sequence[Any], depth: int) -> Any:
    """Return an example of the values of one place, the parts of objects and arrays taken from all."""
    told = [one for one in values if one is not None]
    if not told:
        return None
    first = told[0]
    kind = kind_of(first)
    alike = [one for one in told if kind_of(one) == kind] if depth < DEPTH else told[:1]
    if kind == "object":
        members: dict[str, list[Any]] = {}
        for one in alike:
            for key, item in one.items():
                if item is not UNDEFINED:
                    members.setdefault(key, []).append(item)
        return {key: _sample(items, depth + 1) for key, items in members.items()} if depth < DEPTH else {}
    if kind == "array":
        items = [item for one in alike for item in one]
        return [_sample(items, depth + 1)] if items and depth < DEPTH else []
    return f"{first[: LONGEST - 1]}…" if kind == "string" and len(first) > LONGEST else first
