"""The names of actions: the shortest ones that suffice, and what a name that fits none was meant to be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Diagnostic, Severity
from kustomer_nb.errors import NameNotFoundError
from kustomer_nb.faces import for_face
from kustomer_nb.near_names import near_miss
from kustomer_nb.printable import quoted

if TYPE_CHECKING:
    from .document import Document

MOST_NAMES = 30


def name_not_found(document: Document, name: str | None, matches: Sequence[str]) -> NameNotFoundError:
    """Return the error for a name that stands for no single action of a document."""
    names = [read.definition.name or "" for read in document.actions]
    message, fix = no_single_action(name, matches, names)
    span = document.span("/actions") if document.path else None
    return NameNotFoundError(
        [Diagnostic(Code.ACTION_NOT_FOUND, Severity.ERROR, "/actions", message, fix, span)]
    )


def no_single_action(name: str | None, matches: Sequence[str], names: Sequence[str]) -> tuple[str, str]:
    """Return why a name stands for no single action, and the fix; ``matches`` are the names that it fits.

    Example:
        >>> no_single_action("fnd", [], ["kustomer.app.shop.find"])
        ('there is no action "fnd".', 'did you mean `kustomer.app.shop.find`?')
    """
    if not names:
        return "the app has no actions.", 'add one to "actions".'
    if name is None:
        return f"the app has {len(names)} actions, and none was named.", _naming(names)
    if len(matches) > 1:
        fix = f"use one of {', '.join(matches[:MOST_NAMES])}."
        return f"{quoted(name)} matches {len(matches)} actions.", fix
    return f"there is no action {quoted(name)}.", _suggestion(name, names)


def _suggestion(name: str, names: Sequence[str]) -> str:
    """Return the fix for the name of an action that does not exist."""
    # A near miss of the short name counts too: authors rarely type the full one.
    tails = {tail: full for full in names for tail in (full, full.rpartition(".")[2])}
    near = near_miss(name, tails)
    return f"did you mean `{tails[near]}`?" if near else f"use one of {', '.join(names[:MOST_NAMES])}."


def _naming(names: Sequence[str]) -> str:
    """Return the fix for a call that has to name one of several actions, and where the name goes."""
    short = [shortest for shortest in shortest_names(names) if shortest][:MOST_NAMES]
    if not short:
        return "give each action a name."
    way = for_face(
        python=f"pass one, as in app.action({quoted(short[0])})",
        command_line="write one of them after the path",
    )
    return f"{way}: {', '.join(short)}."


def shortest_names(names: Sequence[str]) -> list[str]:
    """Return for each name the last part of it if that suffices, or else the whole name.

    Example:
        >>> shortest_names(["shop.find", "shop.pay", "bank.pay"])
        ['find', 'shop.pay', 'bank.pay']
    """
    tails = Counter(name.rpartition(".")[2] for name in names)
    return [tail if tails[tail := name.rpartition(".")[2]] == 1 else name for name in names]
