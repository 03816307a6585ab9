"""``--update`` of ``kustomer-nb test``: shows what would be written into case files, and writes it."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Diagnostics
from kustomer_nb.errors import SaveError
from kustomer_nb.reporting.case_lines import redacted, shown_path
from kustomer_nb.testing.case_editing import Category, categories_in
from kustomer_nb.testing.updating import CaseUpdate, Updates, require_no_ci, updates_of

from .console import prints_json, show, show_errors, show_message, show_text

_FIX = "change its file by hand"


class Categories(click.ParamType[tuple[Category, ...]]):
    """Categories of updates, separated by commas."""

    name = "CATEGORIES"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[Category, ...]:
        """Return the categories, or exit with a usage error."""
        if isinstance(value, tuple):
            return value
        try:
            return categories_in(str(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)


def update_cases(paths: Iterable[Path], categories: tuple[Category, ...], *, yes: bool) -> bool:
    """Show the updates of case files and write them if a person agrees; return whether all were written.

    A file that cannot be written, or changed meanwhile, is reported; the others are written.

    Raises:
        GuardError: this is CI.
    """
    require_no_ci()
    updates = updates_of(paths, categories)
    if not prints_json():
        _show(updates)
    if not updates.updates:
        return True
    if not (yes or _is_confirmed(updates.updates)):
        if not prints_json():
            show_message("Nothing was written. Add --yes to write.")
        return False
    problems = [problem for update in updates.updates for problem in _write(update)]
    if problems:
        show_errors(Diagnostics(problems))
    written = len(updates.updates) - len(problems)
    if written and not prints_json():
        show_message(f"Updated {_files(written)}.")
        show_text("")
    return not problems


def _write(update: CaseUpdate) -> Diagnostics:
    """Write an update, and return why it was not written."""
    try:
        update.write()
    except SaveError as error:
        repeat = "run the command again."
        return Diagnostics(
            replace(problem, fix=repeat) if problem.code == Code.FILE_CHANGED else problem
            for problem in error.diagnostics
        )
    return Diagnostics()


def _show(updates: Updates) -> None:
    for update in updates.updates:
        show_message(f"{shown_path(update.path)}: {', '.join(update.categories)}")
        show(update.changes)
        show_text("")
    for path, reason in updates.by_hand.items():
        show_message(redacted(f"{shown_path(path)} is not updated: {reason.rstrip('.')}; {_FIX}."))
    if not updates.updates:
        show_message("Nothing to update.")


def _is_confirmed(updates: tuple[CaseUpdate, ...]) -> bool:
    """Return whether a person at a terminal agrees."""
    if prints_json() or not (sys.stdin.isatty() and sys.stdout.isatty()):
        return False
    return click.confirm(f"Write {_files(len(updates))}?")


def _files(count: int) -> str:
    return f"{count:,} case file{'' if count == 1 else 's'}"
