"""``kustomer-nb share``: writes a copy of a notebook that others may read."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from kustomer_nb.errors import KustomerNbError
from kustomer_nb.notebooks import Shared
from kustomer_nb.notebooks import check as check_notebook
from kustomer_nb.notebooks import share as share_notebook
from kustomer_nb.reporting import as_json

from .arguments import json_option
from .console import file_name, prints_json, show, show_errors, show_json
from .failures import PROBLEMS, SUCCESS, USAGE, exit_on_error

_PATH = click.Path(path_type=Path)


@click.command()
@click.argument("notebooks", nargs=-1, required=True, type=_PATH, metavar="NOTEBOOK...")
@click.option("-o", "--output", type=_PATH, metavar="FILE", help="The copy. Default: NOTEBOOK.shared.ipynb.")
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 if a notebook needs a copy.")
@json_option
def share(notebooks: tuple[Path, ...], output: Path | None, check: bool) -> None:
    """Write a copy of a notebook that others may read.

    The copy shows all outputs without a kernel. It is without the state of widgets, times, and the paths of
    this machine in tracebacks. A secret of the project, or what looks like one, is replaced by a label.
    What was replaced is listed with its place. The notebook itself stays as it is.

    Example: kustomer-nb share shop.ipynb
    """
    if output is not None and (check or len(notebooks) > 1):
        raise click.UsageError("--output is the copy of one notebook, and --check writes none")
    if len(notebooks) == 1:
        with exit_on_error(notebooks[0]):
            results = [_shared(notebooks[0], output, check=check)]
        is_unread = False
    else:
        results, is_unread = _each(notebooks, check=check)
    if prints_json():
        show_json([as_json(result) for result in results])
    else:
        for result in results:
            show(result, Path(file_name(result.path)))
    is_clean = all(result.ok for result in results)
    sys.exit(USAGE if is_unread else PROBLEMS if check and not is_clean else SUCCESS)


def _shared(path: Path, output: Path | None, *, check: bool) -> Shared:
    return check_notebook(path) if check else share_notebook(path, output=output)


def _each(notebooks: tuple[Path, ...], *, check: bool) -> tuple[list[Shared], bool]:
    """Return the result of each notebook, and whether there was one without: it does not stop the others."""
    results: list[Shared] = []
    is_unread = False
    for path in notebooks:
        try:
            results.append(_shared(path, None, check=check))
        except KustomerNbError as error:
            show_errors(error.diagnostics, path)
            is_unread = True
    return results, is_unread
