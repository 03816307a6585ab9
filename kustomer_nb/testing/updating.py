"""Brings case files up to date with what their actions give now; the rest of their text stays."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from kustomer_nb.codes import Code
from kustomer_nb.config.modes import is_in_ci
from kustomer_nb.definition import Changes
from kustomer_nb.errors import GuardError, KustomerNbError
from kustomer_nb.jsontext.parser import read
from kustomer_nb.linting.token_masking import Concealment
from kustomer_nb.storage.files import read_file, write_file

from .case_editing import ByHandError, CaseEditor, Category

if TYPE_CHECKING:
    from kustomer_nb.diagnostics import Diagnostics
    from kustomer_nb.jsontext.text_file import TextFile


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
            update = _update_of(path, chosen)
        except ByHandError as error:
            by_hand[os.fspath(path)] = str(error)
        except KustomerNbError as error:
            by_hand[os.fspath(path)] = _first(error.diagnostics)
        else:
            updates += [update] if update else []
    return Updates(tuple(updates), by_hand)


def _update_of(path: Path, chosen: frozenset[Category]) -> CaseUpdate | None:
    """Return the update of a case file, None if there is nothing to do."""
    file = read_file(path)
    text, editor, applied = file.text, CaseEditor(path), []
    if not isinstance(read(text).value, dict):
        return None
    # What is new or changed decides what is unused, and the layout is last.
    for category in (Category.NEW, Category.CHANGED, Category.UNUSED, Category.REFORMATTED):
        edited = editor.edited(text, category) if category in chosen else text
        applied += [category] if edited != text else []
        text = edited
    if text == file.text:
        return None
    readings = read(file.text), read(text)
    hidden = Concealment(*readings)
    masked = hidden.source(readings[0]), hidden.source(readings[1])
    return CaseUpdate(path, tuple(applied), Changes(file.text, text, os.fspath(path), masked=masked), file)


def _first(problems: Diagnostics) -> str:
    return str(problems[0]) if problems else "it cannot be read."
