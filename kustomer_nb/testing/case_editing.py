"""What each category of an update makes of the text of a case file; the rest of the text stays."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from types import NoneType
from typing import TYPE_CHECKING, Any

from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.edits import apply
from kustomer_nb.jsontext.formatting import Layout
from kustomer_nb.jsontext.parser import read
from kustomer_nb.near_names import near_miss
from kustomer_nb.printable import quoted
from kustomer_nb.storage.case import parse_case
from kustomer_nb.storage.case.serialization import format_case

from .case_files import cases_from
from .definitions import find_action
from .expectations import updated
from .markers import escaped
from .replay import replay
from .unused import unused_parts

if TYPE_CHECKING:
    from .results import CaseResult

# A probe of a case that expects nothing: it fits every request.
_PROBE = {"method": "#ignore", "url": "#ignore", "headers": None, "body": None}
_PARTS = {"request": "/exchange/request", "output": "/expected"}


class Category(StrEnum):
    """Why a case file is written anew.

    ``new``: it expects nothing yet. ``changed``: the request or the output is another one. ``unused``: a part
    of it has no effect. ``reformatted``: it has another layout than a saved case has.
    """

    NEW = "new"
    CHANGED = "changed"
    REFORMATTED = "reformatted"
    UNUSED = "unused"


def categories_in(text: str) -> tuple[Category, ...]:
    """Return the categories that a text names, separated by commas, each once.

    Raises:
        ValueError: one of them is unknown, or there is none; the message says what can be written.

    Example:
        >>> categories_in("new, unused")
        (<Category.NEW: 'new'>, <Category.UNUSED: 'unused'>)
    """
    names = dict.fromkeys(name.strip() for name in text.split(",") if name.strip())
    if not names:
        msg = f"name a category: {', '.join(Category)}"
        raise ValueError(msg)
    for name in names:
        if name not in list(Category):
            near = near_miss(name, list(Category))
            hint = f"did you mean {near}?" if near else f"use {', '.join(Category)}"
            msg = f"there is no category {quoted(name)}; {hint}"
            raise ValueError(msg)
    return tuple(map(Category, names))


class ByHandError(Exception):
    """A case file that no rule can update."""


class CaseEditor:
    """Makes the edits of a case file, a category after the other; each takes a text and returns one."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def edited(self, text: str, category: Category) -> str:
        """Return the text with what a category changes.

        Raises:
            ByHandError: no rule can tell what to write.
            KustomerNbError: the case cannot be run.
        """
        edits = {
            Category.NEW: self._new,
            Category.CHANGED: self._changed,
            Category.UNUSED: self._unused,
            Category.REFORMATTED: self._reformatted,
        }
        return edits[category](text)

    def _new(self, text: str) -> str:
        """Let a case that expects nothing expect the request and the output that it has now."""
        value = read(text).value
        exchange = value.get("exchange")
        if not isinstance(exchange, (dict, NoneType)):
            message = "`exchange` is not an object."
            raise ByHandError(message)
        has_request = exchange is not None and exchange.get("request") is not None
        expects = has_request or not value.keys().isdisjoint({"expected", "findings"})
        if expects:
            return text
        result = self._replayed(_edited(text, "/exchange", {**(exchange or {}), "request": _PROBE}))
        if result.run is None or result.request is None or result.problems:
            raise ByHandError(result.reason)
        request = {"request": escaped(result.request.actual)}
        text = _edited(text, "/exchange", {**request, **(exchange or {}), **request})
        return _edited(text, "/expected", escaped(result.run.output))

    def _changed(self, text: str) -> str:
        """Let a case expect what its request and its output are now."""
        result = self._replayed(text)
        before = text
        for part, pointer in _PARTS.items():
            side = getattr(result, part)
            if side:
                written = pointers.resolve(read(text).value, pointer)
                ignore = getattr(result.case.ignore, part)
                text = _edited(text, pointer, updated(written, side.actual, ignore))
        if text == before and result.reason:
            # It fails for what is no difference, such as an input that is missing.
            raise ByHandError(result.reason)
        return text

    def _unused(self, text: str) -> str:
        """Remove what has no effect."""
        result = self._replayed(text)
        action = find_action(result.case.app_path, result.case.action)
        for pointer in unused_parts(read(text).value, result, action.definition):
            text = apply(text, Layout(read(text)).remove(pointer))
        return text

    def _reformatted(self, text: str) -> str:
        """Lay a case out as a saved one is."""
        formatted = format_case(read(text).value)
        return text if formatted == text.replace("\r\n", "\n") else formatted

    def _replayed(self, text: str) -> CaseResult:
        cases = cases_from(parse_case(text, self._path))
        if not cases.cases:
            raise ByHandError(str(cases.problems[0]) if cases.problems else "it has no case.")
        if len(cases.cases) > 1 or cases.cases[0].row:
            message = "the expectations of its rows are in a table."
            raise ByHandError(message)
        return replay(cases.cases[0])


def _edited(text: str, pointer: str, value: Any) -> str:
    return apply(text, Layout(read(text)).set(pointer, value))
