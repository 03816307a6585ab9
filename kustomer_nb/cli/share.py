"""``kustomer-nb share``: writes a copy of a notebook that others may read."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from kustomer_nb.errors import KustomerNbError
from kustomer_nb.notebooks import Shared
from kustomer_nb.notebooks import check as check_notebook
from kustomer_nb.notebooks import share as share_notebook
from kustomer_nb.reporting import as_json

from .arguments import json_option
from .console import prints_json, show, show_errors, show_json
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
            results: list[Shared | KustomerNbError] = [_shared(notebooks[0], output, check=check)]
    else:
        results = [_tried(path, check=check) for path in notebooks]
    if prints_json():
        show_json([_as_json(path, result) for path, result in zip(notebooks, results, strict=True)])
    else:
        for path, result in zip(notebooks, results, strict=True):
            _show(path, result)
    sys.exit(_exit_code(results, check=check))


def _shared(path: Path, output: Path | None, *, check: bool) -> Shared:
    return check_notebook(path) if check else share_notebook(path, output=output)


def _tried(path: Path, *, check: bool) -> Shared | KustomerNbError:
    """Return the result of a notebook, or why there is none: that does not stop the others."""
    try:
        return _shared(path, None, check=check)
    except KustomerNbError as error:
        return error


def _as_json(path: Path, result: Shared | KustomerNbError) -> dict[str, Any]:
    if isinstance(result, Shared):
        row: dict[str, Any] = as_json(result)
        return row
    return {"path": str(path), "copy": None, "ok": False, "findings": as_json(result.diagnostics)}


def _show(path: Path, result: Shared | KustomerNbError) -> None:
    if isinstance(result, Shared):
        show(result, path)
    else:
        show_errors(result.diagnostics, path)


def _exit_code(results: Iterable[Shared | KustomerNbError], *, check: bool) -> int:
    codes = [
        USAGE if not isinstance(result, Shared) else PROBLEMS if check and not result.ok else SUCCESS
        for result in results
    ]
    return max(codes)
