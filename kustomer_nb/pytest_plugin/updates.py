"""``--knb-update``: brings case files up to date before they are collected, and shows each change."""

from __future__ import annotations

from pathlib import Path

import pytest

from kustomer_nb.errors import KustomerNbError
from kustomer_nb.printable import visible
from kustomer_nb.reporting.case_lines import redacted, shown_path
from kustomer_nb.testing.case_editing import Category, categories_in
from kustomer_nb.testing.updating import require_no_ci, updates_of

_CATEGORIES = pytest.StashKey[tuple[Category, ...]]()
_LINES = pytest.StashKey[list[str]]()


def configure(config: pytest.Config, text: str) -> None:
    """Keep the categories of an update for the collection.

    Raises:
        pytest.UsageError: there is no such category, or this run must not write.
    """
    try:
        categories = categories_in(text)
    except ValueError as error:
        msg = f"--knb-update: {error}"
        raise pytest.UsageError(msg) from None
    if config.getoption("numprocesses", None) or hasattr(config, "workerinput"):
        msg = "--knb-update writes the files that are collected; run it in one process, without -n"
        raise pytest.UsageError(msg)
    try:
        require_no_ci()
    except KustomerNbError as error:
        raise pytest.UsageError(str(error)) from None
    config.stash[_CATEGORIES] = categories
    config.stash[_LINES] = []


def update_file(path: Path, config: pytest.Config) -> None:
    """Update a case file, if that was asked for."""
    categories = config.stash.get(_CATEGORIES, ())
    if not categories:
        return
    updates = updates_of([path], categories)
    lines = config.stash[_LINES]
    for update in updates.updates:
        update.write()
        lines += [f"{shown_path(path)}: {', '.join(update.categories)}", *update.changes.diff.split("\n"), ""]
    for reason in updates.by_hand.values():
        lines.append(visible(redacted(f"{shown_path(path)} is not updated: {reason}")))


def show_updates(reporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print what was written into case files, and what was not."""
    lines = config.stash.get(_LINES, [])
    if lines:
        reporter.section("updated test cases")
        for line in lines:
            reporter.write_line(line)
