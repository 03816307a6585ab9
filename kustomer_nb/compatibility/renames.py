"""Which name replaced another one: a rename is one change, not a removal and an addition."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from kustomer_nb.jsontext.serialization import stringify
from kustomer_nb.near_names import near_miss

if TYPE_CHECKING:
    from .schema_view import SchemaView

# Where the request reads a variable: the pointer of the string, and the number of the read in it.
Uses: TypeAlias = Mapping[str, frozenset[tuple[str, int]]]
# How much of two actions must be equal for one to be the other under a new name.
_ALIKE = 0.6
_MOST_LEAVES = 2_000
# Comparing each with each takes the square of their number.
_MOST_CANDIDATES = 60


def renamed_members(old: SchemaView, new: SchemaView, uses: tuple[Uses, Uses]) -> dict[str, str]:
    """Return the new name of each property that was renamed, by its old name.

    The request reads the new name exactly where it read the old one, or the names are alike and so are the
    types.

    Example:
        >>> from kustomer_nb.compatibility.schema_view import SchemaView
        >>> old, new = ({"properties": {name: {"type": "string"}}} for name in ("order_id", "orderId"))
        >>> renamed_members(SchemaView(old, old), SchemaView(new, new), ({}, {}))
        {'order_id': 'orderId'}
    """
    removed = [name for name in old.properties if name not in new.properties]
    added = [name for name in new.properties if name not in old.properties]
    renamed: dict[str, str] = {}
    reads, new_reads = uses
    for name in removed:
        places = reads.get(name)
        if places and (same := next((other for other in added if new_reads.get(other) == places), None)):
            renamed[name] = same
            added.remove(same)
    for name in removed:
        if name not in renamed and (near := _near_property(name, old, new, added)):
            renamed[name] = near
            added.remove(near)
    return renamed


def _near_property(name: str, old: SchemaView, new: SchemaView, added: list[str]) -> str | None:
    """Return the added property of the same types whose name is nearly the same."""
    types = old.properties[name].types
    return near_miss(name, [other for other in added if new.properties[other].types == types])


def paired(
    removed: Iterable[tuple[str, Any]], added: Iterable[tuple[str, Any]], *, without: Collection[str] = ()
) -> dict[str, str]:
    """Return the new name of each value that was renamed, by its old one; keys of ``without`` do not count.

    Example:
        >>> request = {"uri": "https://a.b/orders", "method": "get"}
        >>> old, new = {"name": "find", "request": request}, {"name": "search", "request": request}
        >>> paired([("find", old)], [("search", new)], without=["name"])
        {'find': 'search'}
    """
    old, new = (
        {name: _leaves(value, without) for name, value in list(side)[:_MOST_CANDIDATES]}
        for side in (removed, added)
    )
    scores = [
        (-_likeness(leaves, new_leaves), order, name, new_name)
        for order, (name, leaves) in enumerate(old.items())
        for new_name, new_leaves in new.items()
        if _is_renamed((name, leaves), (new_name, new_leaves))
    ]
    pairs: dict[str, str] = {}
    for _, _, name, new_name in sorted(scores):
        if name not in pairs and new_name not in pairs.values():
            pairs[name] = new_name
    return pairs


def _is_renamed(old: tuple[str, frozenset[str]], new: tuple[str, frozenset[str]]) -> bool:
    """Return whether a value, with its name and its leaves, may be another one under a new name."""
    (name, leaves), (new_name, new_leaves) = old, new
    if _likeness(leaves, new_leaves) < _ALIKE:
        return False
    # With nothing else to tell by, names that are alike.
    return bool(leaves or near_miss(name.rpartition(".")[2], [new_name.rpartition(".")[2]]))


def _likeness(own: frozenset[str], others: frozenset[str]) -> float:
    return len(own & others) / len(own | others) if own or others else 1.0


def _leaves(value: Any, without: Collection[str]) -> frozenset[str]:
    """Return each leaf of a value with its path, as a text."""
    members = value if isinstance(value, dict) else {"": value}
    pending: list[tuple[tuple[str, ...], Any]] = [
        ((key,), item) for key, item in members.items() if key not in without
    ]
    leaves = []
    for path, item in pending:
        if len(pending) > _MOST_LEAVES:
            break
        if inner := _children(item):
            pending += [((*path, key), child) for key, child in inner.items()]
        else:
            leaves.append(f"{path} {stringify(item)}")
    return frozenset(leaves)


def _children(value: Any) -> dict[str, Any]:
    """Return the members of an object, or the items of an array by their index."""
    if isinstance(value, list):
        return {str(index): item for index, item in enumerate(value)}
    return value if isinstance(value, dict) else {}
