"""``kustomer-nb lint``: everything that can be known to be wrong from the file."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from kustomer_nb import views
from kustomer_nb.app import load
from kustomer_nb.diagnostics import Diagnostics
from kustomer_nb.errors import LoadError

from .console import FINDINGS, GOOD, console, show, show_json


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def lint(paths: tuple[Path, ...], as_json: bool) -> None:
    """Check definitions; nothing is changed and nothing is sent.

    Exits with 1 when there is an error or a warning.
    """
    found = {path: _findings(path) for path in paths}
    if as_json:
        rows = [{"path": str(path), **row} for path, some in found.items() for row in views.as_json(some)]
        show_json(rows, paths=[str(path) for path in paths])
    else:
        for path, some in found.items():
            console().print(str(path), style="bold", highlight=False)
            show(some)
    sys.exit(FINDINGS if any(some.errors or some.warnings for some in found.values()) else GOOD)


def _findings(path: Path) -> Diagnostics:
    try:
        return load(path).lint()
    except LoadError as error:
        return error.diagnostics
