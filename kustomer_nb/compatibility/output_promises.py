"""What outputSchema promises beyond what Kustomer applies to an output."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kustomer_nb.difference.equality import equal
from kustomer_nb.jsontext import pointer as pointers

from .collector import Collector, name_in_text
from .constraints import Direction, changed_constraints
from .output_shape import DEPTH
from .result import ChangeKind
from .schema_view import SchemaView

_MOST_PAIRS = 5_000
_Pair = tuple[SchemaView, SchemaView, str, str]


def compare_promises(collector: Collector, old: Any, new: Any, pointer: str) -> None:
    """Add what an outputSchema at ``pointer`` of the new definition promises less than the old one.

    ``required`` is no such change for the platform: a missing value is left out in any case.
    """
    if equal(old, new):
        return
    for side in (old, new):
        if side is not None and not isinstance(side, dict):
            message = "outputSchema is not an object, so it was not compared."
            collector.add(ChangeKind.SCHEMA_NOT_COMPARED, pointer, message, "compare it by hand.")
            return
    for old_view, new_view, path, location in _pairs(old, new, pointer):
        noun = f"the output {name_in_text(path)}" if path else "the output"
        for keyword in _weaker(old_view, new_view):
            message = f"{keyword} of {noun} promises less than before; Kustomer is not known to apply it."
            collector.add(ChangeKind.OUTPUT_LESS_CERTAIN, location, message, "check what reads it.")
        _compare_references(collector, old_view, new_view, noun, location)


def _compare_references(
    collector: Collector, old: SchemaView, new: SchemaView, noun: str, pointer: str
) -> None:
    fix = "write the schema in its place."
    if new.unresolved != old.unresolved:
        message = f"{noun} has a $ref that leads to no schema of its file, so it was not compared."
        collector.add(ChangeKind.SCHEMA_NOT_COMPARED, pointer, message, fix)
    elif new.uses_references and not old.uses_references:
        message = f"{noun} uses $ref, which Kustomer is not known to resolve."
        collector.add(ChangeKind.SCHEMA_REFERENCE, pointer, message, fix)


def _weaker(old: SchemaView, new: SchemaView) -> Iterator[str]:
    if set(old.required) & set(new.properties) - set(new.required):
        yield "required"
    for keyword, direction in changed_constraints(old.others, new.others):
        if direction is not Direction.NARROWED:
            yield keyword


def _pairs(old: Any, new: Any, pointer: str) -> Iterator[_Pair]:
    """Yield the subschemas that both sides have, with their path in the output and their pointer."""
    pending: list[_Pair] = [(SchemaView(old, old), SchemaView(new, new), "", pointer)]
    for pair in pending:
        yield pair
        is_too_deep = pair[3].count("/") > 2 * DEPTH
        if len(pending) <= _MOST_PAIRS and not is_too_deep:
            pending += _inner_pairs(*pair)


def _inner_pairs(old: SchemaView, new: SchemaView, path: str, pointer: str) -> Iterator[_Pair]:
    for name, inner in old.properties.items():
        if name in new.properties:
            inner_path = f"{path}.{name}" if path else name
            yield inner, new.properties[name], inner_path, pointers.join(pointer, "properties", name)
    if old.items.members and new.items.members:
        yield old.items, new.items, f"{path}[]", f"{pointer}/items"
