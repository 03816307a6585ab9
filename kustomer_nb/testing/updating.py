"""Brings case files up to date with what their actions give now; the rest of their text stays."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kustomer_nb.codes import Code
from kustomer_nb.config.modes import is_in_ci
from kustomer_nb.definition import Changes
from kustomer_nb.errors import GuardError, KustomerNbError
from kustomer_nb.jsontext import pointer as pointers
from kustomer_nb.jsontext.edits import apply
from kustomer_nb.jsontext.formatting import Layout
from kustomer_nb.jsontext.parser import read
from kustomer_nb.linting.token_masking import Concealment
from kustomer_nb.storage.case import parse_case
from kustomer_nb.storage.case.serialization import format_case
from kustomer_nb.storage.files import read_file, write_file

from .case_files import cases_from
from .definitions import find_action
from .expectations import updated
from .markers import escaped
from .replay import replay
from .unused import unused_parts

if TYPE_CHECKING:
    from kustomer_nb.diagnostics import Diagnostics
    from kustomer_nb.jsontext.text_file import TextFile

    from .results import CaseResult


class Category(StrEnum):
    """Why a case file is written anew.

    ``new``: it expects nothing yet. ``changed``: the request or the output is another one. ``unused``: a part
    of it has no effect. ``reformatted``: it has another layout than a saved case has.
    """

    NEW = "new"
    CHANGED = "changed"
    REFORMATTED = "reformatted"
    UNUSED = "unused"


# A probe of a case that expects nothing: it fits every request.
_PROBE = {"method": "#ignore", "url": "#ignore", "headers": None, "body": None}
_PARTS = {"request": "/exchange/request", "output": "/expected"}


@dataclass(frozen=True)
class CaseUpdate:
    """The new text of a case file, which is not written yet, and why it is another one."""

    path: Path
    categories: tuple[Category, ...]
    changes: Changes
    file: TextFile

    def write(self) -> None:
        """Write the file.

        Raises:
            SaveError: it cannot be written, or changed since it was read.
        """
        write_file(self.path, self.file._replace(text=self.changes.after), over=self.file)


@dataclass(frozen=True)
class Updates:
    """What can be updated, and the paths of what a person has to update, each with the reason."""

    updates: tuple[CaseUpdate, ...] = ()
    by_hand: dict[str, str] = field(default_factory=dict)


def require_no_ci() -> None:
    """Refuse an update in CI.

    Raises:
        GuardError: ``CI`` is set.
    """
    if is_in_ci():
        message = "test cases are not updated in CI (CI is set); nothing was written."
        raise GuardError.from_code(
            Code.UPDATE_IN_CI, message, "update them on your machine, and commit that."
        )


def updates_of(paths: Iterable[Path], categories: Iterable[Category]) -> Updates:
    """Return the updates of case files; each file as it is on disk, and nothing is written."""
    chosen = frozenset(categories)
    updates, by_hand = [], {}
    for path in dict.fromkeys(paths):
        try:
            update = _Update(path, chosen).result()
        except _ByHandError as error:
            by_hand[os.fspath(path)] = str(error)
        except KustomerNbError as error:
            by_hand[os.fspath(path)] = _first(error.diagnostics)
        else:
            updates += [update] if update else []
    return Updates(tuple(updates), by_hand)


class _ByHandError(Exception):
    """A case file that no rule can update."""


class _Update:
    """The update of one case file, a category after the other."""

    def __init__(self, path: Path, categories: frozenset[Category]) -> None:
        self.path = path
        self._chosen = categories
        self._applied: list[Category] = []

    def result(self) -> CaseUpdate | None:
        """Return the update, None if there is nothing to do."""
        file = read_file(self.path)
        text, value = file.text, read(file.text).value
        if isinstance(value, dict):
            text = self._new(text, value)
            text = self._changed(text)
            text = self._unused(text)
            text = self._reformatted(text)
        if text == file.text:
            return None
        readings = read(file.text), read(text)
        hidden = Concealment(*readings)
        masked = hidden.source(readings[0]), hidden.source(readings[1])
        changes = Changes(file.text, text, os.fspath(self.path), masked=masked)
        return CaseUpdate(self.path, tuple(self._applied), changes, file)

    def _new(self, text: str, value: dict[str, Any]) -> str:
        """Let a case that expects nothing expect the request and the output that it has now."""
        exchange = value.get("exchange")
        has_request = isinstance(exchange, dict) and exchange.get("request") is not None
        expects = has_request or not value.keys().isdisjoint({"expected", "findings"})
        if Category.NEW not in self._chosen or expects:
            return text
        result = self._replayed(_edited(text, "/exchange", {**(exchange or {}), "request": _PROBE}))
        if result.run is None or result.request is None or result.problems:
            raise _ByHandError(result.reason)
        request = {"request": escaped(result.request.actual)}
        text = _edited(text, "/exchange", {**request, **(exchange or {}), **request})
        self._applied.append(Category.NEW)
        return _edited(text, "/expected", escaped(result.run.output))

    def _changed(self, text: str) -> str:
        """Let a case expect what its request and its output are now."""
        if Category.CHANGED not in self._chosen:
            return text
        result = self._replayed(text)
        before = text
        for part, pointer in _PARTS.items():
            side = getattr(result, part)
            if side:
                written = pointers.resolve(read(text).value, pointer)
                ignore = getattr(result.case.ignore, part)
                text = _edited(text, pointer, updated(written, side.actual, ignore))
        if text != before:
            self._applied.append(Category.CHANGED)
        elif result.reason:
            # It fails for what is no difference, such as an input that is missing.
            raise _ByHandError(result.reason)
        return text

    def _unused(self, text: str) -> str:
        """Remove what has no effect."""
        if Category.UNUSED not in self._chosen:
            return text
        result = self._replayed(text)
        action = find_action(result.case.app_path, result.case.action)
        unused = unused_parts(read(text).value, result, action.definition)
        for pointer in unused:
            text = apply(text, Layout(read(text)).remove(pointer))
        self._applied += [Category.UNUSED] if unused else []
        return text

    def _reformatted(self, text: str) -> str:
        """Lay a case out as a saved one is."""
        if Category.REFORMATTED not in self._chosen:
            return text
        formatted = format_case(read(text).value)
        if formatted != text.replace("\r\n", "\n"):
            self._applied.append(Category.REFORMATTED)
            return formatted
        return text

    def _replayed(self, text: str) -> CaseResult:
        cases = cases_from(parse_case(text, self.path))
        if not cases.cases:
            raise _ByHandError(_first(cases.problems))
        if len(cases.cases) > 1 or cases.cases[0].row:
            message = "the expectations of its rows are in a table."
            raise _ByHandError(message)
        return replay(cases.cases[0])


def _edited(text: str, pointer: str, value: Any) -> str:
    return apply(text, Layout(read(text)).set(pointer, value))


def _first(problems: Diagnostics) -> str:
    return str(problems[0]) if problems else "it cannot be read."
