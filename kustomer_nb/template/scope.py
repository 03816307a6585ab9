"""Resolve the role of a name in a tag: block parameter, helper or variable."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .ast import Call, Path

# The helpers that handlebars.js knows at compile time; the last two are hooks that a template cannot call.
KNOWN = frozenset({"if", "unless", "each", "with", "lookup", "log", "helperMissing", "blockHelperMissing"})


class Role(Enum):
    """How a call is evaluated; `EITHER` is a helper if one of that name exists, else a variable."""

    VALUE = "value"
    HELPER = "helper"
    EITHER = "either"


# The block parameters of each enclosing block, innermost last.
Scopes = list[tuple[str, ...]]


def block_param(path: Path, scopes: Scopes) -> tuple[int, int] | None:
    """Return the block parameter that a path starts with: how many blocks up, and its index there."""
    if not path.parts or path.depth or path.is_scoped:
        return None
    name = path.parts[0]
    for levels_up, names in enumerate(reversed(scopes)):
        if name in names:
            return levels_up, names.index(name)
    return None


def role(call: Call, scopes: Scopes) -> Role:
    """Return how a call is evaluated."""
    path = call.path
    if path.is_simple and block_param(path, scopes) is not None:
        return Role.VALUE
    if call.is_sexpr or call.params or call.pairs:
        return Role.HELPER
    if not path.is_simple:
        return Role.VALUE
    return Role.HELPER if path.parts[0] in KNOWN else Role.EITHER


def group_sums(lines: Sequence[bool]) -> list[tuple[bool, int, int]]:
    """Return how the compiled code of handlebars.js groups the statements of a body in sums.

    A section that may be a helper is a separate line of that code (true in ``lines``). The statements
    before it, and those between two of them, are added up first; those after the last one are added one at a
    time. Each item is whether the group is a sum, its start and its end.

    Example:
        >>> group_sums([False, False, True, False])
        [(True, 0, 2), (False, 2, 3), (False, 3, 4)]
    """
    groups = []
    start = 0
    for is_line, group in groupby(lines):
        end = start + sum(1 for _ in group)
        groups.append((not is_line and end < len(lines), start, end))
        start = end
    return groups
