"""``kustomer-nb lint``: everything that can be known to be wrong from the file."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from kustomer_nb import reporting
from kustomer_nb.printable import one_line

from .arguments import chosen_codes
from .console import FINDINGS, GOOD, USAGE, failing, show, show_annotations, show_json, show_text
from .files import find_files, show_skipped

FORMATS = ("text", "json", "github")


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@chosen_codes
@click.option(
    "--format", "form", type=click.Choice(FORMATS), default="text", help="github: annotations for its CI."
)
@click.option("--json", "form", flag_value="json", help="The same as --format json.")
def lint(paths: tuple[Path, ...], select: list[str] | None, ignore: list[str], form: str) -> None:
    """Check definitions; nothing is changed and nothing is sent.

    Of a folder, definitions are checked, and other files are counted. Exits with 1 when there is an error or
    a warning, with 2 when there is no definition, or a file was named that holds none.
    """
    with failing():
        files = find_files(paths)
        found = {
            path: faults if app is None else app.lint(select=select, ignore=ignore)
            for path, app, faults in files.files
        }
    if form == "json":
        rows = [{"path": str(path), **row} for path, some in found.items() for row in reporting.as_json(some)]
        show_json(rows, paths=[str(path) for path in found], skipped=files.skipped)
    for path, some in found.items() if form != "json" else ():
        if form == "github":
            show_annotations(reporting.as_github(some, str(path)))
        else:
            show_text(one_line(str(path)), style="bold", highlight=False)
            show(some)
    show_skipped(files)
    if files.has_other:
        sys.exit(USAGE)
    sys.exit(FINDINGS if any(some.errors or some.warnings for some in found.values()) else GOOD)
