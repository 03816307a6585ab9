"""``kustomer-nb history``: what was run in a project."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from kustomer_nb.app import load
from kustomer_nb.storage.history import OUTCOMES, is_status

from .console import failing, show, show_json


class Status(click.ParamType[str]):
    """A status of an answer, or a class of them."""

    name = "CODE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the status; what is none ends the program."""
        if not is_status(value):
            self.fail(f"{value!r} is no status such as 404 or 4xx", param, ctx)
        return str(value)


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.argument("number", type=int, required=False)
@click.option("--find", "text", metavar="TEXT", help="Runs with this text anywhere: address, inputs, output.")
@click.option("--status", type=Status(), help="Runs answered so: 404, or 4xx.")
@click.option("--outcome", type=click.Choice(OUTCOMES), help="Runs that ended so.")
@click.option(
    "--diff", "other", type=int, metavar="NUMBER", help="How the output of NUMBER differs from this run's."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def history(
    path: Path,
    number: int | None,
    text: str | None,
    status: str | None,
    outcome: str | None,
    other: int | None,
    as_json: bool,
) -> None:
    """List the finished runs of a project, or show one.

    The newest is 0, and what was found keeps its number. The project is that of the definition.

    Example: kustomer-nb history shop.json 0 --diff 1
    """
    if other is not None and number is None:
        raise click.UsageError("--diff takes the number of a second run: kustomer-nb history PATH 0 --diff 1")
    with failing():
        runs = load(path).history()
        if number is None:
            found: Any = runs.find(text, status=status, outcome=outcome)
        else:
            found = runs.numbered(number) if other is None else runs.diff(other, number)
        if as_json:
            show_json(found, path=str(path))
        else:
            show(found)
