"""``kustomer-nb hazards``: tries inputs, and reports the values that arrive as something else."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from kustomer_nb.diagnostics import Severity
from kustomer_nb.probing import hazards as find_hazards

from .arguments import SOURCE, json_option, load_action, read_inputs, report_format_option
from .completions import complete_actions
from .console import file_name, prints_json, show, show_annotations, show_json, show_message
from .failures import PROBLEMS, SUCCESS, exit_on_error
from .pairs import JsonFile

if TYPE_CHECKING:
    from kustomer_nb.probing import Hazards

_LEVELS = [severity.value for severity in Severity]


@click.command()
@click.argument("path", type=SOURCE)
@click.argument("action", required=False, shell_complete=complete_actions)
@click.option("-i", "--input", "inputs", multiple=True, metavar="NAME=VALUE", help="A value for an input.")
@click.option(
    "--inputs", "inputs_file", type=JsonFile(), help="A file with a JSON object of inputs; - is stdin."
)
@click.option(
    "--level",
    type=click.Choice(_LEVELS),
    default=Severity.WARNING.value,
    show_default=True,
    help="Exit with 1 for a hazard of this severity or a worse one.",
)
@click.option(
    "--save",
    "numbers",
    type=int,
    multiple=True,
    metavar="NUMBER",
    help="Save the hazard of this number as a test case.",
)
@report_format_option
@json_option
def hazards(
    path: Path,
    action: str | None,
    inputs: tuple[str, ...],
    inputs_file: TextIO | None,
    level: str,
    numbers: tuple[int, ...],
    form: str,
) -> None:
    """Report input values that arrive changed.

    Each input is tried with values of its type, such as quotes, &, a line break, 0, null and no value.
    Nothing is sent, and settings need no value. -i and --inputs give the other inputs a value, where ordinary
    ones make no request. Exits with 1 if there is a hazard of --level.

    Each hazard has a number; --save writes it as a test case, with the request that comes of it now.

    Example: kustomer-nb hazards shop.json --level error
    """
    with exit_on_error(path):
        result = find_hazards(load_action(path, action), read_inputs(inputs, inputs_file))
        saved = [str(_saved(result, number)) for number in numbers]
    if prints_json() or form == "json":
        show_json(result, path=file_name(path), **({"saved": saved} if saved else {}))
    elif form == "github":
        from kustomer_nb.reporting import as_github

        show_annotations(as_github(result.diagnostics, file_name(path)))
    else:
        show(result, path)
        for case in saved:
            show_message(f"Wrote {case}")
    sys.exit(PROBLEMS if result.at_least(Severity(level)) else SUCCESS)


def _saved(hazards: Hazards, number: int) -> Path:
    try:
        return hazards.save_case(number)
    except IndexError as error:
        raise click.BadParameter(str(error), param_hint="--save") from error
