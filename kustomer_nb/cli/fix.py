"""``kustomer-nb fix``: mend what can be mended, in the author's own layout."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from kustomer_nb.app import App
from kustomer_nb.printable import one_line

from .arguments import chosen_codes
from .console import FINDINGS, GOOD, USAGE, failing, show, show_faults, show_text
from .files import find_files, show_skipped


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@chosen_codes
@click.option("--yes", is_flag=True, help="Write the files; without it only the difference is shown.")
@click.option(
    "--unsafe", is_flag=True, help="Also what changes what a definition says, or takes comments out."
)
def fix(
    paths: tuple[Path, ...], select: list[str] | None, ignore: list[str], yes: bool, unsafe: bool
) -> None:
    """Mend definitions: show the difference, and what is left.

    Only how a file is written is changed, never what it says. What changes that needs --unsafe, or its own
    code: --select KNB304. Of a folder, only definitions are. Exits with 1 when something is left to mend or
    to write, with 2 when a file was named that cannot be read or holds no definition, or there is none.
    """
    is_good = is_complete = True
    with failing():
        files = find_files(paths)
    for path, app, faults in files.files:
        if app is None:
            show_faults(faults, path)
            is_complete = False
            continue
        with failing():
            is_good &= _fixed(app, path, select, ignore, yes=yes, unsafe=unsafe)
    show_skipped(files)
    if files.has_other or not is_complete:
        sys.exit(USAGE)
    sys.exit(GOOD if is_good else FINDINGS)


def _fixed(
    app: App, path: Path, select: list[str] | None, ignore: list[str], *, yes: bool, unsafe: bool
) -> bool:
    changes = app.fix(unsafe=unsafe, select=select, ignore=ignore)
    left = app.lint(select=select, ignore=ignore)
    if changes:
        show(changes)
    if changes and yes:
        app.save()
    done = "Wrote" if yes else "Nothing is written yet; --yes writes"
    words = one_line(f"{done} {path}." if changes else f"There is nothing to mend by itself in {path}.")
    more = sum(1 for one in left if one.edits)
    hint = f" --unsafe mends {more} of them; look at the difference." if more and not unsafe else ""
    show_text(f"{words}\nLeft: {left.summary}.{hint}", highlight=False)
    if left:
        show(left)
    return (yes or not changes) and not (left.errors or left.warnings)
