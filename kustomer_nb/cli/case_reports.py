"""``--report`` of ``kustomer-nb test``: where each report goes, and in which format."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import click

from kustomer_nb.linting.messages import quote
from kustomer_nb.near_names import near_miss
from kustomer_nb.printable import as_json_escapes, visible
from kustomer_nb.reporting import CaseReport, envelope, junit, report_text, results_page
from kustomer_nb.storage.report_file import write_report

from .console import prints_json, show_exactly, show_json, show_message, show_text, terminal_width


def _json(report: CaseReport) -> str:
    document = json.dumps(envelope(report), indent=2, ensure_ascii=False, default=str)
    return f"{as_json_escapes(document)}\n"


def _text(report: CaseReport) -> str:
    return f"{visible(report_text(report))}\n"


_FORMATS: dict[str, Callable[[CaseReport], str]] = {
    "text": _text,
    "junit": junit,
    "json": _json,
    "html": results_page,
}


class Target(NamedTuple):
    """A report that is asked for; without a path it goes to stdout."""

    form: str
    path: Path | None


class ReportTarget(click.ParamType[Target]):
    """A format of a report, and the file it is written to: ``junit=report.xml``."""

    name = "FORMAT[=FILE]"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Target:
        """Return the target, or exit with a usage error."""
        if isinstance(value, Target):
            return value
        form, is_file, file = str(value).partition("=")
        if form not in _FORMATS:
            near = near_miss(form, _FORMATS)
            hint = f"did you mean {near}?" if near else f"use {', '.join(_FORMATS)}"
            self.fail(f"there is no report {quote(form)}; {hint}", param, ctx)
        if is_file and not file:
            self.fail(f"{form}= names no file", param, ctx)
        return Target(form, Path(file) if file else None)


def require_one_stdout(targets: Iterable[Target]) -> None:
    """Refuse several reports on stdout, where no program could tell them apart.

    Raises:
        click.UsageError: more than one has no file.
    """
    forms = [target.form for target in targets if target.path is None]
    if len(forms) > 1:
        raise click.UsageError(f"only one report goes to stdout; write --report {forms[-1]}=FILE")
    paths = [target.path for target in targets if target.path is not None]
    if len(paths) != len(set(paths)):
        raise click.UsageError("two reports are written to the same file; name another one")


def require_page(targets: Iterable[Target]) -> None:
    """Refuse to add what cases cover to a report that does not have it.

    Raises:
        click.UsageError: no report is HTML.
    """
    if not any(target.form == "html" for target in targets):
        raise click.UsageError("--coverage adds to the HTML report; add --report html=FILE")


def show_reports(report: CaseReport, targets: Iterable[Target], *, more: str = "", **meta: Any) -> None:
    """Write the reports to their files, and one to stdout: text, unless another one is asked for.

    ``more`` is HTML that follows the results in a page.

    Raises:
        SaveError: a file cannot be written.
    """
    targets = tuple(targets)
    formats: dict[str, Callable[[CaseReport], str]] = {**_FORMATS, "html": partial(results_page, more=more)}
    for form, path in targets:
        if path is not None:
            write_report(path, formats[form](report))
    form = next((target.form for target in targets if target.path is None), "text")
    if prints_json() or form == "json":
        show_json(report, **meta)
    elif form == "text":
        show_text(report_text(report, width=terminal_width()))
        for target in targets:
            if target.path is not None:
                show_message(f"Wrote {target.path}.")
    else:
        show_exactly(formats[form](report))
