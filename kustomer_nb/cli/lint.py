"""``kustomer-nb lint``: reports the problems in definitions."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kustomer_nb import reporting
from kustomer_nb.printable import one_line

from .arguments import code_options
from .console import PROBLEMS, SUCCESS, USAGE, exit_on_error, show, show_annotations, show_json, show_text
from .files import find_files, show_skipped

if TYPE_CHECKING:
    from kustomer_nb.diagnostics import Diagnostics

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
    if form == "json":
        _show_json(by_path, files.skipped)
    else:
        _show_problems(by_path, form)
    show_skipped(files)
    if files.has_other:
        sys.exit(USAGE)
    sys.exit(
        PROBLEMS if any(problems.errors or problems.warnings for problems in by_path.values()) else SUCCESS
    )


def _show_json(by_path: Mapping[Path, Diagnostics], skipped: int) -> None:
    """Print one envelope and nothing else to stdout: a program parses it."""
    rows = [
        {"path": str(path), **row}
        for path, problems in by_path.items()
        for row in reporting.as_json(problems)
    ]
    show_json(rows, paths=[str(path) for path in by_path], skipped=skipped)


def _show_problems(by_path: Mapping[Path, Diagnostics], form: str) -> None:
    for path, problems in by_path.items():
        if form == "github":
            show_annotations(reporting.as_github(problems, str(path)))
        else:
            show_text(one_line(str(path)), style="bold", highlight=False)
            show(problems)
