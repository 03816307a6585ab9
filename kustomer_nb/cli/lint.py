"""``kustomer-nb lint``: everything that can be known to be wrong from the file."""

from __future__ import annotations

import sys
from pathlib import Path

import click

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
    worst = GOOD
    for path in paths:
        try:
            found = load(path).lint()
        except LoadError as error:
            found = error.diagnostics
        if as_json:
            show_json(found, path=str(path))
        else:
            _show(path, found)
        if found.errors or found.warnings:
            worst = FINDINGS
    sys.exit(worst)


def _show(path: Path, found: Diagnostics) -> None:
    console().print(str(path), style="bold", highlight=False)
    show(found)
