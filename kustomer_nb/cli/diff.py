"""``kustomer-nb diff``: compares two JSON files, as a run compares its output with the sample."""

from __future__ import annotations

import json
import sys
from typing import Any, TextIO

import click

from kustomer_nb.difference import MODES, Diff
from kustomer_nb.difference import diff as compare

from .arguments import json_option
from .console import prints_json, show, show_json
from .failures import PROBLEMS, SUCCESS, exit_on_error
from .pairs import JsonFile, path_of, read_json


@click.command()
@click.argument("expected", type=JsonFile())
@click.argument("actual", type=JsonFile())
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
@json_option
def diff(expected: TextIO, actual: TextIO, mode: str, ignore: tuple[str, ...], form: str) -> None:
    """Compare two JSON files; - is stdin.

    Exits with 1 if they differ.

    Example: kustomer-nb diff sample.json output.json --ignore '/**/updatedAt'
    """
    if path_of(expected) == path_of(actual) == "-":
        raise click.UsageError("- is stdin, which only one of EXPECTED and ACTUAL can read")
    sides = read_json(expected, "EXPECTED"), read_json(actual, "ACTUAL")
    try:
        with exit_on_error():
            differences = compare(*sides, mode=mode, ignore=ignore)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--ignore") from None
    names = {"expected": path_of(expected), "actual": path_of(actual)}
    if form == "patch":
        patch = _patch(differences, mode)
        if prints_json():
            show_json(patch, **names)
        else:
            click.echo(json.dumps(patch, indent=2))
    elif prints_json():
        show_json(differences, **names)
    else:
        show(differences)
    sys.exit(PROBLEMS if differences else SUCCESS)


def _patch(differences: Diff, mode: str) -> list[dict[str, Any]]:
    if mode == "shape":
        raise click.UsageError(
            "--format patch does not work with --mode shape; use --mode value or --mode type"
        )
    return differences.to_json_patch()
