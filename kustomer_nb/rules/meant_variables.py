"""Which variable an author meant by a name that is not declared."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from kustomer_nb.linting.messages import cut
from kustomer_nb.near_names import MOST_NAMES, near_miss
from kustomer_nb.platform import is_pointed
from kustomer_nb.template.mistakes import BRACES_AS_TEXT, fix_of_name

if TYPE_CHECKING:
    from kustomer_nb.linting.context import LintedAction
    from kustomer_nb.template.value_syntax import Reference

_WITHOUT_MEMBERS = ("string", "number", "integer", "boolean")


def input_of_path(action: LintedAction, reference: Reference) -> str | None:
    """Return the variable that has the letters of a whole path; None if the path has only one name."""
    if len(reference.segments) == 1:
        return None
    letters = _letters("".join(reference.segments))
    # As many as are searched for a near miss: more would be quadratic work.
    return next((name for name in islice(action.variables, MOST_NAMES) if _letters(name) == letters), None)


def near_variable(action: LintedAction, reference: Reference) -> str | None:
    """Return the variable whose name is like the first one of a reference, and that may have its members."""
    return near_miss(reference.segments[0], _readable_as(action, reference))


def fix_of_undeclared(variable: str, near: str | None, text: str) -> str:
    """Return the fix for a variable in a text; ``near`` is the one that is probably meant."""
    # Handlebars reads {{100}} as a variable; an author writes such braces in code.
    if variable.isdecimal() and not is_pointed(text):
        return f"{BRACES_AS_TEXT}."
    declare = f"did you mean `{near}`?" if near else f"declare `{cut(variable)}` in inputSchema."
    return fix_of_name(variable) or declare


def _letters(name: str) -> str:
    return "".join(filter(str.isalnum, name)).lower()


def _readable_as(action: LintedAction, reference: Reference) -> Iterator[str]:
    """Yield the variables that may have the members that a reference reads."""
    is_plain = len(reference.segments) == 1
    for name in islice(action.variables, MOST_NAMES):
        if is_plain or action.type_of((name,)) not in _WITHOUT_MEMBERS:
            yield name
