"""``kustomer-nb diff``: two JSON files compared as a sample and an output are."""

from __future__ import annotations

import json
import sys
from typing import TextIO

import click

from kustomer_nb.difference import MODES
from kustomer_nb.difference import diff as compared

from .arguments import json_of
from .console import FINDINGS, GOOD, show, show_json


@click.command()
@click.argument("expected", type=click.File(encoding="utf-8-sig"))
@click.argument("actual", type=click.File(encoding="utf-8-sig"))
@click.option(
    "--mode",
    type=click.Choice(MODES),
    default="value",
    show_default=True,
    help="Compare values; keys and types; or, of arrays, only what their items look like.",
)
@click.option(
    "--ignore",
    multiple=True,
    metavar="POINTER",
    help="A place to pass over; * is any one key or index, ** any number of them.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "patch"]),
    default="text",
    show_default=True,
    help="A line a difference, JSON, or a JSON Patch (RFC 6902).",
)
def diff(expected: TextIO, actual: TextIO, mode: str, ignore: tuple[str, ...], form: str) -> None:
    """Compare two JSON files; - is stdin.

    Exits with 1 when they differ.

    Example: kustomer-nb diff sample.json output.json --ignore '/**/updatedAt'
    """
    try:
        found = compared(json_of(expected, "EXPECTED"), json_of(actual, "ACTUAL"), mode=mode, ignore=ignore)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--ignore") from None
    if form == "json":
        show_json(found, expected=expected.name, actual=actual.name)
    elif form == "patch":
        if mode == "shape":
            raise click.UsageError("a diff by shape has no patch; use --mode value or --mode type")
        click.echo(json.dumps(found.to_json_patch(), indent=2))
    else:
        show(found)
    sys.exit(FINDINGS if found else GOOD)
