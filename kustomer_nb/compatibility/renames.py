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
        if places and (same := [other for other in added if new_reads.get(other) == places]):
            renamed[name] = same[0]
            added.remove(same[0])
    for name in removed:
        if name not in renamed:
            alike = [other for other in added if new.properties[other].types == old.properties[name].types]
            if near := near_miss(name, alike):
                renamed[name] = near
                added.remove(near)
    return renamed


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
    candidates = list(added)[:_MOST_CANDIDATES]
    leaves = {name: _leaves(value, without) for name, value in candidates}
    scores = []
    for order, (name, value) in enumerate(list(removed)[:_MOST_CANDIDATES]):
        own = _leaves(value, without)
        for other, others in leaves.items():
            score = _likeness(own, others)
            # With nothing else to tell by, names that are alike.
            if score >= _ALIKE and (own or near_miss(name.rpartition(".")[2], [other.rpartition(".")[2]])):
                scores.append((-score, order, name, other))
    pairs: dict[str, str] = {}
    for _, _, name, other in sorted(scores):
        if name not in pairs and other not in pairs.values():
            pairs[name] = other
    return pairs


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
        if isinstance(item, dict) and item:
            pending += [((*path, key), inner) for key, inner in item.items()]
        elif isinstance(item, list) and item:
            pending += [((*path, str(at)), inner) for at, inner in enumerate(item)]
        else:
            leaves.append(f"{path} {stringify(item)}")
    return frozenset(leaves)
