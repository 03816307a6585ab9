"""The short way for text with variables of one name each, which most templates are."""

from __future__ import annotations

from typing import Any

from kustomer_nb.jsontext.javascript import SAFE_INTEGER, number_text

from .bounds import OUTPUT
from .names import Role, role
from .nodes import Comment, Content, Mustache, Program
from .truth import escaped, escaped_text, find_special, printed

# Where a variable goes in the pieces of a text, its name, and whether it is escaped.
Slot = tuple[int, str, bool]


def filled(blank: list[str], slots: list[Slot], context: dict[str, Any]) -> list[str]:
    """Return the pieces of a text with the variables put in.

    Example:
        >>> filled(["Hi ", ""], [(1, "name", True)], {"name": "Ann & Bob"})
        ['Hi ', 'Ann &amp; Bob']
    """
    found = blank.copy()
    size = 0
    for at, name, escapes in slots:
        value: Any = context.get(name)
        kind = type(value)
        if kind is str:
            size += len(value)
            if size > OUTPUT:
                # Too long already: what is put in by now is enough to tell.
                found[at] = value
                break
            is_kept = not escapes or value.isalnum() or find_special(value) is None
            found[at] = value if is_kept else escaped_text(value)
        elif kind is int and -SAFE_INTEGER <= value <= SAFE_INTEGER:
            found[at] = str(value)
        elif kind is float:
            found[at] = number_text(value)
        elif value is not None:
            found[at] = escaped(value) if escapes else printed(value)
            size += len(found[at])
            if size > OUTPUT:
                break
    return found


def slots_of(program: Program) -> tuple[list[str], list[Slot]] | None:
    """Return the pieces and variables of a template that is nothing else, in the usual mode; None of another.

    Two raw variables side by side may be numbers, which add up.
    """
    blank: list[str] = []
    slots: list[Slot] = []
    is_raw = False
    for statement in program.body:
        if isinstance(statement, Content):
            blank.append(statement.value)
            is_raw = is_raw and not statement.value
        elif isinstance(statement, Mustache):
            path = statement.call.path
            is_plain = role(statement.call, []) is Role.EITHER and not path.is_data and path.parts[0]
            if not is_plain or (is_raw and not statement.escapes):
                return None
            slots.append((len(blank), path.parts[0], statement.escapes))
            blank.append("")
            is_raw = not statement.escapes
        elif not isinstance(statement, Comment):
            return None
    return blank, slots
