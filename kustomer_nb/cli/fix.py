"""``kustomer-nb fix``: applies fixes to definitions, in the author's own layout."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kustomer_nb import reporting
from kustomer_nb.errors import SaveError

from .arguments import SOURCE, code_options, json_option
from .console import prints_json, show, show_errors, show_exactly, show_json, show_message, show_problems
from .failures import PROBLEMS, SUCCESS, USAGE, exit_code, exit_on_error
from .files import STDIN, find_files, show_skipped

if TYPE_CHECKING:
    from kustomer_nb.app import App
    from kustomer_nb.definition import Changes
    from kustomer_nb.diagnostics import Diagnostics

    from .files import File


@click.command()
@click.argument("paths", nargs=-1, required=True, type=SOURCE)
@code_options
@click.option("--yes", is_flag=True, help="Write the files. Without it, only the diff is shown.")
@click.option(
    "--unsafe", is_flag=True, help="Also apply fixes that change what a definition means or remove comments."
)
@json_option
def fix(
    paths: tuple[Path, ...], select: list[str] | None, ignore: list[str], yes: bool, unsafe: bool
) -> None:
    """Fix definitions: show the diff and the remaining problems.

    Fixes change only the syntax of a file. Those that change its meaning need --unsafe, or their code:
    --select KNB304. In a folder, only definitions are fixed. - is stdin: with --yes, its fixed text goes to
    stdout. Exits with 1 if problems remain or the fixes were not written, and with 2 if a named file cannot
    be read or is not a definition, or none was found.

    Example: kustomer-nb fix shop.json
    """
    with exit_on_error():
        files = find_files(paths)
        if STDIN in paths and yes and len(files.files) > 1:
            raise click.UsageError("with --yes, - must be the only file: its text goes to stdout")
        results = [_FileResult(file, select, ignore, write=yes, unsafe=unsafe) for file in files.files]
    if prints_json():
        show_json([result.as_json() for result in results], skipped=files.skipped, written=yes)
    else:
        _show_results(results, is_written=yes)
    show_skipped(files)
    sys.exit(USAGE if files.is_usage_error else _worst(results))


def _worst(results: list[_FileResult]) -> int:
    return max((result.exit_code for result in results), default=USAGE)


def _show_results(results: list[_FileResult], *, is_written: bool) -> None:
    for result in results:
        result.show()
    if len(results) > 1:
        show_message(_summary(results, is_written=is_written))


def _summary(results: list[_FileResult], *, is_written: bool) -> str:
    changed = sum(bool(result.changes) for result in results)
    remaining = sum(bool(result.remaining) for result in results)
    verb = "changed" if is_written else "would change"
    return f"{len(results)} files: {changed} {verb}, {remaining} with remaining problems."


class _FileResult:
    """What fixing one file came to. A file that cannot be read or written does not stop the others."""

    def __init__(
        self, file: File, select: list[str] | None, ignore: list[str], *, write: bool, unsafe: bool
    ) -> None:
        self.path, self.app, self.problems = file
        self.is_written, self.unsafe = write, unsafe
        self.changes: Changes | None = None
        self.remaining: Diagnostics | None = None
        self.exit_code = USAGE
        if self.app is None:
            return
        try:
            self._fix(self.app, select, ignore)
        # A code of --select that does not exist is about all files, and ends the verb.
        except SaveError as error:
            self.problems, self.exit_code = error.diagnostics, exit_code(error)

    def _fix(self, app: App, select: list[str] | None, ignore: list[str]) -> None:
        self.changes = app.fix(unsafe=self.unsafe, select=select, ignore=ignore)
        self.remaining = app.lint(select=select, ignore=ignore)
        if self.changes and self.is_written and self.path != STDIN:
            app.save()
        has_problems = self.remaining.errors or self.remaining.warnings
        is_done = self.is_written or not self.changes
        self.exit_code = SUCCESS if is_done and not has_problems else PROBLEMS

    def as_json(self) -> dict[str, Any]:
        """Return the result of the file for a program."""
        return {
            "path": str(self.path),
            "diff": self.changes.diff if self.changes else "",
            "fixed": reporting.as_json(self.changes.fixed) if self.changes else [],
            "remaining": reporting.as_json(self.remaining) if self.remaining is not None else [],
            "errors": reporting.as_json(self.problems),
            **({"text": self.app.text} if self.app is not None and self.path == STDIN else {}),
        }

    def show(self) -> None:
        """Print the result of the file."""
        if self.problems or self.changes is None or self.remaining is None:
            show_errors(self.problems, self.path)
            return
        if self.path == STDIN and self.is_written and self.app is not None:
            # The text itself, as it may be redirected to a file; what is said about it goes to stderr.
            show_exactly(self.app.text)
            self._show_remaining(self.remaining, stderr=True)
            return
        self._show_outcome(self.changes, self.remaining)

    def _show_outcome(self, changes: Changes, remaining: Diagnostics) -> None:
        if not changes and not remaining:
            show_message(f"{self.path}: no problems")
            return
        if changes:
            show(changes)
            written = "Wrote" if self.is_written else "Not written yet. Add --yes to write"
            show_message(f"{written} {self.path}.")
        else:
            show_message(f"No automatic fixes for {self.path}.")
        self._show_remaining(remaining, stderr=False)

    def _unsafe_hint(self, remaining: Diagnostics) -> str:
        # What --unsafe would fix is only a hint: without it, these stay problems.
        fixable = sum(bool(diagnostic.edits) for diagnostic in remaining)
        return f" --unsafe fixes {fixable} of them; review the diff." if fixable and not self.unsafe else ""

    def _show_remaining(self, remaining: Diagnostics, *, stderr: bool) -> None:
        # Until it is written, the lines are not those of the file, which is not named with them then.
        is_preview = bool(self.changes) and not self.is_written
        title = "Remaining after these fixes" if is_preview else "Remaining"
        show_message(f"{title}: {remaining.summary}.{self._unsafe_hint(remaining)}", stderr=stderr)
        if remaining:
            path = None if is_preview or self.path == STDIN else self.path
            show_problems(remaining, path, stderr=stderr)
