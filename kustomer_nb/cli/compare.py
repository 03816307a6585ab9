"""``kustomer-nb compare``: reports what a new version of a definition breaks."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kustomer_nb.comparing import compare as compare_apps
from kustomer_nb.comparing import load_revision
from kustomer_nb.diagnostics import Diagnostics
from kustomer_nb.errors import LoadError

from .arguments import SOURCE, json_option, report_format_option
from .completions import complete_revisions
from .console import file_name, prints_json, show, show_annotations, show_json
from .failures import PROBLEMS, SUCCESS, exit_on_error
from .files import STDIN, open_app

if TYPE_CHECKING:
    from kustomer_nb.app import App


@click.command()
@click.argument("paths", nargs=-1, required=True, type=SOURCE, metavar="[OLD] NEW")
@click.option(
    "--against",
    metavar="REF",
    shell_complete=complete_revisions,
    help="Compare with the same file in a git branch, tag or commit, instead of OLD.",
)
@report_format_option
@json_option
def compare(paths: tuple[Path, ...], against: str | None, form: str) -> None:
    """Report breaking changes, and the version to write.

    Compares two versions of a definition. Errors break workflows or installed apps, warnings should be
    reviewed, hints are compatible. Locations are those in NEW. Nothing is sent. - is stdin. Exits with 1 if
    there is an error.

    Example: kustomer-nb compare shop.json --against main
    """
    old_path, new_path = _sides(paths, against)
    old_name = f"{against}:{new_path}" if against is not None else file_name(old_path)
    with exit_on_error(Path(old_name)):
        old = _definition(open_app(old_path) if against is None else load_revision(new_path, against))
    with exit_on_error(new_path):
        new = _definition(open_app(new_path))
    comparison = compare_apps(old, new)
    if prints_json() or form == "json":
        show_json(comparison, old=old_name, new=file_name(new_path))
    elif form == "github":
        from kustomer_nb.reporting import as_github

        show_annotations(as_github(comparison.diagnostics, file_name(new_path)))
    else:
        show(comparison, new_path)
    sys.exit(PROBLEMS if comparison.is_breaking else SUCCESS)


def _sides(paths: tuple[Path, ...], against: str | None) -> tuple[Path, Path]:
    """Return the paths of the old and of the new definition; with a revision both are the same."""
    if against is not None:
        if len(paths) != 1:
            raise click.UsageError("--against takes the place of OLD; name one file")
        if paths[0] == STDIN:
            raise click.UsageError("--against needs a file, and - is stdin")
        return paths[0], paths[0]
    if len(paths) != 2:
        raise click.UsageError("name two files, OLD and NEW, or one file and --against REF")
    if paths == (STDIN, STDIN):
        raise click.UsageError("- is stdin, which only one of OLD and NEW can read")
    return paths[0], paths[1]


def _definition(app: App) -> App:
    """Return an app if its file is a definition.

    Raises:
        LoadError: it is another JSON file, such as package.json.
    """
    if not app.document.is_definition:
        raise LoadError(Diagnostics([app.document.no_definition()], text=app.text))
    return app
