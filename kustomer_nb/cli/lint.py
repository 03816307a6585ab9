"""``kustomer-nb lint``: everything that can be known to be wrong from the file."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from kustomer_nb import views
from kustomer_nb.app import load
from kustomer_nb.diagnostics import Diagnostics
from kustomer_nb.errors import LoadError
from kustomer_nb.show import one_line

from .arguments import chosen_codes
from .console import FINDINGS, GOOD, failing, show, show_annotations, show_json, show_text

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

    Exits with 1 when there is an error or a warning.
    """
    with failing():
        found = {path: _findings(path, select, ignore) for path in paths}
    if form == "json":
        rows = [{"path": str(path), **row} for path, some in found.items() for row in views.as_json(some)]
        show_json(rows, paths=[str(path) for path in paths])
    for path, some in found.items() if form != "json" else ():
        if form == "github":
            show_annotations(views.as_github(some, str(path)))
        else:
            show_text(one_line(str(path)), style="bold", highlight=False)
            show(some)
    sys.exit(FINDINGS if any(some.errors or some.warnings for some in found.values()) else GOOD)


def _findings(path: Path, select: list[str] | None, ignore: list[str]) -> Diagnostics:
    try:
        app = load(path)
    except LoadError as error:
        return error.diagnostics
    return app.lint(select=select, ignore=ignore)
