"""``kustomer-nb coverage``: what the test cases touch of definitions, and the next cases."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kustomer_nb.covering import coverage as measure
from kustomer_nb.diagnostics import Diagnostics
from kustomer_nb.reporting import as_json, marked_lines
from kustomer_nb.shell_words import shell_word
from kustomer_nb.testing.hiding import ProjectSecrets, hide_secrets_of

from .arguments import SOURCE, json_option
from .console import prints_json, show, show_errors, show_json, show_message, show_text
from .failures import PROBLEMS, SUCCESS, USAGE, exit_on_error
from .files import find_files, show_skipped

if TYPE_CHECKING:
    from kustomer_nb.app import App
    from kustomer_nb.covering import Coverage


@click.command()
@click.argument("paths", nargs=-1, type=SOURCE)
@click.option(
    "--cases",
    "tests",
    type=click.Path(path_type=Path),
    multiple=True,
    help="Only these case files, notebooks and folders, not all below the folder of each definition.",
)
@click.option("--history", is_flag=True, help="Also the runs of the project's history.")
@click.option("--lines", is_flag=True, help="Also print the definition, each line with a mark.")
@click.option("--add", is_flag=True, help="Write cases for what no case touches, as far as any does.")
@click.option(
    "--fail-under", type=click.FloatRange(0, 100), metavar="PERCENT", help="Exit with 1 below this share."
)
@json_option
def coverage(
    paths: tuple[Path, ...],
    tests: tuple[Path, ...],
    *,
    history: bool,
    lines: bool,
    add: bool,
    fail_under: float | None,
) -> None:
    """Report what the test cases touch of definitions.

    Cases are replayed and saved notebooks are read; nothing is sent. Each line says what no case touches:
    references of templates, branches of blocks, inputs that are given and left out, conversions, keys of the
    output, and classes of statuses. Exits with 1 below --fail-under.

    Example: kustomer-nb coverage shop.json
    """
    with exit_on_error():
        files = find_files(paths or (Path(),))
    measured: list[tuple[Path, Coverage, list[str]]] = []
    # Kept until all is shown.
    known: ProjectSecrets = {}
    for file in files.files:
        if file.app is None:
            if not prints_json():
                show_errors(file.problems, file.path)
            continue
        with exit_on_error(file.path):
            hide_secrets_of([file.path], known)
            sources = [*(tests or [file.path.parent]), *(file.app.history() if history else ())]
            written = _added(file.app, sources) if add else []
            measured.append((file.path, measure(file.app, sources), written))
    unread = {str(file.path): file.problems.codes for file in files.files if file.app is None}
    _show(measured, unread, lines=lines, is_added=add)
    show_skipped(files)
    if files.is_usage_error or len(measured) < len(files.files):
        sys.exit(USAGE)
    is_low = fail_under is not None and any(result.percent < fail_under for _, result, _ in measured)
    sys.exit(PROBLEMS if is_low else SUCCESS)


def _added(app: App, sources: list[Any]) -> list[str]:
    from kustomer_nb.covering.saving import add_cases

    return [str(path) for path in add_cases(app, sources)]


def _show(
    measured: list[tuple[Path, Coverage, list[str]]],
    unread: dict[str, list[str]],
    *,
    lines: bool,
    is_added: bool,
) -> None:
    if prints_json():
        show_json(
            [{"path": str(path), **as_json(result), "added": written} for path, result, written in measured],
            **({"unread": unread} if unread else {}),
        )
        return
    for path, result, written in measured:
        for case in written:
            show_message(f"Wrote {case}")
        if lines:
            show_text(marked_lines(result), highlight=False)
        show(result, path)
        if result.missing and not is_added:
            # A command is copied: it is not wrapped.
            show_text(f"To write the next cases: kustomer-nb coverage --add {shell_word(str(path))}")
        if result.problems:
            show_errors(Diagnostics(result.problems), path)
