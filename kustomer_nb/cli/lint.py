"""``kustomer-nb lint``: reports the problems in definitions."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from kustomer_nb import reporting
from kustomer_nb.printable import one_line

from .arguments import code_options
from .console import PROBLEMS, SUCCESS, USAGE, exit_on_error, show, show_annotations, show_json, show_text
from .files import find_files, show_skipped

FORMATS = ("text", "json", "github")


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@code_options
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default="text",
    help="github prints annotations for GitHub Actions.",
)
@click.option("--json", "form", flag_value="json", help="The same as --format json.")
def lint(paths: tuple[Path, ...], select: list[str] | None, ignore: list[str], form: str) -> None:
    """Check definitions. Nothing is changed or sent.

    In a folder, definitions are checked and other files are skipped. Exits with 1 if there is an error or a
    warning, and with 2 if no definition was found or a named file is not a definition.
    """
    with exit_on_error():
        files = find_files(paths)
        by_path = {
            path: problems if app is None else app.lint(select=select, ignore=ignore)
            for path, app, problems in files.files
        }
    # With JSON, stdout holds one envelope and nothing else: a program parses it.
    if form == "json":
        rows = [
            {"path": str(path), **row}
            for path, problems in by_path.items()
            for row in reporting.as_json(problems)
        ]
        show_json(rows, paths=[str(path) for path in by_path], skipped=files.skipped)
    for path, problems in by_path.items() if form != "json" else ():
        if form == "github":
            show_annotations(reporting.as_github(problems, str(path)))
        else:
            show_text(one_line(str(path)), style="bold", highlight=False)
            show(problems)
    show_skipped(files)
    if files.has_other:
        sys.exit(USAGE)
    sys.exit(
        PROBLEMS if any(problems.errors or problems.warnings for problems in by_path.values()) else SUCCESS
    )
