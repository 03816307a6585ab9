"""``kustomer-nb fix``: applies fixes to definitions, in the author's own layout."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .arguments import code_options
from .console import PROBLEMS, SUCCESS, USAGE, exit_on_error, show, show_errors, show_message
from .files import find_files, show_skipped

if TYPE_CHECKING:
    from kustomer_nb.app import App
    from kustomer_nb.diagnostics import Diagnostics


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@code_options
@click.option("--yes", is_flag=True, help="Write the files. Without it, only the diff is shown.")
@click.option(
    "--unsafe", is_flag=True, help="Also apply fixes that change what a definition means or remove comments."
)
def fix(
    paths: tuple[Path, ...], select: list[str] | None, ignore: list[str], yes: bool, unsafe: bool
) -> None:
    """Fix definitions: show the diff and the remaining problems.

    Fixes change only the syntax of a file. Those that change its meaning need --unsafe, or their code:
    --select KNB304. In a folder, only definitions are fixed. Exits with 1 if problems remain or the fixes
    were not written, and with 2 if a named file cannot be read or is not a definition, or none was found.
    """
    is_good = is_complete = True
    with exit_on_error():
        files = find_files(paths)
    for path, app, problems in files.files:
        # A file that cannot be read does not stop the others.
        if app is None:
            show_errors(problems, path)
            is_complete = False
            continue
        with exit_on_error():
            is_good &= _fix_file(app, path, select, ignore, yes=yes, unsafe=unsafe)
    show_skipped(files)
    if files.has_other or not is_complete:
        sys.exit(USAGE)
    sys.exit(SUCCESS if is_good else PROBLEMS)


def _fix_file(
    app: App, path: Path, select: list[str] | None, ignore: list[str], *, yes: bool, unsafe: bool
) -> bool:
    changes = app.fix(unsafe=unsafe, select=select, ignore=ignore)
    remaining = app.lint(select=select, ignore=ignore)
    if changes:
        show(changes)
        if yes:
            app.save()
        show_message(f"{'Wrote' if yes else 'Not written yet. Add --yes to write'} {path}.")
    else:
        show_message(f"No automatic fixes for {path}.")
    _show_remaining(remaining, unsafe=unsafe)
    return (yes or not changes) and not (remaining.errors or remaining.warnings)


def _show_remaining(remaining: Diagnostics, *, unsafe: bool) -> None:
    # What --unsafe would fix is only a hint: without it, these stay problems.
    fixable = sum(1 for diagnostic in remaining if diagnostic.edits)
    hint = f" --unsafe fixes {fixable} of them; review the diff." if fixable and not unsafe else ""
    show_message(f"Remaining: {remaining.summary}.{hint}")
    if remaining:
        show(remaining)
