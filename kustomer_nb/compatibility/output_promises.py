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


def _pairs(old: Any, new: Any, pointer: str) -> Iterator[tuple[SchemaView, SchemaView, str, str]]:
    """Yield the subschemas that both sides have, with their path in the output and their pointer."""
    root = SchemaView(old, old), SchemaView(new, new), "", pointer
    pending: list[tuple[SchemaView, SchemaView, str, str]] = [root]
    for old_view, new_view, path, location in pending:
        yield old_view, new_view, path, location
        if len(pending) > _MOST_PAIRS or location.count("/") > 2 * DEPTH:
            continue
        for name, inner in old_view.properties.items():
            if name in new_view.properties:
                inner_path = f"{path}.{name}" if path else name
                inner_location = pointers.join(location, "properties", name)
                pending.append((inner, new_view.properties[name], inner_path, inner_location))
        if old_view.items.members and new_view.items.members:
            pending.append((old_view.items, new_view.items, f"{path}[]", f"{location}/items"))
