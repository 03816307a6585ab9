"""Renames a variable in the templates of an action, as the platform resolves it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from kustomer_nb.codes import Code
from kustomer_nb.errors import EditError, TemplateError
from kustomer_nb.linting.messages import cut
from kustomer_nb.template.read_paths import Item, rename_part

from .names import refusal
from .rewriting import with_parts
from .uses import Text, Use, input_uses, leads_through, schema_kinds, uses_in

if TYPE_CHECKING:
    from kustomer_nb.definition import ReadAction

    from .rewriting import Rewriting


def rename_uses(rewriting: Rewriting, read: ReadAction, route: Sequence[str | Item], new: str) -> None:
    """Rename every use of the variable at a route.

    Raises:
        EditError: a template would read something else, or one that mentions the name cannot be read.
    """
    uses, unreadable = input_uses(read)
    old = str(route[-1])
    _require_readable(unreadable, old)
    target = (*route[:-1], new)
    for use in uses:
        if leads_through(use.route, target):
            message = f"a template reads `{new}` already, which the rename would make the same variable."
            raise refusal(use.source.pointer, message, "use another name, or rename that one first.")
        token = use.token(route)
        if token is not None:
            replace = rewriting.replace_in_key if use.source.is_key else rewriting.replace_text
            replace(use.source.pointer, *rename_part(token, new))
    _require_same_reads(rewriting, read, uses, route, new)


def _require_readable(unreadable: Sequence[Text], name: str) -> None:
    """Refuse to look for a name where a template that mentions it cannot be read.

    Raises:
        EditError: there is such a template.
    """
    for source in unreadable:
        if re.search(rf"(?<![\w$-]){re.escape(name)}(?![\w$-])", source.text):
            message = f"this template mentions `{cut(name)}`, but cannot be read."
            raise EditError.from_code(
                Code.EDIT_UNSAFE, message, "correct the template first.", pointer=source.pointer
            )


def _require_same_reads(
    rewriting: Rewriting, read: ReadAction, uses: Sequence[Use], route: Sequence[str | Item], new: str
) -> None:
    """Refuse a rename after which a template would read something else, as where a block has that name."""
    # Of the schema before, in which the renamed property has its old name.
    old_kinds = schema_kinds(read.value.get("inputSchema"))

    def kind_of(renamed: tuple[str | Item, ...]) -> str | None:
        return old_kinds(_with_name(renamed, (*route[:-1], new), str(route[-1])))

    by_source: dict[Text, list[Use]] = {}
    for use in uses:
        by_source.setdefault(use.source, []).append(use)
    for source, own_uses in by_source.items():
        if all(use.token(route) is None for use in own_uses):
            continue
        changed = rewriting.keys if source.is_key else rewriting.texts
        text = with_parts(source.text, changed.get(source.pointer, ()))
        expected = [_with_name(use.route, route, new) for use in own_uses]
        try:
            routes = [use.route for use in uses_in(Text(source.pointer, text, source.is_key), kind_of)]
        except TemplateError:
            routes = []
        if routes != expected:
            message = f"a block in this template gives the name `{new}` to something else."
            raise refusal(source.pointer, message, "use another name.")


def _with_name(
    route: tuple[str | Item, ...], outer: Sequence[str | Item], name: str
) -> tuple[str | Item, ...]:
    if not leads_through(route, outer):
        return route
    return (*route[: len(outer) - 1], name, *route[len(outer) :])
