"""What a name in a tag is: a block parameter, a helper, a variable, or one of the last two."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from itertools import groupby

from .ast import Call, Path

# What handlebars.js knows when it compiles; the last two are no helpers a template could call.
KNOWN = frozenset({"if", "unless", "each", "with", "lookup", "log", "helperMissing", "blockHelperMissing"})


class Role(Enum):
    """How a call is carried out; `EITHER` is a helper if there is one of that name, else a variable."""

    VALUE = "value"
    HELPER = "helper"
    EITHER = "either"


# The block parameters of each block around, innermost last.
Scopes = list[tuple[str, ...]]


def block_param(path: Path, scopes: Scopes) -> tuple[int, int] | None:
    """Return which block parameter a path begins with: how many blocks up, and its place there."""
    if not path.parts or path.depth or path.is_scoped:
        return None
    name = path.parts[0]
    for up, names in enumerate(reversed(scopes)):
        if name in names:
            return up, names.index(name)
    return None


def role(call: Call, scopes: Scopes) -> Role:
    """Return how a call is carried out."""
    path = call.path
    if path.is_simple and block_param(path, scopes) is not None:
        return Role.VALUE
    if call.is_sexpr or call.params or call.pairs:
        return Role.HELPER
    if not path.is_simple:
        return Role.VALUE
    return Role.HELPER if path.parts[0] in KNOWN else Role.EITHER


def sums(lines: Sequence[bool]) -> list[tuple[bool, int, int]]:
    """Return how the programs of handlebars.js add the statements of a body up.

    A section that may be a helper is a line of its own there (true in ``lines``). What stands before it is
    added by itself first, and so is what stands between two of them; the rest is added one by one.

    Example:
        >>> sums([False, False, True, False])
        [(True, 0, 2), (False, 2, 3), (False, 3, 4)]
    """
    found = []
    start = 0
    for is_line, group in groupby(lines):
        end = start + sum(1 for _ in group)
        found.append((not is_line and end < len(lines), start, end))
        start = end
    return found
