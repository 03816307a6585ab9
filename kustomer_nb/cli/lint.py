"""``kustomer-nb lint``: reports the problems in definitions."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kustomer_nb import reporting
from kustomer_nb.codes import Code
from kustomer_nb.diagnostics import Diagnostic, Diagnostics, Severity
from kustomer_nb.shell_words import shell_word

from .arguments import SOURCE, code_options, json_option, report_format_option
from .console import prints_json, show, show_annotations, show_json, show_message, show_text
from .failures import PROBLEMS, SUCCESS, USAGE, exit_on_error
from .files import STDIN, find_files, show_skipped

if TYPE_CHECKING:
    from .files import File

_MOST_PATHS = 5


@click.command()
@click.argument("paths", nargs=-1, required=True, type=SOURCE)
@code_options
@click.option("--fix", "fixes", is_flag=True, help="First write the fixes that change only the syntax.")
@click.option("--statistics", is_flag=True, help="Count the problems of each code instead of listing them.")
@report_format_option
@json_option
def lint(
    paths: tuple[Path, ...],
    select: list[str] | None,
    ignore: list[str],
    form: str,
    *,
    fixes: bool,
    statistics: bool,
) -> None:
    """Check definitions. Nothing is sent, and without --fix nothing is changed.

    In a folder, definitions are checked and other files are skipped, as are node_modules, hidden folders and
    what git ignores. - is stdin. Exits with 1 if there is an error or a warning, and with 2 if no definition
    was found, or a named file cannot be read or is not a definition.

    Example: kustomer-nb lint shop.json
    """
    if fixes and STDIN in paths:
        raise click.UsageError("--fix writes files, and - is stdin: kustomer-nb fix - --yes")
    with exit_on_error():
        files = find_files(paths)
        fixed = _write_fixes(files.files, select, ignore) if fixes else {}
        by_path = _by_file(_problems(files.files, select, ignore))
    if prints_json() or form == "json":
        _show_json(by_path, files.skipped, fixed, statistics=statistics)
    elif form == "github":
        _show_annotations(by_path)
    else:
        _show_text(by_path, fixed, statistics=statistics)
    show_skipped(files)
    sys.exit(USAGE if files.is_usage_error else _exit_code(by_path.values()))


def _exit_code(problems_of_files: Iterable[Diagnostics]) -> int:
    has_problems = any(problems.errors or problems.warnings for problems in problems_of_files)
    return PROBLEMS if has_problems else SUCCESS


def _problems(files: Iterable[File], select: list[str] | None, ignore: list[str]) -> dict[Path, Diagnostics]:
    """Return the problems of each definition, or those that prevent loading it."""
    return {
        path: problems if app is None else app.lint(select=select, ignore=ignore)
        for path, app, problems in files
    }


def _by_file(by_definition: Mapping[Path, Diagnostics]) -> dict[Path, Diagnostics]:
    """Return the problems by their file: those in ``kustomer-nb.toml`` once, not with each definition."""
    by_path = {
        path: Diagnostics((problem for problem in problems if not problem.file), text=problems.text)
        for path, problems in by_definition.items()
    }
    others = dict.fromkeys(
        problem for problems in by_definition.values() for problem in problems if problem.file
    )
    for file in dict.fromkeys(problem.file for problem in others):
        by_path[Path(file)] = Diagnostics(problem for problem in others if problem.file == file)
    return by_path


def _write_fixes(files: Iterable[File], select: list[str] | None, ignore: list[str]) -> dict[Path, int]:
    """Apply the safe fixes to the files, write those that changed, and return how many were fixed."""
    fixed = {}
    for path, app, _ in files:
        if app is not None and (changes := app.fix(select=select, ignore=ignore)):
            app.save()
            fixed[path] = len(changes.fixed)
    return fixed


def _show_json(
    by_path: Mapping[Path, Diagnostics], skipped: int, fixed: Mapping[Path, int], *, statistics: bool
) -> None:
    """Print one envelope and nothing else to stdout: a program parses it."""
    rows: list[Any] = [
        {"path": str(path), **row}
        for path, problems in by_path.items()
        for row in reporting.as_json(problems)
    ]
    if statistics:
        rows = _counted(by_path.values())
    meta = {"fixed": {str(path): count for path, count in fixed.items()}} if fixed else {}
    show_json(rows, paths=[str(path) for path in by_path], skipped=skipped, **meta)


def _show_annotations(by_path: Mapping[Path, Diagnostics]) -> None:
    for path, problems in by_path.items():
        show_annotations(reporting.as_github(problems, str(path)))


def _show_text(by_path: Mapping[Path, Diagnostics], fixed: Mapping[Path, int], *, statistics: bool) -> None:
    for path, count in fixed.items():
        show_message(f"Fixed {_counted_noun(count, 'problem')} in {path}.")
    if statistics:
        _show_statistics(_counted(by_path.values()))
    else:
        for path, problems in by_path.items():
            show(problems, path)
    if len(by_path) > 1 or statistics:
        show_text(_total(by_path.values()))
    _show_way_to_fix(by_path)


def _total(problems_of_files: Collection[Diagnostics]) -> str:
    """Return the line that counts the problems of all files."""
    total = Diagnostics(problem for problems in problems_of_files for problem in problems)
    clean = sum(not problems for problems in problems_of_files)
    without = f"; {_counted_noun(clean, 'file')} without problems" if total and clean else ""
    return f"{_counted_noun(len(problems_of_files), 'file')}: {total.summary}{without}"


def _counted_noun(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _show_statistics(rows: list[dict[str, Any]]) -> None:
    width = max((len(str(row["count"])) for row in rows), default=0)
    for row in rows:
        fixable = "  fixable" if row["fixable"] else ""
        show_text(f"{row['count']:>{width}}  {row['code']} {row['name']} ({row['severity']}){fixable}")


def _counted(problems_of_files: Iterable[Diagnostics]) -> list[dict[str, Any]]:
    """Return a row for each code and severity, the most frequent first: a code may have several."""
    problems = [problem for problems in problems_of_files for problem in problems]
    counts = Counter((problem.code, problem.severity) for problem in problems)
    fixable = Counter((problem.code, problem.severity) for problem in problems if problem.edits)
    return [
        {
            "code": code,
            "name": Code(code).slug,
            "severity": severity.value,
            "count": count,
            "fixable": fixable[code, severity],
        }
        for (code, severity), count in sorted(counts.items(), key=_by_count)
    ]


def _by_count(item: tuple[tuple[str, Severity], int]) -> tuple[int, str, int]:
    (code, severity), count = item
    return -count, code, severity.rank


def _show_way_to_fix(by_path: Mapping[Path, Diagnostics]) -> None:
    """Print the command that fixes what needs no decision, if there is anything."""
    fixable = [problem for problems in by_path.values() for problem in problems if problem.edits]
    if not fixable:
        return
    paths = [path for path, problems in by_path.items() if any(problem.edits for problem in problems)]
    share = _share(len(fixable), sum(map(len, by_path.values())))
    flag, note = _unsafe_flag(fixable)
    names = " ".join(shell_word(str(path)) for path in paths[:_MOST_PATHS])
    more = " …" if len(paths) > _MOST_PATHS else ""
    show_message(f"{share} can be fixed: kustomer-nb fix{flag} {names}{more}{note}")


def _share(count: int, total: int) -> str:
    if total == 1:
        return "It"
    if count == total:
        return "All"
    return "Most" if 2 * count > total else f"{count} of them"


def _unsafe_flag(fixable: list[Diagnostic]) -> tuple[str, str]:
    """Return the flag that every fix needs, and a note if only some need it."""
    unsafe = sum(not problem.is_safe for problem in fixable)
    if unsafe == len(fixable):
        return " --unsafe", ""
    return "", " (some only with --unsafe)" if unsafe else ""
