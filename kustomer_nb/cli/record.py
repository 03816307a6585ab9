"""``kustomer-nb record``: runs notebooks and cases against the real service, and saves what changed."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from kustomer_nb.config import load_profile, project_root
from kustomer_nb.errors import KustomerNbError
from kustomer_nb.notebooks.files import SUFFIX
from kustomer_nb.notebooks.planning import find_notebooks, planned_requests
from kustomer_nb.notebooks.recording import Recorded, require_unfenced
from kustomer_nb.notebooks.recording import record as record_notebook
from kustomer_nb.options import RunOptions, meanings
from kustomer_nb.printable import one_line
from kustomer_nb.reporting import as_json, guard_text
from kustomer_nb.storage.case import CASE_SUFFIX
from kustomer_nb.testing.recording import RecordedCase, planned_request, record_case, recordable_case

from .arguments import json_option
from .completions import complete_profiles
from .console import prints_json, show_errors, show_json, show_message, show_text
from .failures import PROBLEMS, SUCCESS, USAGE, exit_on_error

_OPTIONS = meanings(RunOptions)
_Result = Recorded | RecordedCase | KustomerNbError


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PATH...")
@click.option("--profile", metavar="NAME", shell_complete=complete_profiles, help=_OPTIONS["profile"])
@click.option("--confirm", metavar="NAME", help=_OPTIONS["confirm"])
@click.option("--yes", is_flag=True, help="Record. Without it and --confirm, it is only shown what is sent.")
@json_option
def record(paths: tuple[Path, ...], profile: str | None, confirm: str | None, yes: bool) -> None:
    """Run notebooks and cases live, and save what changed.

    PATH is a notebook, a case, or a folder of them. A notebook runs in a kernel of its own: its runs send
    requests and record the responses in cassettes. What says the same as before stays to the byte. A notebook
    with a cell that fails is not written. Guards apply as to any run. Exits with 1 if one failed or nothing
    was recorded, and with 6 in CI.

    Example: kustomer-nb record shop.ipynb --profile sandbox --yes
    """
    with exit_on_error():
        require_unfenced()
        files = [file for path in paths for file in _files(path)]
        if not files:
            raise click.UsageError(f"there is no notebook and no case in {' or '.join(map(str, paths))}")
        if not (yes or confirm):
            _show_plan(files, profile)
            sys.exit(PROBLEMS)
    results = [_recorded(file, profile, confirm) for file in files]
    if prints_json():
        show_json([_as_json(file, result) for file, result in zip(files, results, strict=True)])
    if any(isinstance(result, KustomerNbError) for result in results):
        sys.exit(USAGE)
    sys.exit(
        SUCCESS
        if all(result.ok for result in results if not isinstance(result, KustomerNbError))
        else PROBLEMS
    )


def _files(path: Path) -> Iterator[Path]:
    """Yield the notebooks and cases at a path.

    Raises:
        click.UsageError: it is another file.
    """
    if path.is_dir():
        yield from find_notebooks(path)
        yield from (
            file
            for file in sorted(path.rglob(f"*{CASE_SUFFIX}"))
            if not any(
                part.startswith(".") or part == "node_modules" for part in file.relative_to(path).parts
            )
        )
        return
    if not path.name.endswith((SUFFIX, CASE_SUFFIX)):
        hint = "a cassette is recorded by the notebooks and runs that use it"
        raise click.UsageError(f"{path} is neither a notebook nor a case; {hint}")
    yield path


def _is_case(path: Path) -> bool:
    return path.name.endswith(CASE_SUFFIX)


def _recorded(path: Path, profile: str | None, confirm: str | None) -> _Result:
    """Return what recording a file came to, and show it at once: the next one takes its time."""
    result: Recorded | RecordedCase
    try:
        if _is_case(path):
            result = record_case(path, profile=profile, confirm=confirm)
        else:
            result = record_notebook(path, profile=profile, confirm=confirm)
    except KustomerNbError as error:
        if not prints_json():
            show_errors(error.diagnostics, path)
        return error
    if not prints_json():
        show_message(f"{path}: {result.summary}")
        if not result.ok:
            show_errors(result.problems, path)
    return result


def _as_json(path: Path, result: _Result) -> dict[str, Any]:
    if isinstance(result, KustomerNbError):
        return {"path": str(path), "recorded": False, "problems": as_json(result.diagnostics)}
    changes = (
        {"changed_cells": [index + 1 for index in result.changed]}
        if isinstance(result, Recorded)
        else {"changed": list(result.changed), "reason": result.reason}
    )
    return {"path": str(path), "recorded": result.ok, **changes, "problems": as_json(result.problems)}


def _show_plan(files: list[Path], profile: str | None) -> None:
    plans = {file: _plan(file, profile) for file in files}
    guards = {file: guard_text(load_profile(profile, project_root(file))) for file in files}
    if prints_json():
        show_json(
            [{"path": str(file), "guard": guards[file], "requests": plan} for file, plan in plans.items()]
        )
        return
    for file, plan in plans.items():
        show_text(one_line(f"{file} may send, where {guards[file]}:"), style="bold", highlight=False)
        lines = [one_line(f"  {line}") for line in plan]
        show_text("\n".join(lines) or "  nothing that its text names", highlight=False)
    show_message("Nothing was sent. Add --yes to record, or --confirm NAME where a guard asks for it.")


def _plan(path: Path, profile: str | None) -> list[str]:
    """Return the requests that recording a file may send, a line each."""
    hosts = load_profile(profile, project_root(path)).hosts
    if not _is_case(path):
        return [
            f"{item.method} {item.uri} ({item.action} in {item.definition}){_redirected(item.uri, hosts)}"
            for item in planned_requests(path)
        ]
    case, without = recordable_case(path)
    if case is None:
        return [] if without is None or not without.reason else [f"nothing: {without.reason}"]
    method, url = planned_request(case, profile=profile)
    return [f"{method} {url} ({case.action.rpartition('.')[2]}){_redirected(url, hosts)}"]


def _redirected(url: str, hosts: Mapping[str, str]) -> str:
    """Return where a request goes in place of its own host, empty if it goes there."""
    origin = next((origin for origin in hosts if url.lower().startswith(origin.lower())), None)
    return "" if origin is None else f", sent to {hosts[origin]}"
