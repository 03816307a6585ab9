"""``kustomer-nb diff``: compares two JSON files, as a run compares its output with the sample."""

from __future__ import annotations

import json
import sys
from typing import TextIO

import click

from kustomer_nb.difference import MODES
from kustomer_nb.difference import diff as compare

from .arguments import read_json
from .console import PROBLEMS, SUCCESS, show, show_json


@click.command()
@click.argument("expected", type=click.File(encoding="utf-8-sig"))
@click.argument("actual", type=click.File(encoding="utf-8-sig"))
@click.option(
    "--mode",
    type=click.Choice(MODES),
    default="value",
    show_default=True,
    help="Compare values, types, or only the shape: the keys and types of items, not their number.",
)
@click.option(
    "--ignore",
    multiple=True,
    metavar="POINTER",
    help="A path to ignore. * is any key or index, ** any number of them.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "patch"]),
    default="text",
    show_default=True,
    help="A line for each difference, JSON, or a JSON Patch (RFC 6902).",
)
def diff(expected: TextIO, actual: TextIO, mode: str, ignore: tuple[str, ...], form: str) -> None:
    """Compare two JSON files; - is stdin.

    Exits with 1 if they differ.

    Example: kustomer-nb diff sample.json output.json --ignore '/**/updatedAt'
    """
    try:
        sides = read_json(expected, "EXPECTED"), read_json(actual, "ACTUAL")
        differences = compare(*sides, mode=mode, ignore=ignore)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--ignore") from None
    if form == "json":
        show_json(differences, expected=expected.name, actual=actual.name)
    elif form == "patch":
        if mode == "shape":
            raise click.UsageError(
                "--format patch does not work with --mode shape; use --mode value or --mode type"
            )
        click.echo(json.dumps(differences.to_json_patch(), indent=2))
    else:
        show(differences)
    sys.exit(PROBLEMS if differences else SUCCESS)
