"""Whether a keyword that bounds values became stricter: enum, minimum, pattern, anyOf and the like.

Kustomer documents type, properties, required and additionalProperties alone, and what it does with others is
not known. An author who writes one means it, so a stricter one counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import Enum
from typing import Any

from kustomer_nb.difference.equality import equal
from kustomer_nb.jsontext.javascript import UNDEFINED
from kustomer_nb.jsontext.serialization import stringify


class Direction(Enum):
    """How the values that a keyword accepts changed."""

    NARROWED = "narrowed"
    WIDENED = "widened"
    UNKNOWN = "unknown"


_LOWER_BOUNDS = frozenset(
    {"minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties", "minContains"}
)
_UPPER_BOUNDS = frozenset(
    {"maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties", "maxContains"}
)
_ALTERNATIVES = frozenset({"enum", "anyOf", "oneOf"})
_NO_EFFECT: dict[str, Any] = {
    **dict.fromkeys(("minLength", "minItems", "minProperties"), 0),
    "uniqueItems": False,
    "pattern": "",
    "allOf": [],
    "exclusiveMinimum": False,
    "exclusiveMaximum": False,
}
# Known to constrain values, so that adding one is stricter. Others, such as x-order, may mean anything.
_CONSTRAINTS = frozenset(
    {
        *_LOWER_BOUNDS,
        *_UPPER_BOUNDS,
        *_ALTERNATIVES,
        *("const", "pattern", "format", "multipleOf", "uniqueItems", "allOf", "not", "contains", "if"),
        *("propertyNames", "patternProperties", "dependencies", "dependentRequired", "dependentSchemas"),
        *("unevaluatedProperties", "additionalItems", "prefixItems", "contentEncoding", "contentMediaType"),
    }
)


def changed_constraints(old: dict[str, Any], new: dict[str, Any]) -> Iterator[tuple[str, Direction]]:
    """Yield each keyword that changed, and how.

    Example:
        >>> list(changed_constraints({"enum": ["a", "b"]}, {"enum": ["a"], "maxLength": 5}))
        [('enum', <Direction.NARROWED: 'narrowed'>), ('maxLength', <Direction.NARROWED: 'narrowed'>)]
    """
    for key in dict.fromkeys([*old, *new]):
        before, after = (side.get(key, _NO_EFFECT.get(key, UNDEFINED)) for side in (old, new))
        if before is UNDEFINED or after is UNDEFINED or not equal(before, after):
            direction = _direction(key, before, after)
            if direction is not None:
                yield key, direction


def _direction(key: str, before: Any, after: Any) -> Direction | None:
    if key not in _CONSTRAINTS:
        return None
    if not _constrains(after):
        return Direction.WIDENED
    if not _constrains(before):
        return Direction.NARROWED
    compare = _COMPARISONS.get(key)
    return Direction.UNKNOWN if compare is None else compare(key, before, after)


def _constrains(value: Any) -> bool:
    return value is not UNDEFINED and value is not False


def _of_lists(key: str, before: Any, after: Any) -> Direction | None:
    if not isinstance(before, list) or not isinstance(after, list):
        return Direction.UNKNOWN
    # Each schema in allOf is one more constraint, each one in anyOf one more way to fit.
    old, new = map(_item_texts, (after, before) if key == "allOf" else (before, after))
    if old == new:
        return None
    if old < new:
        return Direction.WIDENED
    # A schema that changed within anyOf may accept as much as before.
    return Direction.NARROWED if new < old or key == "enum" else Direction.UNKNOWN


def _item_texts(items: list[Any]) -> set[str | None]:
    return {stringify(item) for item in items}


def _of_bounds(key: str, before: Any, after: Any) -> Direction:
    if not (_is_number(before) and _is_number(after)):
        return Direction.UNKNOWN
    return Direction.NARROWED if (after > before) == (key in _LOWER_BOUNDS) else Direction.WIDENED


def _of_patterns(_: str, before: Any, after: Any) -> Direction:
    if before == "":
        return Direction.NARROWED
    return Direction.WIDENED if after == "" else Direction.UNKNOWN


def _of_constants(_: str, _before: Any, _after: Any) -> Direction:
    return Direction.NARROWED


def _of_factors(_: str, before: Any, after: Any) -> Direction:
    if not (_is_factor(before) and _is_factor(after)):
        return Direction.UNKNOWN
    if (after / before).is_integer():
        return Direction.NARROWED
    return Direction.WIDENED if (before / after).is_integer() else Direction.NARROWED


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_factor(value: Any) -> bool:
    return _is_number(value) and value > 0


# How the keywords are compared whose values tell more than that they differ.
_COMPARISONS: dict[str, Callable[[str, Any, Any], Direction | None]] = {
    **dict.fromkeys((*_ALTERNATIVES, "allOf"), _of_lists),
    **dict.fromkeys((*_LOWER_BOUNDS, *_UPPER_BOUNDS), _of_bounds),
    **dict.fromkeys(("const", "uniqueItems"), _of_constants),
    "pattern": _of_patterns,
    "multipleOf": _of_factors,
}
