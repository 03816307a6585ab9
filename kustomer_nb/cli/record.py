"""``kustomer-nb record``: runs notebooks against the real service, and saves what changed."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from kustomer_nb.config import load_profile, project_root
from kustomer_nb.errors import KustomerNbError
from kustomer_nb.notebooks.planning import PlannedRequest, find_notebooks, planned_requests
from kustomer_nb.notebooks.recording import Recorded, require_unfenced
from kustomer_nb.notebooks.recording import record as record_notebook
from kustomer_nb.options import RunOptions, meanings
from kustomer_nb.printable import one_line
from kustomer_nb.reporting import as_json, guard_text

from .arguments import json_option
from .completions import complete_profiles
from .console import prints_json, show_errors, show_json, show_message, show_text
from .failures import PROBLEMS, SUCCESS, USAGE, exit_on_error

_OPTIONS = meanings(RunOptions)


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PATH...")
@click.option("--profile", metavar="NAME", shell_complete=complete_profiles, help=_OPTIONS["profile"])
@click.option("--confirm", metavar="NAME", help=_OPTIONS["confirm"])
@click.option("--yes", is_flag=True, help="Record. Without it and --confirm, it is only shown what is sent.")
@json_option
def record(paths: tuple[Path, ...], profile: str | None, confirm: str | None, yes: bool) -> None:
    """Run notebooks live, and save what changed.

    PATH is a notebook, or a folder of them. Each runs in a kernel of its own: its runs send requests and
    record the responses in cassettes. Outputs that say the same as before stay to the byte. A notebook with a
    cell that fails is not written. Guards apply as to any run. Exits with 1 if one failed or nothing was
    recorded, and with 6 in CI.

    Example: kustomer-nb record shop.ipynb --profile sandbox --yes
    """
    with exit_on_error():
        require_unfenced()
        notebooks = [notebook for path in paths for notebook in find_notebooks(path)]
        if not notebooks:
            raise click.UsageError(f"there is no notebook in {' or '.join(map(str, paths))}")
        if not (yes or confirm):
            _show_plan(notebooks, profile)
            sys.exit(PROBLEMS)
    rows = [_recorded(notebook, profile, confirm) for notebook in notebooks]
    if prints_json():
        show_json([_as_json(notebook, row) for notebook, row in zip(notebooks, rows, strict=True)])
    if any(isinstance(row, KustomerNbError) for row in rows):
        sys.exit(USAGE)
    sys.exit(SUCCESS if all(isinstance(row, Recorded) and row.ok for row in rows) else PROBLEMS)


def _recorded(notebook: Path, profile: str | None, confirm: str | None) -> Recorded | KustomerNbError:
    """Return what recording a notebook came to, and show it at once: the next one takes its time."""
    try:
        result = record_notebook(notebook, profile=profile, confirm=confirm)
    except KustomerNbError as error:
        if not prints_json():
            show_errors(error.diagnostics, notebook)
        return error
    if not prints_json():
        show_message(f"{notebook}: {result.summary}")
        if not result.ok:
            show_errors(result.problems, notebook)
    return result


def _as_json(notebook: Path, result: Recorded | KustomerNbError) -> dict[str, Any]:
    if isinstance(result, KustomerNbError):
        return {"path": str(notebook), "recorded": False, "problems": as_json(result.diagnostics)}
    return {
        "path": str(notebook),
        "recorded": result.ok,
        "changed_cells": [index + 1 for index in result.changed],
        "problems": as_json(result.problems),
    }


def _show_plan(notebooks: list[Path], profile: str | None) -> None:
    plans = [(notebook, planned_requests(notebook)) for notebook in notebooks]
    guards = [guard_text(load_profile(profile, project_root(notebook))) for notebook in notebooks]
    if prints_json():
        show_json(
            [
                {"path": str(notebook), "guard": guard, "requests": [_request(item) for item in plan]}
                for (notebook, plan), guard in zip(plans, guards, strict=True)
            ]
        )
        return
    for (notebook, plan), guard in zip(plans, guards, strict=True):
        show_text(one_line(f"{notebook} may send, where {guard}:"), style="bold", highlight=False)
        lines = [f"  {item.method} {item.uri} ({item.action} in {item.definition})" for item in plan]
        show_text("\n".join(map(one_line, lines)) or "  nothing that its text names", highlight=False)
    show_message("Nothing was sent. Add --yes to record, or --confirm NAME where a guard asks for it.")


def _request(item: PlannedRequest) -> dict[str, str]:
    return {
        "definition": str(item.definition),
        "action": item.action,
        "method": item.method,
        "uri": item.uri,
    }
