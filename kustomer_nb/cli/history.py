"""``kustomer-nb history``: the runs of a project."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from kustomer_nb.linting.messages import quote
from kustomer_nb.storage.history import OUTCOMES, is_status

from .arguments import SOURCE, json_option
from .console import prints_json, show, show_json
from .failures import exit_on_error
from .files import open_app


class Status(click.ParamType[str]):
    """A response status, or a class of them."""

    name = "CODE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the status, or exit with a usage error."""
        if not is_status(value):
            self.fail(f"{quote(value)} is not a status such as 404 or 4xx", param, ctx)
        return str(value)


@click.command()
@click.argument("path", type=SOURCE)
@click.argument("number", type=int, required=False)
@click.option("--find", "text", metavar="TEXT", help="Filter by text in the URL, inputs or output.")
@click.option("--status", type=Status(), help="Filter by status, such as 404 or 4xx.")
@click.option("--outcome", type=click.Choice(OUTCOMES), help="Filter by outcome.")
@click.option(
    "--diff", "other", type=int, metavar="NUMBER", help="Compare the output with that of run NUMBER."
)
@json_option
def history(
    path: Path,
    number: int | None,
    text: str | None,
    status: str | None,
    outcome: str | None,
    other: int | None,
) -> None:
    """List the finished runs of a project, or show one.

    Run 0 is the latest; filters do not change the numbers. PATH is a definition of the project.

    Example: kustomer-nb history shop.json 0 --diff 1
    """
    if other is not None and number is None:
        raise click.UsageError("--diff compares two runs: kustomer-nb history PATH 0 --diff 1")
    with exit_on_error(path):
        runs = open_app(path).history()
        if number is None:
            result: Any = runs.find(text, status=status, outcome=outcome)
        else:
            result = runs.numbered(number) if other is None else runs.diff(other, number)
        if prints_json():
            show_json(result, path=str(path))
        else:
            show(result)
